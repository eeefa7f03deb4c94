import type { DebtorRow, debtorRows } from "./debtor-rows.ts";
import { emptyValue, type MasterValue } from "./master.ts";

/** Values that only make sense together. */
const UNITS: readonly (readonly string[])[] = [
  ["address", "postcode", "city", "country"],
  ["contact", "email", "phone"],
  ["score", "score_date"],
];

export interface MergedMaster {
  /** Keys that came from the other code; `differing`: both codes say something, and the one that stays counts. */
  readonly taken: readonly string[];
  readonly differing: readonly { readonly key: string; readonly from: string; readonly into: string }[];
}

/** Master data of two codes of one customer: what the one that stays does not say comes from the other. */
export function mergeMaster(
  table: ReturnType<typeof debtorRows>,
  from: DebtorRow,
  into: DebtorRow,
): MergedMaster {
  const values: Record<string, MasterValue> = {};
  const saidBy = { ...into.saidBy };
  const differing: MergedMaster["differing"][number][] = [];
  const emptyHere = (key: string): boolean => (into.master[key] ?? emptyValue(key)) === emptyValue(key);
  for (const [key, value] of Object.entries(from.master)) {
    const empty = emptyValue(key);
    const held = into.master[key] ?? empty;
    if (value === empty || value === held) continue;
    // Half of an address, or one person's name with another one's e-mail, would be nobody's.
    const unit = UNITS.find((each) => each.includes(key)) ?? [key];
    if (unit.every(emptyHere)) {
      values[key] = value;
      const who = from.saidBy[key];
      if (who !== undefined) saidBy[key] = who;
    } else differing.push({ key, from: String(value), into: held === empty ? "" : String(held) });
  }
  table.write(into, values);
  table.setSaidBy(into.key, saidBy);
  const seen = [from.firstSeen, into.firstSeen].filter((day) => day !== null).sort();
  table.setFirstSeen(into.key, seen[0] ?? null);
  return { taken: Object.keys(values).sort(), differing };
}
