/** Which codes may be one customer: proposals for people, never acted on. */

import type { Day, DebtorId } from "./types.ts";

export interface CustomerFacts {
  readonly id: DebtorId;
  readonly name: string;
  readonly vat: string | null;
  readonly registration: string | null;
  readonly postcode: string | null;
  readonly firstSeen: Day;
  /** Has open items in the newest balance. */
  readonly owes: boolean;
}

/** Documents that went from one customer in the balance that showed them under another. */
export interface MovedDocuments {
  readonly from: DebtorId;
  readonly into: DebtorId;
  readonly documents: number;
}

/** documents: they moved; number: VAT or company number; name: with the postcode, or one has gone. */
export type Evidence = "documents" | "number" | "name";

export interface Proposal {
  readonly from: DebtorId;
  readonly into: DebtorId;
  readonly evidence: Evidence;
  /** What they have in common. */
  readonly common: string;
}

/**
 * What a company is to its state, one text whether it was written as a VAT number or as a company number: a French VAT
 * number ends in the SIREN, a SIRET starts with it, a Belgian enterprise number is the VAT number. Null: not known.
 */
export function companyNumber({
  vat,
  registration,
}: Pick<CustomerFacts, "vat" | "registration">): string | null {
  const number = (vat ?? registration ?? "").replace(/[\s.\-/]+/g, "").toUpperCase();
  if (number === "") return null;
  if (/^FR[A-Z0-9]{2}\d{9}$/.test(number)) return `FR${number.slice(4)}`;
  if (/^\d{9}(?:\d{5})?$/.test(number)) return `FR${number.slice(0, 9)}`;
  if (/^(?:BE)?[01]\d{9}$/.test(number)) return `BE${number.slice(-10)}`;
  return number;
}

const LEGAL_FORMS =
  /(?<![\p{L}\p{N}])(?:sarl|sas|sasu|sa|eurl|snc|sci|scop|selarl|ei|srl|sprl|bvba|bv|nv|vof|asbl|vzw|gmbh|ag|ug|kg|ohg|ltd|limited|llp|plc|inc|monsieur|madame|mr|mme|m)(?![\p{L}\p{N}])/gu;

/** A name without accents, case, punctuation and legal form; "" where too little is left to tell customers apart. */
export function bareName(name: string): string {
  const bare = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/\b(\p{L})\.(?=\p{L}\b)/gu, "$1")
    .replaceAll(LEGAL_FORMS, " ")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  return bare.length < 4 ? "" : bare;
}

/** Older into newer where the older one has gone, else newer into older. */
function pair(a: CustomerFacts, b: CustomerFacts): readonly [from: CustomerFacts, into: CustomerFacts] {
  const aFirst = a.firstSeen < b.firstSeen || (a.firstSeen === b.firstSeen && a.id < b.id);
  const [older, newer] = aFirst ? [a, b] : [b, a];
  return !older.owes && newer.owes ? [older, newer] : [newer, older];
}

/**
 * Pairs that may be one customer, the surest evidence first. `concerning`: only pairs with one of these. Two known and
 * different company numbers, or postcodes, speak against a name.
 */
export function proposeMerges(
  customers: readonly CustomerFacts[],
  moved: readonly MovedDocuments[],
  concerning: ((id: DebtorId) => boolean) | null = null,
): readonly Proposal[] {
  const found = new Map<string, Proposal>();
  const propose = (proposal: Proposal): void => {
    const key = [proposal.from, proposal.into].sort().join("\n");
    if (concerning !== null && !concerning(proposal.from) && !concerning(proposal.into)) return;
    if (!found.has(key)) found.set(key, proposal);
  };
  for (const { from, into, documents } of moved)
    propose({
      from,
      into,
      evidence: "documents",
      common: documents === 1 ? "1 document" : `${documents} documents`,
    });
  each(customers, companyNumber, (a, b, number) => {
    const [from, into] = pair(a, b);
    propose({ from: from.id, into: into.id, evidence: "number", common: number });
  });
  each(
    customers,
    ({ name }) => bareName(name) || null,
    (a, b) => {
      const [from, into] = pair(a, b);
      const numbers = [companyNumber(a), companyNumber(b)];
      const places = [a.postcode, b.postcode];
      if (differ(numbers) || differ(places)) return;
      const place = places[0] !== null && places[1] !== null;
      const followed = !from.owes && into.owes && from.firstSeen < into.firstSeen;
      if (!place && !followed) return;
      propose({ from: from.id, into: into.id, evidence: "name", common: into.name });
    },
  );
  return [...found.values()];
}

const differ = ([a, b]: readonly (string | null)[]): boolean => a !== null && b !== null && a !== b;

/** A number that more customers share says that they are branches, or that it is the accountant's own. */
const MANY = 5;

/** Neighbours among those with the same key: a group of three gives two pairs. */
function each(
  customers: readonly CustomerFacts[],
  keyOf: (customer: CustomerFacts) => string | null,
  visit: (a: CustomerFacts, b: CustomerFacts, key: string) => void,
): void {
  const groups = new Map<string, CustomerFacts[]>();
  for (const customer of customers) {
    const key = keyOf(customer);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [customer]);
    else group.push(customer);
  }
  for (const [key, group] of groups) {
    if (group.length > MANY) continue;
    for (const [at, customer] of group.entries()) {
      const before = group[at - 1];
      if (before !== undefined) visit(before, customer, key);
    }
  }
}
