import { addDays } from "./day.ts";
import type { Day } from "./types.ts";

declare const unit: unique symbol;
/** A yearly rate in ten-thousandths of a percent: 12.15 % = 121500. May be negative (German base rate). */
export type Rate = number & { readonly [unit]: "1/10000 %" };

/** A rate that somebody has published, for the days on which it holds. */
export interface DatedRate {
  /** ISO 3166-1, or EU. */
  readonly country: string;
  /** Which rate of the country: see RATE_KINDS. */
  readonly kind: string;
  readonly from: Day;
  /** Its last day; null: fixed by the law itself. Nothing is carried on after it. */
  readonly until: Day | null;
  readonly rate: Rate;
  /** Where it was read. */
  readonly source: string;
  /** On which day it was read there. */
  readonly seen: Day;
  /** False: shipped without proof; it counts only once the user has confirmed it. */
  readonly verified: boolean;
  /** From the company's own rates.yaml. */
  readonly own: boolean;
}

export interface RateKind {
  readonly country: string;
  readonly kind: string;
  readonly about: string;
  /** How long a published one holds; null: until the law changes. */
  readonly period: "semester" | "year" | null;
  /** Where a new one is published. */
  readonly published: string;
  /** To which points are added: below zero in some years. */
  readonly base?: true;
  /** Not needed for any claim: kept to check others against. */
  readonly reference?: true;
}

/** The rates that claims are worked out with. */
export const RATE_KINDS: readonly RateKind[] = [
  {
    country: "FR",
    kind: "b2b_default_ecb_plus_10",
    about: "between businesses, where nothing was agreed: ECB + 10 points",
    period: "semester",
    published: "key interest rates of the ECB or the Banque de France, plus 10 points (C. com. L441-10, II)",
  },
  {
    country: "FR",
    kind: "b2b_contract_floor_3x_legal",
    about: "between businesses: the least that a contract may agree, 3 x the legal rate",
    period: "semester",
    published: "three times the legal rate of other creditors (arrêté in the Journal officiel)",
  },
  {
    country: "FR",
    kind: "legal_rate_creditor_other_incl_business",
    about: "legal rate where the creditor is a business",
    period: "semester",
    published: "arrêté in the Journal officiel, end of June and of December",
  },
  {
    country: "FR",
    kind: "legal_rate_creditor_private_individual",
    about: "legal rate where the creditor is a private person: not for a business, whoever owes",
    period: "semester",
    published: "arrêté in the Journal officiel, end of June and of December",
    reference: true,
  },
  {
    country: "BE",
    kind: "b2b_late_payment_act_2002",
    about: "between businesses, and the most against consumers",
    period: "semester",
    published: "notice of FPS Finance in the Moniteur belge, sometimes months late",
  },
  {
    country: "BE",
    kind: "civil_legal_rate",
    about: "civil legal rate",
    period: "year",
    published: "notice in the Moniteur belge, each January",
  },
  {
    country: "LU",
    kind: "b2b_late_payment",
    about: "between businesses: ECB + 8 points",
    period: "semester",
    published: "mj.gouvernement.lu",
  },
  {
    country: "LU",
    kind: "b2c_legal_rate",
    about: "against consumers",
    period: "year",
    published: "mj.gouvernement.lu",
    reference: true,
  },
  {
    country: "NL",
    kind: "handelsrente_b2b",
    about: "between businesses: ECB + 8 points",
    period: "semester",
    published: "rijksoverheid.nl, wettelijke handelsrente",
  },
  {
    country: "NL",
    kind: "wettelijke_rente_b2c",
    about: "against consumers",
    period: "semester",
    published: "rijksoverheid.nl, wettelijke rente",
  },
  {
    country: "DE",
    kind: "base_rate_247_bgb",
    base: true,
    about: "base rate: 9 points more between businesses, 5 where a consumer is involved",
    period: "semester",
    published: "Bundesbank, Basiszinssatz nach § 247 BGB",
  },
  {
    country: "GB",
    kind: "boe_reference_rate_half_year",
    base: true,
    about: "reference rate: 8 points more between businesses",
    period: "semester",
    published: "Bank Rate history of the Bank of England, on 31 December and 30 June",
  },
  {
    country: "CH",
    kind: "or_104_default",
    about: "default interest",
    period: null,
    published: "OR art. 104",
  },
  {
    country: "EU",
    kind: "ecb_mro",
    base: true,
    about: "main refinancing rate of the ECB, from which others are worked out",
    period: null,
    published: "key interest rates of the ECB",
    reference: true,
  },
];

export const kindOf = (country: string, kind: string): RateKind | null =>
  RATE_KINDS.find((each) => each.country === country && each.kind === kind) ?? null;

/** `12.15` or `12,15` (at most four decimals): null for anything else. */
export function parseRate(text: string): Rate | null {
  const match = /^(-?)(\d{1,3})(?:[.,](\d{1,4}))?$/.exec(text.trim());
  if (match === null) return null;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const value = Number(whole) * 10_000 + Number(fraction.padEnd(4, "0"));
  return (sign === "-" ? -value : value) as Rate;
}

/** Base rates have been below zero, by less than one point. */
const LIMITS = { highest: 300_000, lowest: -50_000 } as const;

