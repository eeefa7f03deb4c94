import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { backupBefore, listBackups } from "../src/store/backups.ts";
import { openDatabase } from "../src/store/database.ts";
import { migrations } from "../src/store/migrations.ts";
import { loadSqlite } from "../src/store/sqlite.ts";
import { openStore } from "../src/store/store.ts";
import { day, importBalance, newStore, now } from "./store-fixture.ts";
import { dunning, inFolder, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const COLUMNS = "Code client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû";
const ROW = "A1;Un;F-1;25/09/2026;25/10/2026;100,00";
const OTHER = "B2;Deux;F-2;25/09/2026;25/10/2026;60,00";

const copies = (folder: string): string[] =>
  existsSync(join(folder, "backups")) ? readdirSync(join(folder, "backups")).sort() : [];

function versionOf(file: string): number {
  const Driver = loadSqlite();
  const db = new Driver(file, { readonly: true });
  try {
    return Number(db.pragma("user_version", { simple: true }));
  } finally {
    db.close();
  }
}

describe("a copy before each import", () => {
  test("of the state before it, private, sound; none before the first one, none where nothing has changed", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    await takeBalance(folder, "2026-11-20", COLUMNS, [ROW]);
    expect(copies(folder)).toEqual([]);
    await takeBalance(folder, "2026-11-21", COLUMNS, [ROW, OTHER]);
    const [first = ""] = copies(folder);
    expect(first).toMatch(/^2026-11-21T120000Z-[0-9a-f]{8}\.db$/);
    const file = join(folder, "backups", first);
    expect([statSync(file).mode & 0o777, statSync(join(folder, "backups")).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
    const copy = openStore(file, { mode: "read", now });
    expect(copy.imports.list().map(({ asOf }) => asOf)).toEqual(["2026-11-20"]);
    expect(copy.health()).toMatchObject({ damage: [], dangling: 0, chain: { broken: null } });
    copy.close();
    // The same file again: it is taken as known, and only the first time something has changed since the copy.
    for (const minute of ["10", "11", "12"])
      await inFolder(folder, `2026-11-21T13:${minute}:00Z`, ["import", "balance-2026-11-21.csv"]);
    expect(copies(folder)).toHaveLength(2);
  });

  test.each([
    ["import undo", ["import", "undo", "1"]],
    ["import accept", ["import", "accept", "2"]],
    ["import contacts", ["import", "contacts", "contacts.csv"]],
  ])("%s", async (_, words) => {
    const folder = folderWith({
      "dunning.yaml": SMALL,
      "contacts.csv": "Code client;E-mail\nA1;un@x.example\n",
    });
    await takeBalance(folder, "2026-11-20", COLUMNS, [ROW, OTHER]);
    if (words.includes("accept")) await takeBalance(folder, "2026-11-21", COLUMNS, ["Z9;Z;F-9;;;1,00"]);
    const before = copies(folder).length;
    expect((await inFolder(folder, "2026-11-21T14:00:00Z", words)).exit).toBe(0);
    expect(copies(folder)).toHaveLength(before + 1);
  });

  test("a clock that ran ahead once: what is copied now stays, and they do not grow in number", async () => {
    const folder = folderWith({ "dunning.yaml": `${SMALL}backups: { keep: 2 }\n` });
    await takeBalance(folder, "2026-11-20", COLUMNS, [ROW]);
    await takeBalance(folder, "2026-11-21", COLUMNS, [ROW, OTHER]);
    renameSync(
      join(folder, "backups", copies(folder)[0] ?? ""),
      join(folder, "backups", "2099-01-01T120000Z-00000000.db"),
    );
    copyFileSync(join(folder, "dunning.db"), join(folder, "backups", "2099-01-02T120000Z-00000000.db"));
    for (const at of ["22", "23"]) {
      await takeBalance(folder, `2026-11-${at}`, COLUMNS, [ROW]);
      expect(copies(folder).map((name) => name.slice(0, 10))).toEqual([`2026-11-${at}`, "2099-01-02"]);
    }
  });

  test("a dry run makes none", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    await takeBalance(folder, "2026-11-20", COLUMNS, [ROW]);
    writeFileSync(join(folder, "b.csv"), `Balance au 21/11/2026\n${COLUMNS}\n${OTHER}\n`);
    await dunning(folder, "2026-11-21", "import", "--dry-run", "b.csv");
    expect(copies(folder)).toEqual([]);
  });

  test.each([
    [0, []],
    [1, ["2026-11-24"]],
    [3, ["2026-11-22", "2026-11-23", "2026-11-24"]],
  ])("backups.keep: %i", async (keep, days) => {
    const folder = folderWith({ "dunning.yaml": `${SMALL}backups: { keep: ${keep} }\n` });
    for (const at of ["20", "21", "22", "23", "24"])
      await takeBalance(folder, `2026-11-${at}`, COLUMNS, [
        ROW,
        `C${at};C;F-${at};25/09/2026;25/10/2026;1,00`,
      ]);
    if (keep > 0) writeFileSync(join(folder, "backups", "mine.db"), "mine");
    await takeBalance(folder, "2026-11-24", COLUMNS, [ROW]);
    const ours = copies(folder).filter((name) => name !== "mine.db");
    expect(ours.length).toBe(days.length);
    expect(existsSync(join(folder, "backups", "mine.db"))).toBe(keep > 0);
  });
});

describe("where no copy can be made the import is refused, and nothing has changed", () => {
  test.each<[string, (place: string) => void]>([
    ["a file in the place of the folder", (place) => writeFileSync(place, "")],
    ["a link in the place of the folder", (place) => symlinkSync("/tmp", place)],
    ["a folder that others can write to", (place) => (mkdirSync(place), chmodSync(place, 0o777))],
    ["a link to nowhere", (place) => symlinkSync("/nowhere/at/all", place)],
  ])("%s", async (_, spoil) => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    await takeBalance(folder, "2026-11-20", COLUMNS, [ROW]);
    spoil(join(folder, "backups"));
    const { exit, stderr } = await takeBalance(folder, "2026-11-21", COLUMNS, [ROW, OTHER]);
    expect([exit, stderr]).toEqual([74, expect.stringContaining("no backup could be made first")]);
    expect(stderr).toContain("backups.keep");
    const { json } = await dunning(folder, "2026-11-21", "imports", "--json");
    expect(json["imports"]).toHaveLength(1);
  });

  test("a full disk: what SQLite reports is refused with a remedy, and no part of a copy stays", async () => {
    const { store, file, folder } = newStore();
    await importBalance(store, folder, {
      asOf: "2026-11-20",
      rows: Array.from({ length: 300 }, (_, n) => ({ number: `FA-${n}`, open: 100 })),
    });
    store.close();
    const db = openDatabase(file, "write");
    const full = new Proxy(db, {
      get: (of, name) =>
        name === "prepare"
          ? (sql: string) => {
              if (sql.startsWith("VACUUM"))
                throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
              return of.prepare(sql);
            }
          : (Reflect.get(of, name) as unknown),
    });
    const plan = { folder: join(folder, "backups"), keep: 14 };
    expect(() => backupBefore(full, plan, now)).toThrow(/no backup could be made first/);
    expect(readdirSync(plan.folder)).toEqual([]);
    expect(backupBefore(db, plan, now)).toBe(listBackups(plan.folder)[0]?.file);
    db.close();
  });

  test("a damaged store is no reason to lose the sound copies", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    await takeBalance(folder, "2026-11-20", COLUMNS, [ROW]);
    await takeBalance(folder, "2026-11-21", COLUMNS, [ROW, OTHER]);
    const before = copies(folder);
    const db = openDatabase(join(folder, "dunning.db"), "write");
    db.exec("DROP TRIGGER event_no_update; UPDATE event SET day = '2026-11-01' WHERE seq = 1");
    db.close();
    const { exit, stderr } = await takeBalance(folder, "2026-11-22", COLUMNS, [ROW]);
    expect([exit, copies(folder)]).toEqual([5, before]);
    expect(stderr).toContain("dunning doctor");
  });
});

