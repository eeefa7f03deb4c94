import type { PastReminder } from "../core/takeover.ts";
import type { DebtorId, RejectedRow } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { DAY_FIRST, Dates } from "./conventions.ts";
import { isBlank, type Row } from "./header.ts";
import { LIMITS } from "./limits.ts";
import { undecidedDates } from "./reader.ts";
import { meaningsOf } from "./synonyms.ts";
import { openTable } from "./table.ts";
import { headerKey } from "./words.ts";

export interface Reminders {
  readonly reminders: readonly PastReminder[];
  readonly rejected: readonly RejectedRow[];
  readonly rows: { readonly read: number; readonly blank: number; readonly rejected: number };
  readonly warnings: readonly string[];
}

const keys = (names: string): ReadonlySet<string> => new Set(names.split(" · ").map(headerKey));

const LEVELS = keys(
  "Niveau · Niveau de relance · Niveau relance · Dernier niveau · N° relance · Relance · Étape · Step · Level · Reminder level · Reminder · Dunning level · Mahnstufe · Mahnlevel · Stufe · Aanmaningsniveau · Herinneringsniveau · Herinnering · Aanmaning · Niveau aanmaning",
);
const DAYS = keys(
  "Date · Date relance · Date de relance · Date de la relance · Date d'envoi · Dernière relance · Date dernière relance · Reminder date · Last reminder · Sent on · Date sent · Dunning date · Datum · Mahndatum · Letzte Mahnung · Aanmaningsdatum · Herinneringsdatum · Datum herinnering · Datum aanmaning · Laatste herinnering",
);

interface Places {
  readonly debtor: number;
  readonly level: number;
  readonly day: number;
  /** -1: no column names the document. */
  readonly number: number;
}

function placesIn({ cells }: Row): Places | null {
  const role = (wanted: string): number =>
    cells.findIndex((cell) => meaningsOf(cell).some((meaning) => meaning.role === wanted));
  const among = (names: ReadonlySet<string>): number => cells.findIndex((cell) => names.has(headerKey(cell)));
  const places = { debtor: role("debtor"), level: among(LEVELS), day: among(DAYS), number: role("number") };
  return places.debtor === -1 || places.level === -1 || places.day === -1 ? null : places;
}

/**
 * Reads a list of reminders that an older tool has sent: customer, level, date, and the document where there is one.
 * The order of day and month is proved over the whole column. Throws Failure(65) for a list that is none, or whose
 * dates stay ambiguous; Failure(66) where there is no file.
 */
export async function readReminders(
  path: string,
  options: { readonly encoding?: string; readonly sheet?: string } = {},
): Promise<Reminders> {
  const table = await openTable(path, {
    encoding: options.encoding ?? null,
    delimiter: null,
    sheet: options.sheet ?? null,
  });
  const top = (await table.first(LIMITS.headerRows)).map((row) => ({ row, places: placesIn(row) }));
  const header = top.find(({ places }) => places !== null);
  if (header?.places == null) throw noReminders(path, top[0]?.row);
  const { row: head, places } = header;
  const name = (index: number): string => head.cells[index] ?? "";
  const dates = new Dates(path, null, DAY_FIRST);
  // Twice: the last row may prove how the first one is meant.
  await table.rows((cells, line) => {
    if (line > head.line) dates.value((cells[places.day] ?? "").trim(), { line, header: name(places.day) });
  });
  if (!dates.decided && dates.ambiguous !== null) throw undecidedDates(path, dates.ambiguous);
  const reminders: PastReminder[] = [];
  const rejected: RejectedRow[] = [];
  let read = 0;
  let blank = 0;
  await table.rows((cells, line) => {
    if (line <= head.line) return;
    read += 1;
    if (isBlank(cells)) {
      blank += 1;
      return;
    }
    const text = (index: number): string => (index === -1 ? "" : (cells[index] ?? "").trim());
    const debtor = text(places.debtor);
    const fail = (index: number, reason: string, fix: string): void => {
      const owner = debtor === "" ? null : (debtor as DebtorId);
      rejected.push({ line, column: name(index), value: text(index), reason, fix, debtor: owner });
    };
    const day = dates.value(text(places.day), { line, header: name(places.day) });
    if (debtor === "") fail(places.debtor, "names no customer", "fill in the customer's code");
    else if (text(places.level) === "")
      fail(places.level, "says no level", "fill in the level that was reached, or take the row out");
    else if (day === null || day === "bad")
      fail(places.day, "is no date", "fill in the day on which the reminder was sent");
    else {
      const number = text(places.number);
      reminders.push({
        debtor: debtor as DebtorId,
        number: number === "" ? null : number,
        level: text(places.level),
        day,
        line,
      });
    }
  });
  return { reminders, rejected, rows: { read, blank, rejected: rejected.length }, warnings: table.warnings };
}

function noReminders(path: string, first: Row | undefined): Failure {
  return new Failure(EXIT.input, {
    code: "no-reminders",
    where: { file: path, line: first?.line ?? 1 },
    message: "this is no list of reminders",
    found: first === undefined ? "no rows" : first.cells.join(", "),
    expected: "columns for the customer's code, the level and the date of the reminder (and the document)",
    fix: "name them Code client, Niveau, Date relance (and N° pièce) in the first row",
  });
}
