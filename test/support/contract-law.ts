import type { Spec } from "./contract.ts";
import type { Case } from "./contract-agreed.ts";

const RATE = {
  country: "text",
  kind: "text",
  from: "day",
  until: "day?",
  rate: "text",
  source: "text",
  date: "day",
  verified: "flag",
  origin: "own|shipped",
} satisfies Spec;
const NOTICE = {
  id: "text",
  debtor: "text",
  day: "day",
  by: "post|email",
  invoices: ["text", "some"],
  note: "text?",
  author: "text",
  noted: "day",
  cancelledOn: "day?",
} satisfies Spec;
const GAP = {
  country: "text",
  kind: "text",
  about: "text",
  published: "text",
  from: "day",
  until: "day",
  why: "missing|unconfirmed",
  shipped: "text?",
  next: "text",
} satisfies Spec;
const CHARGES = {
  country: "text",
  kind: "business|consumer",
  currency: "currency",
  principal: "amount",
  interest: "amount",
  interestPaid: "amount",
  compensation: "amount",
  total: "amount",
  segments: [
    {
      from: "day",
      to: "day",
      days: "count",
      rate: "text",
      principal: "amount",
      amount: "amount",
      because: "statutory|contract|contract-floor|legal",
      statutory: "text?",
      floor: "text?",
      source: "text?",
      date: "day?",
    },
    "some",
  ],
  leftOut: [{ from: "day", to: "day", days: "count" }],
  basis: ["text", "some"],
} satisfies Spec;

const NOTED = "notice add 00044 --date 2026-11-18 --by email";
const CONFIRMED =
  "rates confirm FR b2b_default_ecb_plus_10 --from 2026-07-01 --source notice --date 2026-11-20";

/** What the law gives for late payment. */
export const LAWFUL: readonly Case[] = [
  {
    line: "charges --amount 1000 --due 2026-05-31 --until 2026-07-15 --kind business",
    schema: "charges",
    exit: 0,
    spec: CHARGES,
  },
  { line: "rates list --country BE", schema: "rates list", exit: 0, spec: { rates: [RATE, "some"] } },
  { line: "rates check", schema: "rates check", exit: 3, spec: { gaps: [GAP, "some"] } },
  { line: CONFIRMED, schema: "rates confirm", exit: 0, spec: { rate: RATE } },
  {
    line: "rates add BE civil_legal_rate --from 2027-01-01 --rate 4.25 --source Moniteur --date 2026-11-20",
    schema: "rates add",
    exit: 0,
    spec: { rate: RATE },
  },
  { line: NOTED, schema: "notice add", exit: 0, spec: { notice: NOTICE } },
  {
    line: "notice list",
    schema: "notice list",
    after: [NOTED],
    exit: 0,
    spec: { notices: [NOTICE, "some"] },
  },
  { line: "notice cancel N1", schema: "notice cancel", after: [NOTED], exit: 0, spec: { notice: NOTICE } },
];
