import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { Failure } from "../src/problem.ts";
import { APPLICATION_ID, migrate, openDatabase } from "../src/store/database.ts";
import { eventsOf } from "../src/store/events.ts";
import { storeFailure, translating } from "../src/store/failures.ts";
import { migrations } from "../src/store/migrations.ts";
import { loadSqlite } from "../src/store/sqlite.ts";
import { openStore } from "../src/store/store.ts";
import { day, importBalance, newStore, now, tempFolder } from "./store-fixture.ts";

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const hashOf = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");
const contentOf = (file: string): string => (statSync(file).isFile() ? hashOf(file) : "a folder");
const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);
const posix = process.platform !== "win32";

/** A database of another program, or of none. */
function sqliteFile(folder: string, sql: string): string {
  const file = join(folder, "dunning.db");
  const Driver = loadSqlite();
  const db = new Driver(file);
  db.exec(sql);
  db.close();
  return file;
}

describe("what every connection has", () => {
  test.each(["create", "write", "read"] as const)("mode %s", (mode) => {
    const db = openDatabase(newStore().file, mode);
    // Read back after a write: right after journal_mode the driver still shows what it will not keep.
    if (mode !== "read") db.exec("INSERT INTO setting VALUES ('probe', '1')");
    const of = (name: string): unknown => db.pragma(name, { simple: true });
    expect(of("synchronous")).toBe(2);
    expect(of("journal_mode")).toBe("wal");
    expect(of("foreign_keys")).toBe(1);
    expect(of("busy_timeout")).toBe(5000);
    expect(of("trusted_schema")).toBe(0);
    expect(of("application_id")).toBe(APPLICATION_ID);
    expect(of("user_version")).toBe(migrations.length);
    db.close();
  });

  test("defensive: the schema cannot be written by hand", () => {
    const db = openDatabase(newStore().file, "write");
    db.pragma("writable_schema = ON");
    expect(() => db.exec("DELETE FROM sqlite_schema")).toThrow(/may not be modified/);
    db.close();
  });

  test.runIf(posix)("files are private, whatever the umask", () => {
    const before = process.umask(0o000);
    try {
      const { file, folder: place } = newStore();
      expect(readdirSync(place).sort()).toEqual(["dunning.db", "dunning.db-shm", "dunning.db-wal"]);
      for (const name of readdirSync(place)) expect(modeOf(join(place, name))).toBe("600");
      chmodSync(file, 0o644);
      openStore(file, { mode: "write", now }).close();
      expect(modeOf(file)).toBe("600");
    } finally {
      process.umask(before);
    }
  });
});

describe("read mode", () => {
  test("creates nothing and changes nothing", async () => {
    const { store, file, folder } = newStore();
    await importBalance(store, folder, { asOf: "2026-11-20", rows: [{ open: 100 }] });
    store.close();
    const [before, listed] = [hashOf(file), readdirSync(folder)];
    const reading = openStore(file, { mode: "read", now });
    expect([...reading.ledgers()]).toHaveLength(1);
    expect(() => reading.imports.undo(1, "2026-11-20" as never)).toThrow(/readonly|read-only/i);
    reading.close();
    expect(hashOf(file)).toBe(before);
    expect(readdirSync(folder)).toEqual(listed);
  });

  test.skipIf(!posix || process.getuid?.() === 0)("works on a file that may not be written", () => {
    const { store, file } = newStore();
    store.close();
    chmodSync(file, 0o400);
    const reading = openStore(file, { mode: "read", now });
    expect([...reading.ledgers()]).toEqual([]);
    reading.close();
  });
});

