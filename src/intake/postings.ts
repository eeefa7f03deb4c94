import type { Day } from "../core/types.ts";
import { called, type List, readList } from "./list.ts";

/** What a post office's list says of one letter. */
export interface Posting {
  /** The letter's id. */
  readonly letter: string;
  readonly number: string;
  readonly day: Day | null;
  readonly line: number;
}

const COLUMNS = {
  // The list goes by letter where others go by customer.
  debtor: called("Id · Letter · Lettre · Brief · Référence · Reference · Referentie · Referenz", true),
  number: called(
    "Number · Numéro · N° · N° recommandé · Numéro de recommandé · Recommandé · Registered number · Tracking number · Barcode · Code-barres · Nummer · Sendungsnummer · Aangetekend nummer",
    true,
  ),
  day: called("Date · Posted · Date de dépôt · Posté le · Datum · Aufgabedatum", false),
} as const;

/** Reads the numbers of registered letters: the letter's id and its number, with a day of posting where there is one. */
export async function readPostings(path: string): Promise<List<Posting>> {
  return await readList<"number", Posting>(
    path,
    {},
    {
      columns: COLUMNS,
      refusal: {
        code: "no-postings",
        message: "this is no list of registered letters",
        expected: "columns for the letter's id and the number of the registered letter",
        fix: "name them Id and Number in the first row",
      },
      read: ({ line, debtor, day, text }) => {
        const number = text("number").replaceAll(/\s+/g, " ");
        if (number === "")
          return {
            column: "number",
            reason: "says no number",
            fix: "fill in the number of the registered letter",
          };
        return { letter: debtor, number, day, line };
      },
    },
  );
}
