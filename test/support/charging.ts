// A company whose steps claim interest and compensation, as a user sets it up and runs it.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { dunning, takeBalance } from "./company.ts";
import { folderWith, SMALL } from "./config.ts";

export const DAY = "2026-04-15";
export const COLUMNS = "Code;Nom;Facture;Date;Echeance;Montant;Email;Adresse;CP;Ville";
export const row = (code: string, number: string, due: string, amount: string): string =>
  `${code};Client ${code};${number};01/12/2025;${due};${amount};${code.toLowerCase()}@client.example;1 rue des Essais;69003;Lyon`;

/** One step by e-mail that claims everything, and a second one of the kind. */
export const CLAIMING = SMALL.replace(
  "      - { id: reminder, day: 3, channel: email, template: reminder-a }",
  `      - { id: warning, day: 3, channel: email, template: last-warning, final_warning: true, charges: claimed }
      - { id: again, day: 4, channel: email, template: last-warning, charges: claimed, gap: 1d }`,
);

export async function company(config: string, rows: readonly string[], day = DAY): Promise<string> {
  const folder = folderWith({ "dunning.yaml": config });
  const taken = await takeBalance(folder, day, COLUMNS, rows);
  expect(taken.stderr + taken.stdout).not.toMatch(/refused/);
  return folder;
}

export interface Ran {
  readonly id: string;
  readonly step: string;
  readonly interest: string;
  readonly compensation: string;
  readonly total: string;
  readonly template: string;
  readonly charges: {
    readonly before: unknown;
    readonly items: readonly unknown[];
    readonly refused: readonly { readonly why: string }[];
  } | null;
}
export async function run(folder: string, day: string, ...more: readonly string[]): Promise<readonly Ran[]> {
  const { json, exit, stdout } = await dunning(folder, day, "run", "--json", ...more);
  expect(exit, stdout).toBe(0);
  return json["actions"] as readonly Ran[];
}
export const CLIENT = row("C1", "FA-1", "31/12/2025", "10000,00");
export const business = CLAIMING.replace(
  "  email: compta@exemple.test",
  "  default_kind: business\n  email: compta@exemple.test",
);

/** As a user does it: the copy in the place of the store, nothing else touched. */
export function restore(folder: string, copy: Uint8Array): void {
  for (const rest of ["-wal", "-shm"]) rmSync(join(folder, `dunning.db${rest}`), { force: true });
  writeFileSync(join(folder, "dunning.db"), copy);
}