describe("what is refused", () => {
  test.each(["write", "read"] as const)("no store, mode %s: 66 and the next command", (mode) => {
    const folder = tempFolder();
    const failure = failureOf(() => openStore(join(folder, "dunning.db"), { mode, now }));
    expect(failure.exit).toBe(66);
    expect(failure.problems[0]).toMatchObject({ code: "store-missing", fix: "dunning import FILE" });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("no folder", () => {
    const failure = failureOf(() =>
      openStore(join(tempFolder(), "no", "dunning.db"), { mode: "create", now }),
    );
    expect(failure.exit).toBe(66);
    expect(failure.problems[0].code).toBe("folder-missing");
  });

  test("a store whose making was interrupted is no store yet, and is finished by the next import", () => {
    const folder = tempFolder();
    const file = join(folder, "dunning.db");
    writeFileSync(file, "");
    expect(failureOf(() => openStore(file, { mode: "read", now })).problems[0].code).toBe("store-missing");
    openStore(file, { mode: "create", now }).close();
    openStore(file, { mode: "read", now }).close();
  });

  test.each([
    [
      "a text",
      (folder: string) => writeFileSync(join(folder, "dunning.db"), "Code client;Solde\n".repeat(40)),
    ],
    ["a folder", (folder: string) => mkdirSync(join(folder, "dunning.db"))],
    [
      "another program's database",
      (folder: string) => sqliteFile(folder, "PRAGMA application_id = 7; CREATE TABLE t (a)"),
    ],
    ["a database without an owner", (folder: string) => sqliteFile(folder, "CREATE TABLE t (a)")],
  ])("a foreign file: %s", (_name, make) => {
    const folder = tempFolder();
    const file = join(folder, "dunning.db");
    make(folder);
    const before = contentOf(file);
    for (const mode of ["create", "write", "read"] as const) {
      const failure = failureOf(() => openStore(file, { mode, now }));
      expect(failure.exit).toBe(5);
      expect(failure.problems[0].code).toBe("store-foreign");
    }
    expect(contentOf(file)).toBe(before);
    expect(readdirSync(folder)).toEqual(["dunning.db"]);
  });

  test("a newer store: both versions are named, nothing is touched", () => {
    const { store, file } = newStore();
    store.close();
    const Driver = loadSqlite();
    const db = new Driver(file);
    db.pragma(`user_version = ${migrations.length + 3}`);
    db.close();
    const before = hashOf(file);
    for (const mode of ["create", "write", "read"] as const) {
      const failure = failureOf(() => openStore(file, { mode, now }));
      expect(failure.exit).toBe(5);
      expect(failure.problems[0]).toMatchObject({
        code: "store-newer",
        found: `layout ${migrations.length + 3}`,
        expected: `layout ${migrations.length} or older`,
      });
    }
    expect(hashOf(file)).toBe(before);
  });

  test("an older store is not read before something has brought it up to date", () => {
    const { store, file } = newStore();
    store.close();
    const Driver = loadSqlite();
    const db = new Driver(file);
    db.pragma("user_version = 0");
    db.close();
    const failure = failureOf(() => openStore(file, { mode: "read", now }));
    expect(failure.exit).toBe(5);
    expect(failure.problems[0]).toMatchObject({ code: "store-older", found: "layout 0" });
  });

  test.each([
    ["a column of another name", "ALTER TABLE message RENAME COLUMN scenario TO scenarip", "scenario"],
    ["a table that is gone", "DROP TABLE bad_place", "bad_place"],
  ])("%s, under the number of this version: damaged", (_, spoil, found) => {
    const { store, file } = newStore();
    store.close();
    const db = openDatabase(file, "write");
    db.exec(spoil);
    db.close();
    for (const mode of ["read", "write"] as const) {
      const failure = failureOf(() => openStore(file, { mode, now }));
      expect([failure.exit, failure.problems[0]]).toMatchObject([
        5,
        { code: "store-damaged", found: expect.stringContaining(found) },
      ]);
    }
  });

  test("a damaged store", async () => {
    const { store, file, folder } = newStore();
    const rows = Array.from({ length: 400 }, (_, n) => ({ number: `FA-${n}`, open: 100 }));
    await importBalance(store, folder, { asOf: "2026-11-20", rows });
    store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 100, bytes.length);
    writeFileSync(file, bytes);
    const failure = failureOf(() => openStore(file, { mode: "write", now }));
    expect(failure.exit).toBe(5);
    expect(failure.problems[0].code).toBe("store-damaged");
  });

  test.each([
    ["SQLITE_BUSY", 75, "busy"],
    ["SQLITE_BUSY_SNAPSHOT", 75, "busy"],
    ["SQLITE_FULL", 74, "disk"],
    ["SQLITE_IOERR_FSYNC", 74, "disk"],
    ["SQLITE_CORRUPT", 5, "store-damaged"],
    ["SQLITE_READONLY_DIRECTORY", 73, "permission"],
  ])("%s: exit %i", (code, exit, problem) => {
    const failure = storeFailure(Object.assign(new Error("what SQLite says"), { code }));
    expect(failure?.exit).toBe(exit);
    expect(failure?.problems[0]).toMatchObject({ code: problem, found: `what SQLite says (${code})` });
  });

  test("a bug of ours stays a bug", () => {
    expect(storeFailure(Object.assign(new Error("near FROM"), { code: "SQLITE_ERROR" }))).toBeNull();
    expect(storeFailure(new TypeError("x"))).toBeNull();
  });

  test("somebody else is writing: 75", () => {
    const { file } = newStore();
    const [db, other] = [openDatabase(file, "write"), openDatabase(file, "write")];
    db.pragma("busy_timeout = 0");
    other.exec("BEGIN IMMEDIATE");
    const { append } = translating(eventsOf(db, now), file);
    expect(failureOf(() => append({ kind: "probe", day: day("2026-11-22") })).exit).toBe(75);
    other.close();
    append({ kind: "probe", day: day("2026-11-22") });
    db.close();
  });
});

const tables = (db: Database): unknown[] =>
  db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();

describe("migrations", () => {
  const two = [...migrations, "CREATE TABLE later (a INTEGER) STRICT;"];

  test("one that ends in the middle leaves the version before", () => {
    const { file } = newStore();
    const db = openDatabase(file, "write");
    const before = tables(db);
    const broken = [...migrations, "CREATE TABLE later (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"];
    expect(() => migrate(db, broken)).toThrow(/nowhere/);
    expect(db.pragma("user_version", { simple: true })).toBe(migrations.length);
    expect(tables(db)).toEqual(before);
    migrate(db, two);
    expect(db.pragma("user_version", { simple: true })).toBe(two.length);
    expect(tables(db)).toContain("later");
    db.close();
  });

  test("applied once, also by two processes at a time", () => {
    const { file } = newStore();
    const [a, b] = [openDatabase(file, "write"), openDatabase(file, "write")];
    migrate(a, two);
    migrate(b, two);
    expect(b.pragma("user_version", { simple: true })).toBe(two.length);
    a.close();
    b.close();
  });

  test("all tables are strict", () => {
    const db = openDatabase(newStore().file, "read");
    const loose = db
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
      )
      .pluck()
      .all();
    expect(loose).toEqual([]);
    db.close();
  });
});

describe("the driver", () => {
  const works = loadSqlite();
  test.each([
    { node: 20, tried: ["better-sqlite3"] },
    { node: 22, tried: ["better-sqlite3-13", "better-sqlite3"] },
    { node: 24, tried: ["better-sqlite3-13", "better-sqlite3"] },
  ])("Node $node tries $tried and says what to do when none has its native file", ({ node, tried }) => {
    const asked: string[] = [];
    const failure = failureOf(() =>
      loadSqlite(node, (name) => {
        asked.push(name);
        throw new Error("Could not locate the bindings file. Tried:\n → /a\n → /b");
      }),
    );
    expect(asked).toEqual(tried);
    expect(failure.exit).toBe(5);
    expect(failure.message).toMatch(/npm rebuild better-sqlite3/);
    expect(failure.message).not.toMatch(/→/);
  });

  test("Node 22 takes version 13 where it is there", () => {
    const asked: string[] = [];
    const load = (name: string): unknown => {
      asked.push(name);
      return works;
    };
    expect(loadSqlite(22, load)).toBe(works);
    expect(asked).toEqual(["better-sqlite3-13"]);
  });
});
