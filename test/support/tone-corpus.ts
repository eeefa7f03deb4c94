import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Threat } from "../../src/core/tone/rules.ts";
import type { Phase } from "../../src/core/tone.ts";
import type { Language } from "../../src/core/types.ts";

export interface Sample {
  /** "-": a good phrase. */
  readonly code: string;
  readonly phase: Phase;
  readonly can: readonly Threat[];
  readonly phrase: string;
}

/** fixtures/tone/<language>.txt: code | phase | what the configuration can carry out | phrase. */
export function corpus(root: string, language: Language): Sample[] {
  return readFileSync(join(root, "fixtures", "tone", `${language}.txt`), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [code = "", phase = "", can = "", ...phrase] = line.split("|").map((cell) => cell.trim());
      return {
        code,
        phase: phase as Phase,
        can: can.split(" ").filter((each) => each !== "") as Threat[],
        phrase: phrase.join("|"),
      };
    });
}
