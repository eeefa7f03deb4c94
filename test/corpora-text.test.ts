import { type ChildNode, Comment, type Document, Element, Text } from "domhandler";
import { parseDocument } from "htmlparser2";
import { simpleParser } from "mailparser";
import { describe, expect, test } from "vitest";
import { cleanLine } from "../src/core/message.ts";
import { Failure } from "../src/problem.ts";
import { withText } from "../src/render/template.ts";
import { checkTemplate, partsOf } from "../src/render/template-check.ts";
import { parseTemplate } from "../src/render/template-parse.ts";
import { corpus } from "./support/corpus.ts";
import { claims, rendered, shipped } from "./support/rendering.ts";

const payloads = corpus("templates.txt").map(({ text }) => text);

test("there are enough of them", () => expect(payloads.length).toBeGreaterThanOrEqual(200));

/** Every element with the names of its attributes, their values, and all text, as a reader of HTML sees them. */
function seenIn(html: string) {
  const shapes = new Set<string>();
  const values: string[] = [];
  let text = "";
  const walk = (nodes: readonly ChildNode[]): void => {
    for (const node of nodes) {
      if (node instanceof Text) text += node.data;
      else if (node instanceof Element) {
        shapes.add([node.name, ...Object.keys(node.attribs).sort()].join(" "));
        values.push(...Object.values(node.attribs));
        walk(node.children);
      } else if (node instanceof Comment) shapes.add("comment");
    }
  };
  const document: Document = parseDocument(html);
  walk(document.children);
  return { shapes, values, text };
}

const squeezed = (text: string): string => text.replace(/\s+/g, " ");
const ACTIVE = /javascript:|vbscript:|data:|url\(|expression\(|@import/i;
const LEAKED = /\[object|function \w*\(|native code|root:x:0|\[Function/;

describe("as a name, a contact, a document: text", async () => {
  const plain = seenIn((await rendered("firm", "fr", "email")).html ?? "");

  test.each(payloads)("%j", async (value) => {
    const shown = squeezed(cleanLine(value));
    const { html, bytes, subject } = await rendered("firm", "fr", "email", {
      action: claims([12_345, 6_789], (at) => (at === 0 ? value : "FA-2")),
      debtor: { name: value, contact: `${value} c` },
      company: { signatory: { name: value, role: value } },
    });
    const seen = seenIn(html ?? "");
    expect([...seen.shapes].filter((shape) => !plain.shapes.has(shape))).toEqual([]);
    expect(seen.values.filter((each) => ACTIVE.test(each))).toEqual([]);
    expect(squeezed(seen.text)).toContain(shown);
    const { text = "" } = await simpleParser(Buffer.from(bytes));
    expect(squeezed(text)).toContain(`${shown} c,`);
    expect(subject).not.toMatch(LEAKED);
  });
});

describe("as a text of one's own: refused, or it gets nowhere", async () => {
  const plain = seenIn((await rendered("firm", "fr", "email")).html ?? "");
  const harmless = new Set([
    ...plain.shapes,
    "ol",
    "ul",
    "li",
    "h1",
    "h2",
    "h3",
    "blockquote",
    "strong",
    "em",
  ]);

  test.each(payloads)("%j", async (value) => {
    const source = {
      language: "fr",
      name: "hostile",
      file: "templates/fr/hostile.md",
      text: `---\nsubject: x\n---\n${value}\n`,
      own: true,
    };
    const templates = withText(shipped, [source as never]);
    const problems = checkTemplate(parseTemplate(source as never), partsOf(templates, "fr"));
    const written = rendered("hostile", "fr", "email", {}, templates);
    if (problems.length > 0) {
      // What `check` refuses is not rendered by accident: it fails, or it is text.
      const ended = await written.catch((error: unknown) => error);
      if (!(ended instanceof Error)) expect(JSON.stringify(ended)).not.toMatch(LEAKED);
      else expect(ended).toBeInstanceOf(Failure);
      return;
    }
    const { html, bytes } = await written;
    const seen = seenIn(html ?? "");
    expect(
      [...seen.shapes].filter(
        (shape) => !harmless.has(shape.split(" ", 1)[0] ?? "") && !plain.shapes.has(shape),
      ),
    ).toEqual([]);
    expect(seen.values.filter((each) => ACTIVE.test(each))).toEqual([]);
    expect(`${seen.text}${Buffer.from(bytes).toString("latin1")}`).not.toMatch(LEAKED);
  });
});
