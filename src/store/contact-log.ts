import type { Database } from "better-sqlite3";
import type { Currency, Day, DebtorId, DebtorKey, ItemKey } from "../core/types.ts";
import { atomic } from "./atomic.ts";
import type { Events } from "./events.ts";
import { alreadyEnded, recordId, recordOf } from "./record-id.ts";

export type LogKind = "call" | "visit" | "video" | "email" | "letter" | "note";

export interface NewLogEntry {
  readonly debtor: DebtorKey;
  readonly kind: LogKind;
  readonly day: Day;
  readonly outcome: string | null;
  readonly cause: string | null;
  /** Whom was spoken to, and who spoke. */
  readonly person: string | null;
  readonly author: string;
  readonly note: string | null;
  readonly next: string | null;
  readonly nextOn: Day | null;
  /** The promise that was given, by its id. */
  readonly promise: string | null;
  /** What waited on the worklist, and is done by this. */
  readonly tasks: readonly string[];
  /** A contact with the debtor; false: a note, or nobody was reached. */
  readonly spoken: boolean;
  /** What was owed. */
  readonly dossiers: readonly {
    readonly currency: Currency;
    readonly cycle: number;
    readonly items: readonly ItemKey[];
  }[];
}

export interface LogEntry extends Omit<NewLogEntry, "debtor" | "dossiers" | "spoken"> {
  readonly id: string;
  /** Taken back: it stays on record, and counts no more. */
  readonly undoneOn: Day | null;
  readonly debtor: DebtorId;
  readonly name: string;
}

export interface ContactLog {
  readonly add: (entry: NewLogEntry) => LogEntry;
  /**
   * Takes back the newest entry of its debtor; the caller gives back what it ended and promised. Throws a Failure (2) where
   * there is none, a newer one stands above it, or it was taken back before.
   */
  readonly undo: (id: string, day: Day) => LogEntry;
  /** Oldest first. */
  readonly ofDebtor: (debtor: DebtorKey) => readonly LogEntry[];
  /** The next steps that persons have said: of each debtor the newest entry that names one, where none came after it. */
  readonly nextSteps: () => readonly LogEntry[];
}

const SELECT = `
SELECT l.id, d.id AS debtor, CASE d.name WHEN '' THEN d.id ELSE d.name END AS name, l.kind, l.day, l.outcome, l.cause,
  l.person, l.author, l.note, l.next, l.next_on AS nextOn, l.promise, l.tasks, l.undone_on AS undoneOn
FROM log_entry l JOIN debtor d ON d.key = l.debtor`;

type Row = Omit<LogEntry, "id" | "promise" | "tasks"> & { id: number; promise: number | null; tasks: string };
const entryFrom = ({ id, promise, tasks, ...rest }: Row): LogEntry => ({
  ...rest,
  tasks: JSON.parse(tasks) as string[],
  id: recordId("L", id),
  promise: promise === null ? null : recordId("P", promise),
});

export function contactLogOf(db: Database, now: () => Date, events: Events): ContactLog {
  const one = db.prepare<[number], Row>(`${SELECT} WHERE l.id = ?`);
  const all = db.prepare<[number], Row>(`${SELECT} WHERE l.debtor = ? ORDER BY l.id`);
  const next = db.prepare<[], Row>(
    `${SELECT} WHERE l.next_on IS NOT NULL AND l.undone_on IS NULL AND NOT EXISTS (SELECT 1 FROM log_entry m
       WHERE m.debtor = l.debtor AND m.id > l.id AND m.kind <> 'note' AND m.undone_on IS NULL)
     ORDER BY l.next_on, l.id`,
  );
  const insert = db.prepare(
    `INSERT INTO log_entry (debtor, kind, day, at, outcome, cause, person, author, note, next, next_on, promise, spoken, dossiers, tasks)
     VALUES (@debtor, @kind, @day, @at, @outcome, @cause, @person, @author, @note, @next, @nextOn, @promise, @spoken, @dossiers, @tasks)`,
  );
  const newer = db
    .prepare<[number, number], number>(
      `SELECT n.id FROM log_entry l JOIN log_entry n ON n.debtor = l.debtor AND n.id > l.id AND n.undone_on IS NULL
     WHERE l.id = ? AND n.id <> ? ORDER BY n.id DESC LIMIT 1`,
    )
    .pluck();
  const takeBack = db.prepare("UPDATE log_entry SET undone_on = ?, undone_at = ? WHERE id = ?");
  const debtorOf = db.prepare<[number], DebtorKey>("SELECT debtor FROM log_entry WHERE id = ?").pluck();
  const undo: ContactLog["undo"] = (id, day) => {
    const { key, found } = recordOf("L", id, "log entry", (each) => one.get(each));
    if (found.undoneOn !== null) throw alreadyEnded(id, "log entry", `taken back on ${found.undoneOn}`);
    const above = newer.get(key, key);
    if (above !== undefined)
      throw alreadyEnded(id, "log entry", `${recordId("L", above)} came after it: that one first`, {
        message: "entries are taken back from the newest on",
        fix: `dunning log undo ${recordId("L", above)}`,
      });
    takeBack.run(day, now().toISOString(), key);
    const debtor = debtorOf.get(key);
    events.append({
      kind: "contact-undone",
      day,
      ...(debtor === undefined ? {} : { debtor }),
      data: { entry: id },
    });
    return entryFrom(one.get(key) ?? found);
  };
  const add = ({ dossiers, promise, spoken, tasks, ...rest }: NewLogEntry): LogEntry => {
    const key = Number(
      insert.run({
        ...rest,
        at: now().toISOString(),
        promise: promise === null ? null : Number(promise.slice(1)),
        tasks: JSON.stringify(tasks),
        spoken: spoken ? 1 : 0,
        dossiers: JSON.stringify(dossiers.map(({ currency, cycle, items }) => [currency, cycle, items])),
      }).lastInsertRowid,
    );
    const { debtor, kind, day, outcome, cause, next: step, nextOn } = rest;
    const data = { entry: recordId("L", key), what: kind, outcome, cause, next: step, nextOn, promise };
    events.append({ kind: "contact-logged", day, debtor, data });
    const row = one.get(key);
    if (row === undefined) throw new Error(`log entry ${key} is gone`);
    return entryFrom(row);
  };
  return {
    add: atomic(db, add),
    undo: atomic(db, undo),
    ofDebtor: (debtor) => all.all(debtor).map(entryFrom),
    nextSteps: () => next.all().map(entryFrom),
  };
}
