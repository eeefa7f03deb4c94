import type { Database } from "better-sqlite3";
import type { Day, DebtorId, DebtorKey } from "../core/types.ts";
import { atomic } from "./atomic.ts";
import type { Events } from "./events.ts";
import { alreadyEnded, recordId, recordOf } from "./record-id.ts";

export interface NewAnswer {
  /** The message that it answers. */
  readonly message: string;
  /** Its Message-ID, or a hash of it: the same mail again is known. */
  readonly mail: string;
  /** The day from which automatic messages wait. */
  readonly day: Day;
  readonly sender: string;
  readonly subject: string;
}

export interface AnswerRecord extends NewAnswer {
  readonly id: string;
  readonly debtor: DebtorId;
  readonly name: string;
  readonly takenOn: Day;
  readonly readOn: Day | null;
}

/** Mails that debtors wrote back. Their texts stay in the mailbox. */
export interface Answers {
  /** Null: this mail is known. */
  readonly add: (answer: NewAnswer, day: Day) => AnswerRecord | null;
  /** Those that nobody has read yet, oldest first. */
  readonly waiting: () => readonly AnswerRecord[];
  /** A person has read it. Throws a Failure (2) where there is none, or it was read before. */
  readonly read: (id: string, day: Day) => AnswerRecord;
  /** All that wait of a debtor; returns their ids. */
  readonly readAll: (debtor: DebtorKey, day: Day) => readonly string[];
  /** It waits again: whoever logged that was mistaken. */
  readonly reopen: (id: string, day: Day) => void;
  /** Whether one came since a message was queued that nobody has read: the message must not leave as it is. */
  readonly since: (message: string) => boolean;
}

const SELECT = `
SELECT a.id AS key, d.id AS debtor, CASE d.name WHEN '' THEN d.id ELSE d.name END AS name, a.debtor AS debtorKey,
  a.message, a.mail, a.day, a.sender, a.subject, a.taken_on AS takenOn, a.read_on AS readOn
FROM answer a JOIN debtor d ON d.key = a.debtor`;

type Row = Omit<AnswerRecord, "id"> & { readonly key: number; readonly debtorKey: DebtorKey };

const recordFrom = ({ key, debtorKey: _debtorKey, ...rest }: Row): AnswerRecord => ({
  ...rest,
  id: recordId("R", key),
});

export const isAnswerId = (id: string): boolean => /^R\d+$/i.test(id);

export function answersOf(db: Database, now: () => Date, events: Events): Answers {
  const one = db.prepare<[number], Row>(`${SELECT} WHERE a.id = ?`);
  const waiting = db.prepare<[], Row>(`${SELECT} WHERE a.read_on IS NULL ORDER BY a.day, a.id`);
  const ofDebtor = db.prepare<[number], Row>(
    `${SELECT} WHERE a.read_on IS NULL AND a.debtor = ? ORDER BY a.id`,
  );
  const insert = db.prepare(
    `INSERT INTO answer (debtor, message, mail, day, sender, subject, taken_on, taken_at)
     SELECT debtor, id, @mail, @day, @sender, @subject, @takenOn, @at FROM message WHERE id = @message
     ON CONFLICT (mail) DO NOTHING`,
  );
  const close = db.prepare("UPDATE answer SET read_on = ?, read_at = ? WHERE id = ?");
  const since = db
    .prepare<[string], number>(
      `SELECT count(*) FROM answer a JOIN message m ON m.debtor = a.debtor
       WHERE m.id = ? AND a.read_on IS NULL AND a.taken_at >= m.queued_at`,
    )
    .pluck();
  const tell = (kind: string, row: Row, day: Day): void =>
    events.append({
      kind,
      day,
      debtor: row.debtorKey,
      message: row.message,
      data: { answer: recordId("R", row.key) },
    });
  const rowOf = (key: number): Row => {
    const row = one.get(key);
    if (row === undefined) throw new Error(`answer ${key} is gone`);
    return row;
  };
  const markRead = (row: Row, day: Day): AnswerRecord => {
    close.run(day, now().toISOString(), row.key);
    tell("answer-read", row, day);
    return recordFrom(rowOf(row.key));
  };
  return {
    add: atomic(db, (answer: NewAnswer, day: Day) => {
      const { changes, lastInsertRowid } = insert.run({ ...answer, takenOn: day, at: now().toISOString() });
      if (changes === 0) return null;
      const row = rowOf(Number(lastInsertRowid));
      tell("answer-taken", row, day);
      return recordFrom(row);
    }),
    waiting: () => waiting.all().map(recordFrom),
    read: atomic(db, (id: string, day: Day) => {
      const { found } = recordOf("R", id, "answer", (key) => one.get(key));
      if (found.readOn !== null) throw alreadyEnded(id, "answer", `read on ${found.readOn}`);
      return markRead(found, day);
    }),
    readAll: atomic(db, (debtor: DebtorKey, day: Day) =>
      ofDebtor.all(debtor).map((row) => markRead(row, day).id),
    ),
    reopen: atomic(db, (id: string, day: Day) => {
      const { key, found } = recordOf("R", id, "answer", (each) => one.get(each));
      close.run(null, null, key);
      tell("answer-reopened", found, day);
    }),
    since: (message) => (since.get(message) ?? 0) > 0,
  };
}
