import type { Day, DebtorId, RejectedRow } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { DAY_FIRST, Dates } from "./conventions.ts";
import { isBlank, type Row } from "./header.ts";
import { LIMITS } from "./limits.ts";
import { undecidedDates } from "./reader.ts";
import type { Role } from "./roles.ts";
import { meaningsOf } from "./synonyms.ts";
import { openTable } from "./table.ts";
import { headerKey } from "./words.ts";

/** A column of a list: whether a header names it, and whether the list is none without it. */
export interface ListColumn {
  readonly is: (header: string) => boolean;
  readonly needed: boolean;
}

/** A column that balances have too. */
export const ofRole = (role: Role, needed: boolean): ListColumn => ({
  is: (header) => meaningsOf(header).some((meaning) => meaning.role === role),
  needed,
});

/** A column by its names, as `headerKey` compares them. */
export function called(names: string, needed: boolean): ListColumn {
  const keys = new Set(names.split(" · ").map(headerKey));
  return { is: (header) => keys.has(headerKey(header)), needed };
}

/** One row, with a debtor and, where its cell is filled, a date. */
export interface ListRow<K extends string> {
  readonly line: number;
  readonly debtor: DebtorId;
  readonly day: Day | null;
  readonly text: (column: K) => string;
}

export interface Fault<K extends string> {
  readonly column: K;
  readonly reason: string;
  readonly fix: string;
}

export interface List<T> {
  readonly rows: readonly T[];
  readonly rejected: readonly RejectedRow[];
  readonly counts: { readonly read: number; readonly blank: number; readonly rejected: number };
  readonly warnings: readonly string[];
}

export interface ListForm<K extends string, T> {
  readonly columns: Readonly<Record<K | "debtor" | "day", ListColumn>>;
  /** For the refusal of a file that is no such list. */
  readonly refusal: {
    readonly code: string;
    readonly message: string;
    readonly expected: string;
    readonly fix: string;
  };
  /** What a row says, or the cell that is wrong and why. */
  readonly read: (row: ListRow<K>) => T | Fault<K | "day">;
}

const isFault = (value: unknown): value is Fault<string> =>
  typeof value === "object" && value !== null && "reason" in value && "fix" in value;

/**
 * Reads a small list by customer, each row with a date: CSV or workbook, in any order of columns. The order of day and
 * month is proved over the whole column. Throws Failure(65) for a list of another kind or with dates that stay
 * ambiguous, Failure(66) where there is no file.
 */
export async function readList<K extends string, T>(
  path: string,
  options: { readonly encoding?: string; readonly sheet?: string },
  { columns, refusal, read }: ListForm<K, T>,
): Promise<List<T>> {
  const table = await openTable(path, {
    encoding: options.encoding ?? null,
    delimiter: null,
    sheet: options.sheet ?? null,
  });
  type Key = K | "debtor" | "day";
  const keys = Object.keys(columns) as Key[];
  const placesIn = ({ cells }: Row): ReadonlyMap<Key, number> =>
    new Map(keys.map((key) => [key, cells.findIndex((cell) => columns[key].is(cell))]));
  const top = await table.first(LIMITS.headerRows);
  const head = top.find((row) => {
    const found = placesIn(row);
    return keys.every((key) => !columns[key].needed || found.get(key) !== -1);
  });
  if (head === undefined) {
    const [first] = top;
    const found = first === undefined ? "no rows" : first.cells.join(", ");
    throw new Failure(EXIT.input, { ...refusal, where: { file: path, line: first?.line ?? 1 }, found });
  }
  const places = placesIn(head);
  const name = (key: Key): string => head.cells[places.get(key) ?? -1] ?? "";
  const textIn = (cells: readonly string[], key: Key): string => (cells[places.get(key) ?? -1] ?? "").trim();
  const dates = new Dates(path, null, DAY_FIRST);
  const dayIn = (cells: readonly string[], line: number) =>
    dates.value(textIn(cells, "day"), { line, header: name("day") });
  // Twice: the last row may prove how the first one is meant.
  await table.rows((cells, line) => void (line > head.line && dayIn(cells, line)));
  if (!dates.decided && dates.ambiguous !== null) throw undecidedDates(path, dates.ambiguous);
  const rows: T[] = [];
  const rejected: RejectedRow[] = [];
  const counts = { read: 0, blank: 0 };
  await table.rows((cells, line) => {
    if (line <= head.line) return;
    counts.read += 1;
    if (isBlank(cells)) {
      counts.blank += 1;
      return;
    }
    const debtor = textIn(cells, "debtor") as DebtorId;
    const reject = ({ column, reason, fix }: Fault<Key>): void => {
      const value = textIn(cells, column);
      const owner = column === "debtor" ? null : debtor;
      rejected.push({ line, column: name(column), value, reason, fix, debtor: owner });
    };
    const day = dayIn(cells, line);
    if (debtor.length === 0)
      reject({ column: "debtor", reason: "names no customer", fix: "fill in the customer's code" });
    else if (day === "bad")
      reject({ column: "day", reason: "is no date", fix: "write a day of the calendar such as 25/03/2026" });
    else {
      const value = read({ line, debtor, day, text: (column) => textIn(cells, column) });
      if (isFault(value)) reject(value);
      else rows.push(value);
    }
  });
  return {
    rows,
    rejected,
    counts: { ...counts, rejected: rejected.length },
    warnings: table.warnings,
  };
}
