import type { Database } from "better-sqlite3";
import type { Day, DebtorKey } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { levelBook } from "./level-book.ts";
import type { OutboxDoor } from "./outbox.ts";
import { INSERT_CHARGE, INSERT_FIRST } from "./outbox-queue.ts";
import type { MessageState } from "./outbox-states.ts";
import type { Trace } from "./outbox-trace.ts";

/** A message of which the sent journal knows more than this store: how it ended. */
export interface Left {
  readonly id: string;
  readonly ended: "sent" | "printed" | "uncertain" | "refused" | "void" | "queued";
  /** When and on which day it left; of a refused one, when it was refused. */
  readonly at: string;
  readonly day: Day;
  /** Of a refused one: the address that this store has of the debtor is taken for the one that was refused. */
  readonly badAddress: boolean;
  readonly messageId: string | null;
  readonly sha256: string;
  /** Null: no line tells more than its id. */
  readonly trace: Trace | null;
}

/** Numbers of messages. */
export interface Rebuilt {
  readonly sent: number;
  readonly uncertain: number;
  readonly refused: number;
  /** Taken back, or not delivered: the next run plans them afresh. */
  readonly open: number;
  /** Of debtors who are in no balance of this store. */
  readonly unknown: number;
  /** Documents of those messages that this store does not have: they were settled meanwhile. */
  readonly settledItems: number;
}

const COUNTED = {
  sent: "sent",
  printed: "sent",
  uncertain: "uncertain",
  refused: "refused",
  void: "open",
  queued: "open",
} as const satisfies Record<Left["ended"], keyof Rebuilt>;

/** What stands where the journal knows nothing: texts and addresses are not in it. */
const LOST = "(lost with the newer store)";

const OVERTAKEN = "left-as-another";

const INSERT = `
INSERT INTO message (id, run, debtor, currency, cycle, segment, scenario, step, level, channel, transport, recipient,
  template, language, subject, state, claimed, total, snapshot, planned_on, not_after, deadline, final_warning,
  formal_notice, message_id, sha256, file, attempts, queued_at, sent_at, sent_on, came_back_on)
VALUES (@id, @run, @debtor, @currency, @cycle, @segment, @scenario, @step, @level, @channel, @transport, @recipient,
  @template, @language, @subject, @state, @claimed, @total, @snapshot, @plannedOn, @notAfter, @deadline, @finalWarning,
  @formalNotice, @messageId, @sha256, @file, 1, @queuedAt, @sentAt, @sentOn, @cameBackOn)`;

/** A journal that names more than it describes, or a balance that is older than what left. */
function notYet(found: string, expected: string, fix: string): Failure {
  return new Failure(EXIT.store, {
    code: "replay-refused",
    message: "the sent journal cannot be caught up with yet; nothing was changed",
    found,
    expected,
    fix,
  });
}

