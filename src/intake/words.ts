import { bare } from "../core/bare.ts";
import type { DebtorKind, ItemType, Language } from "../core/types.ts";

const DATES = /\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b/g;
/** Also a lone `n`, whose degree sign an export has lost. */
const NUMBER_WORDS = /n\s*°|№|#|\b(?:nrs?|no|n|num|numero|nummer|number)\b\.?/g;

/** "Montant dû" is owed, "Montant du mois" is not; exports lose the accent, then only the last word can be meant. */
const OWED = "owed";

/**
 * A header as it is compared: no accents, case, punctuation, dates, currency or articles; `n°`, `nr.`, `number`
 * and `-nummer` are all "no".
 */
export function headerKey(header: string): string {
  let key = KEYS.get(header);
  if (key === undefined) {
    if (KEYS.size > 5_000) KEYS.clear();
    key = keyOf(header);
    KEYS.set(header, key);
  }
  return key;
}

/** The same cells are asked about many times, and by many columns' names. */
const KEYS = new Map<string, string>();

function keyOf(header: string): string {
  return bare(header.replaceAll(/(?<!\p{L})d[ûÛ](?!\p{L})/giu, OWED))
    .replaceAll(DATES, " ")
    .replaceAll(/\b[ld]['’]/g, "")
    .replaceAll(NUMBER_WORDS, " no ")
    .replaceAll(/(\p{L}{3,})(?:nummer|nr)\b/gu, "$1 no")
    .replaceAll(/\b(?:eur|euros?|usd|chf|gbp)\b/g, " ")
    .replaceAll(/[^\p{L}\p{N}<>≤≥+]+/gu, " ")
    .trim()
    .replace(/ du$/, ` ${OWED}`)
    .replaceAll(/\b(?:de|du|des|la|le|les|of|the|van|het|der|die|das)\b/g, " ")
    .replaceAll(/ +/g, " ")
    .trim();
}

const TOTAL =
  /^(?:(?:sous|grand)[- ]?tota(?:l|ux)|total(?:e|en|s)?|totaux|totaal|subtotaal|eindtotaal|gesamt(?:summe|betrag)?|summe|zwischensumme|endsumme|sub[- ]?total|somme|cumul|partner cumul aged balance|solde (?:client|compte|tiers|general|total)|saldo (?:klant|kunde))(?![\p{L}\p{N}])/u;
const TOTAL_BEHIND = /(?<![\p{L}\p{N}])(?:sous-total|total|totaal|gesamt|summe|subtotal|subtotaal)$/u;
const CARRIED =
  /^(?:a reporter|report|reports|report a nouveau page|ubertrag|transport|over te brengen|overdracht|carried forward|brought forward|balance c\/?f|balance b\/?f)(?![\p{L}\p{N}])/u;
/** Words that may follow "total" without naming anybody. */
const GENERAL =
  /(?<![\p{L}\p{N}])(?:for|of|pour|du|de|des|la|le|les|general|generale|generaux|balance|agee|clients?|customers?|debtors?|klanten|klant|debiteuren|debitoren|kunden|kunde|tiers|compte|account|konto|rekening|page|ligne|edition|report|report total|etat|dossier|societe|en|eur|euros?|usd|chf|gbp|all|tous|alle|insgesamt|amount|montant|bedrag|betrag|open|ouvert|au|as|at|per|am|op|zum|om|411\d*|400\d*)(?![\p{L}\p{N}])/gu;

/** What stands behind a word for a total: "" where it names nobody; null where there is no such word. */
export function totalName(text: string): string | null {
  const key = bare(text).replaceAll(/\s+/g, " ").trim();
  const ahead = TOTAL.exec(key);
  const behind = ahead === null ? TOTAL_BEHIND.exec(key) : null;
  if (ahead === null && behind === null) return CARRIED.test(key) ? "" : null;
  const name = ahead === null ? key.slice(0, behind?.index) : key.slice(ahead[0].length);
  const left = name
    .replaceAll(DATES, " ")
    .replaceAll(GENERAL, " ")
    .replaceAll(/[^\p{L}]+/gu, "");
  return left === "" ? "" : nameKey(name);
}

/** A name as it is compared between a group row and its subtotal. */
export function nameKey(name: string): string {
  return bare(name)
    .replace(/^\s*(?:for|pour|fur|voor|client|customer|klant|kunde|tiers|compte)\b/, "")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

export function isCarried(text: string): boolean {
  return CARRIED.test(bare(text).trim());
}

const FOOTER = new RegExp(
  [
    "(?:page|pagina|seite|blatt)\\s*:?\\s*\\d+",
    "(?:imprimee?|editee?|edition|tiree?|extraite?|generee?|exportee?|printed|generated|exported|created|afgedrukt|gedrukt|gedruckt|erstellt)\\s*(?:le|par|du|on|by|at|op|am|door|von|:)(?!\\p{L})",
    "(?:accrual|cash) basis",
    "(?:fin|end|einde|ende) (?:de |du |of |van )?(?:l')?(?:etat|edition|liste|rapport|report|list)",
    "[*=_-]{3,}",
    "\\d+ ?/ ?\\d+$",
    "(?:copyright|\\(c\\)|©)",
  ]
    .map((form) => `^${form}`)
    .join("|"),
  "u",
);

export function isFooter(text: string): boolean {
  return FOOTER.test(bare(text).trim());
}

const SUPPLIERS =
  /\b(?:fournisseurs?|leveranciers?|crediteur(?:en|s)?|kreditor(?:en)?|lieferant(?:en)?|suppliers?|vendors?|accounts payable|aged payables?|payables?|comptes? a payer)\b/;
const CUSTOMERS =
  /\b(?:clients?|customers?|klant(?:en)?|debiteur(?:en|s)?|debitor(?:en)?|kunde(?:n)?|debtors?|receivables?|tiers|partners?|contacts?|relaties?)\b/;

export const namesSuppliers = (text: string): boolean => SUPPLIERS.test(bare(text));
export const namesCustomers = (text: string): boolean => CUSTOMERS.test(bare(text));

const TYPES: readonly (readonly [ItemType, RegExp])[] = [
  [
    "credit-note",
    /^(?:avoirs?|notes? de credit|credit ?notes?|credit ?memos?|creditnota|creditfactuur|gutschrift(?:en)?|rechnungskorrektur|remboursement|av|nc|cn|cm|ga)\b/,
  ],
  [
    "payment",
    /^(?:reglements?|paiements?|payments?|encaissements?|acomptes?|avances?|virements?|cheques?|betaling(?:en)?|vooruitbetaling|voorschot|zahlung(?:en)?|anzahlung|vorauszahlung|receipts?|unapplied|unallocated|prepayments?|on account|rg|rgt|dz|zp)\b/,
  ],
  [
    "debit",
    /^(?:notes? de debit|debit ?notes?|debit ?memos?|debetnota|lastschrift|frais|interets?|impayes?|rejets?|dn)\b/,
  ],
  [
    "invoice",
    /^(?:factures?|invoices?|factu(?:ur|ren)|rechnung(?:en)?|verkoop|ventes?|sales?|fa|fac|fc|inv|rv|re|vf)\b/,
  ],
];

/** The type that a word in a type column or label names; null where it names none. */
export function typeOf(text: string): ItemType | null {
  const key = bare(text)
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  return TYPES.find(([, pattern]) => pattern.test(key))?.[0] ?? null;
}

const DEBIT_SIDE = /^(?:d|dr|db|debit|debet|s|soll|0|\+)\.?$/;
const CREDIT_SIDE = /^(?:c|cr|credit|h|haben|k|1|-)\.?$/;

export function sideOf(text: string): "debit" | "credit" | null {
  const key = bare(text).trim();
  if (DEBIT_SIDE.test(key)) return "debit";
  return CREDIT_SIDE.test(key) ? "credit" : null;
}

const PAID =
  /^(?:regle|reglee|paye|payee|solde|soldee|lettre|lettree|cloture|paid|closed|settled|cleared|betaald|afgesloten|afgepunt|bezahlt|ausgeglichen|erledigt)\b/;

export const meansPaid = (text: string): boolean => PAID.test(bare(text).trim());

const NO = /^(?:|non?|nein|nee|neen|n|false|faux|falsch|onwaar|aucune?|none|keine?|geen|[-0.,]+)$/;

/** Whether a mark says yes: a cross, a date, a reason or a code; not where it is empty or a no. */
export const meansYes = (text: string): boolean => !NO.test(bare(text).trim());

const DISPUTE = /litige|contest|disput|betwist|strittig|streitig|klarfall|reklamation|klacht|reclamation/;

/** Whether a column of marks is about disputes, by its header; the others block for any reason. */
export const namesDispute = (header: string): boolean => DISPUTE.test(bare(header));

const DIRECT_DEBIT =
  /\b(?:prelevements?|prelev|prlv|prl|sdd|lcr|traites?|effets?|direct debit|domicil\w*|incasso|automatische incasso|(?:sepa)?lastschrift\w*|(?:bank)?einzug|bankeinzug|abbuchung)\b/;

/** Whether a way of paying or payment terms say that the company draws the money itself. */
export const meansDirectDebit = (text: string): boolean => DIRECT_DEBIT.test(bare(text));

const LANGUAGES: readonly (readonly [Language, RegExp])[] = [
  ["fr", /^(?:fr|f|fra|fre|francais|french|frans|franzosisch)\b/],
  ["nl", /^(?:nl|n|nld|dut|ned|nederlands|neerlandais|dutch|niederlandisch)\b/],
  ["de", /^(?:de|d|deu|ger|deutsch|allemand|german|duits)\b/],
  ["en", /^(?:en|e|eng|anglais|english|engels|englisch)\b/],
];

export function languageOf(text: string): Language | null {
  const key = bare(text).replaceAll(/[_-]/g, " ").trim();
  return LANGUAGES.find(([, pattern]) => pattern.test(key))?.[0] ?? null;
}

const BUSINESS =
  /^(?:business|b2b|pro|professionnel|societe|entreprise|company|bedrijf|zakelijk|onderneming|firma|geschaftlich|unternehmen)\b/;
const CONSUMER =
  /^(?:consumer|b2c|part|particulier|prive|private|privaat|consument|consommateur|privat|verbraucher)\b/;

export function kindOf(text: string): Exclude<DebtorKind, "unknown"> | null {
  const key = bare(text).trim();
  if (BUSINESS.test(key)) return "business";
  return CONSUMER.test(key) ? "consumer" : null;
}
