import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../src/store/database.ts";
import { eventsOf } from "../src/store/events.ts";
import type { Importer, ImportResult } from "../src/store/importer.ts";
import { importsOf, type NewSnapshot } from "../src/store/imports.ts";
import { loadSqlite } from "../src/store/sqlite.ts";
import type { Store } from "../src/store/store.ts";
import {
  day,
  importBalance,
  incoming,
  newStore,
  now,
  openItems,
  reject,
  tempFolder,
} from "./store-fixture.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

// The first balance of a new store is written with a rollback journal, everything later with the log: half of the writing,
// and nothing else may differ.
const BIN = join(import.meta.dirname, "..", "bin", "dunning.js");

/** Seen from the files beside it: who opened the store itself here would let go of the locks that are held on it. */
const hasLog = (file: string): boolean => existsSync(`${file}-wal`);

const snapshot = (folder: string, bytes: string | Buffer, more: Partial<NewSnapshot> = {}): NewSnapshot => {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const path = join(folder, `${sha256.slice(0, 8)}.csv`);
  writeFileSync(path, bytes);
  return {
    kind: "balance",
    asOf: day("2026-02-10"),
    files: [{ path, sha256 }],
    profile: {},
    day: day("2026-02-10"),
    ...more,
  };
};

function begin(store: Pick<Store, "imports">, given: NewSnapshot): Importer {
  const begun = store.imports.begin(given);
  if (begun.state === "unchanged") throw new Error("nothing begun");
  begun.item(incoming({ open: 100 }, 2));
  return begun;
}
const finish = async (begun: Importer, hold: readonly string[] = []): Promise<ImportResult> =>
  await begun.finish({}, () => hold);

test.each<readonly [string, (begun: Importer) => Promise<unknown>, number]>([
  ["is taken", finish, 1],
  ["is held", async (begun) => await finish(begun, ["total-missing"]), 0],
  ["is given up", async (begun) => await Promise.resolve(begun.abort()), 0],
  [
    "fails",
    async (begun) => {
      const asked = begun.finish({}, () => {
        throw new Error("asked");
      });
      await expect(asked).rejects.toThrow("asked");
    },
    0,
  ],
])("a first balance that %s: the log is there again", async (_, end, items) => {
  const { store, file, folder } = newStore();
  const begun = begin(store, snapshot(folder, "a"));
  expect(hasLog(file)).toBe(false);
  await end(begun);
  expect(openItems(store).length).toBe(items);
  expect([hasLog(file), existsSync(`${file}-journal`)]).toEqual([true, false]);
  await importBalance(store, folder, { asOf: "2026-02-17", rows: [{ open: 50 }] });
  expect(openItems(store)).toEqual(["C1 EUR FA-1 50 2026-01-31"]);
});

test.each<readonly [string, (store: Store, folder: string) => Promise<unknown>, Partial<NewSnapshot>]>([
  [
    "a second one",
    async (store, folder) => await importBalance(store, folder, { asOf: "2026-02-01", rows: [{ open: 1 }] }),
    {},
  ],
  [
    "one after one without an open item",
    async (store, folder) =>
      await importBalance(store, folder, { asOf: "2026-02-01", rows: [], rejected: [reject("C1")] }),
    {},
  ],
  [
    "one after one on hold",
    async (store, folder) =>
      await importBalance(store, folder, { asOf: "2026-02-01", rows: [{ open: 1 }], decide: () => ["x"] }),
    {},
  ],
  [
    "one after anything else that was recorded",
    async ({ events }) =>
      await Promise.resolve(events.append({ kind: "probe", day: day("2026-02-01"), data: {} })),
    {},
  ],
  ["one that is only tried", async () => await Promise.resolve(), { dryRun: true }],
])("%s is written by way of the log", async (_, before, more) => {
  const { store, file, folder } = newStore();
  await before(store, folder);
  const begun = begin(store, snapshot(folder, "b", more));
  expect(hasLog(file)).toBe(true);
  begun.abort();
});

test("where somebody else has the store open, the log stays, and he sees what was there", async () => {
  const { store, file, folder } = newStore();
  const reader = openDatabase(file, "read");
  onTestFinished(() => void reader.close());
  const rows = reader.prepare("SELECT count(*) FROM item").pluck();
  reader.exec("BEGIN");
  expect(rows.get()).toBe(0);
  const begun = begin(store, snapshot(folder, "a"));
  expect(hasLog(file)).toBe(true);
  await finish(begun);
  expect(rows.get()).toBe(0);
  reader.exec("COMMIT");
  expect(rows.get()).toBe(1);
});

