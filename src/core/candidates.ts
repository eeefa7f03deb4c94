import { type Agreed, agreedOn } from "./agreed.ts";
import { byAge } from "./item-order.ts";
import { ZERO } from "./money.ts";
import type { PlanningDay } from "./planning-day.ts";
import type { ItemCode } from "./reasons.ts";
import type { Cents, Day, Dossier, ItemKey, OpenItem } from "./types.ts";

/** An overdue item with a claimable part. */
export interface Candidate {
  readonly item: OpenItem;
  /** Whole days past due, 1 or more. */
  readonly age: number;
  /** max(0, open - disputed - promised). */
  readonly claimable: Cents;
  /** Credits cover it whole: listed, but it neither leads nor counts. */
  readonly covered: boolean;
}

/** One dossier as it stands today. */
export interface Standing {
  /** With what is held, disputed and promised today marked on its items. */
  readonly dossier: Dossier;
  readonly agreed: Agreed;
  /** Oldest first, covered ones included. */
  readonly candidates: readonly Candidate[];
  /** Those that lead and count: not covered by credits. */
  readonly counting: readonly Candidate[];
  /** Items in the debtor's favour. */
  readonly credits: readonly OpenItem[];
  /** Their sum, positive. */
  readonly creditTotal: Cents;
  /** Claimable and not past due: what a reminder before the due date is about. */
  readonly upcoming: readonly OpenItem[];
  /** Balance, credits deducted. */
  readonly open: Cents;
  /** What is owed and past due, whatever its state. */
  readonly overdue: Cents;
  /** Items that the debtor owes. */
  readonly owedItems: number;
  /** Overdue items that are out of the game, by code. */
  readonly out: ReadonlyMap<ItemCode, number>;
  /** An export without invoices: claims per balance only. */
  readonly balanceOnly: boolean;
}

const EXCLUDED = {
  hold: "on-hold",
  agency: "at-agency",
  insurer: "at-insurer",
  lawyer: "at-lawyer",
  "direct-debit": "direct-debit",
} as const satisfies Record<NonNullable<OpenItem["excluded"]>, ItemCode>;

export function claimableOf(item: OpenItem): Cents {
  const rest = item.open - item.disputed - item.promised;
  return (rest > 0 ? rest : 0) as Cents;
}

/** Whether an item is in the game today. `minItem` in minor units. */
export function judge(item: OpenItem, minItem: Cents, today: Day): ItemCode {
  if (item.open < 0) return "credit";
  if (item.open === 0) return "nothing-open";
  if (item.excluded !== null) return EXCLUDED[item.excluded];
  if (item.due === null) return "no-due-date";
  const claimable = claimableOf(item);
  if (claimable === 0) return item.disputed >= item.promised ? "disputed" : "promised";
  if (claimable < minItem) return "below-item-minimum";
  return item.due < today ? "candidate" : "not-due";
}

const NONE_OUT: ReadonlyMap<ItemCode, number> = new Map();

/** The promises of the dossier must have been decided for the day (`decided`). */
export function standingOf(day: PlanningDay, given: Dossier, minItem: Cents): Standing {
  const { today } = day;
  const agreed = agreedOn(day, given);
  const { dossier } = agreed;
  const late: OpenItem[] = [];
  const credits: OpenItem[] = [];
  const upcoming: OpenItem[] = [];
  let out: Map<ItemCode, number> | null = null;
  let open = 0;
  let overdue = 0;
  let credit = 0;
  let owedItems = 0;
  let balanceOnly = false;
  for (const item of dossier.items) {
    const code = judge(item, minItem, today);
    open += item.open;
    if (item.type === "balance") balanceOnly = true;
    if (code === "credit") {
      credits.push(item);
      credit -= item.open;
      continue;
    }
    if (item.open > 0) owedItems += 1;
    const past = item.due !== null && item.due < today;
    if (past) overdue += item.open;
    if (code === "candidate") late.push(item);
    else if (code === "not-due") upcoming.push(item);
    else if (past && item.open > 0) {
      out ??= new Map();
      out.set(code, (out.get(code) ?? 0) + 1);
    }
  }
  const candidates = covering(day, late.sort(byAge), credit);
  return {
    dossier,
    agreed,
    candidates,
    counting: credit === 0 ? candidates : candidates.filter((each) => !each.covered),
    credits,
    creditTotal: credit as Cents,
    upcoming,
    open: open as Cents,
    overdue: overdue as Cents,
    owedItems,
    out: out ?? NONE_OUT,
    balanceOnly,
  };
}

/** Credits cover the oldest items first. */
function covering(day: PlanningDay, late: readonly OpenItem[], credit: number): Candidate[] {
  let left = credit;
  return late.map((item) => {
    const claimable = claimableOf(item);
    const covered = claimable <= left;
    left -= claimable;
    return { item, age: day.age(item.due as Day), claimable, covered };
  });
}

/** The highest level that a still open candidate has been told; 0: none. */
export function stageOf(counting: readonly Candidate[]): number {
  let stage = 0;
  for (const { item } of counting) if (item.level > stage) stage = item.level;
  return stage;
}

export function sumClaimable(candidates: readonly Candidate[]): Cents {
  let total: number = ZERO;
  for (const { claimable } of candidates) total += claimable;
  return total as Cents;
}

export function keysOf(candidates: readonly Candidate[]): ItemKey[] {
  return candidates.map(({ item }) => item.key);
}
