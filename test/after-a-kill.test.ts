import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { runFolder } from "../src/delivery/files.ts";
import { asFailure } from "../src/failing.ts";
import { backupBefore } from "../src/store/backups.ts";
import { openDatabase } from "../src/store/database.ts";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { company as delivering, files } from "./support/delivery.ts";

// What the faults found (test/faults.test.ts), each at its own size.
const DAY = "2026-11-23";
const COLUMNS = "Code client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû";
const ROW = "A1;Un;F-1;25/09/2026;25/10/2026;100,00";

async function company(rows: readonly string[] = [ROW]): Promise<string> {
  const folder = folderWith({ "dunning.yaml": SMALL });
  await takeBalance(folder, DAY, COLUMNS, rows);
  return folder;
}

const ended = (): number => spawnSync(process.execPath, ["-e", ""]).pid;
const there = (folder: string, names: readonly string[]): string[] =>
  names.filter((name) => existsSync(join(folder, name)));

/** `left` by a process that has ended: gone after `words`. All `others` stay. */
async function putsAway(left: readonly string[], others: readonly string[], words: readonly string[]) {
  const folder = await company();
  for (const name of [...left, ...others]) writeFileSync(join(folder, name), "x");
  expect((await dunning(folder, DAY, ...words)).exit).toBe(0);
  expect([there(folder, left), there(folder, others)]).toEqual([[], others]);
}

test("a backup puts away what a killed one of its name left, and nothing else", async () => {
  const pid = ended();
  await putsAway(
    [`copy.db.${pid}.part`, `copy.db.${pid}.part-journal`],
    [`copy.db.${process.ppid}.part`, `other.db.${pid}.part`, `copy.db.${pid}.parts`, "copy.db.part"],
    ["backup", "copy.db"],
  );
});

test("so does one that finds a backup of its name: the killed one had given it its name already", async () => {
  const folder = await company();
  expect((await dunning(folder, DAY, "backup", "copy.db")).exit).toBe(0);
  const left = [`copy.db.${ended()}.part`];
  for (const name of left) writeFileSync(join(folder, name), "x");
  expect((await dunning(folder, DAY, "backup", "copy.db")).exit).toBe(73);
  expect(there(folder, left)).toEqual([]);
});

test("where no new copy of the store is needed, what a killed one left among the copies is put away too", async () => {
  const folder = await company();
  const db = openDatabase(join(folder, "dunning.db"), "write");
  const copies = { folder: join(folder, "backups"), keep: 3 };
  const made = backupBefore(db, copies, () => new Date());
  const left = `${made}.${ended()}.part`;
  writeFileSync(left, "x");
  expect(backupBefore(db, copies, () => new Date())).toBeNull();
  db.close();
  expect([existsSync(String(made)), existsSync(left)]).toEqual([true, false]);
});

test("who writes a file into a folder puts away what a killed process was writing there", async () => {
  const pid = ended();
  await putsAway(
    [`.dunning-${pid}.tmp`],
    [`.dunning-${process.ppid}.tmp`, `dunning-${pid}.tmp`, ".dunning-.tmp"],
    ["run", "--dry-run", "--save-plan", "plan.json"],
  );
});

test("an import that was killed after its commit: the same file again writes the list of rejected rows", async () => {
  const folder = await company([ROW, "B2;Deux;F-2;25/09/2026;25/10/2026;douze"]);
  const list = join(folder, `balance-${DAY}.rejects.csv`);
  const written = readFileSync(list, "utf8");
  const again = async () => await dunning(folder, DAY, "import", `balance-${DAY}.csv`, "--json");
  rmSync(list);
  expect([(await again()).json["files"], readFileSync(list, "utf8")]).toEqual([[list], written]);
  // One that is there may have been worked on.
  writeFileSync(list, "mine");
  expect([(await again()).json["files"], readFileSync(list, "utf8")]).toEqual([[], "mine"]);
});

test.each([
  ["SQLITE_IOERR_FSYNC", 74],
  ["SQLITE_FULL", 74],
  ["SQLITE_BUSY", 75],
  ["SQLITE_CORRUPT", 5],
  ["SQLITE_CONSTRAINT", 1],
])("%s, wherever the store reports it, ends with %i", (code, exit) => {
  expect(asFailure(Object.assign(new Error("so it says"), { code })).exit).toBe(exit);
});

test.each(["drafts", "letters"] as const)(
  "%s: what a killed run had begun to write is put away, also where the message does not leave any more",
  async (transport) => {
    const at = delivering(1);
    const [id = ""] = at.queue(transport);
    const [message] = at.box.waiting();
    const folder = runFolder(message?.run ?? { asOf: "", name: "" });
    const half =
      transport === "drafts" ? `drafts/${folder}/.${id}.eml.tmp` : `letters/.${folder}.tmp/${id}.pdf`;
    mkdirSync(dirname(join(at.folder, half)), { recursive: true, mode: 0o700 });
    writeFileSync(join(at.folder, half), "half a fi");
    await at.go({ transports: files(at.folder), recheck: () => "newer-balance" });
    expect([at.states(), there(at.folder, [half])]).toEqual([{ superseded: 1 }, []]);
  },
);
