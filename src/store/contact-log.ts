import type { Database } from "better-sqlite3";
import type { Currency, Day, DebtorId, DebtorKey, ItemKey } from "../core/types.ts";
import { atomic } from "./atomic.ts";
import type { Events } from "./events.ts";
import { recordId } from "./record-id.ts";

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
  readonly debtor: DebtorId;
  readonly name: string;
}

export interface ContactLog {
  readonly add: (entry: NewLogEntry) => LogEntry;
  /** Oldest first. */
  readonly ofDebtor: (debtor: DebtorKey) => readonly LogEntry[];
  /** The next steps that persons have said: of each debtor the newest entry that names one, where none came after it. */
  readonly nextSteps: () => readonly LogEntry[];
}

const SELECT = `
SELECT l.id, d.id AS debtor, CASE d.name WHEN '' THEN d.id ELSE d.name END AS name, l.kind, l.day, l.outcome, l.cause,
  l.person, l.author, l.note, l.next, l.next_on AS nextOn, l.promise
FROM log_entry l JOIN debtor d ON d.key = l.debtor`;

type Row = Omit<LogEntry, "id" | "promise"> & { id: number; promise: number | null };
const entryFrom = ({ id, promise, ...rest }: Row): LogEntry => ({
  ...rest,
  id: recordId("L", id),
  promise: promise === null ? null : recordId("P", promise),
});

export function contactLogOf(db: Database, now: () => Date, events: Events): ContactLog {
  const one = db.prepare<[number], Row>(`${SELECT} WHERE l.id = ?`);
  const all = db.prepare<[number], Row>(`${SELECT} WHERE l.debtor = ? ORDER BY l.id`);
  const next = db.prepare<[], Row>(
    `${SELECT} WHERE l.next_on IS NOT NULL AND NOT EXISTS
       (SELECT 1 FROM log_entry m WHERE m.debtor = l.debtor AND m.id > l.id AND m.kind <> 'note')
     ORDER BY l.next_on, l.id`,
  );
  const insert = db.prepare(
    `INSERT INTO log_entry (debtor, kind, day, at, outcome, cause, person, author, note, next, next_on, promise, spoken, dossiers)
     VALUES (@debtor, @kind, @day, @at, @outcome, @cause, @person, @author, @note, @next, @nextOn, @promise, @spoken, @dossiers)`,
  );
  const add = ({ dossiers, promise, spoken, ...rest }: NewLogEntry): LogEntry => {
    const key = Number(
      insert.run({
        ...rest,
        at: now().toISOString(),
        promise: promise === null ? null : Number(promise.slice(1)),
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
    ofDebtor: (debtor) => all.all(debtor).map(entryFrom),
    nextSteps: () => next.all().map(entryFrom),
  };
}
