/** Two codes of one customer: what of the one counts for the other. */

import { levelsSurvive } from "./snapshot.ts";
import type { Currency, Day, ItemKey, ItemType } from "./types.ts";

/** An item of either side. */
export interface MergingItem {
  readonly key: ItemKey;
  readonly number: string;
  readonly issued: Day | "";
  readonly currency: Currency;
  readonly ordinal: number;
  readonly type: ItemType;
  readonly due: Day | null;
  readonly state: "open" | "settled";
  readonly settledOn: Day | null;
  /** As-of day of the balance that showed it first. */
  readonly firstDay: Day;
}

/** One document under two codes: the books moved it, nobody paid it. */
export interface Moved {
  readonly from: ItemKey;
  readonly to: ItemKey;
  readonly currency: Currency;
}

const sameDocument = ({ number, issued, currency, type, due }: MergingItem): string =>
  JSON.stringify([number, issued, currency, type, due]);

/**
 * The documents of one side that went when they appeared on the other: what they were told goes on, unless they were away
 * for so long that it does not count any more (`levelsSurvive`).
 */
export function movedItems(one: readonly MergingItem[], other: readonly MergingItem[]): readonly Moved[] {
  return [...pairs(one, other), ...pairs(other, one)];
}

function pairs(gone: readonly MergingItem[], here: readonly MergingItem[]): Moved[] {
  const waiting = new Map<string, MergingItem[]>();
  for (const item of gone) {
    if (item.state !== "settled" || item.settledOn === null) continue;
    const key = sameDocument(item);
    waiting.set(key, [...(waiting.get(key) ?? []), item]);
  }
  return here.flatMap((item) => {
    const found = item.state === "open" ? waiting.get(sameDocument(item)) : undefined;
    const at = found?.findIndex(
      ({ settledOn }) =>
        settledOn !== null && settledOn <= item.firstDay && levelsSurvive(settledOn, item.firstDay),
    );
    const from = found?.[at ?? -1];
    if (found === undefined || from === undefined) return [];
    found.splice(at ?? 0, 1);
    return [{ from: from.key, to: item.key, currency: item.currency }];
  });
}

/** The cycle in which a dossier stands. */
export interface Standing {
  readonly cycle: number;
  /** It only looked ended: its items moved to the other code in the same balance. */
  readonly endedByMove: boolean;
}

/** How far the cycles of both sides move up, so that what runs now has one number, and that number. */
export interface Alignment {
  readonly from: number;
  readonly into: number;
  readonly cycle: number;
}

export function alignCycles(from: Standing, into: Standing): Alignment {
  const running = ({ cycle, endedByMove }: Standing): number => (endedByMove ? cycle - 1 : cycle);
  const cycle = Math.max(running(from), running(into));
  return { from: cycle - running(from), into: cycle - running(into), cycle };
}

/** Ordinals for items that join a customer who has the same document numbers; claims without invoices keep their part. */
export function freeOrdinal(ordinal: number, taken: ReadonlySet<number>): number {
  const step = ordinal < 0 ? -2 : 1;
  let free = ordinal;
  while (taken.has(free)) free += step;
  return free;
}

/** What one balance did to a dossier. */
export interface DossierChange {
  readonly snapshot: number;
  readonly cycleBefore: number;
  readonly cycleAfter: number;
  readonly partPaidBefore: Day | null;
  readonly partPaidAfter: Day | null;
}

/**
 * The changes of two dossiers that become one, oldest first, with cycles on one scale: at every time it stood in the higher
 * one's cycle. `cycle`: in which it stands now. Changes that are none any more are left out.
 */
export function joinedChanges(sides: readonly (readonly DossierChange[])[], cycle: number): DossierChange[] {
  const snapshots = [...new Set(sides.flat().map(({ snapshot }) => snapshot))].sort((a, b) => a - b);
  const at = (side: readonly DossierChange[], snapshot: number): readonly [before: number, after: number] => {
    const own = side.find((each) => each.snapshot === snapshot);
    if (own !== undefined) return [own.cycleBefore, own.cycleAfter];
    const later = side.find((each) => each.snapshot > snapshot);
    // Without any change it has always stood where it stands now.
    const now = later === undefined ? (side.at(-1)?.cycleAfter ?? cycle) : later.cycleBefore;
    return [now, now];
  };
  return snapshots.flatMap((snapshot) => {
    const cycles = sides.map((side) => at(side, snapshot));
    const cycleBefore = Math.max(...cycles.map(([before]) => before));
    const cycleAfter = Math.max(...cycles.map(([, after]) => after));
    const own = sides.flatMap((side) => side.filter((each) => each.snapshot === snapshot));
    const latest = (days: readonly (Day | null)[]): Day | null =>
      days
        .filter((day) => day !== null)
        .sort()
        .at(-1) ?? null;
    const partPaidBefore = latest(own.map((each) => each.partPaidBefore));
    const partPaidAfter = cycleAfter > cycleBefore ? null : latest(own.map((each) => each.partPaidAfter));
    if (cycleBefore === cycleAfter && partPaidBefore === partPaidAfter) return [];
    return [{ snapshot, cycleBefore, cycleAfter, partPaidBefore, partPaidAfter }];
  });
}
