import {
  type Document,
  isMap,
  isNode,
  isScalar,
  type Node,
  parseDocument,
  stringify,
  type YAMLMap,
} from "yaml";
import { EXIT, Failure } from "../problem.ts";
import { CONFIG_FILE } from "./config.ts";

const indent = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);

/**
 * The text of a dunning.yaml with one more profile, everything else (comments too) as it was. A profile of the same name
 * is replaced. Keys without a value are left out; `comments` stand above its keys. Throws a Failure (78) where the file
 * cannot be read.
 */
export function withProfile(
  text: string,
  name: string,
  profile: object,
  comments: readonly string[] = [],
): string {
  const document = parseDocument(text, { prettyErrors: false, schema: "core" });
  const [broken] = document.errors;
  if (broken !== undefined || !isMap(document.contents))
    throw new Failure(EXIT.config, {
      code: "yaml-syntax",
      where: { file: CONFIG_FILE },
      message: `the profile cannot be written: ${broken?.message ?? "this is no configuration"}`,
      fix: "dunning check",
    });
  const remarks = comments.map((comment) => ` ${comment.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")}`);
  const node = document.createNode(profile);
  if (remarks.length > 0) node.commentBefore = remarks.join("\n");
  const lines = stringify({ [name]: profile }, { lineWidth: 0, nullStr: "null" }).split("\n");
  const entry = [lines[0], ...remarks.map((remark) => `  #${remark}`), ...lines.slice(1)].join("\n");
  const pair = document.contents.items.find(({ key }) => isScalar(key) && key.value === "profiles");
  if (pair === undefined) return `${text.trimEnd()}\n\nprofiles:\n${indent(entry, "  ")}`;
  const known = pair.value;
  if (isMap(known) && !known.flow && known.range != null && !known.has(name)) {
    const column = known.range[0] - (text.lastIndexOf("\n", known.range[0] - 1) + 1);
    const last = text.slice(0, known.range[1]).trimEnd().length;
    const end = `${text}\n`.indexOf("\n", last);
    return `${text.slice(0, end)}\n${indent(entry, " ".repeat(column))}${text.slice(end + 1)}`;
  }
  if (isMap(known)) replace(document, known, name, node);
  else {
    document.set("profiles", document.createNode({}));
    document.setIn(["profiles", name], node);
  }
  return document.toString({ lineWidth: 0 });
}

/** Puts a profile over one of the same name; what stands in both keeps its comments. */
function replace(document: Document, known: YAMLMap, name: string, node: Node): void {
  const old = known.get(name, true);
  if (!isMap(old) || !isMap(node)) {
    document.setIn(["profiles", name], node);
    return;
  }
  const plain = (value: unknown): string => JSON.stringify(isNode(value) ? value.toJSON() : value);
  for (const { key, value } of node.items)
    if (plain(old.get(keyOf(key), true)) !== plain(value)) old.set(keyOf(key), value);
  const gone = old.items.map(({ key }) => keyOf(key)).filter((key) => !node.has(key));
  for (const key of gone) old.delete(key);
  if (node.commentBefore != null)
    old.commentBefore = [old.commentBefore, node.commentBefore].filter((text) => text != null).join("\n");
}

const keyOf = (key: unknown): unknown => (isScalar(key) ? key.value : key);
