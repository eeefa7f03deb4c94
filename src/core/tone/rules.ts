import type { Language } from "../types.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import { nl } from "./nl.ts";

/** What a text may threaten with: each has to be something that the configuration can carry out. */
export const THREATS = ["formal", "court", "agency", "charges", "stop"] as const;
export type Threat = (typeof THREATS)[number];

export interface Words {
  /** Regular expressions; a space stands for any white space, the whole is bounded by non-letters. */
  readonly words: readonly string[];
  /** What to write in their place, in the language of the text. */
  readonly better: string;
}

/** One language's rules, as data. */
export interface ToneWords {
  readonly level: Words;
  readonly duty: Words;
  readonly why: Words;
  readonly blame: Words;
  readonly court: Words;
  readonly insult: Words;
  /** Words of trouble, which have no place before the due date. */
  readonly trouble: Words;
  /** Further steps without a name ("measures"): only from the last warning on. */
  readonly measures: Words;
  readonly threats: Readonly<Record<Threat, Words>>;
  /** What a formal notice and a last warning say of themselves, and what is named as consequence. */
  readonly says: Readonly<Record<"formal" | "consequence" | "last", Words>>;
}

export const TONE: Readonly<Record<Language, ToneWords>> = { fr, nl, de, en };
