import { describe, expect, test } from "vitest";
import { Failure } from "../src/problem.ts";
import type { HistoryEntry } from "../src/store/history.ts";
import { readMaster } from "../src/store/master.ts";
import { day, debtorId, importBalance, newStore, type Row } from "./store-fixture.ts";

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

async function opened(
  rows: readonly Row[] = [
    { open: 100, name: "Dupont SARL" },
    { open: 5, debtor: "C2", name: "Duval" },
  ],
) {
  const kit = newStore();
  await importBalance(kit.store, kit.folder, { asOf: "2026-02-10", rows });
  return kit;
}

describe("values of master data", () => {
  test.each([
    ["name", "  Dupont \n SARL ", "Dupont SARL"],
    ["name", "", ""],
    ["email", " compta@example.com ", "compta@example.com"],
    ["email", "", null],
    ["address", "12 rue des Essais | BP 4|", '["12 rue des Essais","BP 4"]'],
    ["address", "12 rue des Essais\r\nBP 4", '["12 rue des Essais","BP 4"]'],
    ["address", "", "[]"],
    ["country", "be", "BE"],
    ["country", "Belgique", "BE"],
    ["country", "UK", "GB"],
    ["language", "NL", "nl"],
    ["kind", "Consumer", "consumer"],
    ["kind", "unknown", null],
    ["strategic", "oui", 1],
    ["strategic", "no", 0],
    ["strategic", "", 0],
    ["credit_limit", "12000.50", "12000.50"],
    ["attr.agence Sud", " Lyon ", "Lyon"],
    ["attr.agence", "", null],
    ["terms", "30d end-of-month", "30d end-of-month"],
  ])("%s=%j", (key, text, value) => {
    expect(readMaster(key, text)).toEqual({ ok: true, value });
  });

  test.each([
    ["email", "n/a"],
    ["email", "a@example.com, b@example.com"],
    ["email", "a@example.com;b@example.com"],
    ["email", "Jean <a@example.com>"],
    ["email", "a@localhost"],
    ["email", "a b@example.com"],
    ["country", "XX"],
    ["country", "EU"],
    ["country", "Frankreich und mehr"],
    ["address", "..."],
    ["city", "…"],
    ["language", "it"],
    ["kind", "firm"],
    ["strategic", "maybe"],
    ["credit_limit", "12 000,50"],
    ["address", "a|b|c|d|e|f|g|h|i"],
    ["name", "x".repeat(501)],
    ["phonne", "1"],
    ["attr.", "1"],
    ["__proto__", "1"],
    ["constructor", "1"],
  ])("%s=%j is refused", (key, text) => {
    expect(readMaster(key, text)).toMatchObject({ ok: false, expected: expect.any(String) as string });
  });
});

describe("debtor set", () => {
  test("sets, takes away, tells what changed", async () => {
    const { store } = await opened();
    expect(store.debtors.set("C1", { email: "a@example.com", city: "Lyon" }, day("2026-02-11"))).toEqual([
      "email",
      "city",
    ]);
    expect(store.debtors.set("C1", { email: "a@example.com" }, day("2026-02-11"))).toEqual([]);
    expect(store.debtors.set("C1", { city: "", "attr.x": "1" }, day("2026-02-11"))).toEqual([
      "city",
      "attr.x",
    ]);
    expect(store.debtors.get("C1")).toMatchObject({
      master: { email: "a@example.com", city: null, "attr.x": "1" },
      saidBy: { "attr.x": "person", email: "person" },
    });
  });

  test("every wrong key and value at once, and nothing is changed", async () => {
    const { store } = await opened();
    const before = store.debtors.get("C1");
    const failure = failureOf(() =>
      store.debtors.set("C1", { city: "Lyon", email: "x", phonne: "1" }, day("2026-02-11")),
    );
    expect(failure.exit).toBe(2);
    expect(failure.problems.map(({ found }) => found)).toEqual(["email=x", "phonne=1"]);
    expect(store.debtors.get("C1")).toEqual(before);
  });

  test.each([
    ["c1", "C1 (Dupont SARL)"],
    ["dupont", "C1 (Dupont SARL)"],
    ["Du", "C1 (Dupont SARL), C2 (Duval)"],
    ["nobody", "the customer's code in the accounting program"],
  ])("no debtor %s: the nearest are %s", async (asked, expected) => {
    const { store } = await opened();
    const failure = failureOf(() => store.debtors.find(asked));
    expect(failure.exit).toBe(2);
    expect(failure.problems[0]).toMatchObject({ code: "no-such-debtor", found: asked, expected });
  });
});

