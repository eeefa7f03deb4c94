import { daysBetween } from "./day.ts";
import type { Lookalike } from "./debtor-code.ts";
import type { Cents, ChangeKind, Currency, Day, DebtorId, ItemMark, ItemType } from "./types.ts";

/** What an import can change about an item; debtor, number and issue date are its identity. */
export interface ItemState {
  readonly type: ItemType;
  readonly open: Cents;
  readonly due: Day | null;
  readonly dueDerived: boolean;
  readonly original: Cents | null;
  readonly mark: ItemMark | null;
}

/** An item as the store knows it. `settled`: the last snapshot did not show it any more. */
export interface KnownItem extends ItemState {
  readonly settled: boolean;
}

export interface Change {
  readonly kind: Exclude<ChangeKind, "new"> | "unchanged";
  /** The columns that differ, all of them, whatever the kind says. */
  readonly before: Partial<ItemState>;
  readonly after: Partial<ItemState>;
}

const UNCHANGED: Change = { kind: "unchanged", before: {}, after: {} };

/**
 * What a row does to an item that is known. A row may do several things at once; the kind is the one
 * with the most weight: settled (nothing open is left), reopened, part-paid (restarts the gap), re-dated, changed.
 */
export function classify(before: KnownItem, incoming: ItemState): Change {
  const same =
    before.open === incoming.open &&
    before.due === incoming.due &&
    before.type === incoming.type &&
    before.original === incoming.original &&
    before.mark === incoming.mark &&
    before.dueDerived === incoming.dueDerived;
  if (same && !before.settled) return UNCHANGED;
  const kind = kindOf(before, incoming);
  return kind === "unchanged" ? UNCHANGED : { kind, ...differences(before, incoming) };
}

function kindOf(before: KnownItem, incoming: ItemState): Change["kind"] {
  if (incoming.open === 0) return before.settled ? "unchanged" : "settled";
  if (before.settled) return "reopened";
  if (incoming.open > 0 && incoming.open < before.open) return "part-paid";
  return before.due === incoming.due ? "changed" : "re-dated";
}

function differences(before: ItemState, incoming: ItemState): Pick<Change, "before" | "after"> {
  const columns = ["type", "open", "due", "dueDerived", "original", "mark"] as const;
  const changed = columns.filter((column) => before[column] !== incoming[column]);
  const pick = (from: ItemState): Partial<ItemState> =>
    Object.fromEntries(changed.map((column) => [column, from[column]]));
  return { before: pick(before), after: pick(incoming) };
}

/** A reopened item keeps what it has been told for so many days after it was settled. */
const LEVELS_KEPT_DAYS = 30;

/** Whether the levels of an item that comes back on `reopened` still count. */
export function levelsSurvive(settled: Day, reopened: Day): boolean {
  return daysBetween(settled, reopened) <= LEVELS_KEPT_DAYS;
}

/**
 * A cycle ends when every overdue item of the dossier is settled: something was overdue, nothing is now.
 * Both lists are one dossier's open items, before and after the snapshot; overdue is meant on the snapshot's day.
 */
export function cycleEnded(
  before: readonly Pick<ItemState, "open" | "due">[],
  after: readonly Pick<ItemState, "open" | "due">[],
  asOf: Day,
): boolean {
  const overdue = (item: Pick<ItemState, "open" | "due">): boolean =>
    item.open > 0 && item.due !== null && item.due < asOf;
  return before.some(overdue) && !after.some(overdue);
}

/** Two snapshots side by side, counted over what is owed (credits aside). */
export interface SnapshotComparison {
  /** Days from the previous snapshot to this one. */
  readonly days: number;
  readonly itemsBefore: number;
  /** Open in the previous snapshot, gone from this one; debtors with rejected rows are not counted. */
  readonly itemsMissing: number;
  readonly amounts: readonly {
    readonly currency: Currency;
    readonly itemsBefore: number;
    readonly before: Cents;
    readonly missing: Cents;
  }[];
  readonly debtorsBefore: number;
  /** Debtors of this snapshot that the previous one had too. */
  readonly debtorsInCommon: number;
  /** Rejected rows of which nobody knows whose they are. */
  readonly rowsWithoutDebtor: number;
  /** Customers who have gone, and new ones with nearly the same code. */
  readonly lookalikes: readonly Lookalike[];
  /** Customers of this balance with nearly the same code, one of them new: a payment on one may be meant for the other. */
  readonly alike: readonly Lookalike[];
  /** Customers who have gone, and new ones under whom their documents stand now. */
  readonly movedTo: readonly Lookalike[];
  /** What is owed twice by rows that are the same in every column, and was not before. */
  readonly doubles: readonly Double[];
}

/** A document whose row stands twice. */
export interface Double {
  readonly debtor: DebtorId;
  readonly number: string;
}

export interface HoldSettings {
  /** `hold_if_missing` as a fraction: 0.3. */
  readonly ifMissing: number;
  /** The file's own total, or another control, agrees with all rows: what stands twice stands so in the books. */
  readonly controlled: boolean;
}

export type HoldReason =
  | "shrunken"
  | "foreign"
  | "rows-without-debtor"
  | "codes-look-changed"
  | "codes-look-alike"
  | "documents-moved"
  | "rows-twice";

/** Below so many open items a share says nothing: one payment is a third of a small ledger. */
const HOLD_MIN_ITEMS = 20;

/**
 * Why a snapshot must wait for `import accept`; empty: it may be used.
 *
 * `hold_if_missing: 30%` is read as: more than 30 % gone in a week is suspicious. Over more weeks it compounds,
 * 1 - 0.7^weeks (51 % after two, 76 % after four), so that a ledger that vanished whole is always suspicious;
 * less than a week counts as one. Items and the amount of each currency are looked at apart, each only where
 * at least 20 items were open.
 */
export function holdReasons(comparison: SnapshotComparison, settings: HoldSettings): HoldReason[] {
  const reasons: HoldReason[] = [];
  const weeks = Math.max(1, comparison.days / 7);
  const usual = 1 - (1 - settings.ifMissing) ** weeks;
  const tooMuch = (missing: number, before: number, items: number): boolean =>
    items >= HOLD_MIN_ITEMS && missing > before * usual + 1e-9 * before;
  const shrunken =
    tooMuch(comparison.itemsMissing, comparison.itemsBefore, comparison.itemsBefore) ||
    comparison.amounts.some((each) => tooMuch(each.missing, each.before, each.itemsBefore));
  if (shrunken) reasons.push("shrunken");
  if (comparison.debtorsBefore > 0 && comparison.debtorsInCommon === 0) reasons.push("foreign");
  if (comparison.rowsWithoutDebtor > 0) reasons.push("rows-without-debtor");
  if (comparison.lookalikes.length > 0) reasons.push("codes-look-changed");
  if (comparison.alike.length > 0) reasons.push("codes-look-alike");
  if (comparison.movedTo.length > 0) reasons.push("documents-moved");
  if (comparison.doubles.length > 0 && !settings.controlled) reasons.push("rows-twice");
  return reasons;
}