/** Whether a rate of this kind can have been published: typed without its point, 12.15 % is 1215 %. */
export const isPlausible = ({ base }: RateKind, rate: Rate): boolean =>
  rate <= LIMITS.highest && rate >= (base === true ? LIMITS.lowest : 0);

/** `12.15`, `10.5` -> `10.50`: two decimals, more only where they say something. */
export function rateText(rate: Rate): string {
  const digits = String(Math.abs(rate)).padStart(5, "0");
  const fraction = digits.slice(-4).replace(/0{1,2}$/, "");
  return `${rate < 0 ? "-" : ""}${digits.slice(0, -4)}.${fraction}`;
}

export const plusPoints = (rate: Rate, points: Rate): Rate => (rate + points) as Rate;

export type Found =
  | { readonly rate: DatedRate; readonly why: null }
  | { readonly rate: null; readonly why: "missing"; readonly next: Day | null }
  /** It was shipped without proof and the user has not confirmed it. */
  | {
      readonly rate: null;
      readonly why: "unconfirmed";
      readonly shipped: DatedRate;
      readonly next: Day | null;
    };

/** Dated rates, asked by day. */
export interface RateTable {
  readonly rows: readonly DatedRate[];
  /** The rate of a day. Where there is none, `next` is the first later day that another row covers. */
  readonly at: (country: string, kind: string, day: Day) => Found;
}

/** The company's own rows go before what was shipped; of rows of one origin for the same first day the last one counts. */
export function rateTable(given: readonly DatedRate[]): RateTable {
  const known = new Map<string, Map<string, DatedRate>>();
  for (const row of given) {
    const key = `${row.country} ${row.kind}`;
    const rows = known.get(key) ?? new Map<string, DatedRate>();
    known.set(key, rows.set(`${row.from} ${row.own}`, row));
  }
  const sorted = new Map(
    [...known].map(([key, each]) => {
      const rows = [...each.values()].sort((a, b) => (a.from < b.from ? -1 : 1));
      return [key, { rows, own: rows.filter(({ own }) => own), shipped: rows.filter(({ own }) => !own) }];
    }),
  );
  return {
    // A shipped row in whose place one of the company's has come is not told.
    rows: [...sorted.values()].flatMap(({ rows, own }) =>
      rows.filter((row) => row.own || own.every(({ from }) => from !== row.from)),
    ),
    at: (country, kind, day) => {
      const { rows, own, shipped } = sorted.get(`${country} ${kind}`) ?? { rows: [], own: [], shipped: [] };
      const next = startAfter(rows, day);
      const row = covering(own, day) ?? covering(shipped, day);
      if (row === null) return { rate: null, why: "missing", next };
      if (row.verified) return { rate: cutBy(row, row.own ? startAfter(own, day) : next), why: null };
      const after = row.until === null ? next : addDays(row.until, 1);
      return {
        rate: null,
        why: "unconfirmed",
        shipped: row,
        next: next !== null && (after === null || next < after) ? next : after,
      };
    },
  };
}

/** Of rows of one origin the last one that has begun, unless it has ended. */
function covering(rows: readonly DatedRate[], day: Day): DatedRate | null {
  const row = rows.findLast(({ from }) => from <= day);
  return row === undefined || (row.until !== null && row.until < day) ? null : row;
}

const startAfter = (rows: readonly DatedRate[], day: Day): Day | null =>
  rows.find(({ from }) => from > day)?.from ?? null;

/** A row ends where the next one begins. */
function cutBy(row: DatedRate, next: Day | null): DatedRate {
  if (next === null || (row.until !== null && row.until < next)) return row;
  return { ...row, until: addDays(next, -1) };
}

/** The last day of the period in which a day lies. */
export function periodEnd({ period }: Pick<RateKind, "period">, day: Day): Day | null {
  if (period === null) return null;
  const year = day.slice(0, 4);
  return (period === "semester" && day < `${year}-07-01` ? `${year}-06-30` : `${year}-12-31`) as Day;
}

export interface RateGap extends Pick<RateKind, "country" | "kind" | "about" | "published"> {
  readonly from: Day;
  readonly until: Day;
  readonly why: "missing" | "unconfirmed";
  /** What was shipped without proof, else null. */
  readonly shipped: DatedRate | null;
}

/** Periods without a usable rate, from the first row of each kind to the period of `today`. `countries`: null: all. */
export function rateGaps(table: RateTable, today: Day, countries: readonly string[] | null): RateGap[] {
  return RATE_KINDS.filter(
    ({ country, reference }) => reference !== true && (countries === null || countries.includes(country)),
  ).flatMap((each) => {
    const first = table.rows.find(
      ({ country, kind }) => country === each.country && kind === each.kind,
    )?.from;
    const gaps: RateGap[] = [];
    const end = periodEnd(each, today) ?? today;
    for (let day = first ?? null; day !== null && day <= end; ) {
      const found = table.at(each.country, each.kind, day);
      if (found.rate !== null) {
        day = found.rate.until === null ? null : addDays(found.rate.until, 1);
        continue;
      }
      const { country, kind, about, published } = each;
      const shipped = found.why === "unconfirmed" ? found.shipped : null;
      const known = shipped !== null && found.next !== null ? addDays(found.next, -1) : null;
      const until = known ?? periodEnd(each, day) ?? end;
      gaps.push({ country, kind, about, published, from: day, until, why: found.why, shipped });
      day = addDays(until, 1);
    }
    return gaps;
  });
}
