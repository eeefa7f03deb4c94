import { addDays, toOrdinal } from "./day.ts";
import { ZERO } from "./money.ts";
import type { PlanningDay } from "./planning-day.ts";
import type { Cents, Day, Dossier, ItemKey, Ledger, PromiseToPay, WorkCalendar } from "./types.ts";

/** No company is closed for longer. */
const SEARCH_DAYS = 400;

/** The day that is so many working days after another one; that one need not be a working day. */
export function workingDaysAfter(calendar: WorkCalendar, day: Day, count: number): Day {
  let at = day;
  for (let left = count, searched = 0; left > 0 && searched < SEARCH_DAYS; searched++) {
    at = addDays(at, 1);
    if (calendar.closed(at) === null) left--;
  }
  return at;
}

/** The last day on which a promise is waited for. */
export function promiseLimit({ rules }: PlanningDay, { date }: Pick<PromiseToPay, "date">): Day {
  return workingDaysAfter(rules.calendar, date, rules.promiseGrace);
}

/** A promise whose days have passed and of which no balance could tell yet. */
export function isUndecided(day: PlanningDay, promise: PromiseToPay): boolean {
  return promise.state === "open" && promiseLimit(day, promise) < day.today;
}

/**
 * The ledger with its promises as they stand today. Kept: open less credits fell by the amount since it was given, or
 * nothing of what it is about is open any more. Broken: the last day has passed, the newest balance is as of that day or
 * later and does not show the money; partly kept: it shows some. Where the balance is not sure, nothing is decided.
 */
export function decided(day: PlanningDay, ledger: Ledger): Ledger {
  if (ledger.dossiers.every(({ promises }) => promises.length === 0)) return ledger;
  const sure = ledger.unreadRows === 0 && ledger.doubt === null;
  const dossiers = ledger.dossiers.map((dossier) =>
    dossier.promises.length === 0
      ? dossier
      : { ...dossier, promises: decidedIn(day, dossier, sure ? day.at.snapshot.asOf : null) },
  );
  return { ...ledger, dossiers };
}

function decidedIn(day: PlanningDay, dossier: Dossier, asOf: Day | null): PromiseToPay[] {
  const seen = moneySeen(dossier);
  return dossier.promises.map((promise) => {
    if (promise.state !== "open") return promise;
    const paid = seen.get(promise) ?? ZERO;
    const found = { paid, decided: day.today, cycle: dossier.cycle };
    if (asOf === null) return promise;
    if (paid >= promise.amount) return { ...promise, ...found, state: "kept" };
    const limit = promiseLimit(day, promise);
    if (day.today <= limit || asOf < limit) return { ...promise, paid };
    return { ...promise, ...found, state: paid > 0 ? "partly-kept" : "broken" };
  });
}

/**
 * What balances show of each promise's money, never counted twice: the earliest date is served first. An item that fell
 * from 100 to 40 brings 60 to the promises that saw it higher; how far down the money is spoken for is kept per item.
 * Whatever the money was put against counts, what the promise is about first. Credits bring what they have grown by; where
 * they shrank, they paid for something.
 */
function moneySeen({ items, promises }: Dossier): ReadonlyMap<PromiseToPay, Cents> {
  const now = new Map<ItemKey, number>();
  let creditsNow = 0;
  for (const { key, open } of items) {
    if (open < 0) creditsNow -= open;
    else now.set(key, open);
  }
  const spokenFor = new Map<ItemKey, number>();
  let creditsSpokenFor = Number.NEGATIVE_INFINITY;
  const seen = new Map<PromiseToPay, Cents>();
  for (const promise of [...promises].sort(byDate)) {
    const { amount, credits, state } = promise;
    const meant = promise.items.filter((item) => item.meant);
    // What another promise is about is not money for this one.
    const others = promise.items.filter(
      (item) => !item.meant && !promises.some((each) => each !== promise && isAbout(each, item.key)),
    );
    const top = ({ key, open }: { key: ItemKey; open: Cents }): number =>
      Math.min(open, spokenFor.get(key) ?? Infinity);
    const fallen = (item: { key: ItemKey; open: Cents }): number =>
      Math.max(0, top(item) - (now.get(item.key) ?? 0));
    const base = Math.max(credits, creditsSpokenFor);
    const all = [...meant, ...others].reduce((total, item) => total + fallen(item), 0);
    const money = Math.max(0, all + creditsNow - base);
    const gone = meant.length > 0 && meant.every(({ key }) => (now.get(key) ?? 0) === 0);
    const own = state === "open" ? Math.min(amount, gone ? amount : money) : Math.min(promise.paid, money);
    seen.set(promise, own as Cents);
    let left = own;
    for (const item of [...meant, ...others]) {
      const taken = Math.min(left, fallen(item));
      if (taken > 0) spokenFor.set(item.key, top(item) - taken);
      left -= taken;
    }
    if (left > 0) creditsSpokenFor = base + left;
  }
  return seen;
}

const isAbout = ({ items }: PromiseToPay, key: ItemKey): boolean =>
  items.some((item) => item.meant && item.key === key);

function byDate(a: PromiseToPay, b: PromiseToPay): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1;
  if (a.given !== b.given) return toOrdinal(a.given) - toOrdinal(b.given);
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}

/** How many promises of a debtor were not kept at all. */
export function brokenPromises({ dossiers }: Ledger): number {
  let count = 0;
  for (const { promises } of dossiers) for (const { state } of promises) if (state === "broken") count++;
  return count;
}
