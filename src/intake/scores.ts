import { bare } from "../core/bare.ts";
import type { Day, DebtorId } from "../core/types.ts";
import { called, type List, ofRole, readList } from "./list.ts";

/** What a credit agency says of one debtor on one day. */
export interface Score {
  readonly debtor: DebtorId;
  /** Null: the list says nothing of it. */
  readonly score: number | null;
  readonly insolvent: boolean | null;
  readonly day: Day;
  readonly line: number;
}

const COLUMNS = {
  debtor: ofRole("debtor", true),
  score: called(
    "Score · Note · Notation · Score de crédit · Cotation · Credit score · Rating · Kredietscore · Bonität · Bonitätsindex · Bonitätsnote",
    false,
  ),
  insolvent: called(
    "Insolvabilité · Insolvable · Procédure collective · Procédure · Liquidation · Redressement · Insolvency · Insolvent · Insolvenz · Insolventie · Faillite · Faillissement · Bankruptcy",
    false,
  ),
  day: called(
    "Date · Date du score · Date score · Date de la note · Au · As of · Score date · Date of score · Datum · Scoredatum · Stand · Datum score",
    true,
  ),
} as const;

const NO = /^(?:0|n|no|non|nee|nein|false|faux|-|aucune?|keine?|geen|none|in bonis)$/;
const YES =
  /^(?:1|x|y|o|j|yes|oui|ja|true|vrai|rj|lj|sauvegarde|redressement(?: judiciaire)?|liquidation(?: judiciaire)?|faillite|faillissement|insolven[a-z]*|insolvable|bankrupt[a-z]*|konkurs)$/;

/** Null: empty; undefined: neither yes nor no. */
function insolventOf(text: string): boolean | null | undefined {
  const word = bare(text).trim();
  if (word === "") return null;
  return NO.test(word) ? false : YES.test(word) ? true : undefined;
}

/** Reads credit scores: customer, date, and a score, an insolvency, or both. */
export async function readScores(
  path: string,
  options: { readonly encoding?: string; readonly sheet?: string } = {},
): Promise<List<Score>> {
  return await readList<"score" | "insolvent", Score>(path, options, {
    columns: COLUMNS,
    refusal: {
      code: "no-scores",
      message: "this is no list of scores",
      expected: "columns for the customer's code and the date, with a score or an insolvency",
      fix: "name them Code client, Date, Score and Insolvabilité in the first row",
    },
    read: ({ line, debtor, day, text }) => {
      const written = text("score");
      const score = written === "" ? null : Number(written.replace(",", "."));
      const insolvent = insolventOf(text("insolvent"));
      if (score !== null && (!/^\d{1,6}([.,]\d{1,3})?$/.test(written) || !Number.isFinite(score)))
        return { column: "score", reason: "is no number", fix: "write the score as a number such as 72" };
      if (insolvent === undefined)
        return { column: "insolvent", reason: "is neither yes nor no", fix: "write yes or no" };
      if (day === null)
        return { column: "day", reason: "says no date", fix: "fill in the day on which the score was given" };
      if (score === null && insolvent === null)
        return { column: "score", reason: "says nothing", fix: "fill in a score or an insolvency" };
      return { debtor, score, insolvent, day, line };
    },
  });
}
