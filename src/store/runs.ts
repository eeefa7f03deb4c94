import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import type { Day } from "../core/types.ts";
import { atomic } from "./atomic.ts";
import type { Events } from "./events.ts";

export interface RunRecord {
  readonly id: number;
  /** Four or more hex digits, for people. */
  readonly name: string;
  readonly at: string;
  readonly asOf: Day;
  readonly snapshot: number;
  readonly planHash: string;
  /** Null: it has not ended, or was ended from outside. */
  readonly endedAt: string | null;
  readonly counts: Readonly<Record<string, number>>;
}

export interface Runs {
  readonly start: (run: {
    readonly asOf: Day;
    readonly snapshot: number;
    readonly planHash: string;
  }) => RunRecord;
  readonly end: (id: number, counts: Readonly<Record<string, number>>) => void;
  /** Newest first. */
  readonly list: (limit?: number) => readonly RunRecord[];
  readonly last: () => RunRecord | null;
}

type Row = Omit<RunRecord, "counts"> & { readonly counts: string };

const SELECT = `SELECT id, name, at, as_of AS asOf, snapshot, plan_hash AS planHash, ended_at AS endedAt, counts FROM run`;

export function runsOf(db: Database, now: () => Date, events: Events): Runs {
  const taken = db.prepare<[string]>("SELECT 1 FROM run WHERE name = ?");
  const insert = db.prepare("INSERT INTO run (name, at, as_of, snapshot, plan_hash) VALUES (?, ?, ?, ?, ?)");
  const finish = db.prepare("UPDATE run SET ended_at = ?, counts = ? WHERE id = ?");
  const one = db.prepare<[number], Row>(`${SELECT} WHERE id = ?`);
  const newest = db.prepare<[number], Row>(`${SELECT} ORDER BY id DESC LIMIT ?`);
  const count = db.prepare<[], number>("SELECT count(*) FROM run").pluck();
  const record = (row: Row): RunRecord => ({ ...row, counts: JSON.parse(row.counts) as RunRecord["counts"] });
  const known = (id: number): RunRecord => {
    const row = one.get(id);
    if (row === undefined) throw new Error(`run ${id} is gone`);
    return record(row);
  };
  const nameOf = (text: string): string => {
    const hash = createHash("sha256").update(text).digest("hex");
    let length = 4;
    while (taken.get(hash.slice(0, length)) !== undefined) length++;
    return hash.slice(0, length);
  };

  const start: Runs["start"] = ({ asOf, snapshot, planHash }) => {
    const at = now().toISOString();
    const name = nameOf(`${count.get()} ${at} ${planHash}`);
    const { lastInsertRowid } = insert.run(name, at, asOf, snapshot, planHash);
    const id = Number(lastInsertRowid);
    events.append({ kind: "run-started", day: asOf, snapshot, data: { run: id, plan: planHash } });
    return known(id);
  };
  const end: Runs["end"] = (id, counts) => {
    finish.run(now().toISOString(), JSON.stringify(counts), id);
    const { asOf, snapshot } = known(id);
    events.append({ kind: "run-ended", day: asOf, snapshot, data: { run: id, counts } });
  };
  return {
    start: atomic(db, start),
    end: atomic(db, end),
    list: (limit = 100) => newest.all(limit).map(record),
    last: () => {
      const row = newest.get(1);
      return row === undefined ? null : record(row);
    },
  };
}
