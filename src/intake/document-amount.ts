import { bare } from "../core/bare.ts";
import { type Column, lookAt } from "./column.ts";
import { looksLikeAmount, type Row } from "./header.ts";

const DOCUMENT =
  /\b(?:devise|doc(?:ument)?\.? curr\w*|(?:in|transaction|foreign) currency|fremdwahrung|belegwahrung|valuta|vreemde munt)\b/;
const AMOUNT =
  /\b(?:solde|reste?|restant|residuel|montant|saldo|offen\w*|open\w*|bedrag|betrag|balance|amount|outstanding|remaining|residual)\b/;

/**
 * Beside a currency column the open amount is the one in that currency, not its worth in the company's own. False:
 * both stand there, and rows without the former leave it unclear which one the currency is of.
 */
export function takeDocumentAmount(columns: readonly Column[], data: readonly Row[]): boolean {
  const local = columns.find(({ role }) => role === "open");
  const currency = columns.find(({ role }) => role === "currency");
  const [document, second] = columns.filter(
    ({ role, header }) => role === null && DOCUMENT.test(bare(header)) && AMOUNT.test(bare(header)),
  );
  if (local === undefined || currency === undefined || document === undefined || second !== undefined)
    return true;
  if (DOCUMENT.test(bare(local.header))) return true;
  const cell = ({ cells }: Row, { index }: Column): string => (cells[index] ?? "").trim();
  const rows = data.filter((row) => looksLikeAmount(cell(row, local)) && cell(row, currency) !== "");
  const filled = rows.filter((row) => /[1-9]/.test(cell(row, document)));
  if (filled.length === 0) return lookAt(currency.index, data).distinct < 2;
  if (filled.length < rows.length) return false;
  document.attr = null;
  Object.assign(document, {
    role: "open",
    confidence: 0.8,
    evidence: `the open amount in the currency of "${currency.header}"`,
  });
  Object.assign(local, { role: "running", confidence: 0.8, evidence: "the same in the company's currency" });
  return true;
}
