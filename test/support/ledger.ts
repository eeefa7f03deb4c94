import { hash } from "node:crypto";
import { workCalendar } from "../../src/core/calendar.ts";
import { PLAIN_TERMS } from "../../src/core/charges.ts";
import { addDays } from "../../src/core/day.ts";
import { ownStep } from "../../src/core/own-step.ts";
import type {
  Cents,
  Contact,
  Currency,
  Day,
  Debtor,
  DebtorId,
  DebtorKey,
  Dossier,
  Facts,
  ItemKey,
  Ledger,
  OpenItem,
  PlanMoment,
  Rule,
  Rules,
  Scenario,
  SnapshotInfo,
  Step,
  Task,
} from "../../src/core/types.ts";
import { table } from "./charges.ts";

/** Builders for the values that the planner sees: say what matters, the rest is a plain French debtor. */

export const day = (text: string): Day => text as Day;
export const euros = (amount: number): Cents => Math.round(amount * 100) as Cents;
export const sha256 = (text: string): string => hash("sha256", text, "hex");

let keys = 0;

export function item(over: Partial<OpenItem> = {}): OpenItem {
  keys += 1;
  return {
    key: keys as ItemKey,
    number: `FA-${keys}`,
    type: "invoice",
    issued: day("2026-01-02"),
    due: day("2026-10-01"),
    dueDerived: false,
    original: null,
    open: euros(100),
    currency: "EUR",
    disputed: 0 as Cents,
    promised: 0 as Cents,
    excluded: null,
    sent: true,
    level: 0,
    courtesyFor: null,
    charged: null,
    notice: null,
    ...over,
  };
}

/** An item that is `age` days past due on `today`; negative: due in so many days. */
export function aged(today: Day, age: number, over: Partial<OpenItem> = {}): OpenItem {
  return item({ due: addDays(today, -age), ...over });
}

export function credit(amount: number, over: Partial<OpenItem> = {}): OpenItem {
  return item({ type: "credit-note", open: euros(-amount), due: null, ...over });
}

export function debtor(over: Partial<Debtor> = {}): Debtor {
  return {
    key: 1 as DebtorKey,
    id: "DUPONT" as DebtorId,
    name: "Dupont SARL",
    kind: "business",
    contact: null,
    persons: [],
    email: "compta@dupont.example",
    emailBad: false,
    postBad: false,
    phone: "+33 1 00 00 00 00",
    address: ["3 rue des Essais"],
    postcode: "75001",
    city: "Paris",
    country: "FR",
    language: null,
    vat: null,
    terms: null,
    creditLimit: null,
    channel: null,
    region: null,
    sector: null,
    salesperson: null,
    strategic: false,
    insured: false,
    insolvent: false,
    chargesWaived: false,
    score: null,
    newCustomer: false,
    attrs: {},
    ...over,
  };
}

export function dossier(items: readonly OpenItem[], over: Partial<Dossier> = {}): Dossier {
  return {
    currency: items[0]?.currency ?? "EUR",
    items,
    cycle: 1,
    contacts: [],
    cameBack: [],
    tasks: [],
    inFlight: [],
    refusals: [],
    partPaid: null,
    holds: [],
    disputes: [],
    promises: [],
    ...over,
  };
}

export function ledger(dossiers: readonly Dossier[], over: Partial<Debtor> = {}, unreadRows = 0): Ledger {
  return { debtor: debtor(over), dossiers, unreadRows, paid: null, doubt: null, answer: null };
}

export function contact(stepId: string, when: string, over: Partial<Contact> = {}): Contact {
  return {
    scenario: "standard",
    step: stepId,
    level: null,
    channel: "email",
    day: day(when),
    deadline: null,
    finalWarning: false,
    formalNotice: false,
    cycle: 1,
    automatic: true,
    items: [],
    ...over,
  };
}

export function task(kind: Task["kind"], stepId: string, listed: string, over: Partial<Task> = {}): Task {
  return {
    id: `${kind}-1`,
    kind,
    step: stepId,
    cycle: 1,
    listed: day(listed),
    state: "open",
    maximum: null,
    decided: null,
    reason: null,
    ...over,
  };
}

export function rule(text: string, test: (facts: Facts) => boolean): Rule {
  return { text, test, facts: [] };
}

export const step = (id: string, level: number | null, start: number, over: Partial<Step> = {}): Step =>
  ownStep(id, { level, day: start, channel: "email", templates: [id], ...over });

/** The steps of the default scenario: courtesy, reminder, call, firm, last warning, formal notice, outside help. */
export function standardSteps(): Step[] {
  const large = rule("open >= 1000", (facts) => Number(facts["open"]) >= 1000);
  const formal = { channel: "registered-letter", deadline: 8, formalNotice: true, approve: true } as const;
  return [
    step("courtesy", null, -7, { when: large }),
    step("reminder", 10, 3, { templates: ["reminder-a", "reminder-b"] }),
    step("call", 20, 12, { channel: "call", timeout: 5, fallback: "email", templates: ["reminder-b"] }),
    step("firm", 30, 20, { deadline: 8, senders: ["manager"] }),
    step("last-warning", 40, 35, { channel: "letter", deadline: 8, finalWarning: true }),
    step("formal-notice", 50, 50, formal),
    step("outside-help", 60, 75, { channel: "agency", templates: [], when: large }),
  ];
}

export function scenario(over: Partial<Scenario> = {}): Scenario {
  return {
    name: "standard",
    follow: "debtor",
    minAmount: 10,
    minItem: 5,
    approveAbove: 20000,
    grace: 2,
    gap: 7,
    entry: "first",
    cadence: {},
    jitter: 0,
    steps: standardSteps(),
    ...over,
  };
}

/** One segment for everybody, French working days, templates in French and English. */
export function rules(over: Partial<Rules> = {}, of: Scenario = scenario()): Rules {
  const calendar = workCalendar({ country: "FR", region: null, closed: [] });
  return {
    currency: "EUR",
    country: "FR",
    language: "fr",
    defaultKind: "unknown",
    segments: [{ name: "everybody", when: rule("true", () => true), scenario: of.name }],
    scenarios: new Map([[of.name, of]]),
    campaigns: new Map(),
    calendar,
    calendarOf: (country) =>
      country === "BE" ? workCalendar({ country: "BE", region: null, closed: [] }) : calendar,
    languages: ["fr", "en"],
    contactCap: 5,
    promiseGrace: 2,
    postage: null,
    confirmations: { promise: null, instalments: null, broken: null, thanks: null },
    answerPause: 5,
    charges: { country: "FR", terms: PLAIN_TERMS, table: () => table, firstReminder: ["fr", "en"] },
    insurerDays: null,
    payerLimits: { A: 30, B: 60, C: 90 },
    asksPayers: false,
    maxBalanceAge: 7,
    maxBalanceAgeFormal: 4,
    seed: "test",
    ...over,
  };
}

/** A balance of the day itself, unless said otherwise. */
export function at(today: string, over: Partial<SnapshotInfo> = {}, force = false): PlanMoment {
  const snapshot: SnapshotInfo = { id: 1, asOf: day(today), kind: "balance", newerOnHold: null, ...over };
  return { today: day(today), snapshot, force, hash: sha256 };
}

/** The items as a dossier in another currency. */
export function inCurrency(currency: Currency, ...items: readonly OpenItem[]): Dossier {
  return dossier(items.map((each) => ({ ...each, currency })));
}
