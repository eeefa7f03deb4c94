import { FIRST_REMINDER } from "../core/action-charges.ts";
import { belgianConsumer } from "../core/compensation.ts";
import { addDays, daysBetween } from "../core/day.ts";
import type { MessageExtra } from "../core/message.ts";
import { cents, sum } from "../core/money.ts";
import type {
  Action,
  ActionItem,
  Company,
  Day,
  Debtor,
  DebtorId,
  DebtorKey,
  ItemKey,
  ItemType,
  Language,
  OpenItem,
} from "../core/types.ts";
import type { Written } from "../core/wording.ts";

/** A made-up debtor with an account in disorder, to look at a text without real data. */
export interface Sample {
  readonly action: Action;
  readonly debtor: Debtor;
  /** What went before, where the text speaks of it. */
  readonly history: SampleHistory;
}

export type SampleHistory = Pick<MessageExtra, "previous" | "lastPromise" | "agreed">;

export interface SampleWish {
  readonly template: string;
  readonly language: Language;
  readonly channel: Written;
  readonly today: Day;
}

export const SAMPLE_COMPANY: Company = {
  name: "Atelier Exemple SARL",
  address: ["12 rue des Essais", "69003 Lyon"],
  country: "FR",
  vat: "FR00000000000",
  enterpriseNumber: "000 000 000",
  legalLine: null,
  mandate: null,
  supplies: {},
  language: "fr",
  currency: "EUR",
  payment: { reference: "account", code: true, link: null, unchanged: true },
  accounts: { EUR: { iban: "FR7630006000011234567890189", bic: "AGRIFRPPXXX" } },
  email: "compta@exemple.test",
  phone: "+33 4 00 00 00 00",
  signatory: { name: "Claire Exemple", role: "Responsable comptable" },
  logo: null,
  stationery: { layout: "fr-window", own: null, letterhead: null },
  from: { name: "Claire Exemple", address: "compta@exemple.test" },
  replyTo: "compta@exemple.test",
  senders: {},
};

function sampleDebtor(language: Language): Debtor {
  return {
    key: 1 as DebtorKey,
    id: "411DUPONT" as DebtorId,
    name: "Dupont Menuiserie",
    kind: "business",
    contact: language === "fr" ? "Mme Durand" : "Marie Durand",
    email: "m.durand@dupont-menuiserie.example",
    emailBad: false,
    postBad: false,
    phone: null,
    address: ["4 impasse des Modèles"],
    postcode: "38000",
    city: "Grenoble",
    country: "FR",
    language,
    vat: null,
    terms: null,
    persons: [],
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
  };
}

/** Number, type, days overdue (negative: to come), open amount in cents. */
type Line = readonly [number: string, type: ItemType, days: number, open: number];

const OVERDUE: readonly Line[] = [
  ["FA-2026-0153", "invoice", 47, 125_000],
  ["FA-2026-0171", "invoice", 26, 84_050],
  ["FA-2026-0188", "invoice", 9, 310_400],
  ["AV-2026-0012", "credit-note", 0, -15_000],
];
const UPCOMING: readonly Line[] = [["FA-2026-0201", "invoice", -7, 210_000]];
const BALANCE: readonly Line[] = [["", "balance", 30, 504_450]];

function lineOf([number, type, days, open]: Line, at: number, today: Day): OpenItem {
  const due = open < 0 ? null : addDays(today, -days);
  return {
    key: (at + 1) as ItemKey,
    number,
    type,
    issued: type === "balance" ? null : addDays(due ?? today, -30),
    due,
    dueDerived: false,
    original: null,
    open: cents(open),
    currency: "EUR",
    disputed: cents(0),
    promised: cents(0),
    excluded: null,
    sent: true,
    level: 0,
    courtesyFor: null,
    charged: null,
    notice: null,
  };
}

function itemOf(item: OpenItem, today: Day): ActionItem {
  const { key, number, type, issued, due, dueDerived, open, disputed, promised } = item;
  const claimed = cents(Math.max(0, open - disputed - promised));
  const daysOverdue = due === null ? 0 : daysBetween(due, today);
  const role = open < 0 ? "credit" : "claimed";
  return {
    key,
    number,
    type,
    issued,
    due,
    dueDerived,
    daysOverdue,
    open,
    disputed,
    claimed,
    role,
    level: null,
  };
}

const dueOrder = (a: OpenItem, b: OpenItem): number => ((a.due ?? "9") < (b.due ?? "9") ? -1 : 1);

