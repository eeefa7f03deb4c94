import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import type { Problem, Where } from "../problem.ts";

/** A configuration is written by hand: a larger one is a mistake, or an attack. */
export const MAX_BYTES = 1024 * 1024;

export type Path = readonly (string | number)[];

/** A YAML file as plain values, with the place of each. */
export interface YamlFile {
  /** Undefined where the file could not be read at all: then `problems` says why. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Where a key stands (of a list's element: where it starts); of what is missing, the nearest thing around it. */
  readonly whereKey: (path: Path) => Where;
  /** Where a value stands, or the character `offset` of a text value where that can be told. */
  readonly whereValue: (path: Path, offset?: number) => Where;
  /** A scalar as the user wrote it (`012`, not 12), null for anything else. */
  readonly written: (path: Path) => string | null;
}

interface Found {
  readonly key: number;
  readonly value: unknown;
  readonly complete: boolean;
}

/** Follows a path as far as it goes. */
function follow(document: Document, path: Path): Found {
  let node: unknown = document.contents;
  let key = isNode(node) && node.range != null ? node.range[0] : 0;
  for (const name of path) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isScalar(each.key) && each.key.value === String(name));
      if (pair === undefined || !isScalar(pair.key)) return { key, value: node, complete: false };
      key = pair.key.range?.[0] ?? key;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(name)];
      if (!isNode(item)) return { key, value: node, complete: false };
      key = item.range?.[0] ?? key;
      node = item;
    } else return { key, value: node, complete: false };
  }
  return { key, value: node, complete: true };
}

/** Aliases are off: a small file could become a huge one, and a reader must not have to look elsewhere. */
function aliases(document: Document): { offset: number; name: string }[] {
  const found: { offset: number; name: string }[] = [];
  visit(document, (_key, node) => {
    if (!isNode(node)) return;
    const name = isAlias(node)
      ? `*${node.source}`
      : "anchor" in node && node.anchor
        ? `&${node.anchor}`
        : null;
    if (name !== null) found.push({ offset: node.range?.[0] ?? 0, name });
  });
  return found;
}

const SYNTAX = {
  code: "yaml-syntax",
  fix: "mind indentation (spaces, no tabs), colons followed by a space, and quotes that close",
} as const;

/** Reads one YAML 1.2 document without aliases, anchors, custom tags or duplicate keys. Never throws. */
export function readYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter();
  const place = (offset: number): Where => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const broken = (problems: readonly Problem[]): YamlFile => ({
    value: undefined,
    problems,
    whereKey: () => ({ file }),
    whereValue: () => ({ file }),
    written: () => null,
  });
  let document: Document;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: true,
      stringKeys: true,
      strict: true,
      version: "1.2",
      schema: "core",
      merge: false,
      logLevel: "error",
    });
    const errors = [...document.errors, ...document.warnings];
    const syntax = errors.find((error) => error.code !== "DUPLICATE_KEY");
    if (syntax !== undefined) {
      const message = `this is not valid YAML: ${lowerFirst(syntax.message)}`;
      return broken([{ ...SYNTAX, where: place(syntax.pos[0]), message }]);
    }
    const borrowed = aliases(document).map(({ offset, name }) => ({
      code: "yaml-alias",
      where: place(offset),
      message: `${name}: anchors and aliases are switched off`,
      expected: "each value written where it is used",
      fix: name.startsWith("*") ? "write the value again" : `remove ${name}`,
    }));
    if (borrowed.length > 0) return broken(borrowed);
    const problems = errors.map((error) => {
      const key = /^[^\s:]*/.exec(text.slice(error.pos[0]))?.[0] ?? "";
      return {
        code: "yaml-duplicate-key",
        where: place(error.pos[0]),
        message: `${key} is written twice in the same section`,
        fix: "keep one of them",
      };
    });
    return { ...reader(document, text, place), value: document.toJS({ maxAliasCount: 0 }), problems };
  } catch (error) {
    // The parser calls itself for each level of nesting.
    if (!(error instanceof RangeError)) throw error;
    return broken([{ ...SYNTAX, where: place(0), message: "this YAML is nested too deeply" }]);
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function reader(
  document: Document,
  text: string,
  place: (offset: number) => Where,
): Pick<YamlFile, "whereKey" | "whereValue" | "written"> {
  return {
    whereKey: (path) => place(follow(document, path).key),
    whereValue: (path, offset = 0) => {
      const found = follow(document, path);
      if (!found.complete || !isNode(found.value) || found.value.range == null) return place(found.key);
      const start = found.value.range[0];
      if (!isScalar(found.value) || typeof found.value.value !== "string") return place(start);
      const quote = text[start] === '"' || text[start] === "'" ? 1 : 0;
      // With escapes or folded lines before it, the character stands elsewhere: then the value's start is said.
      const before = found.value.value.slice(0, offset);
      return place(text.startsWith(before, start + quote) ? start + quote + offset : start);
    },
    written: (path) => {
      const { value, complete } = follow(document, path);
      if (!complete || !isScalar(value) || value.range == null) return null;
      return text.slice(value.range[0], value.range[1]);
    },
  };
}
