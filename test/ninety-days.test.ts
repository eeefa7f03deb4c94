import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { toDecimal } from "../src/core/money.ts";
import { plan } from "../src/core/plan.ts";
import { planningDay } from "../src/core/planning-day.ts";
import type {
  Action,
  ActionItem,
  Cents,
  Contact,
  Day,
  Debtor,
  DebtorId,
  DebtorKey,
  Dossier,
  ItemKey,
  ItemType,
  Ledger,
  NotActed,
  OpenItem,
  PromiseToPay,
  Rules,
  Scenario,
} from "../src/core/types.ts";
import { type World, world } from "../src/core/world.ts";
import { at, contact, debtor, dossier, euros, item, rule, rules, scenario, step } from "./support/ledger.ts";

const cases = join(import.meta.dirname, "..", "fixtures", "cases");

interface CaseItem {
  readonly number: string;
  readonly issued: Day | null;
  readonly due: Day | null;
  readonly open: string;
  readonly currency?: string;
  readonly type?: ItemType;
  readonly level?: number;
  readonly excluded?: OpenItem["excluded"];
}
type PersonDoes = { readonly on: Day } & (
  | { readonly step: string; readonly decides: "granted" | "rejected" }
  | { readonly email: string }
  /** Master data that a person or a contacts file changes. */
  | { readonly becomes: Partial<Debtor> }
  /** Documents by number; where left out, all. Amounts in euros. */
  | { readonly hold: { readonly until: Day; readonly numbers?: readonly string[] } }
  | { readonly dispute: { readonly number: string; readonly amount?: number } }
  | { readonly closes: string }
  | {
      readonly promise: { readonly date: Day; readonly amount: number; readonly numbers?: readonly string[] };
    }
  | { readonly pays: { readonly number: string; readonly amount: number } }
  | { readonly speaks: true }
  | {
      readonly arrives: {
        readonly number: string;
        readonly open: string;
        readonly due?: Day;
        readonly type?: ItemType;
      };
    }
);
interface CaseDebtor {
  readonly id: DebtorId;
  readonly shows: string;
  readonly debtor?: Partial<Debtor>;
  readonly items: readonly CaseItem[];
  readonly contacts?: readonly (Pick<Contact, "step" | "level"> & { readonly day: string })[];
  readonly partPaid?: Day;
  readonly paid?: readonly { readonly due: Day; readonly paid: Day; readonly amount: number }[];
  readonly people?: readonly PersonDoes[];
}
interface Case {
  readonly start: Day;
  readonly days: number;
  readonly cadence?: Scenario["cadence"];
  readonly debtors: readonly CaseDebtor[];
}

function ledgerOf(one: CaseDebtor, index: number): Ledger {
  const items = one.items.map((each, place) =>
    item({
      key: (index * 100 + place) as ItemKey,
      number: each.number,
      issued: each.issued,
      due: each.due,
      open: Math.round(Number(each.open) * 100) as Cents,
      type: each.type ?? "invoice",
      currency: each.currency ?? "EUR",
      level: each.level ?? 0,
      excluded: each.excluded ?? null,
    }),
  );
  const currencies = [...new Set(items.map(({ currency }) => currency))].sort();
  const contacts = (one.contacts ?? []).map(({ step: id, day: when, level }) => contact(id, when, { level }));
  const dossiers = currencies.map(
    (currency): Dossier => ({
      ...dossier(items.filter((each) => each.currency === currency)),
      contacts,
      partPaid: one.partPaid ?? null,
    }),
  );
  const name = `${one.id.slice(0, 1)}${one.id.slice(1).toLowerCase()} SARL`;
  const identity = {
    id: one.id,
    key: (index + 1) as DebtorKey,
    name,
    email: `compta@${one.id.toLowerCase()}.example`,
  };
  const paid = (one.paid ?? []).map((each) => ({
    ...each,
    amount: each.amount as Cents,
    currency: "EUR",
    sure: true,
  }));
  return {
    debtor: debtor({ ...identity, ...one.debtor }),
    dossiers,
    unreadRows: 0,
    paid,
    doubt: null,
    answer: null,
  };
}

