import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import type { Cents, Day, IncomingItem } from "../src/core/types.ts";
import { openDatabase } from "../src/store/database.ts";
import type { Store } from "../src/store/store.ts";
import { openStore } from "../src/store/store.ts";
import { day, incoming, newStore, now, type Row, reject } from "./store-fixture.ts";
import { type Content, Model, type ModelSnapshot } from "./store-model.ts";

const FIRST = day("2026-02-10");
const dues = ["2026-01-31", "2026-02-12", "2026-02-28", "2026-09-01", null];

const invoiceRow = fc.record({
  debtor: fc.constantFrom("C1", "C1", "C2"),
  number: fc.constantFrom("FA-1", "FA-1", "FA-2", ""),
  issued: fc.constantFrom("2026-01-01", "2026-01-01", null),
  due: fc.constantFrom(...dues),
  dueDerived: fc.boolean(),
  open: fc.integer({ min: -2, max: 4 }),
  original: fc.constantFrom(null, 4),
  mark: fc.constantFrom(null, null, "disputed" as const, "not-sent" as const),
  currency: fc.constantFrom("EUR", "EUR", "EUR", "CHF"),
  name: fc.constantFrom(null, "Abel", "Zoé"),
  master: fc.constantFrom(null, { email: "" }, { email: "a@example.com" }, { email: "b@example.com" }),
});
const claimRow = fc.record({
  debtor: fc.constantFrom("C1", "C2"),
  number: fc.constant(""),
  issued: fc.constant(null),
  type: fc.constant("balance" as const),
  due: fc.constantFrom("2026-01-31", "2026-02-12", null),
  open: fc.integer({ min: 1, max: 3 }),
  mark: fc.constantFrom(null, null, "blocked" as const, "disputed" as const),
  currency: fc.constantFrom("EUR", "CHF"),
});
const rows: fc.Arbitrary<readonly Row[]> = fc.oneof(
  { weight: 8, arbitrary: fc.array(invoiceRow, { maxLength: 6 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(invoiceRow, claimRow), { maxLength: 6 }) },
);

const step = fc.record({
  what: fc.constantFrom("import", "import", "import", "import", "same day", "held", "undo"),
  /** Days after the balance before; lives end after 30. */
  later: fc.constantFrom(1, 7, 31),
  /** New rows; most of a balance is what stood in the one before. */
  rows,
  rejected: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constant(["C1"]) },
  ),
  seed: fc.integer(),
});

/** A number from a seed and a place, the same in every run. */
const drawn = (seed: number, at: number): number =>
  createHash("md5").update(`${seed} ${at}`).digest().readUInt32BE(0);

function shuffled<T>(values: readonly T[], seed: number): T[] {
  const order = values.map((value, at) => ({ value, place: drawn(seed, at) }));
  return order.sort((a, b) => a.place - b.place).map(({ value }) => value);
}

/** What has become of a balance's rows by the next one: gone, paid in part, moved, corrected, or the same. */
function evolved(before: readonly IncomingItem[], seed: number): IncomingItem[] {
  return before.flatMap((row, at): IncomingItem[] => {
    const draw = drawn(seed, at);
    switch (draw % 9) {
      case 0:
      case 1:
        return [];
      case 2:
        return [{ ...row, open: (row.open - 1) as Cents }];
      case 3:
        return [{ ...row, due: (dues[draw % dues.length] ?? null) as Day | null }];
      case 4:
        return [{ ...row, original: row.original === null ? (7 as Cents) : null }];
      case 5:
        return [{ ...row, dueDerived: !row.dueDerived }];
      default:
        return [row];
    }
  });
}

