import * as fc from "fast-check";
import { simpleParser } from "mailparser";
import { describe, expect, test } from "vitest";
import { cleanLine } from "../src/core/message.ts";
import type { Action, Company, Debtor } from "../src/core/types.ts";
import { literal, readDocument } from "../src/render/document.ts";
import { escapeHtml } from "../src/render/html.ts";
import { textOf } from "../src/render/text.ts";
import { claims, has, rendered, runOn } from "./support/rendering.ts";

/** What imports have held, or could: none of it may be anything but text. */
const corpus: readonly string[] = [
  "<img src=x onerror=alert(1)> **bold** [x](http://evil.test) {{secret}} | # -",
  "<script>alert(1)</script>",
  "</td></tr></table><h1>owned</h1>",
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  "<!-- comment",
  "]]><![CDATA[",
  "&lt;b&gt; &amp; &#60;i&#62;",
  "**bold** __bold__ *em* _em_ ~~gone~~",
  "# heading",
  "1. first",
  "- item",
  "+ item",
  "> quote",
  "---",
  "=====",
  "***",
  "```js",
  "    code",
  "`code`",
  "| a | b |",
  "a | b \\| c \\",
  "\\",
  "\\*",
  "![img](http://evil.test/x.png)",
  "[x]: http://evil.test",
  "<http://evil.test>",
  "http://evil.test/?a=1&b=2",
  "{{total}} {{{total}}} {{#each items}}x{{/each}}",
  "{{constructor.constructor('return process')()}}",
  "\\{{total}}",
  "${7*7} #{7*7} <%= 7*7 %>",
  "=> a / b",
  'L\'Oréal & Fils "Œuvres" d’Été',
  "NaN undefined null [object Object]",
  "__proto__ constructor toString",
  "../../etc/passwd",
  "%s %n %00",
  ":--|--:",
  "line one\nline two\r\n\r\n# three",
  "tab\tand\u00a0space",
];

const hostile = (
  value: string,
): { action: Partial<Action>; debtor: Partial<Debtor>; company: Partial<Company> } => ({
  action: claims([12_345, 6_789], (at) => (at === 0 ? value : "FA-2")),
  debtor: { name: value, contact: `${value} c`, address: [value, "4 rue X"] },
  company: { from: { name: value, address: "compta@exemple.test" }, signatory: { name: value, role: value } },
});

const bare = (text: string): string => text.replace(/\s+/g, "");
const squeezed = (text: string): string => text.replace(/\s+/g, " ");

describe.each(corpus.map((value) => [value]))("%j shows as it is", (value) => {
  const shown = squeezed(cleanLine(value));

  test("in Markdown: one paragraph with exactly this text", () => {
    const blocks = readDocument(
      `${literal(cleanLine(value))}\n\n| h |\n|---|\n| ${literal(cleanLine(value))}|\n`,
    );
    const rows = blocks.at(-1);
    expect(blocks.map(({ kind }) => kind)).toEqual(["paragraph", "table"]);
    expect(squeezed(textOf(blocks.slice(0, 1))).trim()).toBe(shown);
    const cells = rows?.kind === "table" ? rows.table.rows.map(({ cells: all }) => all.flat(2)) : [];
    expect(cells).toEqual([[{ text: cleanLine(value), bold: false }]]);
  });

  test("in an e-mail: text, HTML and headers", async () => {
    const { bytes, subject, html } = await rendered("firm", "fr", "email", hostile(value));
    const mail = await simpleParser(Buffer.from(bytes));
    const lines = mail.text ?? "";
    expect(squeezed(lines)).toContain(`Bonjour ${shown} c,`);
    expect(html).toContain(escapeHtml(cleanLine(value)));
    const tags = new Set((html ?? "").match(/<\/?[a-z!][a-z0-9]*/gi));
    for (const tag of tags)
      expect(tag.toLowerCase()).toMatch(
        /^<\/?(?:!doctype|html|head|meta|title|style|body|div|p|br|table|thead|tbody|tr|th|td|strong|img)$/,
      );
    expect(html).not.toMatch(/ on\w+="|href|src=(?!x onerror|"cid:payment-code")|url\(/);
    expect(subject).toBe((await rendered("firm", "fr", "email")).subject);
    expect([...mail.headers.keys()].sort()).toEqual(
      [
        "auto-submitted",
        "content-language",
        "content-type",
        "date",
        "from",
        "message-id",
        "mime-version",
        "reply-to",
        "subject",
        "to",
      ].sort(),
    );
    expect(mail.to).toMatchObject({ value: [{ address: "m.durand@dupont-menuiserie.example" }] });
  });
});

describe.skipIf(!has("pdftotext"))("in a letter", () => {
  test.each(corpus.map((value) => [value]))("%j shows as it is", async (value) => {
    const { bytes, action } = await rendered("last-warning", "fr", "letter", hostile(value));
    const text = runOn(bytes, "letter.pdf", "pdftotext", ["-raw", "FILE", "-"]);
    expect(bare(text)).toContain(bare(cleanLine(value)));
    // What the carrier would not like of it is said.
    expect(action.warnings.filter((warning) => !warning.includes("the carrier may stumble"))).toEqual([]);
  });
});

test("whatever a value is, it comes back as text, and nothing else does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (value) => {
      const line = cleanLine(value);
      const blocks = readDocument(`Avant ${literal(line)} après`);
      expect(squeezed(textOf(blocks)).trim()).toBe(squeezed(`Avant ${line} après`));
    }),
  );
});

const separators = ["\r\n", "\n", "\r", "\u0000", "\u2028", "\u0085", "%0d%0a", "\\r\\n", "\u000b", "\u000c"];
const headers = [
  "Bcc: evil@evil.test",
  "To: evil@evil.test",
  "Subject: owned",
  "\r\nowned body",
  "X: <a@evil.test>",
];
const injections = separators.flatMap((separator) => headers.map((header) => `Name${separator}${header}`));

test.each(injections.map((value) => [value]))("%j makes no header", async (value) => {
  const { bytes } = await rendered("reminder-a", "fr", "email", {
    debtor: { name: value, contact: value },
    company: { name: value, from: { name: value, address: "compta@exemple.test" } },
    extra: { reference: value },
  });
  const raw = Buffer.from(bytes).toString("latin1");
  const mail = await simpleParser(Buffer.from(bytes));
  expect(mail.bcc).toBeUndefined();
  expect(mail.cc).toBeUndefined();
  expect(mail.to).toMatchObject({ value: [{ address: "m.durand@dupont-menuiserie.example" }] });
  expect(mail.from?.value).toMatchObject([{ address: "compta@exemple.test" }]);
  const head = raw.slice(0, raw.indexOf("\r\n\r\n"));
  expect(head).not.toMatch(/^(?:Bcc|X|owned)/im);
  expect(head.match(/^Subject:/gim)).toHaveLength(1);
  expect(mail.subject).not.toMatch(/[\r\n]/);
});
