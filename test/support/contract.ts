// What scripts may rely on in the JSON documents: may be added to, never renamed or left out.

export type Spec = string | readonly [Spec] | readonly [Spec, "some"] | { readonly [key: string]: Spec };

const ATOMS: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string",
  flag: (value) => typeof value === "boolean",
  count: (value) => Number.isInteger(value) && (value as number) >= 0,
  number: (value) => typeof value === "number",
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  day: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value),
  amount: (value) => typeof value === "string" && /^-?\d+\.\d{2}$/.test(value),
  currency: (value) => typeof value === "string" && /^[A-Z]{3}$/.test(value),
  sha256: (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
};

/** What of a value is not as the contract says. `day?`: or null; `a|b`: one of these words; a list is checked whole, `some`: and is not empty. */
export function faults(value: unknown, spec: Spec, path = ""): string[] {
  if (typeof spec === "string") {
    const nullable = spec.endsWith("?");
    const atom = nullable ? spec.slice(0, -1) : spec;
    if (nullable && value === null) return [];
    const fits = ATOMS[atom]?.(value) ?? atom.split("|").includes(String(value));
    return fits ? [] : [`${path}: ${JSON.stringify(value)} is not ${spec}`];
  }
  if (Array.isArray(spec)) {
    if (!Array.isArray(value)) return [`${path}: ${JSON.stringify(value)} is no list`];
    if (spec[1] === "some" && value.length === 0) return [`${path}: the list is empty`];
    return value.flatMap((each: unknown, at) => faults(each, spec[0] as Spec, `${path}[${at}]`));
  }
  if (typeof value !== "object" || value === null) return [`${path}: ${JSON.stringify(value)} is no object`];
  return Object.entries(spec).flatMap(([key, each]) =>
    faults((value as Record<string, unknown>)[key], each, path === "" ? key : `${path}.${key}`),
  );
}

export const HEAD = {
  ok: "flag",
  exit: "count",
  company: "text?",
  asOf: "day?",
  warnings: ["text"],
} satisfies Spec;
export const FAILED = {
  ...HEAD,
  error: { code: "text", message: "text", hint: "text?", where: "object?" },
} satisfies Spec;

const TOTALS = [
  { currency: "currency", debit: "amount", credit: "amount", open: "amount", overdue: "amount" },
] satisfies Spec;
export const ITEMS = {
  new: "count",
  changed: "count",
  unchanged: "count",
  settled: "count",
  reopened: "count",
};
export const DEBTORS = { new: "count", known: "count", missing: "count" };
export const IMPORT = {
  import: {
    id: "count",
    kind: "balance|buckets|journal",
    file: "text",
    sha256: "sha256",
    asOf: "day",
    state: "accepted|held|unchanged",
    profile: {
      delimiter: "text",
      encoding: "text",
      dateFormat: "text?",
      decimal: "text",
      columns: { debtor: "text", open: "text" },
    },
  },
  rows: { read: "count", items: "count", subtotals: "count", blank: "count", rejected: "count" },
  debtors: DEBTORS,
  items: ITEMS,
  totals: TOTALS,
  control: { kind: "total-line|option|accounts|none", expected: "amount?", difference: "amount?" },
  rejected: [{ line: "count", column: "text", value: "text", reason: "text" }],
  doubts: [{ debtor: "text", code: "text", reason: "text" }],
  hold: ["text"],
} satisfies Spec;
export const JOURNAL = {
  ...IMPORT,
  import: { ...IMPORT.import, profile: { delimiter: "text", encoding: "text", decimal: "text" } },
  journal: {
    accounts: ["text", "some"],
    lines: "count",
    settled: "count",
    unbalanced: "count",
    payments: "count",
  },
} satisfies Spec;
const NOT_ACTED = [
  {
    debtor: "text",
    currency: "currency",
    code: "text",
    reason: "text",
    facts: "object",
    nextPossible: "day?",
  },
] satisfies Spec;
export const RUN = {
  planHash: "text",
  actions: [
    {
      id: "text",
      debtor: "text",
      name: "text",
      segment: "text",
      scenario: "text",
      step: "text",
      level: "number?",
      channel: "email|letter|registered-letter|call|visit",
      language: "fr|nl|de|en",
      template: "text?",
      to: "text?",
      currency: "currency",
      items: [
        {
          number: "text",
          issued: "day?",
          due: "day?",
          daysOverdue: "number?",
          open: "amount",
          disputed: "amount",
          level: "number?",
        },
      ],
      claimed: "amount",
      interest: "amount",
      compensation: "amount",
      credits: "amount",
      total: "amount",
      leader: "text?",
      reason: "text",
      state: "text",
    },
    "some",
  ],
  notActed: NOT_ACTED,
  counts: {
    due: "count",
    sent: "count",
    drafted: "count",
    printed: "count",
    awaitingApproval: "count",
    refused: "count",
    deferred: "count",
    uncertain: "count",
    queued: "count",
    skipped: "count",
  },
  files: ["text"],
} satisfies Spec;
export const APPROVALS = {
  approvals: [{ id: "text", debtor: "text", step: "text", maximum: "amount", state: "granted|rejected" }],
} satisfies Spec;
export const SNAPSHOTS = [
  { id: "count", kind: "text", file: "text", sha256: "sha256", asOf: "day", state: "text", hold: ["text"] },
] satisfies Spec;
export const MESSAGE = {
  id: "text",
  debtor: "text",
  step: "text",
  channel: "text",
  state: "text",
  to: "text",
  messageId: "text?",
  attempts: "count",
  queuedAt: "text",
  sentAt: "text?",
  response: "text?",
} satisfies Spec;
export const FINDINGS = {
  findings: [
    {
      severity: "error|warning",
      code: "text",
      message: "text",
      where: { file: "text?", line: "count?", column: "count?" },
      suggestion: "text?",
    },
  ],
} satisfies Spec;
export const EXPLAINED = {
  debtor: "text",
  segment: { name: "text?", rule: "text?", tried: [{ name: "text", matched: "flag" }] },
  language: { language: "fr|nl|de|en", from: "contact|debtor|country|company", because: "text" },
  stage: "count",
  items: [{ number: "text", state: "in|credit|waiting|out", code: "text", reason: "text" }],
  next: { step: "text?", channel: "text?", earliest: "day?", because: "text" },
} satisfies Spec;
export const INSPECTED = {
  file: "text",
  encoding: "object",
  delimiter: "object",
  header: { row: "count", fingerprint: "text" },
  columns: [{ header: "text", role: "text?", confidence: "number", evidence: "text" }, "some"],
  decimal: "object",
  dateOrder: "object",
  asOf: "day?",
  rows: {
    preamble: "count",
    header: "count",
    group: "count",
    item: "count",
    subtotal: "count",
    total: "count",
    footer: "count",
    blank: "count",
    unknown: "count",
  },
  totals: TOTALS,
} satisfies Spec;
export const TEXT = { name: "text", language: "fr|nl|de|en" } satisfies Spec;

export const TASK = {
  id: "text",
  kind: "call|visit|approval|address|agency|email|letter|dispute|answered",
  debtor: "text",
  step: "text?",
  due: "day",
  priority: "count",
  reason: "text",
  owner: "text?",
  amount: "amount",
  currency: "currency",
} satisfies Spec;
