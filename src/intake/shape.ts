import { EXIT, Failure } from "../problem.ts";
import type { Column } from "./column.ts";
import { isBlank, looksLikeAmount, looksLikeDate, type Row } from "./header.ts";
import type { GroupRows, Profile } from "./profile.ts";
import { AMOUNT_ROLES, type Role } from "./roles.ts";
import { isFooter, totalName } from "./words.ts";

/** How rows make items: where the columns are, and who owns a row that names nobody. */
export interface Layout {
  readonly shape: "items" | "summary";
  readonly groups: "none" | "carried" | GroupRows;
}

/** Column numbers by role; -1 where a file has no such column. */
export function indexOf(columns: readonly Column[], role: Role): number {
  return columns.find((column) => column.role === role)?.index ?? -1;
}

/** Whether nothing but the amounts of the invoices says what is open: paid ones may be among them. */
export function lacksOpen(columns: readonly Column[]): boolean {
  const says: readonly Role[] = ["open", "debit", "credit", "paid", "settled", "status", "bucket"];
  return !columns.some(({ role }) => role !== null && says.includes(role));
}

interface Sampled {
  readonly row: Row;
  readonly amounts: boolean;
  readonly dated: boolean;
  readonly numbered: boolean;
  readonly owned: boolean;
  /** The code, or the name where there are no codes; "" where the row does not say. */
  readonly owner: string;
  /** Filled cells that hold no amount, by number from 0. */
  readonly texts: readonly number[];
}

/** Decides on the sample which of the shapes this is. Throws Failure(65) where it is none. */
export function detectLayout(
  file: string,
  columns: readonly Column[],
  data: readonly Row[],
  profile: Profile | null,
): Layout {
  const has = (role: Role): boolean => indexOf(columns, role) !== -1;
  const aged = columns.some((column) => column.bucket?.from != null);
  const amounts = has("open") || has("debit") || has("credit") || has("original") || has("total");
  const dated = has("due") || has("issued");
  const items =
    profile?.shape === undefined ? (dated || has("number")) && (amounts || aged) : profile.shape === "items";
  if (!items) {
    if (!aged || !(has("debtor") || has("name"))) throw incomplete(file, columns, amounts);
    return { shape: "summary", groups: "none" };
  }
  if (!dated && !aged) throw incomplete(file, columns, amounts);
  const groups = profile?.groups ?? detectGroups(columns, data);
  if (groups === "none" && !has("debtor") && !has("name")) throw incomplete(file, columns, amounts);
  return { shape: "items", groups };
}

function incomplete(file: string, columns: readonly Column[], amounts: boolean): Failure {
  const has = (...roles: Role[]): boolean => roles.some((role) => indexOf(columns, role) !== -1);
  const missing: string[] = [];
  if (!has("debtor", "name")) missing.push("the customer (a code or a name)");
  if (!amounts && !has("bucket")) missing.push("the open amount (or debit and credit)");
  if (!has("due", "issued") && !has("bucket"))
    missing.push("the due date (or the invoice date, or ageing columns)");
  const isContacts =
    !amounts && !has("bucket", "due", "issued", "number") && has("email", "address", "phone", "postcode");
  const account = has("debtor", "name") ? undefined : columns.find(({ role }) => role === "account");
  const headers = columns.map((column) => (column.header === "" ? "(no name)" : column.header));
  return new Failure(EXIT.input, {
    code: "columns-missing",
    where: { file },
    message: `no column was recognised for ${missing.length === 0 ? "what is open and since when" : missing.join(", ")}`,
    found: `the columns ${headers.slice(0, 20).join(", ")}${account === undefined ? "" : `; "${account.header}" is an account that customers share`}`,
    expected: "customer, due date and open amount in columns of their own",
    fix: isContacts
      ? `addresses and e-mails are imported with \`dunning import contacts ${file}\``
      : `look at \`dunning inspect ${file}\`, then name the columns in a profile (profiles: in dunning.yaml)`,
  });
}

