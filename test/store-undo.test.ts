import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { SnapshotRecord } from "../src/store/snapshots.ts";
import type { Store } from "../src/store/store.ts";
import {
  type Balance,
  changes,
  day,
  failureOf,
  first,
  hold,
  importBalance,
  incoming,
  newStore,
  openItems,
  reject,
  second,
  states,
} from "./store-fixture.ts";

/** What a reader would do with the files of a snapshot on hold. */
const reread =
  (balance: Balance, folder: string, store: Store) =>
  async (
    snapshot: SnapshotRecord,
    sink: { item: (row: ReturnType<typeof incoming>) => void },
  ): Promise<void> => {
    const place = join(folder, `again-${snapshot.id}`);
    mkdirSync(place);
    const [path] = store.imports.content(snapshot.id, place);
    expect(
      createHash("sha256")
        .update(readFileSync(path ?? ""))
        .digest("hex"),
    ).toBe(snapshot.files[0]?.sha256);
    await Promise.resolve();
    balance.rows.forEach((row, at) => sink.item(incoming(row, at + 2)));
  };

const nothing = (): Promise<void> => Promise.resolve();

describe("releasing, taking back, giving up", () => {
  test("accept applies what was on hold, as if it had been good", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    await importBalance(store, folder, { ...second, decide: hold });
    const result = await store.imports.accept(2, day("2026-02-21"), reread(second, folder, store));
    expect(result).toMatchObject({ id: 2, state: "accepted", items: { new: 1, changed: 1, settled: 1 } });
    const fresh = newStore();
    await importBalance(fresh.store, fresh.folder, first);
    await importBalance(fresh.store, fresh.folder, second);
    expect(store.imports.logicalHash()).toBe(fresh.store.imports.logicalHash());
    expect(store.imports.get(2)).toMatchObject({ state: "accepted", hold: [], previous: 1 });
  });

  test("accept: none such, not on hold, overtaken, a reader that fails", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    expect(
      (await failureOf(() => store.imports.accept(9, day("2026-02-21"), nothing))).problems[0].code,
    ).toBe("no-such-import");
    expect(
      (await failureOf(() => store.imports.accept(1, day("2026-02-21"), nothing))).problems[0].code,
    ).toBe("not-on-hold");
    await importBalance(store, folder, { ...second, decide: hold });
    const before = store.imports.logicalHash();
    await expect(
      store.imports.accept(2, day("2026-02-21"), () => Promise.reject(new Error("unreadable"))),
    ).rejects.toThrow("unreadable");
    expect(store.imports.logicalHash()).toBe(before);
    expect(states(store)).toEqual(["2 held", "1 accepted"]);
  });

  test("undo: only the newest; one on hold is put away", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const before = store.imports.logicalHash();
    await importBalance(store, folder, second);
    expect((await failureOf(() => store.imports.undo(1, day("2026-02-21")))).problems[0]).toMatchObject({
      code: "not-the-newest",
      fix: "dunning import undo 2",
    });
    expect((await failureOf(() => store.imports.undo(7, day("2026-02-21")))).exit).toBe(2);
    expect(store.imports.undo(2, day("2026-02-21")).counts?.id).toBe(1);
    expect(store.imports.logicalHash()).toBe(before);
    expect((await failureOf(() => store.imports.undo(2, day("2026-02-21")))).exit).toBe(65);
    await importBalance(store, folder, { ...second, bytes: "on hold", decide: hold });
    store.imports.undo(3, day("2026-02-22"));
    expect(states(store)).toEqual(["3 undone", "2 undone", "1 accepted"]);
    store.imports.undo(1, day("2026-02-22"));
    expect([...store.ledgers()]).toEqual([]);
    expect(store.imports.info()).toBeNull();
    expect(store.debtors.list()).toEqual([]);
  });

  test("undo, then the same file again: the same items, with what they were told", async () => {
    const { store, folder, file } = newStore();
    await importBalance(store, folder, first);
    await importBalance(store, folder, second);
    const with2 = store.imports.logicalHash();
    const keys = (): number[] =>
      [...store.ledgers()].flatMap(({ dossiers }) =>
        dossiers.flatMap(({ items }) => items.map(({ key }) => key)),
      );
    const before = keys();
    store.imports.undo(2, day("2026-02-21"));
    const again = await importBalance(store, folder, second);
    expect(again.items).toMatchObject({ new: 1, changed: 1, settled: 1 });
    expect(keys()).toEqual(before);
    expect(store.imports.logicalHash()).toBe(with2);
    expect(changes(file, 3).filter((line) => line.includes(" new "))).toHaveLength(1);
  });

  test("a dry run says the same and leaves nothing", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const before = [store.imports.logicalHash(), store.events.verify().head, states(store)];
    const dry = await importBalance(store, folder, { ...second, more: { dryRun: true } });
    expect([store.imports.logicalHash(), store.events.verify().head, states(store)]).toEqual(before);
    const real = await importBalance(store, folder, second);
    expect(dry).toEqual(real);
  });

  test("given up, failed, or the file changed meanwhile: nothing has happened", async () => {
    const { store, folder } = newStore();
    await importBalance(store, folder, first);
    const before = store.imports.logicalHash();
    const path = join(folder, "late.csv");
    writeFileSync(path, "other bytes");
    const files = [{ path, sha256: "0".repeat(64) }] as const;
    const begin = () =>
      store.imports.begin({
        kind: "balance",
        asOf: day("2026-02-20"),
        files,
        profile: null,
        day: day("2026-02-20"),
      });
    const one = begin();
    if (one.state === "unchanged") throw new Error("unexpected");
    one.item(incoming({ open: 1 }, 2));
    one.abort();
    const two = begin();
    if (two.state === "unchanged") throw new Error("unexpected");
    expect((await failureOf(() => two.finish({}, () => []))).problems[0].code).toBe("file-changed");
    const broken = {
      ...second,
      decide: (): string[] => {
        throw new Error("guard");
      },
    };
    await expect(importBalance(store, folder, broken)).rejects.toThrow("guard");
    expect(store.imports.logicalHash()).toBe(before);
    expect(states(store)).toEqual(["1 accepted"]);
    await importBalance(store, folder, second);
  });

  test("ended in the middle: the next one finds the store as it was", async () => {
    const { store, folder, file } = newStore();
    await importBalance(store, folder, first);
    const before = store.imports.logicalHash();
    const path = join(folder, "late.csv");
    writeFileSync(path, "other bytes");
    const sha256 = createHash("sha256").update("other bytes").digest("hex");
    const asOf = day("2026-02-20");
    const begun = store.imports.begin({
      kind: "balance",
      asOf,
      files: [{ path, sha256 }],
      profile: null,
      day: asOf,
    });
    if (begun.state === "unchanged") throw new Error("unexpected");
    for (let line = 2; line < 5000; line++) begun.item(incoming({ open: 1, number: `FA-${line}` }, line));
    store.close();
    const again = newStore(folder);
    expect(again.file).toBe(file);
    expect(again.store.imports.logicalHash()).toBe(before);
    await importBalance(again.store, folder, second);
    expect(states(again.store)).toEqual(["2 accepted", "1 accepted"]);
  });

  test("restart forgets the rows that came before", async () => {
    const { store, folder } = newStore();
    const path = join(folder, "a.csv");
    writeFileSync(path, "a");
    const sha256 = createHash("sha256").update("a").digest("hex");
    const begun = store.imports.begin({
      kind: "balance",
      asOf: day("2026-02-10"),
      files: [{ path, sha256 }],
      profile: null,
      day: day("2026-02-10"),
    });
    if (begun.state === "unchanged") throw new Error("unexpected");
    begun.item(incoming({ open: 999, debtor: "GARBLED" }, 2));
    begun.reject(reject("GARBLED"));
    begun.restart();
    begun.item(incoming({ open: 1 }, 2));
    await begun.finish({}, () => []);
    expect(openItems(store)).toEqual(["C1 EUR FA-1 1 2026-01-31"]);
    expect(store.imports.rejected(1)).toEqual([]);
    expect(store.debtors.get("GARBLED")).toBeNull();
  });
});
