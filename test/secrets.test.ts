import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../src/store/database.ts";
import { dunning, inFolder, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { sink } from "./support/scripted-smtp.ts";

const DAY = "2026-11-20";
const COLUMNS =
  "Code client;Raison sociale;Adresse;CP;Ville;Téléphone;E-mail;N° pièce;Date pièce;Échéance;Restant dû";

/** Nowhere at all. */
const SECRETS = ["canary-password-7Q", "Y2FuYXJ5LXBhc3N3b3JkLTdR"];
/** In the store's own tables and in messages, and nowhere else. */
const PERSONAL = [
  "Canarinette",
  "12 rue du Serin",
  "69999",
  "Serinville",
  "0699887766",
  "canari@",
  "1234,56",
  "1234.56",
  "123456",
];
const NOTE = "canary-note-said-on-the-phone";

/** Every file below, as text; the store's pages too. */
function* filesBelow(folder: string): Generator<{ name: string; text: string }> {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    if (statSync(path).isFile()) yield { name, text: readFileSync(path, "latin1") };
  }
}

/** What a company that has everything to hide does: server that takes, defers, refuses and hangs up; errors of all kinds. */
test("a password is nowhere, personal data in no log, journal, event or error", async () => {
  const server = await sink((stage, nth) => {
    if (stage === "RCPT" && nth === 1) return "550 5.1.1 <canari@x.example> Canarinette is unknown";
    if (stage === "RCPT" && nth === 2) return "451 4.3.0 canari@y.example later";
    if (stage === "dot" && nth === 1) return "drop";
    return null;
  });
  const folder = folderWith({
    "dunning.yaml": `${SMALL}log: { file: dunning.log }\nemail: { transport: smtp, smtp: { host: 127.0.0.1, port: ${server.port}, user: compta, password_file: password } }\nlimits: { per_minute: 6000 }\n`,
    password: `${SECRETS[0]}\n`,
  });
  chmodSync(join(folder, "password"), 0o600);
  const rows = ["x", "y", "z", "w"].map(
    (at, n) =>
      `C${n};Canarinette ${at};12 rue du Serin;69999;Serinville;0699887766;canari@${at}.example;F-${n};25/09/2026;25/10/2026;1234,56`,
  );
  const said: string[] = [];
  const keep = ({ stdout, stderr }: { stdout: string; stderr: string }, out = true): void => {
    said.push(stderr, out ? stdout : "");
  };
  keep(await takeBalance(folder, DAY, COLUMNS, rows));
  const ran = await dunning(folder, DAY, "--yes", "run", "--json");
  expect(ran.json["counts"]).toMatchObject({ refused: 1, deferred: 1, uncertain: 1, sent: 1 });
  keep(await dunning(folder, DAY, "log", "note", "C0", "--note", NOTE), false);
  keep(await dunning(folder, DAY, "doctor"));
  writeFileSync(join(folder, "password"), "");
  keep(await dunning(folder, DAY, "doctor"));
  writeFileSync(join(folder, "password"), `${SECRETS[0]}\n`);
  chmodSync(join(folder, "password"), 0o644);
  keep(await inFolder(folder, "2026-11-21T12:00:00Z", ["--yes", "--verbose", "run"]), false);
  keep(await dunning(folder, DAY, "import", "undo", "9"));
  keep(await dunning(folder, DAY, "audit", "verify", "--json"));
  keep(await dunning(folder, DAY, "backup", "copy.db"));

  const db = openDatabase(join(folder, "dunning.db"), "read");
  const events = JSON.stringify(db.prepare("SELECT * FROM event").all());
  db.close();
  const log = readFileSync(join(folder, "dunning.log"), "utf8");
  const journal = readFileSync(join(folder, "sent.jsonl"), "utf8");
  expect(log.split("\n").length).toBeGreaterThan(10);
  expect(journal.split("\n").length).toBeGreaterThan(6);
  expect(events).toContain("message-sent");

  const everywhere = [...filesBelow(folder)].filter(({ name }) => name !== "password");
  for (const secret of SECRETS) {
    for (const { name, text } of everywhere)
      expect(text.includes(secret), `${secret} in ${name}`).toBe(false);
    expect(said.join("\n") + ran.stdout + ran.stderr).not.toContain(secret);
  }
  // Amounts belong into the chain of events and the journal; names, addresses and words do not.
  const words = PERSONAL.filter((word) => !/^[\d.,]+$/.test(word));
  for (const word of [...words, NOTE])
    for (const [where, text] of Object.entries({ log, journal, events }))
      expect(text.includes(word), `${word} in ${where}`).toBe(false);
  for (const word of PERSONAL) expect(log.includes(word), `${word} in the log`).toBe(false);
  for (const word of [...words, NOTE]) expect(said.join("\n"), word).not.toContain(word);
});
