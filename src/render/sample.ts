import { addDays } from "../core/day.ts";
import type { PreviousMessage } from "../core/message.ts";
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
} from "../core/types.ts";
import type { Written } from "../core/wording.ts";

/** A made-up debtor with an account in disorder, to look at a text without real data. */
export interface Sample {
  readonly action: Action;
  readonly debtor: Debtor;
  readonly previous: readonly PreviousMessage[];
}

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
  language: "fr",
  currency: "EUR",
  accounts: { EUR: { iban: "FR7630006000011234567890189", bic: "AGRIFRPPXXX" } },
  email: "compta@exemple.test",
  phone: "+33 4 00 00 00 00",
  signatory: { name: "Claire Exemple", role: "Responsable comptable" },
  logo: null,
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
    phone: null,
    address: ["4 impasse des Modèles"],
    postcode: "38000",
    city: "Grenoble",
    country: "FR",
    language,
    vat: null,
    region: null,
    sector: null,
    salesperson: null,
    strategic: false,
    insured: false,
    insolvent: false,
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

function itemOf([number, type, days, open]: Line, at: number, today: Day): ActionItem {
  const due = addDays(today, -days);
  return {
    key: (at + 1) as ItemKey,
    number,
    type,
    issued: type === "balance" ? null : addDays(due, -30),
    due: open < 0 ? null : due,
    dueDerived: false,
    daysOverdue: days,
    open: cents(open),
    disputed: cents(0),
    claimed: cents(Math.max(0, open)),
    role: open < 0 ? "credit" : "claimed",
    level: null,
  };
}

/** Made-up data for one text: what is to come for `courtesy`, a balance for `statement`, else three invoices and a credit. */
export function sampleFor({ template, language, channel, today }: SampleWish): Sample {
  const lines = template === "courtesy" ? UPCOMING : template === "statement" ? BALANCE : OVERDUE;
  const items = lines.map((line, at) => itemOf(line, at, today));
  const debtor = sampleDebtor(language);
  const credits = cents(Math.abs(sum(items.filter(({ open }) => open < 0).map(({ open }) => open))));
  const claimed = cents(sum(items.map((item) => item.claimed)) - credits);
  const late = ["firm", "last-warning", "formal-notice"].includes(template);
  const action: Action = {
    id: "5a3b1e00",
    debtor: debtor.id,
    debtorKey: debtor.key,
    name: debtor.name,
    currency: "EUR",
    cycle: 1,
    segment: "sample",
    scenario: "sample",
    step: template,
    level: null,
    channel,
    language,
    languageFrom: "debtor",
    template,
    sender: null,
    to: channel === "email" ? debtor.email : null,
    items,
    claimed,
    interest: cents(0),
    compensation: cents(0),
    credits,
    total: claimed,
    leader: items[0]?.number ?? "",
    age: items[0]?.daysOverdue ?? 0,
    reason: "made-up data",
    deadline: late ? addDays(today, 8) : null,
    finalWarning: template === "last-warning",
    formalNotice: template === "formal-notice",
    state: "due",
    task: null,
    warnings: [],
  };
  const previous: PreviousMessage[] = late
    ? [
        { day: addDays(today, -40), channel: "email", messageId: null },
        { day: addDays(today, -20), channel: "email", messageId: null },
      ]
    : [];
  return { action, debtor, previous };
}
