import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../src/store/database.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-23";
async function company(): Promise<string> {
  const folder = folderWith({
    "dunning.yaml": SMALL,
    "balance.csv":
      "Balance au 23/11/2026\nCode client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû\n" +
      "A1;Un;a@x.example;F-1;25/09/2026;25/10/2026;100,00\nB2;Deux;b@x.example;F-2;25/09/2026;25/10/2026;60,00\n",
  });
  await dunning(folder, DAY, "import", "balance.csv");
  return folder;
}

describe("stop and start", () => {
  test("nothing leaves and nothing is queued meanwhile; everything else goes on", async () => {
    const folder = await company();
    await dunning(folder, DAY, "stop", "--reason", "wrong balance", "--author", "Anne");
    const ran = await dunning(folder, DAY, "run", "--json");
    expect([ran.exit, ran.json["stopped"]]).toEqual([
      4,
      {
        code: "stopped",
        message:
          "nothing leaves: Anne has stopped everything on 2026-11-23 at 12:00 UTC: wrong balance; dunning start lets it go on",
      },
    ]);
    expect((await dunning(folder, DAY, "outbox", "list", "--json")).json["messages"]).toEqual([]);
    expect((await dunning(folder, DAY, "run", "--dry-run")).exit).toBe(0);
    const status = await dunning(folder, DAY, "status", "--json");
    expect([status.exit, status.json["stopped"]]).toMatchObject([4, { by: "Anne", reason: "wrong balance" }]);
    expect((await dunning(folder, DAY, "stop", "--author", "Paul")).stdout).toContain(
      "Stopped already: Anne",
    );
    await dunning(folder, DAY, "start");
    const after = await dunning(folder, DAY, "run", "--json");
    expect([after.exit, (after.json["counts"] as { drafted: number }).drafted]).toEqual([0, 2]);
    expect((await dunning(folder, DAY, "start")).stdout).toContain("It was not stopped.");
  });
});

describe("backup", () => {
  test("a whole copy that a company can go on with; over nothing", async () => {
    const folder = await company();
    await dunning(folder, DAY, "run");
    const made = await dunning(folder, DAY, "backup", "copy.db", "--json");
    expect([made.exit, made.json["file"]]).toEqual([0, join(folder, "copy.db")]);
    expect(statSync(join(folder, "copy.db")).mode & 0o777).toBe(0o600);
    for (const rest of ["copy.db-wal", "copy.db-shm", `copy.db.${process.pid}.part`])
      expect(existsSync(join(folder, rest))).toBe(false);
    const again = await dunning(folder, DAY, "backup", "copy.db", "--json");
    expect([again.exit, again.json["error"]]).toMatchObject([73, { code: "backup-exists" }]);
    const other = folderWith({ "dunning.yaml": SMALL, "dunning.db": readFileSync(join(folder, "copy.db")) });
    const explain = async (at: string) => (await dunning(at, DAY, "explain", "A1", "--json")).json;
    expect(await explain(other)).toEqual(await explain(folder));
    expect((await dunning(other, DAY, "audit", "verify")).exit).toBe(0);
  });

  test("where it cannot be written nothing is left behind", async () => {
    const folder = await company();
    const { exit, json } = await dunning(folder, DAY, "backup", "no/such/folder/copy.db", "--json");
    expect([exit, json["error"]]).toMatchObject([
      73,
      { code: "cannot-write", found: "there is no such folder" },
    ]);
    const file = await dunning(folder, DAY, "backup", "dunning.yaml/copy.db", "--json");
    expect([file.exit, file.json["error"]]).toMatchObject([73, { code: "cannot-write" }]);
  });
});

describe("audit verify", () => {
  test("whole; then with one event changed by hand", async () => {
    const folder = await company();
    await dunning(folder, DAY, "run");
    const { json } = await dunning(folder, DAY, "audit", "verify", "--json");
    expect(json).toMatchObject({
      ok: true,
      events: expect.any(Number),
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const db = openDatabase(join(folder, "dunning.db"), "write");
    db.exec("DROP TRIGGER event_no_update");
    db.exec("UPDATE event SET day = '2026-11-01' WHERE seq = 2");
    db.close();
    const copied = await dunning(folder, DAY, "backup", "copy.db", "--json");
    expect([copied.exit, copied.json["error"], existsSync(join(folder, "copy.db"))]).toMatchObject([
      5,
      { code: "backup-unsound", found: "event 2" },
      false,
    ]);
    const broken = await dunning(folder, DAY, "audit", "verify", "--json");
    expect([broken.exit, broken.json["error"]]).toMatchObject([
      5,
      { code: "chain-broken", found: "event 2; 1 before it are whole" },
    ]);
  });
});