function caseRules({ cadence = {} }: Case): Rules {
  const standard = scenario({ cadence });
  const gentle = scenario({
    name: "gentle",
    gap: 14,
    steps: [
      step("reminder", 10, 7, { templates: ["reminder-a"] }),
      step("firm", 30, 30, { deadline: 14 }),
      step("last-warning", 40, 60, { channel: "letter", deadline: 15, finalWarning: true }),
    ],
  });
  const byInvoice = scenario({ name: "by-invoice", follow: "invoice" });
  const byAge = scenario({ name: "by-age", entry: "by-age" });
  const consumer = rule('kind == "consumer"', ({ kind }) => kind === "consumer");
  const old = rule('sector == "taken over"', ({ sector }) => sector === "taken over");
  const state = rule('sector == "public"', ({ sector }) => sector === "public");
  return rules({
    asksPayers: Object.keys(cadence).length > 0,
    segments: [
      { name: "consumers", when: consumer, scenario: "gentle" },
      { name: "public", when: state, scenario: "by-invoice" },
      { name: "old debts", when: old, scenario: "by-age" },
      { name: "everybody", when: rule("true", () => true), scenario: "standard" },
    ],
    scenarios: new Map([standard, gentle, byInvoice, byAge].map((each) => [each.name, each])),
  });
}

const keysOf = ({ items }: Dossier, numbers: readonly string[] | undefined): ItemKey[] =>
  items
    .filter(({ open, number }) => open > 0 && (numbers === undefined || numbers.includes(number)))
    .map(({ key }) => key);

/** What a person settles with a debtor, as a line; null: something else. */
function settled(all: World, one: CaseDebtor, does: PersonDoes, today: Day): string | null {
  const [ledger] = all.ledgers().filter(({ debtor: { id } }) => id === one.id);
  const dossierNow = ledger?.dossiers[0];
  if (dossierNow === undefined) throw new Error(`no dossier of ${one.id}`);
  const agree = (over: (before: Dossier) => Partial<Dossier>) => all.agree(one.id, dossierNow.currency, over);
  if ("hold" in does) {
    const { until, numbers } = does.hold;
    const items = numbers === undefined ? null : keysOf(dossierNow, numbers);
    agree(({ holds }) => ({ holds: [...holds, { id: `H${holds.length + 1}`, items, since: today, until }] }));
    return `puts ${numbers?.join(", ") ?? "all"} on hold until ${until}`;
  }
  if ("dispute" in does) {
    const { number, amount } = does.dispute;
    const items = keysOf(dossierNow, [number]);
    const part = amount === undefined ? null : euros(amount);
    agree(({ disputes }) => ({
      disputes: [
        ...disputes,
        {
          id: `D${disputes.length + 1}`,
          items,
          amount: part,
          opened: today,
          accepted: null,
          deducted: false,
        },
      ],
    }));
    return `opens a dispute about ${amount ?? "all"} of ${number}`;
  }
  if ("closes" in does) {
    agree(({ disputes }) => ({ disputes: disputes.filter(({ id }) => id !== does.closes) }));
    return `rejects the dispute ${does.closes}`;
  }
  if ("promise" in does) {
    const { date, amount, numbers } = does.promise;
    const meant = keysOf(dossierNow, numbers);
    agree((before) => ({
      promises: [...before.promises, promiseIn(before, today, date, euros(amount), meant)],
    }));
    return `notes a promise of ${amount} for ${date}`;
  }
  if ("pays" in does) {
    const { number, amount } = does.pays;
    const [key] = keysOf(dossierNow, [number]);
    if (key === undefined) throw new Error(`${one.id} does not owe ${number}`);
    all.pay(one.id, key, euros(amount), today);
    return `sees ${amount} paid of ${number}`;
  }
  if ("arrives" in does) {
    const { number, open, due = null, type = "invoice" } = does.arrives;
    const amount = euros(Number(open));
    all.arrive(one.id, item({ key: nextKey(all), number, issued: today, due, open: amount, type }));
    return `sees ${number} of ${open} arrive`;
  }
  if (!("speaks" in does)) return null;
  expect(all.speak(one.id, today), `${one.id} on ${today}`).toBe(true);
  return "calls about the broken promise";
}

const nextKey = (all: World): ItemKey =>
  (Math.max(
    ...all.ledgers().flatMap(({ dossiers }) => dossiers.flatMap(({ items }) => items.map(({ key }) => key))),
  ) + 1000) as ItemKey;

