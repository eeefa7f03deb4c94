import type { PastReminder } from "../core/takeover.ts";
import { called, type List, ofRole, readList } from "./list.ts";

const COLUMNS = {
  debtor: ofRole("debtor", true),
  number: ofRole("number", false),
  level: called(
    "Niveau · Niveau de relance · Niveau relance · Dernier niveau · N° relance · Relance · Étape · Step · Level · Reminder level · Reminder · Dunning level · Mahnstufe · Mahnlevel · Stufe · Aanmaningsniveau · Herinneringsniveau · Herinnering · Aanmaning · Niveau aanmaning",
    true,
  ),
  day: called(
    "Date · Date relance · Date de relance · Date de la relance · Date d'envoi · Dernière relance · Date dernière relance · Reminder date · Last reminder · Sent on · Date sent · Dunning date · Datum · Mahndatum · Letzte Mahnung · Aanmaningsdatum · Herinneringsdatum · Datum herinnering · Datum aanmaning · Laatste herinnering",
    true,
  ),
} as const;

/** Reads a list of reminders that an older tool has sent: customer, level, date, and the document where there is one. */
export async function readReminders(
  path: string,
  options: { readonly encoding?: string; readonly sheet?: string } = {},
): Promise<List<PastReminder>> {
  return await readList<"number" | "level", PastReminder>(path, options, {
    columns: COLUMNS,
    refusal: {
      code: "no-reminders",
      message: "this is no list of reminders",
      expected: "columns for the customer's code, the level and the date of the reminder (and the document)",
      fix: "name them Code client, Niveau, Date relance (and N° pièce) in the first row",
    },
    read: ({ line, debtor, day, text }) => {
      const level = text("level");
      if (level === "") {
        const fix = "fill in the level that was reached, or take the row out";
        return { column: "level", reason: "says no level", fix };
      }
      if (day === null)
        return { column: "day", reason: "is no date", fix: "fill in the day on which the reminder was sent" };
      return { debtor, number: text("number") || null, level, day, line };
    },
  });
}