function detectGroups(columns: readonly Column[], data: readonly Row[]): Layout["groups"] {
  const sampled = sampleOf(columns, data);
  const items = sampled.filter((row) => row.amounts && (row.dated || row.numbered));
  const owned = items.filter((row) => row.owned).length;
  const hasOwner = indexOf(columns, "debtor") !== -1 || indexOf(columns, "name") !== -1;
  if (items.length === 0) return "none";
  if (hasOwner && owned >= items.length * 0.9) return "none";
  const above = sampled.filter((row, index) => {
    const next = sampled[index + 1];
    return (
      row.texts.length > 0 &&
      !row.dated &&
      !isTotal(row) &&
      next?.dated === true &&
      next.amounts &&
      !next.owned
    );
  });
  // Where customers stand in rows of their own, a row with an amount above an item is an item without a date.
  const plain = above.filter((row) => !row.amounts);
  const heads = plain.length > 0 ? plain : above;
  if (hasOwner && (owned > heads.length || heads.length === 0)) return isCarried(items) ? "carried" : "none";
  if (heads.length === 0) return "none";
  const filled = new Map<number, number>();
  for (const head of heads) for (const index of head.texts) filled.set(index, (filled.get(index) ?? 0) + 1);
  const first = [...filled].filter(([, count]) => count === heads.length).map(([index]) => index);
  const label = Math.min(...(first.length > 0 ? first : filled.keys()));
  const others = [...filled.keys()].filter((index) => index !== label).sort((a, b) => a - b);
  const labels = heads.map((head) => (head.row.cells[label] ?? "").trim());
  return {
    columns: [label, ...others].map((index) => index + 1),
    split: others.length === 0 && labels.every((text) => splitLabel(text) !== null),
    amounts: plain.length === 0,
  };
}

/** Customers stand on the first of their rows only: codes that repeat on the next row say that a gap is a gap. */
function isCarried(items: readonly Sampled[]): boolean {
  const repeats = items.filter(
    ({ owner }, index) => owner !== "" && owner === items[index - 1]?.owner,
  ).length;
  const gaps = items.filter(({ owner }) => owner === "").length;
  return repeats * 50 <= gaps && gaps >= items.length * 0.2;
}

const isTotal = ({ row, texts }: Sampled): boolean =>
  texts.some((index) => totalName(row.cells[index] ?? "") === "" || isFooter(row.cells[index] ?? ""));

function sampleOf(columns: readonly Column[], data: readonly Row[]): Sampled[] {
  const indices = (...roles: Role[]): number[] =>
    columns.filter(({ role }) => role !== null && roles.includes(role)).map(({ index }) => index);
  const amounts = columns.filter(({ role }) => AMOUNT_ROLES.has(role)).map(({ index }) => index);
  const dates = indices("due", "issued");
  const owners = indices("debtor", "name");
  const numbers = indices("number");
  const identity = [...indices("debtor"), ...owners][0] ?? -1;
  return data
    .map((row) => ({ row, texts: row.cells.map((cell) => cell.trim()) }))
    .filter(({ texts }) => !isBlank(texts))
    .map(({ row, texts }) => ({
      row,
      amounts: amounts.some((index) => looksLikeAmount(texts[index] ?? "")),
      dated: dates.some((index) => looksLikeDate(texts[index] ?? "")),
      numbered: numbers.some((index) => texts[index]),
      owned: owners.some((index) => texts[index]),
      owner: texts[identity] ?? "",
      texts: texts.flatMap((text, index) => (text === "" || amounts.includes(index) ? [] : [index])),
    }));
}

const LABEL = /^(?:client|customer|klant|kunde|tiers|compte|d[eé]biteur|debitor)\s*:\s*(?=\S)/i;
const CODE_AND_NAME =
  /^\[?([\p{L}]{0,6}\d[\p{L}\d._/-]{2,}|[A-Z]{2,6}-?\d+)\]?\s*(?:[-–:|]\s*)?(?<=[\s\]:|–-])(\S.*)$/u;

/** "C0001 - Dupont" into code and name; null where it does not begin with a code. */
export function splitLabel(text: string): { id: string; name: string } | null {
  const found = CODE_AND_NAME.exec(withoutLabel(text));
  return found === null ? null : { id: found[1]!, name: found[2]!.trim() };
}

/** "Client : Dupont" is the customer Dupont. */
export function withoutLabel(text: string): string {
  return text.replace(LABEL, "");
}
