import type { Database } from "better-sqlite3";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DebtorKey } from "../src/core/types.ts";
import { openDatabase } from "../src/store/database.ts";
import { canonicalJson, eventsOf } from "../src/store/events.ts";
import { day, newStore, now } from "./store-fixture.ts";

describe("canonical JSON", () => {
  test.each([
    [{ b: 1, a: [true, null, "é\n"] }, '{"a":[true,null,"é\\n"],"b":1}'],
    [{ a: { d: 1, c: { f: 2, e: 3 } } }, '{"a":{"c":{"e":3,"f":2},"d":1}}'],
    [{}, "{}"],
    [-12345, "-12345"],
  ])("%j", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test("the order of keys does not show", () => {
    const object = fc.dictionary(
      fc.string(),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
    );
    fc.assert(
      fc.property(object, (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual({ ...value });
      }),
    );
  });

  test.each([[undefined], [Number.NaN], [1n], [() => 1]])("refuses %s", (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});

/** A database with so many events, and how the chain looks. */
function chain(count: number): {
  db: Database;
  verify: () => ReturnType<ReturnType<typeof eventsOf>["verify"]>;
} {
  const db = openDatabase(newStore().file, "write");
  const events = eventsOf(db, now);
  for (let n = 1; n <= count; n++) {
    events.append({ kind: "probe", day: day("2026-11-22"), debtor: n as DebtorKey, data: { n, text: "x" } });
  }
  return { db, verify: () => eventsOf(db, now).verify() };
}

const unlock = (db: Database): void => {
  db.exec("DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete;");
};

describe("the chain", () => {
  test("empty, then right", () => {
    const { db, verify } = chain(0);
    expect(verify()).toEqual({ events: 0, head: "", broken: null });
    db.close();
    const longer = chain(3);
    expect(longer.verify()).toMatchObject({ events: 3, broken: null });
    expect(longer.verify().head).toMatch(/^[0-9a-f]{64}$/);
    longer.db.close();
  });

  test("the triggers refuse UPDATE and DELETE, of changes too", () => {
    const { db } = chain(1);
    expect(() => db.exec("UPDATE event SET kind = 'other'")).toThrow("events are append-only");
    expect(() => db.exec("DELETE FROM event")).toThrow("events are append-only");
    expect(() => db.exec("REPLACE INTO event SELECT * FROM event")).toThrow("events are append-only");
    db.pragma("foreign_keys = OFF");
    db.exec("INSERT INTO change VALUES (1, 1, 'settled', '{}', '{}')");
    expect(() => db.exec("UPDATE change SET kind = 'changed'")).toThrow("changes are append-only");
    expect(() => db.exec("DELETE FROM change")).toThrow("changes are append-only");
    db.close();
  });

  test.each([
    ["a column", "UPDATE event SET kind = 'other' WHERE seq = 3", 3],
    ["a day", "UPDATE event SET day = '2026-11-23' WHERE seq = 3", 3],
    ["the clock", "UPDATE event SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 1", 1],
    ["the debtor", "UPDATE event SET debtor = 99 WHERE seq = 5", 5],
    ["a null made zero", "UPDATE event SET item = 0 WHERE seq = 2", 2],
    ["data", `UPDATE event SET data = '{"n":3,"text":"y"}' WHERE seq = 3`, 3],
    [
      "data, the same value in another spelling",
      `UPDATE event SET data = '{"text":"x","n":3}' WHERE seq = 3`,
      3,
    ],
    ["a hash", "UPDATE event SET hash = previous WHERE seq = 4", 4],
    ["the first one gone", "DELETE FROM event WHERE seq = 1", 1],
    ["one in the middle gone", "DELETE FROM event WHERE seq = 3", 3],
    ["the last one gone", "DELETE FROM event WHERE seq = 5", 5],
    ["all gone", "DELETE FROM event", 1],
    [
      "two swapped",
      "UPDATE event SET seq = 9 WHERE seq = 2; UPDATE event SET seq = 2 WHERE seq = 3; UPDATE event SET seq = 3 WHERE seq = 9",
      2,
    ],
    [
      "one added at the end",
      "INSERT INTO event SELECT 6, at, day, kind, debtor, item, message, snapshot, data, previous, hash FROM event WHERE seq = 5",
      6,
    ],
  ])("tampering is found: %s", (_what, sql, seq) => {
    const { db, verify } = chain(5);
    unlock(db);
    db.exec(sql);
    expect(verify().broken?.seq).toBe(seq);
    db.close();
  });

  test("any single change of any cell is found", () => {
    const { db, verify } = chain(12);
    unlock(db);
    const columns = [
      "at",
      "day",
      "kind",
      "debtor",
      "item",
      "message",
      "snapshot",
      "data",
      "previous",
      "hash",
    ];
    const cell = fc.record({
      seq: fc.integer({ min: 1, max: 12 }),
      column: fc.constantFrom(...columns),
      text: fc.string({ minLength: 1, maxLength: 5 }),
      number: fc.integer(),
    });
    fc.assert(
      fc.property(cell, ({ seq, column, text, number }) => {
        const value = ["debtor", "item", "snapshot"].includes(column) ? number : text;
        const before = db.prepare(`SELECT ${column} FROM event WHERE seq = ?`).pluck().get(seq);
        fc.pre(before !== value);
        db.exec("SAVEPOINT probe");
        db.prepare(`UPDATE event SET ${column} = ? WHERE seq = ?`).run(value, seq);
        const found = verify();
        db.exec("ROLLBACK TO probe; RELEASE probe;");
        expect(found.broken?.seq).toBe(seq);
      }),
      { numRuns: 200 },
    );
    expect(verify().broken).toBeNull();
    db.close();
  });

  test("joins the transaction that is open", () => {
    const { store } = newStore();
    const append = (): void => store.events.append({ kind: "probe", day: day("2026-11-22") });
    append();
    expect(() =>
      store.transaction(() => {
        append();
        throw new Error("no");
      }),
    ).toThrow("no");
    append();
    expect(store.events.verify()).toMatchObject({ events: 2, broken: null });
  });
});
