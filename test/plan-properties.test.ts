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
  DebtorKey,
  Dossier,
  ItemKey,
  Ledger,
  NotActed,
  OpenItem,
  PromiseToPay,
  Rules,
  Scenario,
} from "../src/core/types.ts";
import { at, day, debtor, dossier, item, rule, rules, scenario, step } from "./support/ledger.ts";
import { type World, world } from "./support/simulate.ts";

const START = day("2026-09-01");
const MIN_ITEM = 500;
const STEPS = ["courtesy", "reminder", "call", "firm", "last", "formal"];

// --- random ledgers, scenarios and histories ---

const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

const openItem = (currency: string) =>
  fc
    .record({
      due: fc.option(fc.integer({ min: -120, max: 40 }), { freq: 12, nil: null }),
      open: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 100, max: 300_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: -200_000, max: -100 }) },
      ),
      disputed: rarely(fc.integer({ min: 0, max: 50_000 })),
      excluded: rarely(fc.constantFrom("hold" as const, "direct-debit" as const)),
    })
    .map(({ due, open, disputed, excluded }) =>
      item({
        currency,
        type: open < 0 ? "credit-note" : "invoice",
        due: due === null ? null : addDays(START, due),
        open: open as Cents,
        disputed: Math.min(Math.max(open, 0), disputed ?? 0) as Cents,
        excluded,
      }),
    );

const dossierOf = (currency: string) =>
  fc.array(openItem(currency), { minLength: 1, maxLength: 6 }).map((items) => dossier(items));

const anyLedger = fc
  .record({
    dossiers: fc.oneof(
      { weight: 4, arbitrary: fc.tuple(dossierOf("EUR")) },
      { weight: 1, arbitrary: fc.tuple(dossierOf("CHF"), dossierOf("EUR")) },
    ),
    email: fc.option(fc.constant("compta@client.example"), { freq: 4, nil: null }),
    address: fc.boolean(),
    strategic: rarely(fc.constant(true)),
  })
  .map(
    ({ dossiers, email, address, strategic }): Ledger => ({
      debtor: debtor({ email, address: address ? ["1 rue du Test"] : [], strategic: strategic ?? false }),
      dossiers,
      unreadRows: 0,
      doubt: null,
    }),
  );

const anyLedgers = fc.array(anyLedger, { minLength: 1, maxLength: 3 }).map((ledgers) =>
  ledgers.map((ledger, index): Ledger => {
    const identity = { id: `D${index}` as DebtorId, key: (index + 1) as DebtorKey };
    return { ...ledger, debtor: { ...ledger.debtor, ...identity } };
  }),
);

const small = fc.integer({ min: 0, max: 10 });
const anyScenario = fc
  .record({
    follow: fc.constantFrom("debtor" as const, "invoice" as const),
    entry: fc.constantFrom("first" as const, "by-age" as const),
    gap: small,
    grace: fc.integer({ min: 0, max: 3 }),
    minAmount: fc.constantFrom(0, 10, 500),
    approveAbove: fc.constantFrom(null, 1000),
    timeout: fc.integer({ min: 1, max: 6 }),
    fallback: fc.constantFrom("email" as const, "letter" as const, null),
    condition: fc.constantFrom(null, 300, 2000),
    skipAfter: fc.constantFrom(null, 40),
  })
  .map(({ timeout, fallback, condition, skipAfter, ...rest }): Scenario => {
    const when =
      condition === null ? null : rule(`open >= ${condition}`, ({ open }) => Number(open) >= condition);
    return scenario({
      ...rest,
      minItem: MIN_ITEM / 100,
      steps: [
        step("courtesy", null, -7, { when }),
        step("reminder", 10, 2),
        step("call", 20, 9, { channel: "call", timeout, fallback }),
        step("firm", 30, 15, { deadline: 5, when, skipAfter }),
        step("last", 40, 22, { channel: "letter", deadline: 6, finalWarning: true }),
        step("formal", 50, 30, {
          channel: "registered-letter",
          deadline: 8,
          formalNotice: true,
          approve: true,
        }),
      ],
    });
  });

const anyRules = fc
  .tuple(anyScenario, fc.integer({ min: 0, max: 7 }))
  .map(([one, contactCap]) => rules({ contactCap }, one));

/** Without what moves a dossier to another step while it waits: `by-age` and `skip_after` look at every day anew. */
const steadyRules = fc.tuple(anyScenario, fc.integer({ min: 0, max: 7 })).map(([one, contactCap]) => {
  const steps = one.steps.map((each) => ({ ...each, skipAfter: null }));
  return rules({ contactCap }, { ...one, follow: "debtor", entry: "first", steps });
});

/** What happens between two runs: days pass, somebody pays, somebody decides. */
const anyDays = fc.array(
  fc.record({
    pass: fc.integer({ min: 1, max: 12 }),
    payer: fc.nat(),
    item: fc.nat(),
    share: fc.constantFrom(0, 0.5, 1),
    decision: fc.oneof(
      { weight: 4, arbitrary: fc.constant("granted" as const) },
      { weight: 1, arbitrary: fc.constantFrom("rejected" as const, null) },
    ),
    agreement: fc.oneof(
      { weight: 2, arbitrary: fc.constant(null) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constantFrom("hold", "dispute", "promise", "promise", "end"),
          who: fc.nat(),
          /** Of the items: which, or all. */
          which: fc.option(fc.nat(), { nil: null }),
          share: fc.constantFrom(0.3, 0.5, 1),
          days: fc.integer({ min: 0, max: 12 }),
        }),
      },
    ),
    speaks: fc.boolean(),
  }),
  { minLength: 6, maxLength: 22 },
);

