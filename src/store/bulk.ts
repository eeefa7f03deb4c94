import type { Database, Statement } from "better-sqlite3";

export type Cell = string | number | null;

/** Rows that one statement writes: calling it, and binding, costs as much as the writing. */
const ROWS = 40;

/** Writes rows many at a time; their order is that of the calls. */
export interface Bulk {
  /** A cell for each `?`. */
  readonly add: (cells: readonly Cell[]) => void;
  /** Writes what is still to be written. */
  readonly flush: () => void;
  /** Forgets it. */
  readonly clear: () => void;
}

/** `row`: the values of one, in parentheses, with `?` where rows differ; `write`: the statement around a VALUES of many. */
export function bulk(db: Database, row: string, write: (values: string) => string): Bulk {
  const statement = (rows: number): Statement =>
    db.prepare(write(`VALUES ${Array.from({ length: rows }, () => row).join(", ")}`));
  let whole: Statement | null = null;
  let cells: Cell[] = [];
  let rows = 0;
  const clear = (): void => {
    cells = [];
    rows = 0;
  };
  return {
    add: (own) => {
      for (const cell of own) cells.push(cell);
      if (++rows < ROWS) return;
      whole ??= statement(ROWS);
      whole.run(cells);
      clear();
    },
    flush: () => {
      if (rows > 0) statement(rows).run(cells);
      clear();
    },
    clear,
  };
}

/** A value as it stands in a statement. */
export const literal = (value: Cell): string =>
  typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
