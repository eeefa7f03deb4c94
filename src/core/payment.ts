import { cleanLine } from "./clean-line.ts";
import { toDecimal } from "./money.ts";
import {
  epcPayload,
  isQrIban,
  isSwiss,
  MOST,
  type PostalParty,
  type SwissBill,
  swissPayload,
} from "./payment-code.ts";
import { type PaymentReference, paymentReference, type ReferenceKind } from "./payment-reference.ts";
import type { Account, Action, Cents, Company, Debtor } from "./types.ts";

/** What the configuration says about paying. */
export interface PaymentSettings {
  readonly reference: ReferenceKind;
  /** Whether codes to scan are drawn. */
  readonly code: boolean;
  /** An address with `{amount}` and the like in it, or null. */
  readonly link: string | null;
  /** Whether messages may say that the bank details have not changed. */
  readonly unchanged: boolean;
}

/** Column of the master data with a reference of the debtor's own. */
const REFERENCE_ATTRIBUTE = "payment_reference";

export type PaymentCode =
  | { readonly kind: "epc"; readonly payload: string }
  | { readonly kind: "swiss"; readonly payload: string; readonly bill: SwissBill };

/** How one message asks to be paid. */
export interface Payment {
  readonly account: Account | null;
  readonly reference: PaymentReference;
  readonly code: PaymentCode | null;
  /** "" where there is none. */
  readonly link: string;
  readonly warnings: readonly string[];
}

/** So much of a transfer's text is used: more makes the code hard to scan. */
const TEXT_LIMIT = 70;

const WANTED: Readonly<Record<Exclude<ReferenceKind, "account">, string>> = {
  ogm: "no structured communication can be made of the code: at most 10 digits, the first one not 0",
  rf: "no RF reference can be made of the code: at most 21 capitals and digits",
  qrr: "no QR reference can be made of the code: at most 26 digits, the first one not 0",
};

function referenceOf(
  kind: ReferenceKind,
  code: string,
  debtor: Debtor,
  warnings: string[],
): PaymentReference {
  const found = paymentReference(kind, code, debtor.attrs[REFERENCE_ATTRIBUTE] ?? null);
  if (found !== null) return found;
  if (kind !== "account")
    warnings.push(`${WANTED[kind]}; the code itself is quoted (or give attr.${REFERENCE_ATTRIBUTE})`);
  return { kind: "account", text: code, bare: code };
}

/** The code and as many document numbers as a transfer's text should hold. */
function transferText(code: string, { items }: Action): string {
  let text = code;
  for (const { number, role } of items) {
    const more = `${text} ${cleanLine(number)}`;
    if (role === "credit" || number === "" || more.length > TEXT_LIMIT) continue;
    text = more;
  }
  return text;
}

const ADDRESS_END = /^(?:[A-Z]{1,2}[- ])?(\d{4,6})\s+(.+)$/;

function creditorOf({ name, address, country }: Company): PostalParty | null {
  const lines = address.map(cleanLine);
  const end = ADDRESS_END.exec(lines.at(-1) ?? "");
  if (end === null) return null;
  const street = lines.at(-2) ?? "";
  return { name: cleanLine(name), street, postcode: end[1] ?? "", town: end[2] ?? "", country };
}

function debtorParty(
  { name, address, postcode, city, country }: Debtor,
  company: Company,
): PostalParty | null {
  const where = country?.toUpperCase() ?? company.country;
  if (city === null || postcode === null || !/^[A-Z]{2}$/.test(where)) return null;
  const street = cleanLine(address.at(-1) ?? "");
  return {
    name: cleanLine(name),
    street,
    postcode: cleanLine(postcode),
    town: cleanLine(city),
    country: where,
  };
}

interface Asked {
  readonly action: Action;
  readonly debtor: Debtor;
  readonly company: Company;
  readonly account: Account;
  readonly reference: PaymentReference;
  readonly amount: Cents;
  readonly code: string;
}

function swissCode(asked: Asked, warnings: string[]): PaymentCode | null {
  const { action, debtor, company, account, reference, amount, code } = asked;
  const creditor = creditorOf(company);
  if (creditor === null) {
    warnings.push("no QR-bill: the last line of company.address is not a postcode and a town");
    return null;
  }
  const { kind, bare } = reference;
  if (isQrIban(account.iban) !== (kind === "qrr")) {
    warnings.push(
      kind === "qrr"
        ? "no QR-bill: a QR reference needs a QR-IBAN (payment.reference: rf goes with any other)"
        : "no QR-bill: a QR-IBAN needs a QR reference (payment.reference: qrr)",
    );
    return null;
  }
  const type = kind === "qrr" ? "QRR" : kind === "rf" ? "SCOR" : "NON";
  const bill: SwissBill = {
    iban: account.iban,
    creditor,
    debtor: debtorParty(debtor, company),
    amount,
    currency: action.currency,
    reference: { type, bare: type === "NON" ? "" : bare },
    message: transferText(code, action),
  };
  return { kind: "swiss", payload: swissPayload(bill), bill };
}

function codeOf(asked: Asked, warnings: string[]): PaymentCode | null {
  const { action, company, account, reference, amount, code } = asked;
  if (!company.payment.code || amount < 1 || amount > MOST) return null;
  if (isSwiss(account.iban))
    return action.currency === "CHF" || action.currency === "EUR" ? swissCode(asked, warnings) : null;
  if (action.currency !== "EUR") return null;
  const transfer = {
    payee: { name: cleanLine(company.name), iban: account.iban, bic: account.bic },
    amount,
    // Belgian banks read their structured communication in the free text.
    reference: reference.kind === "rf" ? reference.bare : "",
    text: reference.kind === "account" ? transferText(code, action) : reference.text,
  };
  return { kind: "epc", payload: epcPayload(transfer) };
}

/** The variables of a payment link, without braces. */
export const LINK_WORDS = ["amount", "currency", "reference", "debtor", "language"] as const;

function linkOf(
  template: string | null,
  values: Readonly<Record<(typeof LINK_WORDS)[number], string>>,
): string {
  if (template === null) return "";
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? encodeURIComponent(values[name as keyof typeof values]) : whole,
  );
}

/** How a message asks to be paid. `amount`: what remains to be paid; `code`: what the debtor quotes otherwise. */
export function paymentOf(
  action: Action,
  debtor: Debtor,
  company: Company,
  { amount, code }: { readonly amount: Cents; readonly code: string },
): Payment {
  const { currency, language } = action;
  const warnings: string[] = [];
  const account = company.accounts[currency] ?? null;
  const quoted = cleanLine(code);
  const reference = referenceOf(company.payment.reference, quoted, debtor, warnings);
  return {
    account,
    reference,
    code:
      account === null
        ? null
        : codeOf({ action, debtor, company, account, reference, amount, code: quoted }, warnings),
    link: linkOf(company.payment.link, {
      amount: toDecimal(amount, currency),
      currency,
      reference: reference.bare,
      debtor: debtor.id,
      language,
    }),
    warnings,
  };
}
