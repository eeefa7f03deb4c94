import * as fc from "fast-check";
import { expect } from "vitest";
import { addDays } from "../../src/core/day.ts";
import { plan } from "../../src/core/plan.ts";
import { planningDay } from "../../src/core/planning-day.ts";
import { decided } from "../../src/core/promise.ts";
import type {
  Action,
  Cents,
  Day,
  DebtorId,
  DebtorKey,
  Dossier,
  Ledger,
  NotActed,
  PromiseToPay,
  Rules,
  Scenario,
} from "../../src/core/types.ts";
import { type World, world } from "../../src/core/world.ts";
import { at, day, debtor, dossier, item, rule, rules, scenario, step } from "./ledger.ts";

export const START = day("2026-09-01");
export const MIN_ITEM = 500;
const STEPS = ["courtesy", "reminder", "call", "firm", "last", "formal"];

// --- random ledgers, scenarios and histories ---

export const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

export const openItem = (currency: string) =>
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

export const dossierOf = (currency: string) =>
  fc.array(openItem(currency), { minLength: 1, maxLength: 6 }).map((items) => dossier(items));

export const anyLedger = fc
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
      paid: null,
      doubt: null,
      answer: null,
    }),
  );

export const anyLedgers = fc.array(anyLedger, { minLength: 1, maxLength: 3 }).map((ledgers) =>
  ledgers.map((ledger, index): Ledger => {
    const identity = { id: `D${index}` as DebtorId, key: (index + 1) as DebtorKey };
    return { ...ledger, debtor: { ...ledger.debtor, ...identity } };
  }),
);

export const small = fc.integer({ min: 0, max: 10 });
export const anyScenario = fc
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

export const anyRules = fc
  .tuple(anyScenario, fc.integer({ min: 0, max: 7 }))
  .map(([one, contactCap]) => rules({ contactCap }, one));

/** Without what moves a dossier to another step while it waits: `by-age` and `skip_after` look at every day anew. */
export const steadyRules = fc.tuple(anyScenario, fc.integer({ min: 0, max: 7 })).map(([one, contactCap]) => {
  const steps = one.steps.map((each) => ({ ...each, skipAfter: null }));
  return rules({ contactCap }, { ...one, follow: "debtor", entry: "first", steps });
});

/** What happens between two runs: days pass, somebody pays, somebody decides. */
export const anyDays = fc.array(
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

export type Happening = typeof anyDays extends fc.Arbitrary<(infer T)[]> ? T : never;

/** Plays a history; `look` sees the ledgers before each run, and its plan. */
export function play(
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

export function pay(all: World, { payer, item: which, share }: Happening, today: Day): void {
  const ledgers = all.ledgers();
  const ledger = ledgers[payer % ledgers.length] as Ledger;
  const owed = ledger.dossiers.flatMap(({ items }) => items).filter(({ open }) => open > 1);
  const chosen = owed[which % Math.max(1, owed.length)];
  if (share === 0 || chosen === undefined) return;
  all.pay(ledger.debtor.id, chosen.key, Math.ceil(chosen.open * share) as Cents, today);
}

/** Somebody puts something on hold, contests it, promises to pay it; or all that was settled ends. */
export function agree(all: World, { agreement }: Happening, today: Day): void {
  if (agreement === null) return;
  const { kind, who, which, share, days } = agreement;
  const ledgers = all.ledgers();
  const { debtor: whom, dossiers } = ledgers[who % ledgers.length] as Ledger;
  const about = dossiers[who % dossiers.length] as Dossier;
  const owed = about.items.filter(({ open }) => open > 0);
  const own = which === null ? owed : owed.filter((_, index) => index === which % owed.length);
  if (owed.length === 0) return;
  const id = `${today}-${about.holds.length + about.disputes.length + about.promises.length}`;
  const open = own.reduce((total, each) => total + each.open, 0);
  const amount = Math.max(1, Math.floor(open * share)) as Cents;
  const keys = own.map(({ key }) => key);
  const holds = { id, items: which === null ? null : keys, since: today, until: addDays(today, days) };
  const dispute = {
    id,
    items: keys,
    amount: share === 1 ? null : amount,
    opened: today,
    accepted: null,
    deducted: false,
  };
  const promise: PromiseToPay = {
    id,
    plan: null,
    date: addDays(today, days),
    amount,
    given: today,
    items: owed.map((each) => ({ key: each.key, open: each.open, meant: own.includes(each) })),
    credits: -about.items.reduce((total, each) => total + Math.min(0, each.open), 0) as Cents,
    state: "open",
    paid: 0 as Cents,
    decided: null,
    cycle: null,
  };
  all.agree(whom.id, about.currency, (before) => {
    if (kind === "hold") return { holds: [...before.holds, holds] };
    if (kind === "dispute") return { disputes: [...before.disputes, dispute] };
    if (kind === "promise") return { promises: [...before.promises, promise] };
    return { holds: [], disputes: [], promises: before.promises.filter(({ state }) => state !== "open") };
  });
}