type Happening = typeof anyDays extends fc.Arbitrary<(infer T)[]> ? T : never;

/** Plays a history; `look` sees the ledgers before each run, and its plan. */
function play(
  ledgers: readonly Ledger[],
  using: Rules,
  days: readonly Happening[],
  look: (
    before: readonly Ledger[],
    actions: readonly Action[],
    notActed: readonly NotActed[],
    today: Day,
  ) => void,
): World {
  const all = world(ledgers);
  let today = START;
  for (const happening of days) {
    today = addDays(today, happening.pass);
    pay(all, happening, today);
    agree(all, happening, today);
    all.settlePromises(planningDay(using, at(today)));
    if (happening.speaks) for (const { debtor: who } of all.ledgers()) all.speak(who.id, today);
    for (const ledger of all.ledgers()) {
      for (const one of STEPS) {
        if (happening.decision !== null) all.decide(ledger.debtor.id, one, happening.decision, today);
      }
    }
    // With the money that the balance of the day shows of promises.
    const before = all.ledgers().map((ledger) => decided(planningDay(using, at(today)), ledger));
    const { actions, notActed } = plan(before, using, at(today));
    look(before, actions, notActed, today);
    all.carryOut(actions, today);
    expect(plan(all.ledgers(), using, at(today)).actions, "a second run on the same day").toEqual([]);
  }
  return all;
}

function pay(all: World, { payer, item: which, share }: Happening, today: Day): void {
  const ledgers = all.ledgers();
  const ledger = ledgers[payer % ledgers.length] as Ledger;
  const owed = ledger.dossiers.flatMap(({ items }) => items).filter(({ open }) => open > 1);
  const chosen = owed[which % Math.max(1, owed.length)];
  if (share === 0 || chosen === undefined) return;
  all.pay(ledger.debtor.id, chosen.key, Math.ceil(chosen.open * share) as Cents, today);
}

let agreements = 0;

/** Somebody puts something on hold, contests it, promises to pay it; or all that was settled ends. */
function agree(all: World, { agreement }: Happening, today: Day): void {
  if (agreement === null) return;
  const { kind, who, which, share, days } = agreement;
  const ledgers = all.ledgers();
  const { debtor: whom, dossiers } = ledgers[who % ledgers.length] as Ledger;
  const dossier = dossiers[who % dossiers.length] as Dossier;
  const owed = dossier.items.filter(({ open }) => open > 0);
  const own = which === null ? owed : owed.filter((_, at) => at === which % owed.length);
  if (owed.length === 0) return;
  const id = `${++agreements}`;
  const open = own.reduce((total, each) => total + each.open, 0);
  const amount = Math.max(1, Math.floor(open * share)) as Cents;
  const keys = own.map(({ key }) => key);
  const holds = { id, items: which === null ? null : keys, since: today, until: addDays(today, days) };
  const dispute = { id, items: keys, amount: share === 1 ? null : amount, opened: today, accepted: null };
  const promise: PromiseToPay = {
    id,
    plan: null,
    date: addDays(today, days),
    amount,
    given: today,
    items: owed.map((each) => ({ key: each.key, open: each.open, meant: own.includes(each) })),
    credits: -dossier.items.reduce((total, each) => total + Math.min(0, each.open), 0) as Cents,
    state: "open",
    paid: 0 as Cents,
    decided: null,
    cycle: null,
  };
  all.agree(whom.id, dossier.currency, (before) => {
    if (kind === "hold") return { holds: [...before.holds, holds] };
    if (kind === "dispute") return { disputes: [...before.disputes, dispute] };
    if (kind === "promise") return { promises: [...before.promises, promise] };
    return { holds: [], disputes: [], promises: before.promises.filter(({ state }) => state !== "open") };
  });
}

// --- an oracle for "overdue candidate that counts", written apart from the planner ---

/** What may be claimed of an item, with what was settled about it; written apart from the planner. */
function claimableIn({ items, holds, disputes, promises }: Dossier, today: Day): (each: OpenItem) => number {
  const sorted = items.filter(({ open }) => open > 0).sort(oldestFirst);
  const held = (key: ItemKey): boolean =>
    holds.some(
      (one) =>
        (one.items?.includes(key) ?? true) && one.since <= today && one.until !== null && today <= one.until,
    );
  const rest = new Map(sorted.map(({ key, open, disputed }) => [key, open - disputed]));
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

function oldestFirst(a: OpenItem, b: OpenItem): number {
  const [one, other] = [a.due ?? "9999", b.due ?? "9999"];
  return one === other ? a.number.localeCompare(b.number, "en") : one < other ? -1 : 1;
}

function countingKeys(dossier: Dossier, today: Day): ItemKey[] {
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
              const item = items.find(({ key }) => key === line.key) as OpenItem;
              expect(line.claimed, `${line.number}: what is held, disputed or promised`).toBeLessThanOrEqual(
                claimable(item),
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
        const after = before.map((each, at) => ({
          ...each,
          open: Math.max(0, each.open - (items[at]?.falls ?? 0)) as Cents,
        }));
        const given = promises.map(
          ({ meant, amount, days }, at): PromiseToPay => ({
            id: `P${at}`,
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
        const ledger = { debtor: debtor(), dossiers: [now], unreadRows: 0, doubt: null };
        const [found] = decided(planningDay(rules(), at(addDays(START, 90))), ledger).dossiers;
        const fell = about.reduce(
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
