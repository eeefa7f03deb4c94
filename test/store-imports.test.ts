import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SnapshotComparison } from "../src/core/snapshot.ts";
import { openDatabase } from "../src/store/database.ts";
import { day, importBalance, newStore, openItems, type Row, reject, sequence } from "./store-fixture.ts";

describe("rejected rows", () => {
  test("their debtor settles nothing, and its balance is unknown", async () => {
    const { store, folder } = newStore();
    const both: Row[] = [{ open: 100 }, { open: 50, number: "FA-2" }, { open: 30, debtor: "C2" }];
    await importBalance(store, folder, { asOf: "2026-02-10", rows: both });
    const result = await importBalance(store, folder, {
      asOf: "2026-02-20",
      rows: [{ open: 90 }],
      rejected: [reject("C1", 7), reject("C1", 8), reject("C9", 9)],
    });
    expect(result.items).toEqual({ new: 0, changed: 1, unchanged: 0, settled: 1, reopened: 0 });
    expect(openItems(store)).toEqual(["C1 EUR FA-1 90 2026-01-31", "C1 EUR FA-2 50 2026-01-31"]);
    expect([...store.ledgers()].map(({ unreadRows }) => unreadRows)).toEqual([2]);
    expect(store.imports.rejected(2).map(({ line, debtor, column }) => [line, debtor, column])).toEqual([
      [7, "C1", "Échéance"],
      [8, "C1", "Échéance"],
      [9, "C9", "Échéance"],
    ]);
    await importBalance(store, folder, { asOf: "2026-03-02", rows: [{ open: 90 }] });
    expect([...store.ledgers()].map(({ unreadRows }) => unreadRows)).toEqual([0]);
    expect(openItems(store)).toEqual(["C1 EUR FA-1 90 2026-01-31"]);
  });
});

describe("what the guards are shown", () => {
  test("counts over what is owed", async () => {
    const { store, folder } = newStore();
    const rows: Row[] = [
      { open: 100 },
      { open: 50, number: "FA-2" },
      { open: -70, number: "AV-1" },
      { open: 20, debtor: "C2", currency: "CHF" },
      { open: 30, debtor: "C3" },
      { open: -5, debtor: "C4" },
    ];
    await importBalance(store, folder, { asOf: "2026-02-10", rows });
    let shown: SnapshotComparison | null = null;
    const result = await importBalance(store, folder, {
      asOf: "2026-02-17",
      rows: [{ open: 60 }, { open: 1, debtor: "C5" }],
      rejected: [reject("C3"), reject(null)],
      decide: (comparison) => {
        shown = comparison;
        return [];
      },
    });
    expect(shown).toEqual({
      days: 7,
      itemsBefore: 4,
      itemsMissing: 2,
      amounts: [
        { currency: "CHF", itemsBefore: 1, before: 20, missing: 20 },
        { currency: "EUR", itemsBefore: 3, before: 180, missing: 50 },
      ],
      debtorsBefore: 3,
      debtorsInCommon: 1,
      rowsWithoutDebtor: 1,
      lookalikes: [],
      alike: [],
      movedTo: [],
      doubles: [],
    });
    expect(result.debtors).toEqual({ new: 1, known: 1, missing: 2 });
  });

  test("nothing to compare with", async () => {
    const { store, folder } = newStore();
    let shown: SnapshotComparison | null = null;
    const decide = (comparison: SnapshotComparison): string[] => {
      shown = comparison;
      return [];
    };
    await importBalance(store, folder, { asOf: "2026-02-10", rows: [{ open: 1 }], decide });
    expect(shown).toMatchObject({ days: 0, itemsBefore: 0, debtorsBefore: 0, amounts: [] });
  });
});

