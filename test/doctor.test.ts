import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Check } from "../src/core/health.ts";
import { openDatabase } from "../src/store/database.ts";
import { lockStore } from "../src/store/lock.ts";
import { migrations } from "../src/store/migrations.ts";
import { dunning, takeBalance } from "./support/company.ts";
import { changed, folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-20";
const COLUMNS = "Code client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû";
const A1 = "A1;Un;a@x.example;F-1;25/09/2026;25/10/2026;100,00";
const B2 = "B2;Deux;b@x.example;F-2;25/09/2026;25/10/2026;60,00";

let prepared = "";
beforeAll(async () => {
  prepared = mkdtempSync(join(tmpdir(), "dunning-doctor-"));
  writeFileSync(join(prepared, "dunning.yaml"), SMALL);
  await takeBalance(prepared, "2026-11-19", COLUMNS, [A1]);
  await takeBalance(prepared, DAY, COLUMNS, [A1, B2]);
  await dunning(prepared, DAY, "run");
});
afterAll(() => rmSync(prepared, { recursive: true }));

/** A company that is well: a balance, a copy, a run. */
function well(): string {
  const folder = folderWith({});
  cpSync(prepared, folder, { recursive: true });
  return folder;
}

interface Seen {
  readonly exit: number;
  readonly checks: Readonly<Record<string, Pick<Check, "state" | "found" | "fix">>>;
}

async function look(folder: string, day = DAY, ...words: string[]): Promise<Seen> {
  const { exit, json } = await dunning(folder, day, "doctor", "--offline", ...words, "--json");
  const list = json["checks"] as Check[];
  return { exit, checks: Object.fromEntries(list.map((check) => [check.id, check])) };
}

const inStore = (folder: string, sql: string): void => {
  const db = openDatabase(join(folder, "dunning.db"), "write");
  db.exec(sql);
  db.close();
};

test("a company that is well: all ok, and nothing is changed, made or touched", async () => {
  const folder = well();
  const files = () =>
    readdirSync(folder)
      .sort()
      .map((name) => `${name} ${statSync(join(folder, name)).mtimeMs} ${statSync(join(folder, name)).size}`);
  const before = files();
  const { exit, checks } = await look(folder);
  expect(Object.entries(checks).filter(([, { state }]) => state !== "ok")).toEqual([]);
  expect([exit, Object.keys(checks)]).toEqual([
    0,
    [
      "sqlite",
      "durability",
      "wal",
      "integrity",
      "references",
      "events",
      "kept-bytes",
      "totals",
      "clock",
      "sent-journal",
      "lock",
      "writable",
      "modes",
      "disk",
      "file-system",
      "backup",
      "configuration",
      "texts",
      "transport",
      "balance",
      "last-run",
      "uncertain",
      "deferred",
      "stop-flag",
    ],
  ]);
  expect(files()).toEqual(before);
  const said = await dunning(folder, DAY, "doctor", "--offline");
  expect(said.stdout).toContain("ok 24, warn 0, fail 0, not known 0");
});

/** What somebody does to a company, and what is said then: each with a remedy. */
const TROUBLE: readonly [
  what: string,
  spoil: (folder: string) => unknown,
  id: string,
  state: string,
  exit: number,
  fix: RegExp,
  day?: string,
][] = [
  [
    "nobody has imported for eight days",
    () => null,
    "balance",
    "warn",
    0,
    /^dunning import FILE$/,
    "2026-11-28",
  ],
  ["nobody has run it for six days", () => null, "last-run", "warn", 0, /dunning run/, "2026-11-26"],
  ["the copy is eight days old", () => null, "backup", "warn", 0, /dunning backup FILE/, "2026-11-28"],
  [
    "no copy",
    (at) => rmSync(join(at, "backups"), { recursive: true }),
    "backup",
    "warn",
    0,
    /dunning backup/,
  ],
  [
    "stopped",
    (at) => dunning(at, DAY, "stop", "--author", "Anne"),
    "stop-flag",
    "warn",
    0,
    /^dunning start$/,
  ],
  [
    "an uncertain message",
    (at) => inStore(at, "UPDATE message SET state = 'uncertain' WHERE rowid = 1"),
    "uncertain",
    "warn",
    0,
    /outbox list --state uncertain/,
  ],
  [
    "a deferred message",
    (at) => inStore(at, "UPDATE message SET state = 'deferred' WHERE rowid = 1"),
    "deferred",
    "warn",
    0,
    /outbox list --state deferred/,
  ],
  [
    "an event that was changed",
    (at) => inStore(at, "DROP TRIGGER event_no_update; UPDATE event SET day = '2026-11-01' WHERE seq = 2"),
    "events",
    "fail",
    5,
    /audit verify/,
  ],
  [
    "an amount that was changed",
    (at) => inStore(at, "UPDATE item SET open = open + 100 WHERE number = 'F-1'"),
    "totals",
    "fail",
    5,
    /backups/,
  ],
  [
    "a message whose bytes were changed",
    (at) => inStore(at, "UPDATE message_bytes SET bytes = CAST(bytes || 'x' AS BLOB) WHERE rowid = 1"),
    "kept-bytes",
    "fail",
    5,
    /backups/,
  ],
  [
    "a file of the balance that was changed",
    (at) => inStore(at, "UPDATE snapshot_content SET content = zeroblob(9) WHERE snapshot = 2"),
    "kept-bytes",
    "fail",
    5,
    /backups/,
  ],
  [
    "a row that points nowhere",
    (at) => inStore(at, "PRAGMA foreign_keys = OFF; UPDATE message SET debtor = 99 WHERE rowid = 1"),
    "references",
    "fail",
    5,
    /backups/,
  ],
  [
    "a clock that stands back",
    (at) => inStore(at, "DROP TRIGGER event_no_update; UPDATE event SET at = '2027-01-01T00:00:00.000Z'"),
    "clock",
    "warn",
    5,
    /clock/,
  ],
  ["no sent journal", (at) => rmSync(join(at, "sent.jsonl")), "sent-journal", "warn", 0, /sent\.jsonl/],
  [
    "a sent journal that cannot be read",
    (at) => appendFileSync(join(at, "sent.jsonl"), "oops\n"),
    "sent-journal",
    "fail",
    5,
    /restore the file/,
  ],
  [
    "a sent journal that is ahead",
    (at) => appendFileSync(join(at, "sent.jsonl"), '{"seq":99}\n'),
    "sent-journal",
    "fail",
    5,
    /doctor --replay-journal/,
  ],
  [
    "no store yet",
    (at) => {
      for (const name of ["dunning.db", "sent.jsonl", "backups"]) rmSync(join(at, name), { recursive: true });
    },
    "store",
    "warn",
    0,
    /^dunning import FILE$/,
  ],
  [
    "a text in the place of the store",
    (at) => writeFileSync(join(at, "dunning.db"), "x".repeat(99)),
    "store",
    "fail",
    5,
    /move it away/,
  ],
  [
    "a newer store",
    (at) => inStore(at, `PRAGMA user_version = ${migrations.length + 1}`),
    "store",
    "fail",
    5,
    /newest version/,
  ],
  ["an older store", (at) => inStore(at, "PRAGMA user_version = 1"), "store", "warn", 0, /dunning run/],
  [
    "a store that others can read",
    (at) => chmodSync(join(at, "dunning.db"), 0o644),
    "modes",
    "warn",
    0,
    /^chmod 600 /,
  ],
  [
    "texts that others can write",
    (at) => chmodSync(join(at, "dunning.yaml"), 0o666),
    "modes",
    "warn",
    0,
    /^chmod go-w /,
  ],
  [
    "a link in the place of the drafts",
    (at) => (rmSync(join(at, "drafts"), { recursive: true }), symlinkSync("/tmp", join(at, "drafts"))),
    "modes",
    "warn",
    0,
    /move drafts away/,
  ],
  [
    "a configuration with an error",
    (at) => writeFileSync(join(at, "dunning.yaml"), changed("country: FR", "country: XYZ")),
    "configuration",
    "fail",
    78,
    /^dunning check$/,
  ],
  [
    "a text with an error",
    (at) => (
      spawnSync("mkdir", ["-p", join(at, "templates/fr")]),
      writeFileSync(join(at, "templates/fr/reminder-a.md"), "{{oops}}")
    ),
    "texts",
    "fail",
    78,
    /^dunning check$/,
  ],
];

test.each(TROUBLE)("%s: %#", async (_what, spoil, id, state, exit, fix, day = DAY) => {
  const folder = well();
  await spoil(folder);
  const seen = await look(folder, day);
  expect(seen.checks[id]).toMatchObject({ state, fix: expect.stringMatching(fix) });
  expect(seen.exit).toBe(exit);
});

test("who is at work is said; the doctor waits for nobody", async () => {
  const folder = well();
  const lock = lockStore(join(folder, "dunning.lock"), {
    pid: 7,
    host: "here",
    command: "dunning run",
    since: "2026-11-20T08:00:00Z",
  });
  const { checks, exit } = await look(folder);
  lock.release();
  expect([exit, checks["lock"]?.found]).toEqual([
    0,
    "at work: dunning run, process 7 on here, since 2026-11-20T08:00:00Z",
  ]);
});

test("no configuration: 66 and the next command", async () => {
  const { exit, json } = await dunning(folderWith({}), DAY, "doctor", "--json");
  expect([exit, json["error"]]).toMatchObject([66, { code: "config-missing" }]);
});

test("the copy is what the doctor's remedy says: put in its place, all is well again", async () => {
  const folder = well();
  const [copy = ""] = readdirSync(join(folder, "backups"));
  const sound = readFileSync(join(folder, "backups", copy));
  writeFileSync(join(folder, "dunning.db"), sound.subarray(0, sound.length / 2));
  expect((await look(folder)).exit).toBe(5);
  writeFileSync(join(folder, "dunning.db"), sound);
  expect((await look(folder)).checks["sent-journal"]?.state).toBe("fail");
  await takeBalance(folder, DAY, COLUMNS, [A1, B2]);
  expect((await dunning(folder, DAY, "doctor", "--replay-journal")).exit).toBe(0);
  expect((await look(folder)).exit).toBe(0);
});
