import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import type { Day, DebtorKey, ItemKey } from "../core/types.ts";

export type EventValue =
  | string
  | number
  | boolean
  | null
  | readonly EventValue[]
  | { readonly [key: string]: EventValue };

/** What happened. Ids, amounts and codes only, no personal data: events outlive the debtor's. */
export interface NewEvent {
  readonly kind: string;
  /** The day under which it is recorded (`--as-of`); the wall clock is kept beside it. */
  readonly day: Day;
  readonly debtor?: DebtorKey;
  readonly item?: ItemKey;
  readonly message?: string;
  readonly snapshot?: number;
  readonly data?: Readonly<Record<string, EventValue>>;
}

export interface StoredEvent {
  readonly seq: number;
  readonly at: string;
  readonly day: Day;
  readonly kind: string;
  readonly debtor: DebtorKey | null;
  readonly item: ItemKey | null;
  readonly message: string | null;
  readonly snapshot: number | null;
  readonly data: Readonly<Record<string, EventValue>>;
}

export interface ChainReport {
  readonly events: number;
  /** Hash of the last event that is right; "" before the first one. */
  readonly head: string;
  /** The first thing that is wrong, else null. */
  readonly broken: { readonly seq: number; readonly reason: string } | null;
}

export interface Events {
  /** Joins the transaction that is open, else makes its own. */
  readonly append: (event: NewEvent) => void;
  /** Recomputes every hash from the first event on. */
  readonly verify: () => ChainReport;
  /** Oldest first. */
  readonly ofDebtor: (debtor: DebtorKey) => readonly StoredEvent[];
}

/** JSON with sorted keys and no spaces: one text for one value. Throws on what JSON cannot say. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(",")}}`;
  }
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError(`an event cannot hold ${typeof value}`);
}

type Row = Omit<StoredEvent, "data"> & { data: string; previous: string; hash: string };

const COLUMNS = "seq, at, day, kind, debtor, item, message, snapshot, data";

function hashOf(
  { seq, at, day, kind, debtor, item, message, snapshot, data }: Omit<Row, "hash" | "previous">,
  previous: string,
): string {
  // `data` is canonical already; as a text inside the outer text it stays byte for byte what was stored.
  const body = canonicalJson({ seq, at, day, kind, debtor, item, message, snapshot, data });
  return createHash("sha256").update(previous).update(body).digest("hex");
}

/** Where the chain ends, kept apart from it: without it, events cut off at the end would not be missed. */
const HEAD = "event-head";

export function eventsOf(db: Database, now: () => Date): Events {
  const last = db.prepare<[], { seq: number; hash: string }>(
    "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1",
  );
  const insert = db.prepare(
    `INSERT INTO event (${COLUMNS}, previous, hash)
     VALUES (@seq, @at, @day, @kind, @debtor, @item, @message, @snapshot, @data, @previous, @hash)`,
  );
  const setHead = db.prepare(
    "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  const head = db.prepare<[string], string>("SELECT value FROM setting WHERE name = ?").pluck();
  const page = db.prepare<[number], Row>(
    `SELECT ${COLUMNS}, previous, hash FROM event WHERE seq > ? ORDER BY seq LIMIT 1000`,
  );
  const ofDebtor = db.prepare<[number], Row>(
    `SELECT ${COLUMNS}, previous, hash FROM event WHERE debtor = ? ORDER BY seq`,
  );

  const write = (event: NewEvent): void => {
    const before = last.get() ?? { seq: 0, hash: "" };
    const row = {
      seq: before.seq + 1,
      at: now().toISOString(),
      day: event.day,
      kind: event.kind,
      debtor: event.debtor ?? null,
      item: event.item ?? null,
      message: event.message ?? null,
      snapshot: event.snapshot ?? null,
      data: canonicalJson(event.data ?? {}),
    };
    const hash = hashOf(row, before.hash);
    insert.run({ ...row, previous: before.hash, hash });
    setHead.run(HEAD, `${row.seq} ${hash}`);
  };
  const alone = db.transaction(write);

  const verify = (): ChainReport => {
    let seq = 0;
    let previous = "";
    const broken = (reason: string): ChainReport => ({
      events: seq,
      head: previous,
      broken: { seq: seq + 1, reason },
    });
    for (let rows = page.all(0); rows.length > 0; rows = page.all(seq)) {
      for (const row of rows) {
        if (row.seq !== seq + 1) return broken("an event is missing");
        if (row.previous !== previous) return broken("the event does not follow the one before it");
        if (row.hash !== hashOf(row, previous)) return broken("the event was changed after it was written");
        seq = row.seq;
        previous = row.hash;
      }
    }
    const expected = seq === 0 ? undefined : `${seq} ${previous}`;
    if (head.get(HEAD) !== expected) return broken("events are missing at the end");
    return { events: seq, head: previous, broken: null };
  };

  return {
    append: (event) => (db.inTransaction ? write(event) : alone.immediate(event)),
    verify,
    ofDebtor: (debtor) =>
      ofDebtor.all(debtor).map(({ previous: _previous, hash: _hash, data, ...rest }) => ({
        ...rest,
        data: JSON.parse(data) as StoredEvent["data"],
      })),
  };
}
