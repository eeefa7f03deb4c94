import { addDays } from "./day.ts";
import type { RateSpan } from "./interest.ts";
import type { Law } from "./law.ts";
import { type DatedRate, plusPoints, type Rate, type RateTable, rateText } from "./rates.ts";
import type { Day } from "./types.ts";

/** The rate that counts, and those that it was chosen from. */
export interface AppliedRate {
  readonly rate: Rate;
  /** contract-floor: raised to the least that a contract may agree; legal: the contract's was not allowed, or none was agreed. */
  readonly because: "statutory" | "contract" | "contract-floor" | "legal";
  /** What holds where nothing was agreed; null: not known for these days. */
  readonly statutory: Rate | null;
  /** The least that a contract may agree, where the law has one. */
  readonly floor: Rate | null;
  /** Null: the contract's own. */
  readonly row: DatedRate | null;
}

/** Days for which a rate is wanted and not known. */
export interface MissingRate {
  readonly from: Day;
  readonly country: string;
  readonly kind: string;
  readonly why: "missing" | "unconfirmed";
}

export interface RateChoice {
  readonly law: Law & { readonly interest: NonNullable<Law["interest"]> };
  readonly contractRate: Rate | null;
  readonly table: RateTable;
  readonly first: Day;
  readonly last: Day;
}

export interface ChosenRates {
  readonly rateFrom: (day: Day) => RateSpan<AppliedRate>;
  /** Filled while rates are asked for. */
  readonly missing: MissingRate[];
  readonly remarks: Set<string>;
}

/** Which rate counts from a day on: published, or agreed where the law lets it. Remarks are for people. */
export function ratesFor({ law, contractRate, table, first, last }: RateChoice): ChosenRates {
  const { source, contract, frozen } = law.interest;
  const missing: MissingRate[] = [];
  const remarks = new Set<string>();
  const look = (kind: string, day: Day): { row: DatedRate | null; until: Day } => {
    const found = table.at(law.country, kind, day);
    if (found.rate !== null) return { row: found.rate, until: found.rate.until ?? last };
    missing.push({ from: day, country: law.country, kind, why: found.why });
    return { row: null, until: found.next === null ? last : addDays(found.next, -1) };
  };
  const published = (day: Day) => {
    const { row, until } = look(source.kind, frozen ? first : day);
    const rate = row === null ? null : plusPoints(row.rate, source.points);
    return { row, rate, until: frozen ? last : until };
  };
  const statutory = (day: Day, because: AppliedRate["because"] = "statutory"): RateSpan<AppliedRate> => {
    const { row, rate, until } = published(day);
    return { until, rate: rate === null ? null : { rate, because, statutory: rate, floor: null, row } };
  };
  const agreed = (day: Day, own: Rate): RateSpan<AppliedRate> => {
    // The contract needs no published rate: what is not known of it is only not compared.
    const before = missing.length;
    const usual = published(day);
    missing.length = before;
    if (usual.rate !== null && own < usual.rate)
      remarks.add(
        `the contract's ${rateText(own)} % is below the statutory ${rateText(usual.rate)} %: a loss for the creditor`,
      );
    return {
      until: usual.until,
      rate: { rate: own, because: "contract", statutory: usual.rate, floor: null, row: null },
    };
  };
  const withFloor = (day: Day, own: Rate, kind: string): RateSpan<AppliedRate> => {
    const plain = agreed(day, own);
    const { row, until } = look(kind, day);
    const end = until < plain.until ? until : plain.until;
    if (plain.rate === null) return { until: end, rate: null };
    if (row === null) {
      missing.pop();
      remarks.add(
        `from ${day} on the least that a contract may agree is not known: ${rateText(own)} % is taken as agreed`,
      );
      return { until: end, rate: plain.rate };
    }
    const raised = own < row.rate;
    if (raised)
      remarks.add(
        `the contract's ${rateText(own)} % is raised to ${rateText(row.rate)} %, 3 x the legal rate, from ${day} on`,
      );
    const chosen = raised ? { rate: row.rate, because: "contract-floor" as const, row } : {};
    return { until: end, rate: { ...plain.rate, floor: row.rate, ...chosen } };
  };
  const withCap = (day: Day, own: Rate | null, kind: string): RateSpan<AppliedRate> => {
    if (own === null) return statutory(day, "legal");
    const { row, until } = look(kind, day);
    if (row === null) return { until, rate: null };
    if (own <= row.rate) {
      const rate = { rate: own, because: "contract" as const, statutory: null, floor: null, row: null };
      return { until, rate };
    }
    remarks.add(
      `the contract's ${rateText(own)} % is above the most that is allowed, ${rateText(row.rate)} %: the civil legal rate remains`,
    );
    const legal = statutory(day, "legal");
    return { ...legal, until: legal.until < until ? legal.until : until };
  };
  const rateFrom = (day: Day): RateSpan<AppliedRate> => {
    if (typeof contract === "object" && "cap" in contract) return withCap(day, contractRate, contract.cap);
    if (contractRate === null) return statutory(day);
    if (contract === "yes") return agreed(day, contractRate);
    if (contract !== "no") return withFloor(day, contractRate, contract.floor);
    remarks.add(`a rate of the contract is not taken against a ${law.kind}: the statutory one counts`);
    return statutory(day);
  };
  return { rateFrom, missing, remarks };
}
