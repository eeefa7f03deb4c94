/** How a file is to be read, as a person says it: options of `inspect` and `init`, or answers on a terminal. */

import type { ColumnChoice, Profile } from "../intake/profile.ts";
import type { Role } from "../intake/roles.ts";

export interface ReadingChoices {
  /** `role=header`, or `role=3` for the third column. */
  readonly column?: readonly string[];
  readonly dates?: string;
  readonly decimal?: string;
  readonly sign?: string;
  readonly currency?: string;
}

/** The choices as a profile: what it leaves out is found out from the file. Null: nothing was chosen. */
export function profileOfChoices(choices: ReadingChoices): Profile | null {
  const { column = [], dates, decimal, sign, currency } = choices;
  const said = Object.entries({ dates, decimal, sign, currency }).filter(([, value]) => value !== undefined);
  if (said.length === 0 && column.length === 0) return null;
  const columns = Object.fromEntries(
    column.map((text) => {
      const at = text.indexOf("=");
      const [role, header] = [text.slice(0, at), text.slice(at + 1)];
      return [role, /^\d+$/.test(header) ? Number(header) : header];
    }),
  );
  const headers = Object.values(columns).filter((name) => typeof name === "string");
  return {
    format: "csv",
    ...Object.fromEntries(said),
    ...(column.length === 0 ? {} : { columns, others: "by-name" }),
    // Names that nobody else knows say which row is the header.
    ...(headers.length === 0 ? {} : { headers: [headers] }),
  };
}

export type Columns = Readonly<Partial<Record<Role, ColumnChoice>>>;

const list = (choice: ColumnChoice): readonly (string | number)[] =>
  typeof choice === "object" ? choice : [choice];

/** The columns with one that has another role, or none: it leaves the one it had, and takes the place of who had it. */
export function withRole(columns: Columns, column: string | number, role: Role | null): Columns {
  const kept: Partial<Record<Role, ColumnChoice>> = {};
  for (const [name, choice] of Object.entries(columns) as [Role, ColumnChoice][]) {
    const left = list(choice).filter((each) => each !== column);
    if (name === role || left.length === 0) continue;
    kept[name] = left.length === 1 ? (left[0] ?? "") : left;
  }
  return role === null ? kept : { ...kept, [role]: column };
}
