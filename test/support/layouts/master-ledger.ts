import { addDays, parseDay } from "../../../src/core/day.ts";
import type { Day } from "../../../src/core/types.ts";

/** The one made-up ledger that every layout of exports prints in its own way. */
export interface MasterCustomer {
  /** As programs number customers: five digits, which no chart of accounts takes for something else. */
  readonly code: string;
  readonly name: string;
  readonly email: string;
  readonly days: number;
}

export interface MasterItem {
  readonly customer: MasterCustomer;
  readonly type: "invoice" | "credit-note" | "payment";
  readonly number: string;
  /** The customer's own reference. */
  readonly reference: string;
  readonly issued: Day;
  readonly due: Day;
  /** Minor units; credits are negative. `open` is less than `original` where a part is paid. */
  readonly original: number;
  readonly open: number;
  readonly currency: "EUR" | "CHF";
  /** Zero open: paid, for layouts that print such items too. */
  readonly settled: boolean;
}

const day = (text: string): Day => parseDay(text)!;
export const AS_OF = day("2026-11-20");

const NAMES: readonly (readonly [string, number])[] = [
  ["Boulangerie Exemple", 30],
  ["Total Énergie Exemple SARL", 45],
  ["Alvarez, Dana (exemple)", 30],
  ["Garage de l'Été Exemple", 60],
  ["Pharmacie « Le Test » Exemple", 30],
  ["Hôtel Île-aux-Œufs Exemple", 14],
  ['Imprimerie "Exemple" & Fils', 30],
  ["Zürcher Muster AG", 30],
  ["Menuiserie Exemple", 45],
  ["Crédit Exemple Conseil", 30],
  ["1001 Exemples", 60],
  ["Ferronnerie Exemple", 30],
];

/** mulberry32: the same numbers on every machine. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const CUSTOMERS: readonly MasterCustomer[] = NAMES.map(([name, days], index) => ({
  code: String(10010 + index * 7),
  name,
  email: `compta${index + 1}@exemple.test`,
  days,
}));

function build(): MasterItem[] {
  const random = seeded(20261120);
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const items: MasterItem[] = [];
  for (let index = 0; index < 46; index++) {
    const customer = CUSTOMERS[index < 12 ? index : between(0, 11)]!;
    const kind = index % 11 === 7 ? "credit-note" : index % 13 === 9 ? "payment" : "invoice";
    const settled = index >= 40;
    const original = between(2_000, 400_000) * (kind === "invoice" ? 1 : -1);
    const isPart = kind === "invoice" && index % 6 === 4;
    const issued = addDays(AS_OF, -between(3, 210));
    const serial = String(index + 1).padStart(4, "0");
    items.push({
      customer,
      type: kind,
      number: kind === "payment" ? `RG${serial}` : `${kind === "invoice" ? "FA" : "AV"}-2026-${serial}`,
      reference: index % 3 === 0 ? `PO ${between(100, 999)}` : "",
      issued,
      due: kind === "invoice" ? addDays(issued, customer.days) : issued,
      original,
      open: settled ? 0 : isPart ? original - between(1, original - 1) : original,
      currency: customer.name.startsWith("Zürcher") ? "CHF" : "EUR",
      settled,
    });
  }
  return items;
}

export const ITEMS: readonly MasterItem[] = build();
export const OPEN: readonly MasterItem[] = ITEMS.filter(({ settled }) => !settled);

export const byCustomer = (items: readonly MasterItem[]): [MasterCustomer, MasterItem[]][] =>
  CUSTOMERS.map((customer): [MasterCustomer, MasterItem[]] => [
    customer,
    items.filter((item) => item.customer === customer),
  ]).filter(([, own]) => own.length > 0);

export const sumOf = (items: readonly MasterItem[]): number => items.reduce((sum, { open }) => sum + open, 0);
export const inEuro = (items: readonly MasterItem[]): MasterItem[] =>
  items.filter(({ currency }) => currency === "EUR");
