import type { ItemState } from "./snapshot.ts";

/** One of several rows of a debtor with the same number, issue date and currency: instalments, partial postings. */
export type Twin = ItemState;

export interface KnownTwin extends Twin {
  /** Its number among its twins, from 0. */
  readonly ordinal: number;
  readonly settled: boolean;
}

const NEVER = "9999-99-99";

/** An order that does not depend on where rows stand in the file. */
function compare(a: Twin, b: Twin): number {
  const [dueA, dueB] = [a.due ?? NEVER, b.due ?? NEVER];
  if (dueA !== dueB) return dueA < dueB ? -1 : 1;
  if (a.type !== b.type) return a.type < b.type ? -1 : 1;
  if (a.open !== b.open) return a.open - b.open;
  if (a.original !== b.original) return (a.original ?? -Infinity) - (b.original ?? -Infinity);
  if (a.dueDerived !== b.dueDerived) return Number(a.dueDerived) - Number(b.dueDerived);
  const [markA, markB] = [a.mark ?? "", b.mark ?? ""];
  return markA === markB ? 0 : markA < markB ? -1 : 1;
}

type Key = (twin: Twin) => string;
const same: Key = ({ due, type, open, original, dueDerived, mark }) =>
  `${due} ${type} ${open} ${original} ${dueDerived} ${mark}`;
const sameAmount: Key = ({ due, type, open }) => `${due} ${type} ${open}`;
const sameKind: Key = ({ due, type }) => `${due} ${type}`;
const sameDue: Key = ({ due }) => `${due}`;
const any: Key = () => "";

/**
 * Which known item each incoming row is: its ordinal, in the order of `incoming`; rows that are new get the lowest free
 * ordinals. The due date decides first, so that a paid instalment does not shift the others; an open item is preferred
 * to a settled one. `numbered`: the rows have a document number; without one only the dates tell what they are.
 */
export function matchTwins(
  known: readonly KnownTwin[],
  incoming: readonly Twin[],
  numbered: boolean,
): readonly number[] {
  const rows = incoming.map((_, at) => at).sort((a, b) => compare(twin(incoming, a), twin(incoming, b)));
  const ordered = [...known].sort((a, b) => compare(a, b) || a.ordinal - b.ordinal);
  const open = ordered.filter(({ settled }) => !settled);
  const settled = ordered.filter((each) => each.settled);
  const found = new Map<number, number>();
  const used = new Set<number>();

  const pass = (candidates: readonly KnownTwin[], key: Key): void => {
    const free = new Map<string, number[]>();
    for (const each of candidates) {
      if (used.has(each.ordinal)) continue;
      const list = free.get(key(each));
      if (list === undefined) free.set(key(each), [each.ordinal]);
      else list.push(each.ordinal);
    }
    // Taken from the end, which is cheap; so the lists are turned round once.
    for (const list of free.values()) list.reverse();
    for (const at of rows) {
      if (found.has(at)) continue;
      const ordinal = free.get(key(twin(incoming, at)))?.pop();
      if (ordinal === undefined) continue;
      found.set(at, ordinal);
      used.add(ordinal);
    }
  };
  for (const candidates of [open, settled]) {
    for (const key of [same, sameAmount, sameKind, sameDue]) pass(candidates, key);
  }
  if (numbered) for (const candidates of [open, settled]) pass(candidates, any);

  const taken = new Set(known.map(({ ordinal }) => ordinal));
  let next = 0;
  for (const at of rows) {
    if (found.has(at)) continue;
    while (taken.has(next)) next++;
    found.set(at, next++);
  }
  return incoming.map((_, at) => found.get(at) ?? 0);
}

function twin(twins: readonly Twin[], at: number): Twin {
  const found = twins[at];
  if (found === undefined) throw new RangeError(`no twin ${at}`);
  return found;
}