describe("a copy before each migration", () => {
  /** A store as the program of before its last migration left it. */
  async function older(folder: string): Promise<string> {
    await takeBalance(folder, "2026-11-20", COLUMNS, [ROW]);
    const file = join(folder, "dunning.db");
    const db = openDatabase(file, "write");
    db.pragma(`user_version = ${migrations.length - 1}`);
    db.close();
    return file;
  }

  test("of the version before it; reading commands change nothing", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    const file = await older(folder);
    expect((await dunning(folder, "2026-11-20", "imports")).exit).toBe(5);
    expect(copies(folder)).toEqual([]);
    // The last migration cannot be applied a second time: the store stays as it was, and the copy is there.
    await dunning(folder, "2026-11-20", "stop");
    expect(copies(folder).map((name) => versionOf(join(folder, "backups", name)))).toEqual([
      migrations.length - 1,
    ]);
    expect([migrations.length - 1, migrations.length]).toContain(versionOf(file));
  });

  test("where no copy can be made the store stays of the older version", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    const file = await older(folder);
    writeFileSync(join(folder, "backups"), "");
    const bytes = readFileSync(file);
    const { exit, stderr } = await dunning(folder, "2026-11-20", "stop");
    expect([exit, stderr]).toEqual([74, expect.stringContaining("no backup could be made first")]);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    chmodSync(file, 0o600);
  });
});

test("copies by name: newest first, other files are left out", () => {
  const folder = folderWith({
    "2026-11-20T080000Z-0123abcd.db": "",
    "2026-11-21T080000Z-0123abcd.db": "",
    "2026-11-22T080000Z-0123abcd.db.12.part": "",
    "mine.db": "",
    "2026-11-22.db": "",
  });
  expect(listBackups(folder)).toEqual([
    { file: join(folder, "2026-11-21T080000Z-0123abcd.db"), day: day("2026-11-21"), head: "0123abcd" },
    { file: join(folder, "2026-11-20T080000Z-0123abcd.db"), day: day("2026-11-20"), head: "0123abcd" },
  ]);
  expect(listBackups(join(folder, "gone"))).toEqual([]);
});
