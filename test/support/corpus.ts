import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Payload {
  readonly text: string;
  /** What stands behind the arrow, where there is one. */
  readonly result: string | null;
}

/** A file of fixtures/corpora: one JSON text per line, `-> result` behind some; lines with # are for readers. */
export function corpus(name: string): readonly Payload[] {
  const file = join(import.meta.dirname, "..", "..", "fixtures", "corpora", name);
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, text = '""', result] = /^("(?:[^"\\]|\\.)*")(?: -> (.*))?$/.exec(line) ?? [];
      return { text: JSON.parse(text) as string, result: JSON.parse(result ?? "null") as string | null };
    });
}