describe("what an import brought", () => {
  test("several files of one balance come back byte for byte, also of the same name and beyond a piece", async () => {
    const { store, folder } = newStore();
    const contents = ["é".repeat(700_000), "", "third\r\n"];
    const files = contents.map((text, at) => {
      mkdirSync(join(folder, String(at)));
      const path = join(folder, String(at), "balance.csv");
      writeFileSync(path, text);
      return { path, sha256: createHash("sha256").update(text).digest("hex") };
    }) as [{ path: string; sha256: string }];
    const begun = store.imports.begin({
      kind: "balance",
      asOf: day("2026-02-10"),
      files,
      profile: null,
      day: day("2026-02-10"),
    });
    if (begun.state === "unchanged") throw new Error("unexpected");
    await begun.finish({}, () => []);
    const place = join(folder, "out");
    mkdirSync(place);
    const paths = store.imports.content(1, place);
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(contents);
    expect(readdirSync(place).sort()).toEqual(["1-balance.csv", "2-balance.csv", "balance.csv"]);
    expect(store.imports.get(1)).toMatchObject({
      file: "balance.csv, balance.csv, balance.csv",
      files: [{}, {}, {}],
    });
  });

  test("events name the file by its hash and vouch for the changes; no personal data", async () => {
    const { store, folder, file } = newStore();
    await importBalance(store, folder, { asOf: "2026-02-10", rows: [{ open: 100, name: "Dupont SARL" }] });
    await importBalance(store, folder, { asOf: "2026-02-20", rows: [{ open: 60, name: "Dupont SA" }] });
    const db = openDatabase(file, "read");
    const events = db.prepare("SELECT kind, day, snapshot, data FROM event ORDER BY seq").all() as {
      kind: string;
      data: string;
    }[];
    db.close();
    expect(events.map(({ kind }) => kind)).toEqual(["import-accepted", "import-accepted"]);
    expect(JSON.parse(events[1]?.data ?? "")).toMatchObject({
      asOf: "2026-02-20",
      file: store.imports.get(2)?.sha256,
      items: { changed: 1 },
      changes: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(JSON.stringify(events)).not.toMatch(/Dupont|\.csv/);
  });
});

const row = (master: Record<string, string>, name: string | null = null): Row => ({
  open: 1,
  name,
  master,
});

describe("master data on rows", () => {
  test("is learnt, changed, never forgotten where a later file does not show it", async () => {
    const { store } = await sequence([
      [row({ email: "a@example.com", phone: " 01  02 ", "attr.agence": "Lyon" }, "Dupont")],
      [row({ email: "b@example.com", phone: "" })],
    ]);
    expect(store.debtors.get("C1")).toMatchObject({
      name: "Dupont",
      master: { email: "b@example.com", phone: "01 02", "attr.agence": "Lyon" },
    });
  });
  test("rows that disagree: the same winner in any order", async () => {
    const rows = [
      row({ email: "b@example.com" }, "Zoé"),
      row({ email: "a@example.com" }, "Abel"),
      row({}, null),
    ];
    const forward = await sequence([rows]);
    const backward = await sequence([rows.toReversed()]);
    expect(forward.store.debtors.get("C1")).toMatchObject({
      name: "Abel",
      master: { email: "a@example.com" },
    });
    expect(backward.store.imports.logicalHash()).toBe(forward.store.imports.logicalHash());
  });
  test("what cannot be such a value is left out and told", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, { asOf: "2026-02-10", rows: [row({ email: "a@example.com" })] });
    const result = await importBalance(store, folder, {
      asOf: "2026-02-20",
      rows: [row({ email: "n/a", language: "xx" })],
    });
    expect(result.ignored.count).toBe(2);
    expect(result.ignored.first[0]).toMatchObject({ debtor: "C1", key: "email", value: "n/a" });
    expect(store.debtors.get("C1")?.master["email"]).toBe("a@example.com");
  });
  test("what a person has set stays, until the person takes it away; undo does not touch it", async () => {
    const { store, folder } = newStore();
    const step = (asOf: string, email: string) =>
      importBalance(store, folder, { asOf, rows: [row({ email })] });
    await step("2026-02-10", "old@example.com");
    store.debtors.set("C1", { email: "right@example.com" }, day("2026-02-11"));
    await step("2026-02-20", "new@example.com");
    expect(store.debtors.get("C1")?.master["email"]).toBe("right@example.com");
    store.debtors.set("C1", { email: "" }, day("2026-02-21"));
    expect(store.debtors.get("C1")?.master["email"]).toBeNull();
    await step("2026-03-01", "new@example.com");
    expect(store.debtors.get("C1")?.master["email"]).toBe("new@example.com");
    store.debtors.set("C1", { email: "last@example.com" }, day("2026-03-02"));
    store.imports.undo(3, day("2026-03-03"));
    expect(store.debtors.get("C1")?.master["email"]).toBe("last@example.com");
  });
});
