/** What a column holds. `bucket` columns are parsed (buckets.ts), not listed. */
export type Role =
  | "debtor"
  | "name"
  | "number"
  | "type"
  | "label"
  | "issued"
  | "due"
  | "original"
  | "paid"
  | "open"
  | "debit"
  | "credit"
  | "side"
  | "total"
  | "running"
  | "currency"
  | "settled"
  | "status"
  | "blocked"
  | "sent"
  | "method"
  | "terms"
  | "age"
  | "account"
  | "ledger"
  | "bucket"
  | "ignored"
  | MasterRole;

export const MASTER_ROLES = [
  "email",
  "phone",
  "contact",
  "address",
  "postcode",
  "city",
  "country",
  "language",
  "kind",
  "vat",
  "registration",
  "salesperson",
  "sector",
  "region",
  "strategic",
  "insured",
  "insolvent",
  "credit_limit",
] as const;
export type MasterRole = (typeof MASTER_ROLES)[number];

export const AMOUNT_ROLES: ReadonlySet<Role | null> = new Set<Role | null>([
  "open",
  "debit",
  "credit",
  "original",
  "paid",
  "total",
  "running",
  "bucket",
]);
export const DATE_ROLES: ReadonlySet<Role | null> = new Set<Role | null>(["due", "issued"]);
const ROLE_TEXT: Partial<Record<Role, string>> = {
  debtor: "the customer's code",
  name: "the customer's name",
  number: "the document number",
  type: "the document type",
  issued: "the invoice date",
  due: "the due date",
  original: "the original amount",
  open: "the open amount",
  paid: "what has been paid",
  debit: "the debit amount",
  credit: "the credit amount",
  side: "the side (debit or credit)",
  total: "the sum of the ageing columns",
  running: "a running balance",
  currency: "the currency",
  settled: "the mark of settled items",
  status: "the state of an item",
  blocked: "the mark of disputed or blocked items",
  sent: "when or how the invoice was sent",
  method: "the way of paying",
  terms: "the payment terms",
  age: "the days late",
  account: "the account of the general ledger",
  ledger: "the kind of ledger",
  label: "the text of an entry",
  ignored: "nothing that is read",
  contact: "the person to write to",
  registration: "the customer's SIREN, SIRET or enterprise number",
};
export const roleText = (role: Role): string => ROLE_TEXT[role] ?? `the customer's ${role.replace("_", " ")}`;
