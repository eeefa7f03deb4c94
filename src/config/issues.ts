import * as z from "zod/mini";
import { nearest } from "../core/nearest.ts";
import type { Problem } from "../problem.ts";
import { LATER_KEYS } from "./later.ts";
import { schema } from "./schema.ts";
import type { Path, YamlFile } from "./yaml.ts";

type Issue = z.core.$ZodIssue;

/** `scenarios.standard.steps#2.day`, as people read it. */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}#${part + 1}` : text === "" ? part : `${text}.${part}`,
    "",
  );
}

const patternOf = (path: Path): string =>
  path.map((part, at) => (typeof part === "number" || path[at - 1] === "scenarios" ? "*" : part)).join(".");

/** A schema without its default, null and transformation. */
function bare(wrapped: z.core.$ZodType): z.core.$ZodType {
  if (
    wrapped instanceof z.ZodMiniDefault ||
    wrapped instanceof z.ZodMiniPrefault ||
    wrapped instanceof z.ZodMiniNullable ||
    wrapped instanceof z.ZodMiniOptional
  )
    return bare(wrapped.def.innerType);
  return wrapped instanceof z.ZodMiniPipe ? bare(wrapped.def.in) : wrapped;
}

/** The keys that the section at `path` knows. */
function keysAt(path: Path): readonly string[] {
  let at = bare(schema);
  for (const part of path) {
    const next: z.core.$ZodType | undefined =
      at instanceof z.ZodMiniObject
        ? at.shape[part]
        : at instanceof z.ZodMiniRecord
          ? at.def.valueType
          : at instanceof z.ZodMiniArray
            ? at.def.element
            : undefined;
    if (next === undefined) return [];
    at = bare(next);
  }
  return at instanceof z.ZodMiniObject ? Object.keys(at.shape) : [];
}

const SECRET = /^(pass|password|passwd|pwd|secret|token|api_?key|mot_?de_?passe)$/i;

function unknownKey(file: YamlFile, section: Path, key: string): Problem {
  const where = file.whereKey([...section, key]);
  const place = section.length === 0 ? "" : ` in ${pathText(section)}`;
  if (SECRET.test(key))
    return {
      code: "password-in-config",
      where,
      message: `a password does not belong in this file (${key}${place})`,
      fix: "put it alone into a file that only you can read, write email.smtp.password_file, and change it if others saw it",
    };
  if (LATER_KEYS[patternOf(section)]?.includes(key))
    return {
      code: "later-key",
      where,
      message: `this version of dunning does not know ${key}${place} yet`,
      fix: "remove it; nothing would come of it",
    };
  const known = keysAt(section);
  const near = nearest(key, known);
  return {
    code: "unknown-key",
    where,
    message: `unknown key ${key}${place}`,
    found: key,
    expected: `one of ${known.join(", ")}`,
    ...(near === null ? {} : { fix: `write ${near}` }),
  };
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Object.hasOwn(at, part) ? (at as Record<string, unknown>)[part] : undefined;
  }
  return at;
}

function shown(file: YamlFile, path: Path, value: unknown): string {
  if (value === null || value === "") return "nothing";
  if (Array.isArray(value)) return listShown(value);
  if (typeof value === "object") return "keys with values";
  // A URL may carry a password.
  const written = (file.written(path) ?? "").replace(/\s+/g, " ").replace(/:\/\/[^/\s]*@/g, "://...@");
  return written.length > 80 ? `${written.slice(0, 77)}...` : written;
}

/** Words and numbers as they are written; of a list of keys how many. */
function listShown(list: readonly unknown[]): string {
  if (list.length === 0) return "an empty list";
  if (list.some((each) => typeof each === "object")) return `a list of ${list.length}`;
  const written = `[${list.join(", ")}]`;
  return written.length > 80 ? `${written.slice(0, 60)}... (a list of ${list.length})` : written;
}

const DAYS = /^(\d{1,4})\s*(?:d|j|days?|jours?|tage?|dagen|dag)$/i;
const YES = /^(yes|y|on|oui|vrai|ja)$/i;
const NO = /^(no|n|off|non|faux|nein|nee)$/i;

/** What to change, where that can be told from what was written. */
function fixOf(issue: Issue, value: unknown, found: string): string | undefined {
  if (issue.code === "invalid_value") {
    const near = typeof value === "string" ? nearest(value, issue.values.map(String)) : null;
    return near === null ? undefined : `write ${near}`;
  }
  if (issue.code === "custom" && typeof value === "string") {
    const days = /such as 5d/.test(issue.message) ? DAYS.exec(value.trim())?.[1] : undefined;
    return days === undefined ? undefined : `write ${days}d`;
  }
  if (issue.code !== "invalid_type") return undefined;
  if (issue.expected === "string" && typeof value === "number")
    return /such as 5d/.test(issue.message) ? `write ${found}d` : `put it in quotes: "${found}"`;
  if (issue.expected === "string" && typeof value === "boolean") return `put it in quotes: "${found}"`;
  if (issue.expected === "boolean" && typeof value === "string")
    return YES.test(value) ? "write true" : NO.test(value) ? "write false" : undefined;
  if (typeof value === "string" && Number.isFinite(Number(value.replace(",", "."))))
    return `write ${Number(value.replace(",", "."))}, without quotes`;
  return undefined;
}

function codeOf(issue: Issue): string {
  if (issue.code === "custom") return String(issue.params?.["code"]);
  if (issue.code === "invalid_value") return "bad-choice";
  return issue.code === "too_small" || issue.code === "too_big" ? "out-of-range" : "wrong-type";
}

function problemOf(issue: Issue, file: YamlFile): Problem[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(file, path, key));
  const name = path.length === 0 ? "this file" : pathText(path);
  if (issue.code === "invalid_key") {
    const [reason] = issue.issues;
    return [
      {
        code: reason === undefined ? "bad-name" : codeOf(reason),
        where: file.whereKey(path),
        message: `${name} is not a good name`,
        found: String(path.at(-1)),
        expected: reason?.message ?? issue.message,
      },
    ];
  }
  const value = valueAt(file.value, path);
  if (value === undefined) {
    const section = path.slice(0, -1);
    const message = `${name} is missing`;
    const fix =
      `add ${String(path.at(-1))}: ... ${section.length === 0 ? "" : `to ${pathText(section)}`}`.trim();
    return [{ code: "missing-key", where: file.whereKey(section), message, expected: issue.message, fix }];
  }
  const where = file.whereValue(path);
  const found = shown(file, path, value);
  const fix = fixOf(issue, value, found);
  const problem = {
    code: codeOf(issue),
    where,
    message: `wrong value for ${name}`,
    found,
    expected: issue.message,
  };
  return [fix === undefined ? problem : { ...problem, fix }];
}

/** What the schema has to say about a file, in the user's words. */
export function schemaProblems(issues: readonly Issue[], file: YamlFile): Problem[] {
  return issues.flatMap((issue) => problemOf(issue, file));
}