test("nobody reads what is being written: he waits, and is told who is in the way; the import goes on", async () => {
  const { store, file, folder } = newStore();
  const begun = begin(store, snapshot(folder, "a"));
  expect(() => openDatabase(file, "read")).toThrow("another dunning process is writing to the store");
  await finish(begun);
  expect(openItems(store).length).toBe(1);
});

test("a disk that is full while the file is kept is told as that, and nothing has happened", async () => {
  const folder = tempFolder();
  const db = openDatabase(join(folder, "dunning.db"), "create");
  onTestFinished(() => void db.close());
  const imports = importsOf(db, now, eventsOf(db, now));
  const pages = Number(db.pragma("page_count", { simple: true }));
  db.pragma(`max_page_count = ${pages + 20}`);
  const begun = begin({ imports }, snapshot(folder, randomBytes(400_000)));
  // SQLite takes the transaction back at once, with all that is temporary; rows may come after that.
  while (db.inTransaction) await sleep(1);
  expect(() => begun.item(incoming({ number: "FA-2", open: 1 }, 3))).toThrow("database or disk is full");
  expect(() => begun.restart()).toThrow("database or disk is full");
  await expect(finish(begun)).rejects.toThrow("database or disk is full");
  expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(
    db.prepare("SELECT (SELECT count(*) FROM snapshot) + (SELECT count(*) FROM item)").pluck().get(),
  ).toBe(0);
});

test("a power cut while it is committed: the beginning of the file may be newer than its end; the journal puts it right", () => {
  const { store, file, folder } = newStore();
  store.close();
  const Driver = loadSqlite();
  const db = new Driver(file);
  db.pragma("journal_mode = DELETE");
  db.pragma("cache_size = 5");
  db.exec("BEGIN");
  db.prepare("INSERT INTO setting (name, value) VALUES ('long', ?)").run("x".repeat(400_000));
  const cut = join(folder, "cut.db");
  copyFileSync(file, cut);
  copyFileSync(`${file}-journal`, `${cut}-journal`);
  db.close();
  const bytes = readFileSync(cut);
  // The first page was written, those that follow the old end were not.
  bytes.writeUInt32BE(bytes.length / 8192 + 1, 28);
  bytes.copy(bytes, 92, 24, 28);
  writeFileSync(cut, bytes);
  const mended = openDatabase(cut, "read");
  onTestFinished(() => void mended.close());
  expect(mended.prepare("SELECT count(*) FROM setting WHERE name = 'long'").pluck().get()).toBe(0);
  expect(mended.pragma("integrity_check", { simple: true })).toBe("ok");
});

test("killed while it is being written: the next command finds the store as it was, and the import works", async () => {
  const line = (n: number): string =>
    `C${n >> 3};Client ${n >> 3};F-${String(n).padStart(7, "0")};15/09/2026;15/10/2026;${n % 900},50;facturation@client${n >> 3}.example.com`;
  const text = `Code client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû;E-mail\n${Array.from({ length: 160_000 }, (_, n) => line(n)).join("\n")}\n`;
  const folder = folderWith({ "dunning.yaml": SMALL, "balance.csv": text });
  const file = join(folder, "dunning.db");
  const words = ["import", "balance.csv", "--balance-date", "2026-11-20"];
  const child = spawn(process.execPath, [BIN, "--as-of", "2026-11-20", ...words], {
    cwd: folder,
    stdio: "ignore",
  });
  const ended = new Promise((done) => child.on("exit", (code, signal) => done(signal ?? code)));
  // More than the pages that are kept in memory: they are being written into the store.
  while (child.exitCode === null && (!existsSync(file) || statSync(file).size < 2_000_000)) await sleep(2);
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
  expect(statSync(`${file}-journal`).size).toBeGreaterThan(0);
  const status = await dunning(folder, "2026-11-20", "status", "--json");
  expect([status.exit, (status.json["error"] as { code: string } | undefined)?.code]).toEqual([
    66,
    "no-balance",
  ]);
  expect(existsSync(`${file}-journal`)).toBe(false);
  const again = await dunning(folder, "2026-11-20", ...words, "--json");
  expect([again.exit, again.json["items"]]).toMatchObject([0, { new: 160_000 }]);
});
