import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dunning } from "../support/company.ts";
import { SMALL } from "../support/config.ts";

export const DAY = "2026-11-20";
export const NEXT_DAY = "2026-11-23";
/** Debtors who are written to by e-mail, and by letter: so few that a point is cheap, so many that there is a middle. */
const BY_MAIL = ["M1", "M2", "M3", "M4", "M5"];
const BY_POST = ["L1", "L2", "L3"];

export const FIRST = "balance-2026-11-20.csv";
export const SECOND = "balance-2026-11-23.csv";

function balance(day: string, rows: readonly string[]): string {
  const french = day.split("-").reverse().join("/");
  const head = "Code client;Nom;N° pièce;Date;Échéance;Restant dû";
  return `Balance âgée au ${french}\n\n${head}\n${rows.join("\n")}\n`;
}

const invoice = (debtor: string, n: number, open: string): string =>
  `${debtor};Client ${debtor};F-${debtor}-${n};01/10/2026;31/10/2026;${open}`;

const EVERYBODY = [...BY_MAIL, ...BY_POST];
/** Paid in part, settled, new, and a row that cannot be read. */
const CHANGED = [
  ...EVERYBODY.slice(1).map((id, n) => invoice(id, 1, n === 0 ? "40,00" : "120,00")),
  invoice("M1", 2, "80,00"),
  invoice("N1", 1, "75,50"),
  "N2;Client N2;F-N2-1;01/10/2026;31/10/2026;douze",
];

const CONTACTS = [
  "Code client;Nom;E-mail;Adresse;Code postal;Ville;Pays",
  ...BY_MAIL.map((id) => `${id};Client ${id};${id.toLowerCase()}@client.example;;;;FR`),
  ...BY_POST.map((id) => `${id};Client ${id};;${id.slice(1)} rue des Essais;69003;Lyon;FR`),
];

/** Where the configuration names the mail server: each point has its own. */
export const PORT = "65535";

/** What the program of `transport: command` was handed: "whole" or "torn", and a Message-ID. */
export const HANDED = "handed.log";
/** It acts only on what it has read to its end. */
const PROGRAM = `#!/bin/sh
text=$(cat)
id=$(printf %s "$text" | sed 's/.*"messageId":"\\([^"]*\\)".*/\\1/')
case $text in
  *'"}') echo "whole $id" >> ${HANDED} ;;
  *) echo "torn $id" >> ${HANDED} ;;
esac
`;

const WAYS = {
  drafts: "transport: drafts",
  smtp: `transport: smtp, smtp: { host: 127.0.0.1, port: ${PORT} }`,
  command: "transport: command, command: { run: [./send] }",
} as const;
export type Way = keyof typeof WAYS;

/** Writes a company that has taken nothing in yet. */
export function writeCompany(folder: string, way: Way): void {
  if (way === "command") writeFileSync(join(folder, "send"), PROGRAM, { mode: 0o700 });
  const config = `${SMALL}email: { ${WAYS[way]} }
limits: { max_messages: 1000, per_minute: 6000 }
`;
  writeFileSync(join(folder, "dunning.yaml"), config);
  writeFileSync(join(folder, "contacts.csv"), `${CONTACTS.join("\n")}\n`);
  writeFileSync(
    join(folder, FIRST),
    balance(
      DAY,
      EVERYBODY.map((id) => invoice(id, 1, "120,00")),
    ),
  );
  writeFileSync(join(folder, SECOND), balance(NEXT_DAY, CHANGED));
}

/** A command that must go well. */
export async function succeed(folder: string, day: string, ...words: readonly string[]): Promise<void> {
  const { exit, stdout, stderr } = await dunning(folder, day, ...words);
  if (![0, 3, 4].includes(exit)) throw new Error(`${words.join(" ")}: exit ${exit}\n${stdout}${stderr}`);
}