function promiseIn(
  { promises, items }: Dossier,
  given: Day,
  date: Day,
  amount: Cents,
  meant: readonly ItemKey[],
): PromiseToPay {
  return {
    id: `P${promises.length + 1}`,
    plan: null,
    date,
    amount,
    given,
    items: items
      .filter(({ open }) => open > 0)
      .map(({ key, open }) => ({ key, open, meant: meant.includes(key) })),
    credits: 0 as Cents,
    state: "open",
    paid: 0 as Cents,
    decided: null,
    cycle: null,
  };
}

/** What persons do today, before the plan. */
function peopleAct(all: World, one: CaseDebtor, today: Day): string[] {
  return (one.people ?? [])
    .filter(({ on }) => on === today)
    .map((does) => {
      const said = settled(all, one, does, today);
      if (said !== null) return `person  ${said}`;
      if ("email" in does) {
        all.change(one.id, { email: does.email });
        return `person  found the address ${does.email}`;
      }
      if ("becomes" in does) {
        all.change(one.id, does.becomes);
        return `person  changes master data: ${JSON.stringify(does.becomes)}`;
      }
      if (!("step" in does)) throw new Error(`what does the person do? ${JSON.stringify(does)}`);
      expect(all.decide(one.id, does.step, does.decides, today), `${one.id} ${does.step} on ${today}`).toBe(
        true,
      );
      return `person  ${does.step} ${does.decides}`;
    });
}

const VERBS = { due: "send", "awaiting-approval": "ask ", listed: "list" } as const;

function itemText({ number, role, level }: ActionItem): string {
  const mark =
    role === "credit"
      ? " credit"
      : `${role === "information" ? " info" : ""}${level === null ? "" : ` ${level}`}`;
  return `${number === "" ? "balance" : number}${mark === "" ? "" : ` (${mark.trim()})`}`;
}

function actionText(action: Action): string {
  const { step: id, channel, task, claimed, currency, deadline, template, warnings } = action;
  const how = action.state === "listed" ? `(${task})` : `by ${channel}, ${template}`;
  const parts = [
    `${VERBS[action.state]}    ${id} ${how}`,
    `${toDecimal(claimed, currency)} ${currency}`,
    action.items.map(itemText).join(" + "),
    ...(deadline === null ? [] : [`until ${deadline}`]),
    ...warnings.map((warning) => `! ${warning}`),
  ];
  return parts.join(" | ");
}

function reasonText({ code, reason, nextPossible }: NotActed): string {
  return `wait    ${code}: ${reason}${nextPossible === null ? "" : ` -> ${nextPossible}`}`;
}

/** Who, in which currency, why: what counts as the same reason as yesterday. */
const reasonKey = ({ debtor: id, currency, code }: NotActed): string => `${id} ${currency} ${code}`;

/** Plans and carries out every day; the lines of each debtor, a reason only where it changed. */
function play(given: Case): Map<DebtorId, string[]> {
  const { start, days, debtors } = given;
  const using = caseRules(given);
  const all = world(debtors.map(ledgerOf));
  const lines = new Map<DebtorId, string[]>(debtors.map(({ id }) => [id, []]));
  let yesterday = new Set<string>();
  for (let n = 0; n < days; n++) {
    const today = addDays(start, n);
    const say = (id: DebtorId, text: string): unknown => lines.get(id)?.push(`${today}  ${text}`);
    for (const one of debtors) for (const text of peopleAct(all, one, today)) say(one.id, text);
    for (const { debtor: id, promise } of all.settlePromises(planningDay(using, at(today))))
      say(id, `balance promise ${promise.id} ${promise.state}`);
    const { actions, notActed } = plan(all.ledgers(), using, at(today));
    for (const action of actions) say(action.debtor, actionText(action));
    for (const each of notActed) if (!yesterday.has(reasonKey(each))) say(each.debtor, reasonText(each));
    yesterday = new Set(notActed.map(reasonKey));
    all.carryOut(actions, today);
    expect(plan(all.ledgers(), using, at(today)).actions, `a second run on ${today}`).toEqual([]);
  }
  return lines;
}

test.each(["ninety-days", "agreements", "payers", "entry"])("%s: day after day", async (name) => {
  const folder = join(cases, name);
  const given = JSON.parse(readFileSync(join(folder, "debtors.json"), "utf8")) as Case;
  const lines = play(given);
  const blocks = given.debtors.map(({ id, shows }) =>
    [`${id}: ${shows}`, ...(lines.get(id) ?? [])].join("\n"),
  );
  await expect(`${blocks.join("\n\n")}\n`).toMatchFileSnapshot(join(folder, "expected", "timeline.txt"));
});
