import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storeChecks } from "../src/commands/doctor-store.ts";
import { Failure } from "../src/problem.ts";
import { openDatabase } from "../src/store/database.ts";
import { migrations } from "../src/store/migrations.ts";
import { loadSqlite } from "../src/store/sqlite.ts";
import { openStore } from "../src/store/store.ts";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { randomOf } from "./support/year-books.ts";

const DAY = "2026-11-20";
const COLUMNS = "Code client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû";
const now = (): Date => new Date(`${DAY}T12:00:00Z`);

let prepared = "";
beforeAll(async () => {
  prepared = mkdtempSync(join(tmpdir(), "dunning-damaged-"));
  writeFileSync(join(prepared, "dunning.yaml"), SMALL);
  const rows = Array.from(
    { length: 40 },
    (_, n) => `C${n};Client ${n};c${n}@x.example;F-${n};25/09/2026;25/10/2026;${n + 1},00`,
  );
  await takeBalance(prepared, DAY, COLUMNS, rows);
  await dunning(prepared, DAY, "run");
});
afterAll(() => rmSync(prepared, { recursive: true }));

/** A copy of the company, and its store. */
function company(): { folder: string; file: string } {
  const folder = folderWith({});
  cpSync(prepared, folder, { recursive: true });
  return { folder, file: join(folder, "dunning.db") };
}

describe("what is not a whole store of ours is refused, with what can be done", () => {
  const sqlite = (file: string, sql: string): void => {
    rmSync(file, { force: true });
    const Driver = loadSqlite();
    const db = new Driver(file);
    db.exec(sql);
    db.close();
  };
  test.each<[string, (file: string) => void, number, string]>([
    ["cut in its first page", (file) => truncateSync(file, 2048), 5, "store-damaged"],
    ["cut after its first page", (file) => truncateSync(file, 8192), 5, "store-damaged"],
    [
      "cut in half",
      (file) => truncateSync(file, Math.floor(statSync(file).size / 16_384) * 8192),
      5,
      "store-damaged",
    ],
    ["cut by one page", (file) => truncateSync(file, statSync(file).size - 8192), 5, "store-damaged"],
    ["cut by half a page", (file) => truncateSync(file, statSync(file).size - 4096), 5, "store-damaged"],
    ["cut by one byte", (file) => truncateSync(file, statSync(file).size - 1), 5, "store-damaged"],
    ["zeros", (file) => writeFileSync(file, Buffer.alloc(8192)), 5, "store-foreign"],
    ["another program's database", (file) => sqlite(file, "CREATE TABLE t (a)"), 5, "store-foreign"],
    [
      "a newer store",
      (file) => {
        const db = openDatabase(file, "write");
        db.pragma(`user_version = ${migrations.length + 1}`);
        db.close();
      },
      5,
      "store-newer",
    ],
  ])("%s", async (_, spoil, exit, code) => {
    const { folder, file } = company();
    spoil(file);
    const before = readFileSync(file);
    for (const words of [["run"], ["status"], ["import", `balance-${DAY}.csv`]]) {
      const ended = await dunning(folder, DAY, ...words, "--json");
      const { code: found, hint } = ended.json["error"] as { code: string; hint: string | null };
      expect([words[0], ended.exit, found]).toEqual([words[0], exit, code]);
      expect(hint).toMatch(/backup|version|move it away/);
    }
    const doctor = await dunning(folder, DAY, "doctor", "--offline", "--json");
    expect(doctor.exit).toBe(exit);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(statSync(join(folder, "sent.jsonl")).size).toBe(statSync(join(prepared, "sent.jsonl")).size);
  });
});

/** Whoever may do everything takes the place of somebody who may not. */
async function asNobody<T>(folder: string, work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return await work();
  for (const name of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })])
    chownSync(join(folder, name), 65534, 65534);
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe.skipIf(process.platform === "win32")("where the user may not write", () => {
  // A store in WAL mode cannot be read without its index, which lies beside it.
  test.each<[string, (folder: string) => void, number, readonly string[]]>([
    ["a store that is read-only", (folder) => chmodSync(join(folder, "dunning.db"), 0o400), 0, ["writable"]],
    ["a folder that is read-only", (folder) => chmodSync(folder, 0o500), 73, ["store", "writable"]],
  ])("%s: 73 with a remedy", async (_, spoil, reading, checks) => {
    const { folder } = company();
    await asNobody(folder, async () => {
      spoil(folder);
      try {
        const ran = await dunning(folder, DAY, "stop", "--json");
        expect([ran.exit, ran.json["error"]]).toMatchObject([
          73,
          { code: "permission", hint: expect.stringContaining("owner and mode") },
        ]);
        expect((await dunning(folder, DAY, "outbox", "list")).exit).toBe(reading);
        const { json, exit } = await dunning(folder, DAY, "doctor", "--offline", "--json");
        const failed = (json["checks"] as { id: string; state: string }[]).filter(
          ({ state }) => state === "fail",
        );
        // access(2) asks for the real user, whose place we cannot leave here.
        const ids = failed.map(({ id }) => id);
        if (process.getuid?.() !== 0) expect([exit, ids]).toEqual([73, checks]);
        else expect(ids).toEqual(checks.filter((id) => id !== "writable"));
      } finally {
        chmodSync(folder, 0o700);
      }
    });
  });
});