/** Inside the caller's transaction. Throws a Failure (5) where something would be forgotten. */
export function replaying(
  db: Database,
  { append, now }: OutboxDoor,
): (left: readonly Left[], lastSeq: number, day: Day) => Rebuilt {
  const book = levelBook(db);
  const stateOf = db.prepare<[string], { state: MessageState; debtor: DebtorKey; snapshot: number }>(
    "SELECT state, debtor, snapshot FROM message WHERE id = ?",
  );
  const debtorOf = db
    .prepare<[string], DebtorKey>("SELECT coalesce(merged_into, key) FROM debtor WHERE id = ?")
    .pluck();
  const itemOf = db
    .prepare<[DebtorKey, string, string, string, number], number>(
      "SELECT key FROM item WHERE debtor = ? AND number = ? AND issued = ? AND currency = ? AND ordinal = ?",
    )
    .pluck();
  const balance = db.prepare<[], { id: number; asOf: Day }>(
    "SELECT id, as_of AS asOf FROM snapshot WHERE state = 'accepted' ORDER BY as_of DESC, id DESC LIMIT 1",
  );
  const runOf = db.prepare<[string], number>("SELECT id FROM run WHERE name = ?").pluck();
  const addRun = db.prepare(
    "INSERT INTO run (name, at, as_of, snapshot, plan_hash, ended_at) VALUES (?, ?, ?, ?, '', ?)",
  );
  const insert = db.prepare(INSERT);
  const insertItem = db.prepare(
    "INSERT INTO message_item (message, item, role, claimed, level, due) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const insertCharge = db.prepare(INSERT_CHARGE);
  const insertFirst = db.prepare(INSERT_FIRST);
  const update = db.prepare(
    `UPDATE message SET state = @state, sent_at = @sentAt, sent_on = @sentOn, came_back_on = @cameBackOn,
       file = coalesce(@file, file), next_attempt_at = NULL WHERE id = @id`,
  );
  const flag = db.prepare(
    `INSERT INTO bad_email (address, since, reason)
     SELECT lower(email), ?, 'refused' FROM debtor WHERE key = ? AND email IS NOT NULL ON CONFLICT (address) DO NOTHING`,
  );
  const waiting = db.prepare<[string], { id: string; debtor: DebtorKey; snapshot: number }>(
    `SELECT w.id, w.debtor, w.snapshot FROM message m JOIN message w ON w.debtor = m.debtor AND w.currency = m.currency
       AND w.cycle = m.cycle AND w.step = m.step AND w.id <> m.id
     WHERE m.id = ? AND w.state IN ('queued', 'deferred')`,
  );
  const overtake = db.prepare("UPDATE message SET state = 'superseded', response = ? WHERE id = ?");
  const caughtUp = db.prepare(
    `INSERT INTO setting (name, value) VALUES ('journal-seq', ?)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  );

  const moments = ({ ended, at, day, trace }: Left) => {
    const gone = ended === "sent" || ended === "printed" || ended === "uncertain";
    return {
      state: ended,
      sentAt: gone ? at : null,
      sentOn: gone ? day : null,
      cameBackOn: ended === "refused" ? day : null,
      file: trace?.file ?? null,
    };
  };

  /** The run that wrote it, under its own name. */
  const runFor = ({ run, runAsOf, queuedAt }: Trace, snapshot: number): number =>
    runOf.get(run) ?? Number(addRun.run(run, queuedAt, runAsOf, snapshot, queuedAt).lastInsertRowid);

  const add = (one: Left, trace: Trace, debtor: DebtorKey, snapshot: number): number => {
    const { id, messageId, sha256 } = one;
    insert.run({
      ...trace,
      ...moments(one),
      id,
      messageId,
      sha256,
      debtor,
      snapshot,
      run: runFor(trace, snapshot),
      recipient: `(not known: ${id})`,
      subject: LOST,
      finalWarning: trace.finalWarning ? 1 : 0,
      formalNotice: trace.formalNotice ? 1 : 0,
      // Bound by no name in the statement, and no values for SQLite.
      items: null,
      charges: null,
      firstReminder: null,
    });
    let settled = 0;
    for (const [number, issued, ordinal, role, claimed, level, due] of trace.items) {
      const item = itemOf.get(debtor, number, issued, trace.currency, ordinal);
      if (item === undefined) settled += 1;
      else insertItem.run(id, item, role, claimed, level, due);
    }
    for (const [number, issued, ordinal, interest, compensation, until] of trace.charges ?? []) {
      const item = itemOf.get(debtor, number, issued, trace.currency, ordinal);
      if (item !== undefined) insertCharge.run({ message: id, item, interest, compensation, until });
    }
    if (trace.firstReminder) insertFirst.run(id);
    return settled;
  };

  return (left, lastSeq, day) => {
    const newest = balance.get();
    const counts = { sent: 0, uncertain: 0, refused: 0, open: 0, unknown: 0, settledItems: 0 };
    for (const one of left) {
      const { id, ended, trace } = one;
      const known = stateOf.get(id);
      if (known === undefined && (ended === "void" || ended === "queued")) {
        counts.open += 1;
        continue;
      }
      if (known === undefined && trace === null)
        throw notYet(
          `message ${id}, of which no line says more than its id`,
          "a store or a line that describes it",
          "put a newer dunning.db back (backups/ has them)",
        );
      if (trace !== null && (newest === undefined || newest.asOf < trace.balance))
        throw notYet(
          `message ${id} was written on the balance of ${trace.balance}`,
          `a balance of that day or later; this store has ${newest === undefined ? "none" : `that of ${newest.asOf}`}`,
          "dunning import the newest balance, then dunning doctor --replay-journal",
        );
      let debtor = known?.debtor;
      if (known !== undefined) {
        if (known.state === "sent" && ended !== "sent") book.giveBack(id);
        update.run({ id, ...moments(one) });
      } else if (trace !== null && newest !== undefined) {
        debtor = debtorOf.get(trace.debtor);
        if (debtor === undefined) {
          counts.unknown += 1;
          continue;
        }
        counts.settledItems += add(one, trace, debtor, newest.id);
      }
      if (ended === "sent") book.record(id, one.day);
      if (one.badAddress && debtor !== undefined) flag.run(one.day, debtor);
      counts[COUNTED[ended]] += 1;
      const snapshot = known?.snapshot ?? newest?.id;
      append({
        kind: "message-rebuilt",
        day,
        message: id,
        ...(debtor === undefined ? {} : { debtor }),
        ...(snapshot === undefined ? {} : { snapshot }),
        data: { as: ended, sentOn: one.day, at: now().toISOString(), sha256: one.sha256 },
      });
    }
    // What waits here was given up there, and its step has left as another message: the next run plans what is still due.
    for (const { id: gone, ended } of left)
      if (ended !== "void" && ended !== "queued")
        for (const { id, debtor, snapshot } of waiting.all(gone)) {
          overtake.run(OVERTAKEN, id);
          append({
            kind: "message-superseded",
            day,
            debtor,
            message: id,
            snapshot,
            data: { reason: OVERTAKEN },
          });
        }
    caughtUp.run(String(lastSeq));
    append({ kind: "journal-replayed", day, data: { lastSeq, ...counts } });
    return counts;
  };
}
