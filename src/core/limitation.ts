/** Until when a claim can be brought before a court. Sources differ on where the time begins: the earliest candidate is told, to be verified. */

import { addDays, addMonths, daysBetween } from "./day.ts";
import type { Day, Dossier, OpenItem } from "./types.ts";

interface Period {
  readonly years: number;
  readonly basis: string;
}

type Kind = "business" | "consumer";

/** The shortest that may count; what is not known of a debtor makes it shorter, never longer. */
const PERIODS: Readonly<Record<string, Readonly<Record<Kind, Period>>>> = {
  FR: {
    business: { years: 5, basis: "C. com. L110-4, C. civ. 2224" },
    consumer: { years: 2, basis: "C. conso. L218-2" },
  },
  BE: {
    business: { years: 5, basis: "periodic sums and interest 5 years, else 10" },
    consumer: { years: 1, basis: "goods sold to consumers 1 year, utilities 5, else 10" },
  },
};

/** What the debtor did that recognises the debt, and so begins the time anew. */
export interface Recognition {
  readonly day: Day;
  readonly how: "part payment" | "promise" | "instalment plan";
}

export interface Limitation {
  /** The earliest day on which the claim may have lapsed. */
  readonly until: Day;
  readonly years: number;
  readonly basis: string;
  /** Where the time begins: invoice date, due date (whichever is earlier), or a recognition after them. */
  readonly from: Day;
  readonly recognition: Recognition | null;
}

const yearsLater = (day: Day, years: number): Day => addMonths(day, years * 12);

interface Debt {
  readonly country: string;
  readonly kind: Kind | null;
}

function periodOf({ country, kind }: Debt): Period | undefined {
  return PERIODS[country]?.[kind ?? "consumer"];
}

/** Where the time begins at the earliest. */
function beginning({ issued, due }: Pick<OpenItem, "issued" | "due">): Day | null {
  if (issued === null || due === null) return issued ?? due;
  return issued < due ? issued : due;
}

/** Null: the law of that country is not known here, or the item has no date. `kind` null: the shorter time of the two. */
export function limitationOf(
  item: Pick<OpenItem, "issued" | "due">,
  debt: Debt,
  recognised: readonly Recognition[] = [],
): Limitation | null {
  const period = periodOf(debt);
  const first = beginning(item);
  if (period === undefined || first === null) return null;
  const recognition = recognised
    .filter(({ day }) => day > first && day <= yearsLater(first, period.years))
    .reduce<Recognition | null>((last, each) => (last === null || each.day >= last.day ? each : last), null);
  const from = recognition?.day ?? first;
  return { ...period, from, until: yearsLater(from, period.years), recognition };
}

/** Part payments, promises and plans about an item, oldest first. */
export function recognitionsOf(dossier: Dossier, item: OpenItem): Recognition[] {
  const promised = dossier.promises
    .filter(({ items }) => items.some(({ key, meant }) => meant && key === item.key))
    .map(({ given, plan }) => ({
      day: given,
      how: plan === null ? ("promise" as const) : ("instalment plan" as const),
    }));
  const { partPaid = null } = item;
  const paid = partPaid === null ? [] : [{ day: partPaid, how: "part payment" as const }];
  return [...promised, ...paid].sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** How soon it lapses: past, within 3 or 12 months; null: later. Of a time of one year only the last 3 months are told. */
export function limitationNear({ until, years }: Limitation, today: Day): "past" | 3 | 12 | null {
  if (today > until) return "past";
  if (today >= addMonths(until, -3)) return 3;
  return years > 1 && today >= addMonths(until, -12) ? 12 : null;
}

/** The items of which `limitationNear` can say something: of a large ledger nearly all are too young, and told apart at once. */
export function oldEnough(debt: Debt, today: Day): (item: Pick<OpenItem, "issued" | "due">) => boolean {
  const period = periodOf(debt);
  if (period === undefined) return () => false;
  // Three days more: months have different lengths.
  const horizon = addDays(addMonths(today, (period.years > 1 ? 12 : 3) - period.years * 12), 3);
  return (item) => {
    const first = beginning(item);
    return first !== null && first <= horizon;
  };
}

/** `lapses on 2026-12-31 (in 41 days; ...)`: for people. */
export function limitationText({ until, years, basis, from, recognition }: Limitation, today: Day): string {
  const left = daysBetween(today, until);
  const when = left < 0 ? `may have lapsed on ${until}` : `may lapse after ${until} (in ${left} days)`;
  const start =
    recognition === null ? `counted from ${from}` : `counted from the ${recognition.how} of ${from}`;
  return `${when}: ${years} year${years === 1 ? "" : "s"} ${start}, to be verified (${basis})`;
}
