import type { Cents, Currency } from "./types.ts";

/** Codes that a banking app fills a transfer from. All texts are one line. */

export interface Payee {
  readonly name: string;
  readonly iban: string;
  readonly bic: string | null;
}

export interface EpcTransfer {
  readonly payee: Payee;
  readonly amount: Cents;
  /** ISO 11649; else "". */
  readonly reference: string;
  /** Free text, where there is no reference. */
  readonly text: string;
  /** Four letters at most (ISO 20022), usually "". */
  readonly purpose?: string;
  /** Character set of the bytes: 1 UTF-8, 2 ISO 8859-1. */
  readonly charset?: 1 | 2;
}

/** The most that both standards can say: 999 999 999.99. */
export const MOST = 99_999_999_999;

const cut = (text: string, length: number): string => Array.from(text).slice(0, length).join("").trim();

/** `12.3`, `1250`: zeros behind the point may be left out (EPC069-12, 3.2). */
function shortest(amount: Cents): string {
  return (amount / 100).toFixed(2).replace(/\.?0+$/, "");
}

/**
 * The data of a SEPA credit transfer (EPC069-12, version 002): at most 331 bytes, lines joined by LF, none after the last
 * one that says something. Error correction M, QR version 13 at most.
 */
export function epcPayload(transfer: EpcTransfer): string {
  const { payee, amount, reference, text, purpose = "", charset = 1 } = transfer;
  if (amount < 1 || amount > MOST) throw new RangeError(`no amount for a transfer: ${amount}`);
  const lines = [
    "BCD",
    "002",
    String(charset),
    "SCT",
    payee.bic ?? "",
    cut(payee.name, 70),
    payee.iban,
    `EUR${shortest(amount)}`,
    purpose,
    reference,
    reference === "" ? cut(text, 140) : "",
  ];
  while (lines.at(-1) === "") lines.pop();
  return lines.join("\n");
}

export interface PostalParty {
  readonly name: string;
  readonly street: string;
  readonly postcode: string;
  readonly town: string;
  readonly country: string;
}

export interface SwissBill {
  readonly iban: string;
  readonly creditor: PostalParty;
  readonly debtor: PostalParty | null;
  readonly amount: Cents;
  readonly currency: Currency;
  readonly reference: { readonly type: "QRR" | "SCOR" | "NON"; readonly bare: string };
  readonly message: string;
}

/** Letters that the Swiss banks take: Latin with its accents. */
const swissText = (text: string, length: number): string =>
  cut(text.normalize("NFC").replace(/[^\u0020-\u007e\u00a1-\u017f\u0218-\u021b\u20ac]/gu, "."), length);

function partyLines(party: PostalParty | null): string[] {
  if (party === null) return Array(7).fill("") as string[];
  const { name, street, postcode, town, country } = party;
  return [
    "S",
    swissText(name, 70),
    swissText(street, 70),
    "",
    swissText(postcode, 16),
    swissText(town, 35),
    country,
  ];
}

/** The data of a QR-bill (Swiss Implementation Guidelines QR-bill 2.3, 4.2.2), structured addresses, lines joined by LF. */
export function swissPayload(bill: SwissBill): string {
  const { iban, creditor, debtor, amount, currency, reference, message } = bill;
  if (amount < 1 || amount > MOST) throw new RangeError(`no amount for a QR-bill: ${amount}`);
  return [
    "SPC",
    "0200",
    "1",
    iban,
    ...partyLines(creditor),
    ...partyLines(null),
    (amount / 100).toFixed(2),
    currency,
    ...partyLines(debtor),
    reference.type,
    reference.bare,
    swissText(message, 140),
    "EPD",
  ].join("\n");
}

/** Whether an account asks for QR references: its bank's number lies between 30000 and 31999. */
export function isQrIban(iban: string): boolean {
  const bank = Number(iban.slice(4, 9));
  return isSwiss(iban) && bank >= 30_000 && bank <= 31_999;
}

export const isSwiss = (iban: string): boolean => /^(CH|LI)/.test(iban);
