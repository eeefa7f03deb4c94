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
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doctor } from "../src/commands/doctor.ts";
import type { Context } from "../src/context.ts";
import { type Check, exitOfChecks, freeSpace, isAtLeast, networkFileSystem } from "../src/core/health.ts";
import { isReserved, type MailRecords, mailPolicy } from "../src/core/mail-policy.ts";
import { mailRecords } from "../src/delivery/name-service.ts";
import { openDatabase } from "../src/store/database.ts";
import { lockStore } from "../src/store/lock.ts";
import { migrations } from "../src/store/migrations.ts";
import { sink } from "./scripted-smtp.ts";
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
  readonly stdout: string;
  readonly checks: Readonly<Record<string, Pick<Check, "state" | "found" | "fix">>>;
}

async function look(folder: string, day = DAY, ...words: string[]): Promise<Seen> {
  const { exit, json, stdout } = await dunning(folder, day, "doctor", "--offline", ...words, "--json");
  const list = json["checks"] as Check[];
  return { exit, stdout, checks: Object.fromEntries(list.map((check) => [check.id, check])) };
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
  expect(said.stdout).toContain("ok 23, warn 0, fail 0, not known 0");
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
  ["no store", (at) => rmSync(join(at, "dunning.db")), "store", "warn", 0, /^dunning import FILE$/],
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

describe("the mail server", () => {
  const by = (port: number, more = ""): string =>
    `${SMALL}email: { transport: smtp, smtp: { host: 127.0.0.1, port: ${port}${more} } }\n`;
  const ask = async (folder: string): Promise<Seen> => {
    const { exit, json } = await dunning(folder, DAY, "doctor", "--json");
    return {
      exit,
      stdout: "",
      checks: Object.fromEntries((json["checks"] as Check[]).map((check) => [check.id, check])),
    };
  };

  test("greets, logs in, leaves: no sender, no recipient, no message", async () => {
    const stages: string[] = [];
    const server = await sink((stage) => (stages.push(stage), null));
    const folder = folderWith({
      "dunning.yaml": by(server.port, ", user: compta, password_file: password"),
      password: "secret\n",
    });
    chmodSync(join(folder, "password"), 0o600);
    const { exit, checks } = await ask(folder);
    expect([exit, checks["mail-server"]]).toMatchObject([0, { state: "ok" }]);
    expect(stages).toEqual(["greeting", "EHLO", "AUTH", "QUIT"]);
    expect(server.messages).toEqual([]);
    expect(checks["spf"]).toMatchObject({ state: "unknown" });
  });

  test.each([
    ["is not there", "hang up", 69, /the network/],
    ["takes no password", "535 5.7.8 no", 78, /password/],
    ["says no in its greeting", "554 no", 69, /email\.smtp/],
  ])("%s", async (_, reaction, code, fix) => {
    const server = await sink((stage) =>
      stage === (reaction.startsWith("535") ? "AUTH" : "greeting") && reaction !== "hang up"
        ? reaction
        : null,
    );
    if (reaction === "hang up") await server.close();
    const folder = folderWith({
      "dunning.yaml": by(server.port, ", user: compta, password_file: password"),
      password: "secret\n",
    });
    chmodSync(join(folder, "password"), 0o600);
    const { exit, checks } = await ask(folder);
    expect([exit, checks["mail-server"]]).toMatchObject([
      code,
      { state: "fail", fix: expect.stringMatching(fix) },
    ]);
    expect(JSON.stringify(checks)).not.toContain("secret");
  });

  test("a password that others can read: 78, as a run would say", async () => {
    const folder = folderWith({
      "dunning.yaml": by(9, ", user: compta, password_file: password"),
      password: "secret\n",
    });
    chmodSync(join(folder, "password"), 0o644);
    expect(await ask(folder)).toMatchObject({ exit: 78, checks: { "mail-server": { state: "fail" } } });
  });

  test("--offline opens nothing; what was set for a while is said", async () => {
    const folder = folderWith({
      "dunning.yaml": `${SMALL}email: { transport: smtp, redirect_to: me@x.example, allow_domains: [x.example], smtp: { host: 127.0.0.1, port: 9 } }\n`,
    });
    const { exit, checks } = await look(folder);
    expect([exit, checks["mail-server"]?.state]).toEqual([0, "unknown"]);
    expect([checks["redirect-to"]?.state, checks["allow-domains"]?.state]).toEqual(["warn", "warn"]);
  });
});

describe("what the name service tells", () => {
  const told = (records: Partial<MailRecords>): string[] =>
    mailPolicy("firm.fr", { domain: [], dmarc: [], dkim: [], ...records }).map(
      ({ id, state }) => `${id} ${state}`,
    );

  test.each<[string, Partial<MailRecords>, string]>([
    ["nothing", {}, "spf warn, dkim unknown, dmarc warn"],
    ["no answer", { domain: null, dmarc: null, dkim: null }, "spf unknown, dkim unknown, dmarc unknown"],
    [
      "all there",
      { domain: ["google=1", "v=spf1 include:_spf.x -all"], dmarc: ["v=DMARC1; p=none"], dkim: ["google"] },
      "spf ok, dkim ok, dmarc ok",
    ],
    ["two SPF records", { domain: ["v=spf1 -all", "v=spf1 mx ~all"] }, "spf warn, dkim unknown, dmarc warn"],
    ["an SPF record for everybody", { domain: ["v=spf1 +all"] }, "spf warn, dkim unknown, dmarc warn"],
    ["the same without the sign", { domain: ["v=spf1 all"] }, "spf warn, dkim unknown, dmarc warn"],
    [
      "an ending that is no all",
      { domain: ["v=spf1 include:overall.x ~all"] },
      "spf ok, dkim unknown, dmarc warn",
    ],
    ["another version", { domain: ["v=spf10 -all"] }, "spf warn, dkim unknown, dmarc warn"],
    ["another text", { dmarc: ["v=DMARC10; p=none", "hello"] }, "spf warn, dkim unknown, dmarc warn"],
  ])("%s", (_, records, expected) => {
    expect(told(records).join(", ")).toBe(expected);
  });

  const failing = (code: string) => async () =>
    await Promise.reject(Object.assign(new Error(code), { code }));
  test.each([
    ["ENOTFOUND", { domain: [], dmarc: [], dkim: [] }],
    ["ENODATA", { domain: [], dmarc: [], dkim: [] }],
    ["ECONNREFUSED", { domain: null, dmarc: null, dkim: null }],
    ["ETIMEOUT", { domain: null, dmarc: null, dkim: null }],
    ["ESERVFAIL", { domain: null, dmarc: null, dkim: null }],
  ])("%s", async (code, expected) => {
    expect(await mailRecords("firm.fr", failing(code))).toEqual(expected);
  });

  test("keys under the common names; a withdrawn one (p= and nothing) is none", async () => {
    const zone: Record<string, string[]> = {
      "selector1._domainkey.firm.fr": ["v=DKIM1; k=rsa; p=MIIB"],
      "google._domainkey.firm.fr": ["v=DKIM1; p="],
    };
    const ask = async (name: string) => await Promise.resolve(zone[name] ?? []);
    expect((await mailRecords("firm.fr", ask)).dkim).toEqual(["selector1"]);
  });

  test("the command asks for the sender's domain alone", async () => {
    const folder = folderWith({
      "dunning.yaml": `${changed("compta@exemple.test", "compta@firm.fr")}email: { transport: smtp, smtp: { host: 127.0.0.1, port: 9 } }\n`,
    });
    const asked: string[] = [];
    const context = {
      globals: { dir: folder, asOf: DAY, json: true },
      now: () => new Date(`${DAY}T12:00:00Z`),
      home: join(import.meta.dirname, ".."),
      out: { say: () => undefined, note: () => undefined, paint: (_: string, text: string) => text },
    } as unknown as Context;
    const { document } = await doctor(context, {}, async (name) => {
      asked.push(name);
      return await Promise.resolve(name === "firm.fr" ? ["v=spf1 -all"] : []);
    });
    expect((document["checks"] as Check[]).find(({ id }) => id === "spf")).toMatchObject({ state: "ok" });
    expect(asked.every((name) => name === "firm.fr" || name.endsWith(".firm.fr"))).toBe(true);
  });

  test.each([
    ["exemple.test", true],
    ["example.com", true],
    ["sub.example.org", true],
    ["localhost", true],
    ["myexample.com", false],
    ["firm.fr", false],
    ["test.fr", false],
  ])("%s is reserved: %s", (domain, expected) => {
    expect(isReserved(domain)).toBe(expected);
  });
});

describe("what is decided of numbers", () => {
  test.each([
    ["3.51.3", true],
    ["3.51.2", false],
    ["3.52.0", true],
    ["3.6.9", false],
    ["4.0.0", true],
    ["3.51", false],
  ])("SQLite %s will do: %s", (version, expected) => {
    expect(isAtLeast(version, "3.51.3")).toBe(expected);
  });

  test.each([
    [0x6969, "NFS"],
    [0xff534d42, "CIFS"],
    [0xff534d42 | 0, "CIFS"],
    [0xfe534d42, "SMB2"],
    [0x65735546, "FUSE"],
    [0xef53, null],
    [0x9123683e, null],
    [0x01021994, null],
  ])("file system %i: %s", (type, expected) => {
    expect(networkFileSystem(type)).toBe(expected);
  });

  test.each([
    [1_019_999_999, 1_000_000_000, "fail"],
    [1_020_000_000, 1_000_000_000, "warn"],
    [3_099_999_999, 1_000_000_000, "warn"],
    [3_100_000_000, 1_000_000_000, "ok"],
    [19_999_999, 0, "fail"],
    [100_000_000, 0, "ok"],
  ])("%i bytes free beside a store of %i: %s", (free, store, expected) => {
    expect(freeSpace(free, store).state).toBe(expected);
  });

  test("the gravest failure decides", () => {
    const failing = (exit: Check["exit"]): Check => ({
      id: "x",
      state: "fail",
      found: "",
      fix: "",
      exit: exit ?? 5,
    });
    expect(exitOfChecks([])).toBe(0);
    expect(exitOfChecks([{ id: "x", state: "warn", found: "", fix: "" }])).toBe(0);
    expect(exitOfChecks([failing(69), failing(78), failing(5), failing(74)])).toBe(5);
    expect(exitOfChecks([failing(69), failing(74), failing(78)])).toBe(78);
    expect(exitOfChecks([failing(69), failing(73)])).toBe(73);
  });
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
