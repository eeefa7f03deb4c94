import { expect, test } from "vitest";
import type { Cents, Day, DebtorId, IncomingItem } from "../src/core/types.ts";
import { openDatabase } from "../src/store/database.ts";
import { assignOrdinals } from "../src/store/matching.ts";
import { createStaging } from "../src/store/staging.ts";
import { incoming, type Row } from "./store-fixture.ts";

const row = (number: string, day: number): IncomingItem => ({
  debtor: "C1" as DebtorId,
  name: "Client 1",
  number,
  type: "invoice",
  issued: "2026-01-05" as Day,
  due: `2026-02-${String(day).padStart(2, "0")}` as Day,
  dueDerived: false,
  original: null,
  open: 100 as Cents,
  currency: "EUR",
  mark: null,
  master: null,
  line: day,
});

test("instalments under one number are matched once together, however many are known", () => {
  const db = openDatabase(":memory:", "create");
  db.exec(`INSERT INTO debtor (key, id, name) VALUES (1, 'C1', 'Client 1');
    INSERT INTO snapshot (id, kind, file, files, sha256, as_of, imported_at, state, profile, report)
      VALUES (1, 'balance', 'a.csv', '[]', '', '2026-01-31', '', 'accepted', '{}', '{}');`);
  const item =
    db.prepare(`INSERT INTO item (debtor, number, issued, currency, ordinal, type, due, open, state, first_snapshot)
    VALUES (1, 'FA-1', '2026-01-05', 'EUR', ?, 'invoice', ?, 100, 'open', 1)`);
  for (let ordinal = 0; ordinal < 20; ordinal++) item.run(ordinal, row("FA-1", ordinal + 1).due);
  const staging = createStaging(db);
  staging.item(row("FA-1", 7));
  staging.item(row("FA-2", 7));
  const staged = staging.complete();
  expect(staged).toEqual({ ordered: true, first: false });
  assignOrdinals(db, staged);
  expect(db.prepare("SELECT count(*) FROM temp.twin_group").pluck().get()).toBe(1);
  const ordinals = db.prepare("SELECT number, ordinal FROM temp.incoming ORDER BY number").raw().all();
  expect(ordinals).toEqual([
    ["FA-1", 6],
    ["FA-2", 0],
  ]);
  db.close();
});

const MANY = 10_001;
const numbers = (order: (n: number) => number): Partial<Row>[] =>
  Array.from({ length: MANY }, (_, n) => ({ number: String(10_000 + order(n)) }));

test.each<readonly [string, readonly Partial<Row>[], boolean]>([
  [
    "debtor by debtor, numbers rising",
    [{ number: "A" }, { number: "B" }, { debtor: "C2", number: "A" }],
    true,
  ],
  [
    "numbers of one debtor in any order",
    [{ number: "B" }, { number: "A" }, { debtor: "C2", number: "A" }],
    true,
  ],
  ["one with nothing open", [{ number: "A", open: 0 }, { number: "B" }], true],
  ["a debtor who comes back", [{ number: "A" }, { debtor: "C2", number: "A" }, { number: "B" }], false],
  ["a number twice", [{ number: "B" }, { number: "A" }, { number: "B" }], false],
  ["no number", [{ number: "" }], false],
  ["no number, then one", [{ number: "" }, { number: "A" }], false],
  ["a part of a claim", [{ number: "", type: "balance" }], false],
  ["very many of one debtor, in order", numbers((n) => n), true],
  ["very many of one debtor, out of order", numbers((n) => MANY - n), false],
])("%s: a first balance needs an index where its rows are in no order", (_, rows, ordered) => {
  const db = openDatabase(":memory:", "create");
  const staging = createStaging(db);
  for (const [at, each] of rows.entries()) staging.item(incoming({ open: 1, ...each }, at + 2));
  expect(staging.complete()).toEqual({ ordered, first: true });
  const indexes = db.prepare(
    "SELECT count(*) FROM temp.sqlite_schema WHERE type = 'index' AND tbl_name = 'incoming'",
  );
  expect(indexes.pluck().get()).toBe(ordered ? 0 : 1);
  db.close();
});