async function take(
  store: Store,
  folder: string,
  snapshot: ModelSnapshot,
  bytes: string,
  hold: readonly string[] = [],
): Promise<void> {
  const path = join(folder, "balance.csv");
  writeFileSync(path, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const { asOf } = snapshot;
  const begun = store.imports.begin({
    kind: "balance",
    asOf,
    files: [{ path, sha256 }],
    profile: null,
    day: asOf,
  });
  if (begun.state === "unchanged") throw new Error("the bytes differ");
  for (const row of snapshot.rows) begun.item(row);
  for (const id of snapshot.rejected) begun.reject(reject(id));
  await begun.finish({}, () => hold);
}

function contentOf(file: string): Content {
  const db = openDatabase(file, "read");
  const lines = (sql: string): string[] =>
    db
      .prepare(sql)
      .raw()
      .all()
      .map((row) => JSON.stringify(row))
      .sort();
  const content = {
    items:
      lines(`SELECT d.id, i.number, i.issued, i.currency, i.type, i.due, i.due_derived, i.original, i.open,
      i.state, i.settled_on, i.life, i.mark FROM item i JOIN debtor d ON d.key = i.debtor WHERE i.state <> 'absent'`),
    dossiers:
      lines(`SELECT d.id, o.currency, o.cycle, o.part_paid FROM dossier o JOIN debtor d ON d.key = o.debtor
      WHERE o.cycle > 1 OR o.part_paid IS NOT NULL`),
    debtors: lines("SELECT id, first_seen, name, email FROM debtor WHERE first_seen IS NOT NULL"),
  };
  db.close();
  return content;
}

interface Accepted {
  readonly snapshot: ModelSnapshot;
  readonly replaced: Accepted | null;
}

test("any history of balances leaves what a plain model says; what was taken back leaves no trace", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 7 }), async (steps) => {
      const { store, file, folder } = newStore();
      const accepted: Accepted[] = [];
      const ever: IncomingItem[][] = [];
      let ids = 0;
      const idsOf: number[] = [];
      for (const [at, { what, later, rows: fresh, rejected, seed }] of steps.entries()) {
        const last = accepted.at(-1);
        const asOf: Day =
          last === undefined
            ? FIRST
            : what === "same day"
              ? last.snapshot.asOf
              : addDays(last.snapshot.asOf, later);
        const given = fresh.map((row, line) => incoming(row, line + 2));
        const items = [...evolved(ever.at(-1) ?? [], seed), ...given];
        ever.push(items);
        const snapshot = { asOf, rows: items, rejected };
        const mixed = { ...snapshot, rows: shuffled(items, seed) };
        if (what === "undo") {
          if (last === undefined) continue;
          accepted.pop();
          store.imports.undo(idsOf.pop() ?? 0, asOf);
          if (last.replaced !== null) {
            accepted.push(last.replaced);
            idsOf.push(store.imports.newest()?.id ?? 0);
          }
        } else if (what === "held") {
          ids++;
          await take(store, folder, mixed, `held ${at}`, ["shrunken"]);
        } else {
          ids++;
          await take(store, folder, mixed, `file ${at}`);
          const replaced = last !== undefined && last.snapshot.asOf === asOf ? last : null;
          if (replaced !== null) {
            accepted.pop();
            idsOf.pop();
          }
          accepted.push({ snapshot, replaced });
          idsOf.push(ids);
        }
        const expected = Model.of(accepted.map((each) => each.snapshot)).content();
        expect(contentOf(file)).toEqual(expected);
      }
      expect(store.events.verify().broken).toBeNull();
      store.close();
    }),
    { numRuns: 40 },
  );
});

test("the balances of a store, imported one after the other into a new one, give the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rows, { minLength: 1, maxLength: 5 }), fc.integer(), async (balances, seed) => {
      const stores = [0, 1].map(() => openStore(":memory:", { mode: "create", now }));
      const { folder } = newStore();
      for (const [at, given] of balances.entries()) {
        const items = given.map((row, line) => incoming(row, line + 2));
        const snapshot = { asOf: addDays(FIRST, at), rows: items, rejected: [] };
        for (const [which, store] of stores.entries()) {
          await take(
            store,
            folder,
            { ...snapshot, rows: which === 0 ? items : shuffled(items, seed) },
            `file ${at}`,
          );
        }
        // One of the two takes a detour: another balance, and back.
        const detour = { asOf: addDays(FIRST, at), rows: shuffled(items, seed + 1).slice(1), rejected: [] };
        const [first] = stores as [Store];
        const before = first.imports.logicalHash();
        await take(first, folder, detour, `detour ${at}`);
        first.imports.undo(first.imports.newest()?.id ?? 0, FIRST);
        expect(first.imports.logicalHash()).toBe(before);
      }
      const [one, two] = stores.map((store) => store.imports.logicalHash());
      expect(one).toBe(two);
      for (const store of stores) store.close();
    }),
    { numRuns: 12 },
  );
});
