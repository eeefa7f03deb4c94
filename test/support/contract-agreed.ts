import type { Spec } from "./contract.ts";

export interface Case {
  readonly line: string;
  /** Command lines before it. */
  readonly after?: readonly string[];
  readonly exit: number;
  readonly spec: Spec;
  readonly day?: string;
  /** What the document's `schema` names, where it is not the first word of the line. */
  readonly schema?: string;
}

const DOCUMENTS = ["text"] satisfies Spec;
const HOLD = {
  id: "text",
  debtor: "text?",
  invoices: DOCUMENTS,
  reason: "text",
  author: "text",
  since: "day",
  until: "day?",
  state: "running|over|released",
} satisfies Spec;
const DISPUTE = {
  id: "text",
  debtor: "text",
  name: "text",
  currency: "currency",
  invoices: ["text", "some"],
  amount: "amount",
  open: "amount",
  reason: "text",
  note: "text?",
  owner: "text?",
  opened: "day",
  expected: "day?",
  days: "count",
  state: "open|accepted|rejected",
} satisfies Spec;
const PROMISE = {
  id: "text",
  plan: "text?",
  debtor: "text",
  name: "text",
  currency: "currency",
  date: "day",
  until: "day",
  amount: "amount",
  paid: "amount",
  invoices: ["text", "some"],
  by: "text?",
  how: "text?",
  note: "text?",
  given: "day",
  state: "open|kept|partly-kept|broken|cancelled",
} satisfies Spec;
const INSTALMENTS = {
  id: "text",
  debtor: "text",
  name: "text",
  state: "open|ended",
  promises: [PROMISE, "some"],
} satisfies Spec;
const ENTRY = {
  id: "text",
  kind: "call|visit|video|email|letter|note",
  debtor: "text",
  day: "day",
  outcome: "text?",
  cause: "text?",
  person: "text?",
  next: "text?",
  nextOn: "day?",
  promise: "text?",
  note: "text?",
  tasks: ["text"],
} satisfies Spec;

const HELD = "hold set 00044 --reason moving --until 2026-12-24";
const CONTESTED = "dispute open 00012 --invoice FA-2026-2260 --amount 10 --reason price";
const PROMISED = "promise add 00044 --date 2026-12-01 --amount 100";
const SPLIT = "instalments add 00044 --instalment 2026-12-01=100 --instalment 2026-12-15=50";

/** What persons settle and record, and what they look at. */
export const AGREED: readonly Case[] = [
  { line: HELD, schema: "hold set", exit: 0, spec: { hold: HOLD } },
  { line: "hold release H1", schema: "hold release", after: [HELD], exit: 0, spec: { hold: HOLD } },
  { line: "hold list", schema: "hold list", after: [HELD], exit: 0, spec: { holds: [HOLD, "some"] } },
  { line: CONTESTED, schema: "dispute open", exit: 0, spec: { dispute: DISPUTE } },
  {
    line: "dispute close D1 --outcome accepted",
    schema: "dispute close",
    after: [CONTESTED],
    exit: 0,
    spec: { dispute: DISPUTE },
  },
  {
    line: "dispute list",
    schema: "dispute list",
    after: [CONTESTED],
    exit: 0,
    spec: {
      disputes: [DISPUTE, "some"],
      ageing: [
        { label: "text", count: "count", totals: [{ currency: "currency", amount: "amount" }] },
        "some",
      ],
    },
  },
  { line: PROMISED, schema: "promise add", exit: 0, spec: { promise: PROMISE } },
  {
    line: "promise cancel P1",
    schema: "promise cancel",
    after: [PROMISED],
    exit: 0,
    spec: { promise: PROMISE },
  },
  {
    line: "promise list",
    schema: "promise list",
    after: [PROMISED],
    exit: 0,
    spec: { promises: [PROMISE, "some"] },
  },
  { line: SPLIT, schema: "instalments add", exit: 0, spec: { instalments: INSTALMENTS } },
  {
    line: "instalments cancel I1",
    schema: "instalments cancel",
    after: [SPLIT],
    exit: 0,
    spec: { instalments: INSTALMENTS },
  },
  {
    line: "instalments list",
    schema: "instalments list",
    after: [SPLIT],
    exit: 0,
    spec: { instalments: [INSTALMENTS, "some"] },
  },
  {
    line: "log call 00044 --outcome promised --promise 2026-12-01=100 --person Durand",
    schema: "log call",
    exit: 0,
    spec: { entry: ENTRY },
  },
  { line: "log note 00044 --note rang", schema: "log note", exit: 0, spec: { entry: ENTRY } },
  {
    line: "debtor show 00044",
    schema: "debtor show",
    after: [HELD, PROMISED],
    exit: 0,
    spec: { history: [{ kind: "text", day: "day" }, "some"] },
  },
  {
    line: "doctor --offline",
    schema: "doctor",
    exit: 0,
    spec: {
      checks: [{ id: "text", state: "ok|warn|fail|unknown", found: "text", fix: "text?" }, "some"],
      counts: { ok: "count", warn: "count", fail: "count", unknown: "count" },
    },
  },
  {
    line: "doctor --replay-journal",
    schema: "doctor",
    exit: 0,
    spec: { lines: { from: "count", to: "count" }, lost: ["text"] },
  },
];
