import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { cents } from "../src/core/money.ts";
import type { Day, DebtorId, IncomingItem, Ledger, RejectedRow } from "../src/core/types.ts";
import { Failure } from "../src/problem.ts";
import { openDatabase } from "../src/store/database.ts";
import type { Decide, ImportResult } from "../src/store/importer.ts";
import type { NewSnapshot } from "../src/store/imports.ts";
import { openStore, type Store } from "../src/store/store.ts";

export const day = (text: string): Day => text as Day;
export const debtorId = (text: string): DebtorId => text as DebtorId;
export const now = (): Date => new Date("2026-11-22T08:00:00Z");

const folders: string[] = [];
const stores: Store[] = [];

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dunning-store-"));
  folders.push(folder);
  return folder;
}

/** A store in a folder of its own; closed and removed after the test. */
export function newStore(folder = tempFolder()): { store: Store; file: string; folder: string } {
  const file = join(folder, "dunning.db");
  const store = openStore(file, { mode: "create", now });
  stores.push(store);
  return { store, file, folder };
}

export interface Row {
  readonly debtor?: string;
  readonly number?: string;
  readonly open: number;
  readonly due?: string | null;
  readonly dueDerived?: boolean;
  readonly issued?: string | null;
  readonly original?: number | null;
  readonly mark?: IncomingItem["mark"];
  readonly type?: IncomingItem["type"];
  readonly currency?: string;
  readonly name?: string | null;
  readonly master?: Readonly<Record<string, string>> | null;
}

export function incoming(row: Row, line: number): IncomingItem {
  return {
    debtor: debtorId(row.debtor ?? "C1"),
    name: row.name ?? null,
    number: row.number ?? "FA-1",
    type: row.type ?? (row.open < 0 ? "credit-note" : "invoice"),
    issued: row.issued === undefined ? day("2026-01-01") : (row.issued as Day | null),
    due: row.due === undefined ? day("2026-01-31") : (row.due as Day | null),
    dueDerived: row.dueDerived ?? false,
    original: row.original == null ? null : cents(row.original),
    mark: row.mark ?? null,
    open: cents(row.open),
    currency: row.currency ?? "EUR",
    master: row.master ?? null,
    line,
  };
}

export const reject = (debtor: string | null, line = 99): RejectedRow => ({
  line,
  column: "Échéance",
  value: "31/02/2026",
  reason: "a day that does not exist",
  fix: "correct the date in the accounting program",
  debtor: debtor === null ? null : debtorId(debtor),
});

export interface Balance {
  readonly asOf: string;
  readonly rows: readonly Row[];
  readonly rejected?: readonly RejectedRow[];
  /** Debtors of whom the balance is not sure. */
  readonly doubtful?: readonly string[];
  /** Bytes of the file; rows by default, so that the same rows are the same file. */
  readonly bytes?: string;
  readonly decide?: Decide;
  readonly more?: Partial<NewSnapshot>;
}

/** Writes a file that stands for the rows, and imports them. */
export async function importBalance(store: Store, folder: string, balance: Balance): Promise<ImportResult> {
  const bytes = balance.bytes ?? JSON.stringify([balance.asOf, balance.rows, balance.rejected]);
  const path = join(folder, `balance-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}.csv`);
  writeFileSync(path, bytes);
  const begun = store.imports.begin({
    kind: "balance",
    asOf: day(balance.asOf),
    files: [{ path, sha256: createHash("sha256").update(bytes).digest("hex") }],
    profile: { delimiter: ";" },
    day: day(balance.asOf),
    ...balance.more,
  });
  if (begun.state === "unchanged") return begun.result;
  balance.rows.forEach((row, at) => {
    begun.item(incoming(row, at + 2));
  });
  for (const row of balance.rejected ?? []) begun.reject(row);
  for (const debtor of balance.doubtful ?? [])
    begun.doubt({ debtor: debtorId(debtor), code: "letter-unpaid", reason: "letter A is not paid" });
  return await begun.finish({ rows: { read: balance.rows.length } }, balance.decide ?? (() => []));
}

/** `C1 EUR FA-1 100 2026-01-31`: every open item, as one line each, sorted. */
export function openItems(store: Store): string[] {
  return [...store.ledgers()]
    .flatMap((ledger: Ledger) =>
      ledger.dossiers.flatMap(({ currency, items }) =>
        items.map((item) => `${ledger.debtor.id} ${currency} ${item.number} ${item.open} ${item.due ?? "-"}`),
      ),
    )
    .sort();
}

/** Kind of each change of a snapshot, by item number and ordinal, with what changed. */
export function changes(file: string, snapshot: number): string[] {
  const db = openDatabase(file, "read");
  const rows = db
    .prepare<[number], { number: string; ordinal: number; kind: string; before: string; after: string }>(
      `SELECT i.number, i.ordinal, c.kind, c.before, c.after FROM change c JOIN item i ON i.key = c.item
       WHERE c.snapshot = ? ORDER BY i.number, i.ordinal`,
    )
    .all(snapshot);
  db.close();
  return rows.map(
    ({ number, ordinal, kind, before, after }) => `${number}/${ordinal} ${kind} ${before} ${after}`,
  );
}
/** Imports balances of a row list each, ten days apart from 2026-02-10 on. */
export async function sequence(
  steps: readonly (readonly Row[])[],
): Promise<{ store: Store; file: string; folder: string }> {
  const opened = newStore();
  for (const [at, rows] of steps.entries()) {
    const asOf = new Date(Date.UTC(2026, 1, 10 + at * 10)).toISOString().slice(0, 10);
    await importBalance(opened.store, opened.folder, { asOf, rows });
  }
  return opened;
}
/** What a user would be shown; anything else is passed on. */
export async function failureOf(work: () => unknown): Promise<Failure> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** What a guard answers that wants a person to look. */
export const hold = (): readonly string[] => ["shrunken"];

/** A balance, and the one after it: one part-paid, one settled, one new. */
export const first: Balance = { asOf: "2026-02-10", rows: [{ open: 100 }, { open: 50, number: "FA-2" }] };
export const second: Balance = {
  asOf: "2026-02-20",
  rows: [{ open: 80 }, { open: 5, debtor: "C2", master: { email: "c2@example.com" } }],
};
/** `3 accepted`: every import, newest first. */
export const states = (store: Store): string[] =>
  store.imports.list().map(({ id, state }) => `${id} ${state}`);
