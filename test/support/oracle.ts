import type { Day, Dossier, ItemKey, OpenItem } from "../../src/core/types.ts";
import { MIN_ITEM } from "./histories.ts";

// --- an oracle for "overdue candidate that counts", written apart from the planner ---

/** What may be claimed of an item, with what was settled about it; written apart from the planner. */
export function claimableIn(
  { items, holds, disputes, promises }: Dossier,
  today: Day,
): (each: OpenItem) => number {
  const sorted = items.filter(({ open }) => open > 0).sort(oldestFirst);
  const held = (key: ItemKey): boolean =>
    holds.some(
      (one) =>
        (one.items?.includes(key) ?? true) && one.since <= today && one.until !== null && today <= one.until,
    );
  const rest = new Map(sorted.map(({ key, open, disputed }) => [key, Math.max(0, open - disputed)]));
  const take = (keys: readonly ItemKey[], amount: number, from: (item: OpenItem) => boolean): void => {
    let left = amount;
    for (const item of sorted.filter((each) => keys.includes(each.key) && from(each))) {
      const part = Math.min(left, rest.get(item.key) ?? 0);
      rest.set(item.key, (rest.get(item.key) ?? 0) - part);
      left -= part;
    }
  };
  for (const one of disputes) take(one.items, one.amount ?? Number.MAX_SAFE_INTEGER, () => true);
  for (const one of promises.filter(({ state }) => state === "open"))
    take(
      one.items.filter(({ meant }) => meant).map(({ key }) => key),
      one.amount - one.paid,
      ({ excluded }) => excluded === null || excluded === "hold",
    );
  return ({ key, excluded }) => (held(key) || excluded !== null ? 0 : (rest.get(key) ?? 0));
}

export function oldestFirst(a: OpenItem, b: OpenItem): number {
  const [one, other] = [a.due ?? "9999", b.due ?? "9999"];
  return one === other ? a.number.localeCompare(b.number, "en") : one < other ? -1 : 1;
}

export function countingKeys(dossier: Dossier, today: Day): ItemKey[] {
  const { items } = dossier;
  const claimable = claimableIn(dossier, today);
  const late = items
    .filter((each) => each.open > 0 && each.due !== null && each.due < today)
    .filter((each) => claimable(each) > 0 && claimable(each) >= MIN_ITEM)
    .sort((a, b) => `${a.due}${a.number}`.localeCompare(`${b.due}${b.number}`, "en"));
  let credit = -items.filter(({ open }) => open < 0).reduce((total, { open }) => total + open, 0);
  return late
    .filter((each) => {
      const covered = claimable(each) <= credit;
      credit = Math.max(0, credit - claimable(each));
      return !covered;
    })
    .map(({ key }) => key);
}
