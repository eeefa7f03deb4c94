import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
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
  /** Messages whose bytes are not those that were queued; imports whose files are not those that were read (the newest one, and those on hold). */
  readonly changed: { readonly messages: readonly string[]; readonly imports: readonly number[] };
  /** Of open items, minor units. */
  readonly totals: readonly { readonly currency: Currency; readonly open: number }[];
}

const DAMAGE_SAID = 5;

function changedMessages(db: Database): string[] {
  const rows = db.prepare<[], { id: string; bytes: Uint8Array; sha256: string }>(
    "SELECT m.id, b.bytes, m.sha256 FROM message m JOIN message_bytes b ON b.message = m.id",
  );
  const changed: string[] = [];
  for (const { id, bytes, sha256 } of rows.iterate())
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) changed.push(id);
  return changed;
}

/** Whether a snapshot's files, unpacked, are what was read. */
function isAsRead(db: Database, id: number, files: string): boolean {
  const pieces = db
    .prepare<[number, number], Buffer>(
      "SELECT content FROM snapshot_content WHERE snapshot = ? AND file = ? ORDER BY piece",
    )
    .pluck();
  try {
    return (JSON.parse(files) as readonly { sha256: string }[]).every(({ sha256 }, file) => {
      const hash = createHash("sha256");
      for (const piece of pieces.iterate(id, file)) hash.update(gunzipSync(piece));
      return hash.digest("hex") === sha256;
    });
  } catch {
    return false;
  }
}

function changedImports(db: Database): number[] {
  return db
    .prepare<[], { id: number; files: string }>(
      `SELECT id, files FROM snapshot WHERE state = 'held' OR id =
         (SELECT id FROM snapshot WHERE state = 'accepted' ORDER BY as_of DESC, id DESC LIMIT 1)`,
    )
    .all()
    .filter(({ id, files }) => !isAsRead(db, id, files))
    .map(({ id }) => id);
}

/** Throws what SQLite throws where it cannot read on. */
export function healthOf(db: Database, now: () => Date): StoreHealth {
  const said = db.pragma(`integrity_check(${DAMAGE_SAID})`) as readonly { integrity_check: string }[];
  return {
    journal: String(db.pragma("journal_mode", { simple: true })),
    damage: said.map(({ integrity_check: line }) => line).filter((line) => line !== "ok"),
    dangling: (db.pragma("foreign_key_check") as readonly unknown[]).length,
    chain: eventsOf(db, now).verify(),
    changed: { messages: changedMessages(db), imports: changedImports(db) },
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
