import type { Context, Outcome } from "../context.ts";
import { byAge } from "../core/item-order.ts";
import { cents, digitsOf, toDecimal } from "../core/money.ts";
import type { Cents, Currency, Day, Dossier, OpenItem } from "../core/types.ts";
import { EXIT, Failure, type Problem } from "../problem.ts";
import type { DebtorRecord } from "../store/debtors.ts";
import { type Company, ledgersOf, withCompany } from "./company.ts";
import { shown } from "./plan-document.ts";

/** How a balance without invoices is named where a document number is wanted. */
const BALANCE = "balance";

/** A debtor, and what is owed of him: oldest first. */
export interface Owing {
  readonly found: DebtorRecord;
  readonly dossiers: readonly Dossier[];
}

export function owingOf(company: Company, id: string): Owing {
  const found = company.store.debtors.find(id);
  const [ledger] = ledgersOf(company, [found.id]);
  return { found, dossiers: ledger?.dossiers ?? [] };
}

export const owedIn = ({ items }: Dossier): OpenItem[] => items.filter(({ open }) => open > 0).sort(byAge);

function refuse(problem: Problem): never {
  throw new Failure(EXIT.usage, problem);
}

/** Open items by document number, of every currency; a number may stand on several (instalments). All that is wrong at once. */
export function itemsNamed({ found, dossiers }: Owing, numbers: readonly string[]): OpenItem[] {
  const owed = dossiers.flatMap(owedIn);
  const nameOf = ({ number }: OpenItem): string => (number === "" ? BALANCE : number);
  const unknown = numbers.filter((number) => !owed.some((item) => nameOf(item) === number));
  const problems = unknown.map((number) => ({
    code: "no-such-invoice",
    message: `debtor ${found.id} owes no such document`,
    found: number,
    expected: owed.length === 0 ? "nothing is owed" : [...new Set(owed.map(nameOf))].slice(0, 10).join(", "),
    fix: `dunning debtor show ${found.id}`,
  }));
  const [first, ...rest] = problems;
  if (first !== undefined) throw new Failure(EXIT.usage, [first, ...rest]);
  return owed.filter((item) => numbers.includes(nameOf(item)));
}

/** The dossier that is meant: of the named documents, of the currency, or the only one in which something is owed. */
export function dossierMeant(
  owing: Owing,
  items: readonly OpenItem[] | null,
  asked: string | undefined,
): Dossier {
  const { found, dossiers } = owing;
  const owedDossiers = dossiers.filter((dossier) => owedIn(dossier).length > 0);
  const wanted = asked?.toUpperCase();
  const possible = owedDossiers.filter(
    ({ currency }) =>
      (wanted === undefined || currency === wanted) &&
      (items === null || items.some((item) => item.currency === currency)),
  );
  const [only, second] = possible;
  if (only !== undefined && second === undefined) return only;
  return refuse(
    only === undefined
      ? {
          code: "nothing-owed",
          message: `debtor ${found.id} owes nothing${wanted === undefined ? "" : ` in ${wanted}`}`,
          fix: `dunning debtor show ${found.id}`,
        }
      : {
          code: "currency-needed",
          message: `debtor ${found.id} owes in several currencies`,
          found: possible.map(({ currency }) => currency).join(", "),
          expected: "one of them",
          fix:
            items === null
              ? `add --currency ${only.currency}`
              : "one command for the documents of each currency",
        },
  );
}

/** Reads an amount such as 1250.00 or 1250,5: positive, in the currency's own decimals. */
export function amountFrom(text: string, currency: Currency): Cents {
  const digits = digitsOf(currency);
  const match = /^(\d{1,12})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  const fraction = match?.[2] ?? "";
  const value = match === null ? 0 : Number(`${match[1]}${fraction.padEnd(digits, "0")}`);
  if (match !== null && fraction.length <= digits && value > 0) return cents(value);
  return refuse({
    code: "amount-unclear",
    message: "this is no amount",
    found: text,
    expected: `a positive amount in ${currency}, such as ${toDecimal(cents(125000), currency)}`,
  });
}

/** An amount that cannot be more than what is open; `taken`: a part that was settled before. */
export function within(
  amount: Cents,
  { open, taken }: { readonly open: Cents; readonly taken: Cents },
  currency: Currency,
  { what, fix }: { readonly what: string; readonly fix: string },
): void {
  if (amount <= open - taken) return;
  refuse({
    code: "amount-above-open",
    message: `${what} is more than what is open`,
    found: `${shown(amount, currency)}${taken > 0 ? `, beside ${shown(taken, currency)} of before` : ""}`,
    expected: `at most ${shown(cents(open - taken), currency)}`,
    ...(taken > 0 ? { fix } : {}),
  });
}

/** A day that has not passed. */
export function notPast(date: Day, { today }: Company, what: string): void {
  if (date >= today) return;
  refuse({
    code: "date-passed",
    message: `${what} has passed`,
    found: date,
    expected: `${today} or later`,
    fix: "dunning --as-of DATE ... records for another day",
  });
}

/** Who types: kept beside what is recorded, never in the event chain. */
export function authorOf({ env }: Context, given: string | undefined): string {
  return given ?? env["USER"] ?? env["USERNAME"] ?? env["LOGNAME"] ?? "unknown";
}

/** A text for people, or null. */
export function textOf(text: string | undefined): string | null {
  const clean = text?.replace(/\s+/g, " ").trim() ?? "";
  return clean === "" ? null : clean.slice(0, 2000);
}

/** One command that reads or records: opens the company, says, answers. */
export async function recording(
  context: Context,
  mode: "read" | "write",
  work: (company: Company) => Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  return await withCompany(context, mode, (company) => ({
    exit: EXIT.done,
    company: company.company.name,
    asOf: company.today,
    document: work(company),
  }));
}

/** Documents in a sentence: "FA-1, FA-2", or what stands for all of them. */
export function invoicesText(invoices: readonly string[], all = "all that is owed"): string {
  return invoices.length === 0 ? all : invoices.map((number) => number || "(balance)").join(", ");
}
