import { describe, expect, test } from "vitest";
import {
  type Balance,
  day,
  debtorId,
  failureOf,
  first,
  hold,
  importBalance,
  newStore,
  type Row,
  reject,
  second,
  states,
} from "./store-fixture.ts";

describe("which balance counts", () => {
  test("the same bytes again change nothing", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const before = store.imports.logicalHash();
    const again = await importBalance(store, folder, first);
    expect(again).toMatchObject({
      id: 1,
      state: "unchanged",
      items: { new: 0, unchanged: 2 },
      debtors: { known: 1 },
    });
    expect(states(store)).toEqual(["1 accepted"]);
    expect(store.imports.logicalHash()).toBe(before);
    expect(store.events.verify().events).toBe(1);
  });

  test("--refresh moves the day up to which it is true, for a file written after the balance's date only", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const refresh = (written: string, on: string) =>
      importBalance(store, folder, { ...first, more: { day: day(on), refresh: { written: day(written) } } });
    const failure = await failureOf(() => refresh("2026-02-10", "2026-02-20"));
    expect([failure.exit, failure.problems[0].code]).toEqual([65, "refresh-too-early"]);
    expect(store.imports.info()?.asOf).toBe("2026-02-10");
    expect(await refresh("2026-02-11", "2026-02-20")).toMatchObject({
      state: "unchanged",
      refreshed: "2026-02-20",
    });
    expect(store.imports.info()).toEqual({ id: 1, kind: "balance", asOf: "2026-02-20", newerOnHold: null });
  });

  test("an older one is refused and both are named", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, second);
    const before = store.imports.logicalHash();
    const failure = await failureOf(() => importBalance(store, folder, first));
    expect(failure.exit).toBe(65);
    expect(failure.problems[0]).toMatchObject({ code: "balance-older", found: "as of 2026-02-10" });
    expect(failure.problems[0].expected).toMatch(/2026-02-20.*import 1/);
    expect(store.imports.logicalHash()).toBe(before);
    expect(states(store)).toEqual(["1 accepted"]);
  });

  test("the same day with other bytes takes the place of the one before; undo brings that one back", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    await importBalance(store, folder, second);
    const withSecond = store.imports.logicalHash();
    const corrected: Balance = { asOf: "2026-02-20", rows: [{ open: 100 }, { open: 7, number: "FA-3" }] };
    const result = await importBalance(store, folder, corrected);
    expect(result).toMatchObject({
      state: "accepted",
      replaced: 2,
      items: { new: 1, unchanged: 1, settled: 1 },
    });
    expect(states(store)).toEqual(["3 accepted", "2 replaced", "1 accepted"]);
    const fresh = newStore();
    await importBalance(fresh.store, fresh.folder, first);
    await importBalance(fresh.store, fresh.folder, corrected);
    expect(store.imports.logicalHash()).toBe(fresh.store.imports.logicalHash());
    store.imports.undo(3, day("2026-02-21"));
    expect(states(store)).toEqual(["3 undone", "2 accepted", "1 accepted"]);
    expect(store.imports.logicalHash()).toBe(withSecond);
  });

  test("on hold: nothing is applied, what it would do is told; a good one supersedes it", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const before = store.imports.logicalHash();
    const held = await importBalance(store, folder, { ...second, decide: hold });
    expect(held).toMatchObject({
      id: 2,
      state: "held",
      hold: ["shrunken"],
      items: { new: 1, changed: 1, settled: 1 },
    });
    expect(store.imports.logicalHash()).toBe(before);
    expect(store.imports.info()).toMatchObject({ id: 1, newerOnHold: 2 });
    expect(store.debtors.get("C2")).toBeNull();
    await importBalance(store, folder, { asOf: "2026-02-20", rows: [{ open: 100 }] });
    expect(states(store)).toEqual(["3 accepted", "2 superseded", "1 accepted"]);
    expect(store.imports.info()).toMatchObject({ id: 3, newerOnHold: null });
  });
});

async function opened(rows: readonly Row[]) {
  const kit = newStore();
  await importBalance(kit.store, kit.folder, { asOf: "2026-02-10", rows });
  const [ledger] = kit.store.ledgers({ debtors: [debtorId("C1")] });
  if (ledger === undefined) throw new Error("no ledger");
  return { ...kit, key: ledger.debtor.key };
}

describe("whether a dossier looks different from what a plan saw", () => {
  const same: Row = { open: 1, debtor: "C2" };
  test.each<{ what: string; rows: Row[]; changed: boolean }>([
    { what: "the same", rows: [{ open: 100 }, same], changed: false },
    { what: "part-paid", rows: [{ open: 90 }, same], changed: true },
    { what: "settled", rows: [same], changed: true },
    { what: "a new item", rows: [{ open: 100 }, { open: 7, number: "FA-2" }, same], changed: true },
    {
      what: "a new item in another currency",
      rows: [{ open: 100 }, { open: 7, number: "FA-2", currency: "CHF" }, same],
      changed: false,
    },
    { what: "somebody else's item", rows: [{ open: 100 }, { ...same, open: 9 }], changed: false },
  ])("$what", async ({ rows, changed }) => {
    const { store, folder, key } = await opened([{ open: 100 }, same]);
    expect(store.imports.changedSince(1, key, "EUR")).toBe(false);
    await importBalance(store, folder, { asOf: "2026-02-20", rows, bytes: "second" });
    expect(store.imports.changedSince(1, key, "EUR")).toBe(changed);
  });

  test("rows that cannot be read, or a balance that was taken back or replaced: yes", async () => {
    const { store, folder, key } = await opened([{ open: 100 }]);
    await importBalance(store, folder, {
      asOf: "2026-02-20",
      rows: [{ open: 100 }],
      rejected: [reject("C1")],
    });
    expect(store.imports.changedSince(1, key, "EUR")).toBe(true);
    await importBalance(store, folder, { asOf: "2026-02-20", rows: [{ open: 100 }] });
    expect(store.imports.changedSince(1, key, "EUR")).toBe(false);
    expect(store.imports.changedSince(2, key, "EUR")).toBe(true);
    store.imports.undo(3, day("2026-02-20"));
    expect(store.imports.changedSince(3, key, "EUR")).toBe(true);
  });
  test("a balance that is not sure of the debtor: yes, and its ledger says why until another balance is", async () => {
    const { store, folder, key } = await opened([{ open: 100 }]);
    const doubt = () => [...store.ledgers()].map((ledger) => ledger.doubt);
    await importBalance(store, folder, {
      asOf: "2026-02-20",
      rows: [{ open: 100 }],
      doubtful: ["C1"],
      bytes: "a",
    });
    expect(store.imports.changedSince(1, key, "EUR")).toBe(true);
    expect(doubt()).toEqual(["letter A is not paid"]);
    await importBalance(store, folder, { asOf: "2026-02-21", rows: [{ open: 100 }], bytes: "b" });
    expect(store.imports.changedSince(1, key, "EUR")).toBe(false);
    expect(doubt()).toEqual([null]);
  });
});
