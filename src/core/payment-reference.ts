/**
 * References that banks check: what a debtor quotes is right or the transfer is refused. Each is made of the debtor's code
 * alone and so that no two codes give the same one.
 */

/** What is quoted: the code in the books, a Belgian structured communication, ISO 11649, a Swiss QR reference. */
export type ReferenceKind = "account" | "ogm" | "rf" | "qrr";

export interface PaymentReference {
  readonly kind: ReferenceKind;
  /** As people read it: `+++090/9337/55493+++`, `RF18 5390 0754 7034`. */
  readonly text: string;
  /** As banks take it, without marks and spaces. */
  readonly bare: string;
}

/** The rest of a number of any length. */
function rest97(digits: string): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest;
}

/** Letters as numbers: A is 10 ... Z is 35 (ISO 7064). */
const inDigits = (text: string): string =>
  Array.from(text, (character) => Number.parseInt(character, 36).toString()).join("");

/** Ten digits and their rest by 97, 97 in place of 0 (Belgian banks' "gestructureerde mededeling"). */
function ogmOf(digits: string): string {
  const ten = digits.padStart(10, "0");
  const check = String(rest97(ten) || 97).padStart(2, "0");
  return `${ten}${check}`;
}

export function isOgm(digits: string): boolean {
  return (
    /^\d{12}$/.test(digits) && !/^0+$/.test(digits.slice(0, 10)) && ogmOf(digits.slice(0, 10)) === digits
  );
}

/** ISO 11649: `RF`, two check digits, at most 21 letters and digits. */
function rfOf(code: string): string {
  const check = 98 - rest97(inDigits(`${code}RF00`));
  return `RF${String(check).padStart(2, "0")}${code}`;
}

export function isRf(text: string): boolean {
  return /^RF\d{2}[0-9A-Z]{1,21}$/.test(text) && rest97(inDigits(text.slice(4) + text.slice(0, 4))) === 1;
}

const CARRY = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];

/** The last digit of a QR reference: recursive modulo 10 (Swiss Implementation Guidelines QR-bill, annex B). */
function checkDigit(digits: string): string {
  let carry = 0;
  for (const digit of digits) carry = CARRY[(carry + Number(digit)) % 10] ?? 0;
  return String((10 - carry) % 10);
}

export function isQrr(digits: string): boolean {
  return /^\d{27}$/.test(digits) && !/^0+$/.test(digits) && checkDigit(digits.slice(0, 26)) === digits[26];
}

/** As people read it. */
export function groupedReference(bare: string, kind: ReferenceKind): string {
  if (kind === "ogm") return `+++${bare.slice(0, 3)}/${bare.slice(3, 7)}/${bare.slice(7)}+++`;
  if (kind === "rf") return bare.replace(/(.{4})(?=.)/g, "$1 ");
  return `${bare.slice(0, 2)} ${bare.slice(2).replace(/(.{5})(?=.)/g, "$1 ")}`;
}

const CHECKS: Readonly<Record<Exclude<ReferenceKind, "account">, (bare: string) => boolean>> = {
  ogm: isOgm,
  rf: isRf,
  qrr: isQrr,
};

/** Without the marks that people write. */
const bareOf = (text: string): string => text.toUpperCase().replace(/[\s+*/.-]/g, "");

/** Whole numbers only: "0042" and "42" are two customers and would give one reference. */
const NUMBER = /^[1-9]\d*$/;

function made(kind: Exclude<ReferenceKind, "account">, code: string): string | null {
  if (kind === "ogm") return NUMBER.test(code) && code.length <= 10 ? ogmOf(code) : null;
  if (kind === "rf") return /^[0-9A-Z]{1,21}$/.test(code) ? rfOf(code) : null;
  if (!NUMBER.test(code) || code.length > 26) return null;
  const digits = code.padStart(26, "0");
  return digits + checkDigit(digits);
}

/**
 * The reference of this kind. `known`: one that the customer's master data name, which goes before. Null: none can be made of
 * the code without giving the reference of somebody else.
 */
export function paymentReference(
  kind: ReferenceKind,
  code: string,
  known: string | null = null,
): PaymentReference | null {
  if (kind === "account") return { kind, text: code, bare: code };
  const given = known === null ? null : bareOf(known);
  const bare = given !== null && CHECKS[kind](given) ? given : made(kind, code);
  return bare === null ? null : { kind, text: groupedReference(bare, kind), bare };
}
