import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, daysBetween } from "../src/core/day.ts";
import { plan } from "../src/core/plan.ts";
import { planningDay } from "../src/core/planning-day.ts";
import { decided } from "../src/core/promise.ts";
import type {
  Action,
  Cents,
  Day,
  DebtorId,
  Dossier,
  ItemKey,
  Ledger,
  OpenItem,
  PromiseToPay,
  Rules,
} from "../src/core/types.ts";
import { anyDays, anyLedgers, anyRules, play, START, steadyRules } from "./support/histories.ts";
import { at, day, debtor, dossier, item, rules } from "./support/ledger.ts";
import { claimableIn, countingKeys } from "./support/oracle.ts";

const runs = { numRuns: 250 };

describe("promises of the planner", () => {
  test("no message claims more than is open, and its lines add up", () => {
    fc.assert(
      fc.property(anyLedgers, anyRules, anyDays, (ledgers, using, days) => {
        play(ledgers, using, days, (before, actions, _, today) => {
          for (const action of actions) {
            const { items } = dossierOfAction(before, action);
            const open = items.reduce((total, each) => total + each.open, 0);
            const lines = action.items.reduce((total, each) => total + each.claimed, 0);
            expect(action.claimed).toBeGreaterThan(0);
            expect(action.claimed).toBeLessThanOrEqual(open);
            expect(action.claimed).toBe(lines - action.credits);
            const claimable = claimableIn(dossierOfAction(before, action), today);
            for (const line of action.items.filter(({ role }) => role === "claimed")) {
              const about = items.find(({ key }) => key === line.key) as OpenItem;
              expect(line.claimed, `${line.number}: what is held, disputed or promised`).toBeLessThanOrEqual(
                claimable(about),
              );
            }
          }
        });
      }),
      runs,
    );
  });

  test("no item is told the same level twice, and levels only rise", () => {
    fc.assert(
      fc.property(anyLedgers, anyRules, anyDays, (ledgers, using, days) => {
        const { told } = play(ledgers, using, days, () => {});
        const highest = new Map<ItemKey, number>();
        for (const { item: key, level } of told) {
          expect(level, `item ${key}`).toBeGreaterThan(highest.get(key) ?? 0);
          highest.set(key, level);
        }
      }),
      runs,
    );
  });

  test("no debtor gets two automatic reminders within the cap", () => {
    fc.assert(
      fc.property(anyLedgers, anyRules, anyDays, (ledgers, using, days) => {
        const last = new Map<DebtorId, Day>();
        play(ledgers, using, days, (_, actions, __, today) => {
          for (const { debtor: id } of actions.filter(({ state }) => state === "due")) {
            const since = daysBetween(last.get(id) ?? day("2000-01-01"), today);
            expect(since).toBeGreaterThanOrEqual(using.contactCap);
            last.set(id, today);
          }
        });
      }),
      runs,
    );
  });

  test("every overdue candidate is in exactly one action or reason", () => {
    fc.assert(
      fc.property(anyLedgers, anyRules, anyDays, (ledgers, using, days) => {
        play(ledgers, using, days, (before, actions, notActed, today) => {
          for (const { debtor: who, dossiers } of before) {
            for (const one of dossiers.filter(({ items }) => items.length > 0)) {
              const own = <T extends { debtor: DebtorId; currency: string }>(list: readonly T[]): T[] =>
                list.filter((each) => each.debtor === who.id && each.currency === one.currency);
              const acted = own(actions).flatMap(({ items }) => items.map(({ key }) => key));
              const left = own(notActed).flatMap(({ items }) => items);
              for (const key of countingKeys(one, today)) {
                expect([...acted, ...left].filter((each) => each === key)).toEqual([key]);
              }
              expect(
                own(actions).length + own(notActed).length,
                "a dossier is never passed in silence",
              ).toBeGreaterThan(0);
            }
          }
        });
      }),
      runs,
    );
  });

  test("after a broken promise nothing leaves by itself before a person spoke, or had five days for it", () => {
    fc.assert(
      fc.property(anyLedgers, anyRules, anyDays, (ledgers, using, days) => {
        play(ledgers, using, days, (before, actions, _, today) => {
          for (const action of actions.filter(({ state, level }) => state === "due" && level !== null)) {
            const { promises, contacts, tasks, cycle } = dossierOfAction(before, action);
            for (const one of promises) {
              if (one.state !== "broken" || one.decided === null || one.cycle !== cycle) continue;
              const since = one.decided;
              const spoke = contacts.some(({ channel, day: when }) => channel === "call" && when >= since);
              const another = promises.some(({ given }) => given >= since);
              const listed = tasks.filter(
                ({ step: id, listed: when }) => id === "broken-promise" && when >= since,
              );
              const waited = listed.some(({ listed: when }) => daysBetween(when, today) >= 5);
              expect([spoke, another, waited], `${one.id} of ${since}, on ${today}`).toContain(true);
            }
          }
        });
      }),
      runs,
    );
  });

  test("money is counted for promises once, and never more than came", () => {
    const amounts = fc.array(fc.record({ open: fc.integer({ min: 1, max: 9 }), falls: fc.nat(9) }), {
      minLength: 1,
      maxLength: 3,
    });
    const promised = fc.array(
      fc.record({ meant: fc.nat(7), amount: fc.integer({ min: 1, max: 20 }), days: fc.nat(30) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(amounts, promised, fc.nat(9), fc.nat(9), (items, promises, creditsThen, creditsNow) => {
        const before = items.map(({ open }) => item({ open: open as Cents }));
        const after = before.map((each, nth) => ({
          ...each,
          open: Math.max(0, each.open - (items[nth]?.falls ?? 0)) as Cents,
        }));
        const given = promises.map(
          ({ meant, amount, days }, nth): PromiseToPay => ({
            id: `P${nth}`,
            plan: null,
            date: addDays(START, days),
            amount: amount as Cents,
            given: START,
            items: before.map(({ key, open }, n) => ({ key, open, meant: (meant & (1 << n)) !== 0 })),
            credits: creditsThen as Cents,
            state: "open",
            paid: 0 as Cents,
            decided: null,
            cycle: null,
          }),
        );
        const about = before.filter(({ key }) =>
          given.some((one) => one.items.some((each) => each.key === key && each.meant)),
        );
        // Where all is paid all is kept, whatever was promised twice.
        fc.pre(about.every(({ key }) => (after.find((each) => each.key === key)?.open ?? 0) > 0));
        const credit = creditsNow === 0 ? [] : [item({ open: -creditsNow as Cents })];
        const now = dossier([...after.filter(({ open }) => open > 0), ...credit], { promises: given });
        const ledger = {
          debtor: debtor(),
          dossiers: [now],
          unreadRows: 0,
          paid: null,
          doubt: null,
          answer: null,
        };
        const [found] = decided(planningDay(rules(), at(addDays(START, 90))), ledger).dossiers;
        const fell = before.reduce(
          (total, { key, open }) => total + open - (after.find((each) => each.key === key)?.open ?? 0),
          0,
        );
        const seen = (found?.promises ?? []).map(({ paid }) => paid as number);
        expect(seen.reduce((total, each) => total + each, 0)).toBeLessThanOrEqual(
          fell + Math.max(0, creditsNow - creditsThen),
        );
        expect(seen.every((paid, n) => paid >= 0 && paid <= (given[n]?.amount ?? 0))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("nothing formal without a last warning whose deadline has run", () => {
    fc.assert(
      fc.property(anyLedgers, anyRules, anyDays, (ledgers, using, days) => {
        play(ledgers, using, days, (before, actions, _, today) => {
          for (const action of actions.filter(({ formalNotice }) => formalNotice)) {
            const { contacts, cycle } = dossierOfAction(before, action);
            const warned = contacts.filter((each) => each.finalWarning && each.cycle === cycle);
            expect(warned.some(({ deadline }) => deadline !== null && deadline < today)).toBe(true);
          }
        });
      }),
      runs,
    );
  });

  test("nothing falls due by itself before the day that a reason names", () => {
    // A person's decision holds for an amount, and a claim may grow over it by itself.
    const decisions = ["waiting-for-approval", "approval-rejected"];
    fc.assert(
      fc.property(anyLedgers, steadyRules, anyDays, (ledgers, using, days) => {
        const alone = ledgers.map((ledger) => ({ ...ledger, dossiers: ledger.dossiers.slice(0, 1) }));
        play(alone, using, days.slice(0, 8), (before, _, notActed, today) => {
          for (const { debtor: id, code, nextPossible, facts } of notActed) {
            if (decisions.includes(code)) continue;
            const ledger = before.filter((each) => each.debtor.id === id);
            const first = firstAction(ledger, using, today, nextPossible ?? addDays(today, 45));
            expect(first, `${code} ${JSON.stringify(facts)} until ${nextPossible}`).toBeNull();
          }
        });
      }),
      { numRuns: 100 },
    );
  });

  test("the order of rows, dossiers and debtors never changes the plan", () => {
    fc.assert(
      fc.property(anyLedgers, anyRules, fc.nat(), fc.nat(60), (ledgers, using, seed, ahead) => {
        const today = at(addDays(START, ahead));
        const other = shuffled(ledgers, seed).map((ledger) => ({
          ...ledger,
          dossiers: shuffled(ledger.dossiers, seed).map((one) => ({
            ...one,
            items: shuffled(one.items, seed),
          })),
        }));
        expect(plan(other, using, today)).toEqual(plan(ledgers, using, today));
      }),
      runs,
    );
  });
});

/** The first day after `today` and before `end` on which something is due, if nothing changes. */
function firstAction(ledgers: readonly Ledger[], using: Rules, today: Day, end: Day): Day | null {
  for (let each = addDays(today, 1); each < end; each = addDays(each, 1)) {
    if (plan(ledgers, using, at(each)).actions.length > 0) return each;
  }
  return null;
}

/** An order of its own for every seed. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  return [...list].sort((a, b) => digest(a, seed) - digest(b, seed));
}

function digest(value: unknown, seed: number): number {
  let state = seed;
  for (const char of JSON.stringify(value)) state = (Math.imul(state, 31) + char.charCodeAt(0)) | 0;
  return state;
}

function dossierOfAction(ledgers: readonly Ledger[], action: Action): Dossier {
  const ledger = ledgers.find(({ debtor: { id } }) => id === action.debtor);
  const found = ledger?.dossiers.find(({ currency }) => currency === action.currency);
  if (found === undefined) throw new Error(`no dossier for action ${action.id}`);
  return found;
}