describe("import contacts", () => {
  const rows = [
    { debtor: debtorId("C1"), master: { email: "c1@example.com", phone: "" }, line: 2 },
    { debtor: debtorId("C2"), master: { name: "Duval", city: "Lille" }, line: 3 },
    { debtor: debtorId("C3"), master: { name: "Later", email: "c3@example.com", language: "xx" }, line: 4 },
  ];
  const counts = {
    new: 1,
    changed: 1,
    unchanged: 1,
    kept: 1,
    keys: { city: 1, email: 1, name: 1 },
    ignored: [{ debtor: "C3", key: "language", value: "xx", expected: "fr, nl, de, en", line: 4 }],
    near: [],
    merged: [],
  };

  test("the preview counts what the import then does", async () => {
    const { store } = await opened();
    store.debtors.set("C1", { email: "right@example.com" }, day("2026-02-11"));
    const before = store.imports.logicalHash();
    expect(store.debtors.importContacts(rows, { day: day("2026-02-12"), dryRun: true })).toEqual(counts);
    expect(store.imports.logicalHash()).toBe(before);
    expect(store.debtors.get("C3")).toBeNull();
    store.debtors.importContacts(rows, { day: day("2026-02-12") });
    expect(store.debtors.get("C1")?.master["email"]).toBe("right@example.com");
    expect(store.debtors.get("C2")?.master["city"]).toBe("Lille");
    expect(store.debtors.importContacts(rows, { day: day("2026-02-12") })).toMatchObject({
      new: 0,
      changed: 0,
      unchanged: 3,
      kept: 1,
    });
  });

  test("a person outranks a contacts file, which outranks the rows of a balance", async () => {
    const { store, folder } = await opened();
    const on = day("2026-02-12");
    store.debtors.importContacts(
      [{ debtor: debtorId("C1"), master: { name: "Dupont & fils", city: "Metz" }, line: 2 }],
      { day: on },
    );
    store.debtors.set("C1", { city: "Nancy" }, on);
    const named = [{ open: 1, name: "DUPONT", master: { city: "Lyon", phone: "01 99 00 00 01" } }];
    await importBalance(store, folder, { asOf: "2026-02-20", rows: named });
    expect(store.debtors.get("C1")?.master).toMatchObject({
      name: "Dupont & fils",
      city: "Nancy",
      phone: "01 99 00 00 01",
    });
    store.debtors.set("C1", { city: "" }, on);
    await importBalance(store, folder, { asOf: "2026-02-27", rows: named });
    expect(store.debtors.get("C1")?.master["city"]).toBe("Lyon");
  });

  test("a debtor that no balance knows yet is there when one does", async () => {
    const { store, folder } = await opened();
    store.debtors.importContacts(rows, { day: day("2026-02-12") });
    expect(store.debtors.get("C3")).toMatchObject({ name: "Later", firstSeen: null });
    expect([...store.ledgers()].map(({ debtor }) => debtor.id)).toEqual(["C1", "C2"]);
    const result = await importBalance(store, folder, {
      asOf: "2026-02-20",
      rows: [{ open: 1, debtor: "C3" }],
    });
    expect(result.debtors).toEqual({ new: 1, known: 0, missing: 2 });
    const [ledger] = store.ledgers({ debtors: [debtorId("C3")] });
    expect(ledger?.debtor).toMatchObject({ name: "Later", email: "c3@example.com", newCustomer: true });
    store.imports.undo(2, day("2026-02-20"));
    expect(store.debtors.get("C3")).toMatchObject({ name: "Later", firstSeen: null });
  });
});

function told(entry: HistoryEntry): string {
  if (entry.kind === "item")
    return `${entry.day} ${entry.change} ${entry.number} ${entry.before ?? "-"} -> ${entry.open}`;
  if (entry.kind === "master") return `${entry.day} ${entry.by} ${entry.keys.join(",")}`;
  if (entry.kind === "merged") return `${entry.day} ${entry.from} merged`;
  if (entry.kind === "takeover") return `${entry.day} ${entry.step} taken over`;
  return "step" in entry
    ? `${entry.day} ${entry.step} ${entry.state}`
    : `${entry.day} ${entry.kind} ${entry.what}`;
}

describe("history", () => {
  test("every item from its first balance on; what was taken back did not happen", async () => {
    const { store, folder } = await opened([{ open: 100, name: "Dupont" }]);
    const balance = (asOf: string, rows: Row[]) => importBalance(store, folder, { asOf, rows });
    await balance("2026-02-20", [
      { open: 60 },
      { open: 7, number: "FA-2", master: { email: "a@example.com" } },
    ]);
    await balance("2026-02-25", [{ open: 50 }, { open: 7, number: "FA-2", due: "2026-06-01" }]);
    await balance("2026-02-28", [{ open: 1 }, { open: 9, number: "FA-9" }]);
    store.imports.undo(4, day("2026-02-28"));
    await balance("2026-03-02", [{ open: 7, number: "FA-2", due: "2026-06-01" }]);
    await balance("2026-03-09", [{ open: 50 }]);
    store.debtors.set("C1", { city: "Lyon" }, day("2026-03-10"));
    const { key } = store.debtors.find("C1");
    expect(store.histories.of(key).map(told)).toEqual([
      "2026-02-10 import name",
      "2026-02-10 new FA-1 - -> 100",
      "2026-02-20 import email",
      "2026-02-20 part-paid FA-1 100 -> 60",
      "2026-02-20 new FA-2 - -> 7",
      "2026-02-25 part-paid FA-1 60 -> 50",
      "2026-02-25 re-dated FA-2 7 -> 7",
      "2026-03-02 settled FA-1 50 -> 0",
      "2026-03-09 reopened FA-1 50 -> 50",
      "2026-03-09 settled FA-2 7 -> 0",
      "2026-03-10 person city",
    ]);
    expect(
      store.histories
        .items(key)
        .map(({ number, state, open, settledOn }) => [number, state, open, settledOn]),
    ).toEqual([
      ["FA-1", "open", 50, null],
      ["FA-2", "settled", 7, "2026-03-09"],
    ]);
  });

  test("an item that a balance brought, lost in undo, and brought again is new once", async () => {
    const { store, folder } = await opened([{ open: 100 }]);
    const second = { asOf: "2026-02-20", rows: [{ open: 100 }, { open: 7, number: "FA-2" }] };
    await importBalance(store, folder, second);
    store.imports.undo(2, day("2026-02-20"));
    await importBalance(store, folder, second);
    const { key } = store.debtors.find("C1");
    expect(store.histories.of(key).map(told)).toEqual([
      "2026-02-10 new FA-1 - -> 100",
      "2026-02-20 new FA-2 - -> 7",
    ]);
  });
});
