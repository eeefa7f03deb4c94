import { addDays } from "./day.ts";
import { byAge } from "./item-order.ts";
import { ZERO } from "./money.ts";
import type { PlanningDay } from "./planning-day.ts";
import { isUndecided, promiseLimit } from "./promise.ts";
import type { Cents, Day, Dispute, Dossier, Hold, ItemKey, OpenItem, PromiseToPay } from "./types.ts";

/** A dossier with what is held, disputed and promised today marked on its items. */
export interface Agreed {
  readonly dossier: Dossier;
  readonly holds: readonly Hold[];
  /** Promises that are waited for; `undecided`: their days have passed, a newer balance must tell. */
  readonly promises: readonly { readonly promise: PromiseToPay; readonly undecided: boolean }[];
  /** The first day on which something of it comes back by itself; null: nothing does. */
  readonly returns: Day | null;
}

/** The same every time: promises must have been decided for the day before (`decided`). */
export function agreedOn(day: PlanningDay, dossier: Dossier): Agreed {
  if (dossier.holds.length + dossier.disputes.length + dossier.promises.length === 0)
    return { dossier, holds: [], promises: [], returns: null };
  const holds = dossier.holds.filter(({ since, until }) => isOn(day.today, since, until));
  const promises = dossier.promises
    .filter(({ state, given }) => state === "open" && given <= day.today)
    .map((promise) => ({ promise, undecided: isUndecided(day, promise) }));
  const marked = new Map(contested(dossier).items.map((item) => [item.key, item]));
  for (const { items } of holds) hold(marked, items);
  for (const { promise } of promises) cover(marked, promise);
  const returns = [
    ...holds.flatMap(({ until }) => (until === null ? [] : [addDays(until, 1)])),
    ...promises.flatMap(({ promise, undecided }) =>
      undecided ? [] : [addDays(promiseLimit(day, promise), 1)],
    ),
  ].sort();
  return {
    dossier: { ...dossier, items: [...marked.values()] },
    holds,
    promises,
    returns: returns[0] ?? null,
  };
}

/** With what is disputed today marked on its items, and nothing else. */
export function contested(dossier: Dossier): Dossier {
  if (dossier.disputes.length === 0) return dossier;
  const marked = new Map(dossier.items.map((item) => [item.key, item]));
  for (const dispute of dossier.disputes) if (!isDeducted(dispute, dossier)) contest(marked, dispute);
  return { ...dossier, items: [...marked.values()] };
}

function isOn(today: Day, since: Day, until: Day | null): boolean {
  return since <= today && (until === null || today <= until);
}

type Marked = Map<ItemKey, OpenItem>;

function hold(marked: Marked, keys: readonly ItemKey[] | null): void {
  for (const key of keys ?? marked.keys()) {
    const item = marked.get(key);
    if (item !== undefined) marked.set(key, { ...item, excluded: item.excluded ?? "hold" });
  }
}

/** Those of the keys that are still owed, oldest first. */
function owed(marked: Marked, keys: readonly ItemKey[]): OpenItem[] {
  return keys
    .flatMap((key) => marked.get(key) ?? [])
    .filter(({ open }) => open > 0)
    .sort(byAge);
}

/**
 * Where the debtor was right: the books have taken the part off the documents, or there is a credit note of exactly that
 * amount beside them. Any other fall may be the payment of the rest, so it says nothing.
 */
function isDeducted({ amount, accepted, deducted, opened }: Dispute, { items }: Dossier): boolean {
  if (accepted === null) return false;
  const part = amount ?? accepted;
  const noted = items.some(
    ({ type, open, issued }) => type === "credit-note" && open === 0 - part && (issued ?? opened) >= opened,
  );
  return deducted || noted;
}

function contest(marked: Marked, { items, amount }: Dispute): void {
  const own = owed(marked, items);
  let left = amount ?? own.reduce((total, item) => total + item.open, 0);
  for (const item of own) {
    const part = Math.min(left, Math.max(0, item.open - item.disputed));
    left -= part;
    if (part > 0) marked.set(item.key, { ...item, disputed: (item.disputed + part) as Cents });
  }
}

/** What is missing of a promise covers its items, oldest first; never what the debtor does not pay himself. */
function cover(marked: Marked, { items, amount, paid }: PromiseToPay): void {
  let left: number = Math.max(ZERO, amount - paid);
  const meant = items.filter((item) => item.meant).map(({ key }) => key);
  for (const item of owed(marked, meant)) {
    if (item.excluded !== null && item.excluded !== "hold") continue;
    const part = Math.min(left, Math.max(0, item.open - item.disputed - item.promised));
    left -= part;
    if (part > 0) marked.set(item.key, { ...item, promised: (item.promised + part) as Cents });
  }
}

const named = (ids: readonly string[]): string =>
  ids.length === 0 ? " in the books" : ` (${ids.join(", ")})`;

/** Of one item where one is named; without a hold of a person it is the books that block. */
function touching<T extends { readonly items: readonly ItemKey[] | null }>(
  list: readonly T[],
  key: ItemKey | null,
): readonly T[] {
  return key === null ? list : list.filter(({ items }) => items?.includes(key) ?? true);
}

/** "on hold until 2026-12-15 (H3)" */
export function onHoldText({ holds }: Agreed, key: ItemKey | null = null): string {
  const own = touching(holds, key);
  const open = own.some(({ until }) => until === null);
  const last = own
    .map(({ until }) => until ?? "")
    .sort()
    .at(-1);
  return `on hold${open || !last ? "" : ` until ${last}`}${named(own.map(({ id }) => id))}`;
}

/** "disputed (D2)" */
export function disputedText({ dossier }: Agreed, key: ItemKey | null = null): string {
  return `disputed${named(touching(dossier.disputes, key).map(({ id }) => id))}`;
}

/** "promised for 2026-12-01 (P4)" */
export function promisedText({ promises }: Agreed, key: ItemKey | null = null): string {
  const own = promises
    .map(({ promise }) => promise)
    .filter(({ items }) => key === null || items.some((item) => item.key === key && item.meant));
  const dates = own.map(({ date }) => date).sort();
  return `promised${dates[0] === undefined ? "" : ` for ${dates[0]}`}${named(own.map(({ id }) => id))}`;
}
