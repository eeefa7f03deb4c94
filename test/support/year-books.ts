/** What the simulated company is made of: its configuration, its invoices, its exports. */

import type { Day } from "../../src/core/types.ts";

export interface Invoice {
  readonly debtor: string;
  readonly number: string;
  readonly issued: Day;
  readonly due: Day;
  open: number;
  /** The day on which the debtor means to pay; null: never by himself. */
  pays: Day | null;
}

export const START = "2026-01-05" as Day; // a Monday

/** mulberry32 */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const SETTINGS = [
  { gap: "7d", cap: "5d", entry: "first" },
  { gap: "10d", cap: "5d", entry: "first" },
  { gap: "5d", cap: "3d", entry: "by-age" },
];

export function yaml({ gap, cap, entry }: (typeof SETTINGS)[number]): string {
  return `version: 1
company:
  name: Atelier Exemple SARL
  address: [12 rue des Essais, 69003 Lyon]
  country: FR
  language: fr
  default_kind: business
  accounts: { EUR: { iban: FR1420041010050500013M02606 } }
  email: compta@exemple.test
  signatory: { name: Claire Exemple }
import: { max_balance_age: 9d, max_balance_age_formal: 9d, hold_if_missing: 60% }
segments:
  - { name: small, when: 'balance < 80', scenario: gentle }
  - { name: everybody, when: 'true', scenario: standard }
scenarios:
  standard:
    min_amount: 10
    gap: ${gap}
    entry: ${entry}
    approve_above: 3000
    steps:
      - { id: courtesy, day: -7, channel: email, template: courtesy, when: 'open >= 500' }
      - { id: reminder, level: 10, day: 3, channel: email, template: [reminder-a, reminder-b] }
      - { id: call, level: 20, day: 12, channel: call, timeout: 5d, fallback: email, template: reminder-b }
      - { id: firm, level: 30, day: 20, channel: email, template: firm, deadline: 8d }
      - { id: last-warning, level: 40, day: 35, channel: letter, template: last-warning, final_warning: true, deadline: 8d }
      - { id: formal-notice, level: 50, day: 50, channel: registered-letter, template: formal-notice, formal_notice: true, approve: true }
  gentle:
    min_amount: 5
    steps:
      - { id: reminder, level: 10, day: 6, channel: email, template: reminder-a }
      - { id: firm, level: 30, day: 30, channel: letter, template: firm }
limits: { contact_cap: ${cap} }
`;
}

const money = (cents: number): string => (cents / 100).toFixed(2).replace(".", ",");
const french = (day: Day): string => day.split("-").reverse().join("/");

export function csv(invoices: readonly Invoice[], day: Day): string {
  const rows = invoices.map(
    ({ debtor, number, issued, due, open }) =>
      `${debtor};Client ${debtor};${number};${french(issued)};${french(due)};${money(open)}`,
  );
  const total = invoices.reduce((sum, { open }) => sum + open, 0);
  return `Balance âgée clients au ${french(day)}\nCode client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû\n${rows.join("\n")}\nTotal;;;;;${money(total)}\n`;
}