/** What a text would be about: what is to come before the due date, else what is overdue, else all that is owed. */
function listedFor(template: string, open: readonly OpenItem[], today: Day): readonly OpenItem[] {
  const owed = open.filter((item) => item.open > 0);
  const overdue = owed.filter(({ due }) => due !== null && due < today);
  const upcoming = owed.filter(({ due }) => due !== null && due >= today);
  const wanted = template === "courtesy" ? upcoming : overdue;
  const credits = open.filter((item) => item.open < 0);
  const listed = wanted.length > 0 ? wanted : owed;
  // Credits that eat up the claim would leave nothing to look at.
  const left = sum([...listed, ...credits].map((item) => item.open));
  return [...listed, ...(left > 0 ? credits : [])].sort(dueOrder);
}

/** An action as if the step of this text were due today. Null where the debtor owes nothing. */
export function previewAction(debtor: Debtor, open: readonly OpenItem[], wish: SampleWish): Action | null {
  const { template, language, channel, today } = wish;
  const items = listedFor(template, open, today).map((item) => itemOf(item, today));
  const currency = open[0]?.currency ?? "EUR";
  const credits = cents(
    Math.abs(sum(items.filter(({ role }) => role === "credit").map((item) => item.open))),
  );
  const claimed = cents(sum(items.map((item) => item.claimed)) - credits);
  if (claimed <= 0) return null;
  const { deadline } = occasionOf(template);
  return {
    id: "00000000",
    debtor: debtor.id,
    debtorKey: debtor.key,
    name: debtor.name,
    currency,
    cycle: 1,
    segment: "preview",
    scenario: "preview",
    step: template,
    level: null,
    channel,
    language,
    languageFrom: "debtor",
    template,
    sender: null,
    contact: debtor.contact,
    to: channel === "email" ? debtor.email : null,
    items,
    claimed,
    interest: cents(0),
    compensation: cents(0),
    charges: null,
    firstReminder:
      template === FIRST_REMINDER
        ? { indemnity: belgianConsumer(claimed), freeUntil: addDays(today, 15) }
        : null,
    credits,
    total: claimed,
    leader: items[0]?.number ?? "",
    age: items[0]?.daysOverdue ?? 0,
    reason: "preview of a text",
    deadline: deadline ? addDays(today, 8) : null,
    attach: [],
    finalWarning: template === "last-warning",
    formalNotice: template === "formal-notice",
    state: "due",
    task: null,
    warnings: [],
  };
}

/** Made-up data for one text: what is to come for `courtesy`, a balance for `statement`, else three invoices and a credit. */
export function sampleFor(wish: SampleWish): Sample {
  const { template, language, today } = wish;
  const lines = template === "courtesy" ? UPCOMING : template === "statement" ? BALANCE : OVERDUE;
  const debtor = sampleDebtor(language);
  const action = previewAction(
    debtor,
    lines.map((line, at) => lineOf(line, at, today)),
    wish,
  );
  if (action === null) throw new Error("the made-up debtor owes nothing");
  return { action, debtor, history: historyFor(template, today) };
}

interface Occasion {
  readonly deadline?: true;
  readonly previous?: true;
  readonly promise?: "broken" | "given" | "instalments";
}

/** When a shipped text is sent: a preview shows it as it is then. */
const OCCASIONS: Readonly<Record<string, Occasion>> = {
  courtesy: {},
  "reminder-a": {},
  "reminder-b": {},
  "follow-up-a": { previous: true },
  "follow-up-b": { previous: true },
  "call-follow-up": {},
  firm: { deadline: true, previous: true },
  "last-warning": { deadline: true, previous: true },
  "formal-notice": { deadline: true, previous: true },
  "hand-over": { previous: true },
  "promise-confirmation": { promise: "given" },
  "broken-promise": { previous: true, promise: "broken" },
  instalments: { promise: "instalments" },
  thanks: {},
  statement: {},
  "small-balance": {},
};

/** An own text may use every name: its preview has them all. */
const occasionOf = (template: string): Occasion =>
  OCCASIONS[template] ?? { deadline: true, previous: true, promise: "broken" };

/** What went before a message: made up, for the occasion of this text. */
export function historyFor(template: string, today: Day): SampleHistory {
  const { previous, promise } = occasionOf(template);
  const instalment = (days: number, amount: number) => ({
    date: addDays(today, days),
    amount: cents(amount),
  });
  return {
    previous: previous
      ? [40, 20].map((days) => ({ day: addDays(today, -days), channel: "email", messageId: null }))
      : [],
    lastPromise: promise === "broken" ? { ...instalment(-5, 200_000), given: addDays(today, -12) } : null,
    agreed:
      promise === "given"
        ? [instalment(10, 504_450)]
        : promise === "instalments"
          ? [instalment(8, 170_000), instalment(38, 170_000), instalment(68, 164_450)]
          : [],
  };
}
