import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import type { Currency } from "../core/types.ts";
import { openDatabase } from "./database.ts";
import { type ChainReport, eventsOf } from "./events.ts";
import { loadSqlite } from "./sqlite.ts";

/** What a store tells of its own soundness; everything is read, nothing changed. */
export interface StoreHealth {
  /** "wal" where it is as it should be. */
  readonly journal: string;
  /** What `integrity_check` complains of, the first lines. */
  readonly damage: readonly string[];
  /** Rows that point nowhere. */
  readonly dangling: number;
  readonly chain: ChainReport;
  /** When the newest event was recorded (ISO 8601 UTC); null before the first one. */
  readonly lastEvent: string | null;
  /** Of open items, minor units. */
  readonly totals: readonly { readonly currency: Currency; readonly open: number }[];
}

const DAMAGE_SAID = 5;

/** Throws what SQLite throws where it cannot read on. */
export function healthOf(db: Database, now: () => Date): StoreHealth {
  const said = db.pragma(`integrity_check(${DAMAGE_SAID})`) as readonly { integrity_check: string }[];
  return {
    journal: String(db.pragma("journal_mode", { simple: true })),
    damage: said.map(({ integrity_check: line }) => line).filter((line) => line !== "ok"),
    dangling: (db.pragma("foreign_key_check") as readonly unknown[]).length,
    chain: eventsOf(db, now).verify(),
    lastEvent: db.prepare<[], string>("SELECT at FROM event ORDER BY seq DESC LIMIT 1").pluck().get() ?? null,
    totals: db
      .prepare<[], { currency: Currency; open: number }>(
        "SELECT currency, sum(open) AS open FROM item WHERE state = 'open' GROUP BY currency ORDER BY currency",
      )
      .all(),
  };
}

/** What this installation makes of a store of ours. */
export interface Engine {
  readonly version: string;
  /** 2 is FULL: every commit reaches the disk. */
  readonly synchronous: number;
  readonly journal: string;
}

/** Tried on a scratch store: right after switching to WAL a driver shows what it will not keep. */
export function engine(): Engine {
  const Driver = loadSqlite();
  const folder = mkdtempSync(join(tmpdir(), "dunning-doctor-"));
  try {
    const file = join(folder, "scratch.db");
    openDatabase(file, "create").close();
    const db = openDatabase(file, "write");
    db.exec("INSERT INTO setting VALUES ('probe', '1')");
    const memory = new Driver(":memory:");
    const version = String(memory.prepare("SELECT sqlite_version()").pluck().get());
    memory.close();
    const synchronous = Number(db.pragma("synchronous", { simple: true }));
    const journal = String(db.pragma("journal_mode", { simple: true }));
    db.close();
    return { version, synchronous, journal };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
