import { EXIT, Failure } from "../problem.ts";

/** Ids that people type: a letter for the kind, and a number. */
export type Letter = "H" | "D" | "P" | "I" | "L" | "N" | "R";

export const recordId = (letter: Letter, key: number | bigint): string => `${letter}${key}`;

/** The number of an id such as H3 (or h3, or 3); null: it is none. */
function keyOf(letter: Letter, id: string): number | null {
  const match = /^([A-Z]?)([1-9]\d{0,8})$/.exec(id.trim().toUpperCase());
  if (match === null || (match[1] !== "" && match[1] !== letter)) return null;
  return Number(match[2]);
}

/** Where ids of a kind are shown. */
function listOf(kind: string): string {
  if (kind === "log entry") return "dunning debtor show DEBTOR";
  if (kind === "answer") return "dunning worklist";
  return `dunning ${kind === "instalment plan" ? "instalments" : kind} list`;
}

/** The record of an id, or a Failure (2) that says how to find it. */
export function recordOf<T>(
  letter: Letter,
  id: string,
  kind: "hold" | "dispute" | "promise" | "instalment plan" | "log entry" | "notice" | "answer",
  read: (key: number) => T | undefined,
): { readonly key: number; readonly found: T } {
  const key = keyOf(letter, id);
  const found = key === null ? undefined : read(key);
  if (key !== null && found !== undefined) return { key, found };
  const where = listOf(kind);
  throw new Failure(EXIT.usage, {
    code: "no-such-record",
    message: `there is no such ${kind}`,
    found: id,
    expected: `an id of "${where}" (${letter} and a number)`,
    fix: where,
  });
}

/** Something that has ended cannot be ended again. */
export function alreadyEnded(
  id: string,
  kind: string,
  state: string,
  said: { readonly message?: string; readonly fix?: string } = {},
): Failure {
  return new Failure(EXIT.usage, {
    code: "already-ended",
    message: said.message ?? `${kind} ${id} has ended`,
    found: state,
    expected: `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind} that runs`,
    fix: said.fix ?? listOf(kind),
  });
}
