import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { demoCompany, dunning, type Ran } from "./company.ts";

export const DAY = "2026-11-20"; // a Friday
export const HEAD = "Code client;Raison sociale;E-mail;Téléphone;N° pièce;Date pièce;Échéance;Restant dû";

export interface Row {
  readonly number: string;
  readonly due: string;
  readonly open: string;
  readonly debtor?: string;
}

export function balance(folder: string, asOf: string, rows: readonly Row[]): string {
  const name = `balance-${asOf}.csv`;
  const french = (day: string): string => day.split("-").reverse().join("/");
  const lines = rows.map(({ number, due, open, debtor = "00012" }) =>
    [
      debtor,
      `Client ${debtor}`,
      `c${debtor}@client.example`,
      "01 99 00 00 01",
      number,
      "01/09/2026",
      french(due),
      open,
    ].join(";"),
  );
  writeFileSync(
    join(folder, name),
    `Balance âgée clients au ${french(asOf)}\n\n${HEAD}\n${lines.join("\n")}\n`,
  );
  return name;
}

/** A company whose debtor 00012 owes 300 since 24 days and 200 since 15: the reminder was sent on the 13th. */
export const TWO: readonly Row[] = [
  { number: "FA-1", due: "2026-10-27", open: "300,00" },
  { number: "FA-2", due: "2026-11-05", open: "200,00" },
];

export async function company(rows = TWO): Promise<string> {
  const folder = demoCompany();
  const ran = await dunning(folder, DAY, "import", balance(folder, DAY, rows), "--json");
  expect(ran.exit, ran.stderr).toBe(0);
  return folder;
}

export interface Planned {
  readonly actions: {
    step: string;
    channel: string;
    state: string;
    claimed: string;
    items: { number: string; claimed: string; disputed: string }[];
  }[];
  readonly notActed: { code: string; reason: string; nextPossible: string | null }[];
}
export async function planned(folder: string, day = DAY): Promise<Planned> {
  return (await dunning(folder, day, "run", "--dry-run", "--json")).json as unknown as Planned;
}
export const brief = ({ actions, notActed }: Planned): string[] => [
  ...actions.map(({ step, channel, claimed }) => `${step} ${channel} ${claimed}`),
  ...notActed.map(({ code, nextPossible }) => `${code} ${nextPossible ?? "-"}`),
];
export const ok = async (folder: string, day: string, ...words: string[]): Promise<Ran> => {
  const ran = await dunning(folder, day, ...words);
  expect(ran.exit, `${words.join(" ")}: ${ran.stderr}`).toBe(0);
  return ran;
};
export const shownBy = (ran: Ran, key: string): Record<string, unknown> =>
  ran.json[key] as Record<string, unknown>;
export interface Tasks {
  readonly tasks: {
    id: string;
    kind: string;
    debtor: string;
    step: string | null;
    due: string;
    priority: number;
    reason: string;
    owner: string | null;
  }[];
}
export const worklist = async (folder: string, day: string, ...more: string[]) =>
  ((await ok(folder, day, "worklist", ...more, "--json")).json as unknown as Tasks).tasks;
export const kindsOf = (folder: string): string[] => {
  const db = openDatabase(join(folder, "dunning.db"), "read");
  const kinds = db.prepare<[], string>("SELECT kind FROM event ORDER BY seq").pluck().all();
  db.close();
  return kinds;
};