/** Every row of every table; what cannot be read throws. */
function contentOf(file: string): ReadonlyMap<string, string> {
  const db = openDatabase(file, "read");
  try {
    const tables = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all();
    return new Map(
      tables.map((name) => {
        const rows = db.prepare(`SELECT * FROM "${name}"`).raw().all();
        return [
          name,
          rows
            .map((row) => JSON.stringify(row))
            .sort()
            .join("\n"),
        ] as const;
      }),
    );
  } finally {
    db.close();
  }
}

/** What the doctor makes of a store: refused, or well. */
function isRefused(file: string): boolean {
  try {
    const store = openStore(file, { mode: "read", now });
    try {
      return storeChecks(store, now()).some(({ state }) => state === "fail");
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof Failure) return true;
    throw error;
  }
}

const FLIPS = 300;
/**
 * Rows that nothing adds up or signs: a changed letter in one of them is found by nobody. What was sent (messages, their events)
 * and what is owed in all are not among them.
 */
const UNSIGNED =
  /^(debtor|debtor_change|item|item_level|message|message_item|run|setting|snapshot|sqlite_sequence|task)$/;

test(`${FLIPS} single bits of a small store turned over: refused, or the same; what is neither is counted`, () => {
  const { file } = company();
  const good = readFileSync(file);
  const content = contentOf(file);
  const random = randomOf(20261120);
  const counts = { refused: 0, same: 0, unnoticed: 0 };
  const touched = new Set<string>();
  for (let nth = 0; nth < FLIPS; nth++) {
    const bytes = Buffer.from(good);
    const bit = Math.floor(random() * bytes.length * 8);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    writeFileSync(file, bytes);
    if (isRefused(file)) {
      counts.refused += 1;
      continue;
    }
    const found = contentOf(file);
    const other = [...content].filter(([name, rows]) => found.get(name) !== rows).map(([name]) => name);
    counts[other.length === 0 ? "same" : "unnoticed"] += 1;
    for (const name of other) touched.add(name);
  }
  process.stderr.write(
    `bits turned over: ${JSON.stringify(counts)}, unnoticed in ${[...touched].sort().join(", ")}\n`,
  );
  expect([...touched].filter((name) => !UNSIGNED.test(name))).toEqual([]);
  expect(counts.refused).toBeGreaterThan(FLIPS / 4);
  expect(counts.unnoticed).toBeLessThan(FLIPS / 8);
});

test("damaged or gone: the newest copy of the folder is named, no new store is proposed, and the way back works", async () => {
  const { folder, file } = company();
  await takeBalance(folder, "2026-11-23", COLUMNS, [
    "C1;Client 1;c1@x.example;F-1;25/09/2026;25/10/2026;2,00",
  ]);
  const [newest = ""] = readdirSync(join(folder, "backups")).sort().reverse();
  const copy = join(folder, "backups", newest);
  const hint = expect.stringContaining(`copy ${copy} to dunning.db, then: dunning doctor --replay-journal`);
  truncateSync(file, 4096);
  const damaged = await dunning(folder, DAY, "run", "--json");
  expect([damaged.exit, damaged.json["error"]]).toMatchObject([5, { code: "store-damaged", hint }]);
  for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
  const gone = await dunning(folder, DAY, "run", "--json");
  expect([gone.exit, gone.json["error"]]).toMatchObject([66, { code: "store-missing", hint }]);
  const looked = await dunning(folder, DAY, "doctor", "--offline", "--json");
  expect([looked.exit, looked.json["checks"]]).toMatchObject([
    5,
    expect.arrayContaining([expect.objectContaining({ id: "store", state: "fail", fix: hint })]),
  ]);
  cpSync(copy, file);
  expect((await dunning(folder, DAY, "doctor", "--replay-journal")).exit).toBe(0);
  expect((await dunning(folder, DAY, "status", "--json")).json["keptBack"]).toEqual([]);
});
