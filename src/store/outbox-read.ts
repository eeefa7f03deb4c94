import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import type { PreviousMessage } from "../core/message.ts";
import type { Cents, Channel, Currency, Day, DebtorId, DebtorKey, ItemKey, Language } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import {
  type Afterwards,
  type MessageState,
  type ShownState,
  shownState,
  type TransportName,
} from "./outbox-states.ts";
import { type Trace, tracing } from "./outbox-trace.ts";

/** A message that may leave now. Its bytes are read apart: `bytesOf`. */
export interface QueuedMessage {
  readonly id: string;
  readonly state: "queued" | "deferred";
  readonly run: { readonly id: number; readonly name: string; readonly asOf: Day };
  readonly debtor: DebtorId;
  readonly debtorKey: DebtorKey;
  readonly currency: Currency;
  readonly cycle: number;
  readonly step: string;
  readonly channel: Channel;
  readonly transport: TransportName;
  readonly recipient: string;
  readonly claimed: Cents;
  readonly snapshot: number;
  readonly notAfter: Day;
  readonly messageId: string | null;
  readonly sha256: string;
  /** How often it was tried before. */
  readonly attempts: number;
}

export interface ListedMessage {
  readonly id: string;
  readonly debtor: DebtorId;
  readonly step: string;
  readonly channel: Channel;
  readonly state: ShownState;
  readonly to: string;
  readonly messageId: string | null;
  readonly attempts: number;
  readonly queuedAt: string;
  readonly sentAt: string | null;
  readonly response: string | null;
}

/** Everything that is known of one message, bytes aside. */
export interface ShownMessage extends ListedMessage {
  readonly name: string;
  readonly run: string;
  readonly transport: TransportName;
  readonly currency: Currency;
  readonly cycle: number;
  readonly segment: string;
  readonly scenario: string;
  readonly template: string;
  readonly language: Language;
  readonly subject: string;
  readonly claimed: Cents;
  readonly total: Cents;
  readonly snapshot: number;
  readonly plannedOn: Day;
  readonly notAfter: Day;
  readonly deadline: Day | null;
  readonly sentOn: Day | null;
  readonly nextAttemptAt: string | null;
  readonly file: string | null;
  readonly postedOn: Day | null;
  /** The number of the registered letter. */
  readonly registered: string | null;
  readonly cameBackOn: Day | null;
  /** Why it came back, as the server or the post said it. */
  readonly cameBack: string | null;
  readonly sha256: string;
  readonly size: number;
  readonly items: readonly {
    readonly number: string;
    readonly role: "claimed" | "information" | "credit";
    readonly claimed: Cents;
    readonly due: Day | null;
  }[];
}

const LISTED = `m.id, d.id AS debtor, m.step, m.channel, m.transport, m.state, m.recipient AS "to",
  m.message_id AS messageId, m.attempts, m.queued_at AS queuedAt, m.sent_at AS sentAt, m.response,
  m.posted_on AS postedOn, m.came_back_on AS cameBackOn`;

const WAITING = `
SELECT m.id, m.state, m.run AS runId, r.name AS runName, r.as_of AS runAsOf, d.id AS debtor, m.debtor AS debtorKey,
  m.currency, m.cycle, m.step, m.channel, m.transport, m.recipient, m.claimed, m.snapshot, m.not_after AS notAfter,
  m.message_id AS messageId, m.sha256, m.attempts
FROM message m JOIN run r ON r.id = m.run JOIN debtor d ON d.key = m.debtor
WHERE m.state IN ('queued', 'deferred') AND (m.next_attempt_at IS NULL OR m.next_attempt_at <= @now)
ORDER BY m.run, d.id, m.currency, m.id`;

const SHOWN = `
SELECT ${LISTED}, d.name, r.name AS run, m.currency, m.cycle, m.segment, m.scenario, m.template, m.language, m.subject,
  m.claimed, m.total, m.snapshot, m.planned_on AS plannedOn, m.not_after AS notAfter, m.deadline,
  CASE m.state WHEN 'sent' THEN m.sent_on END AS sentOn,
  m.next_attempt_at AS nextAttemptAt, m.file, m.registered, m.came_back AS cameBack, m.sha256,
  coalesce(length(b.bytes), 0) AS size
FROM message m JOIN run r ON r.id = m.run JOIN debtor d ON d.key = m.debtor
  LEFT JOIN message_bytes b ON b.message = m.id WHERE m.id = ?`;

const ITEMS = `
SELECT i.number, mi.role, mi.claimed, mi.due FROM message_item mi JOIN item i ON i.key = mi.item
WHERE mi.message = ? ORDER BY mi.due, i.number, i.key`;

interface Stored extends Afterwards {
  readonly state: MessageState;
  readonly transport: TransportName;
}
type WaitingRow = Omit<QueuedMessage, "run"> & { runId: number; runName: string; runAsOf: Day };
type ListedRow = Omit<ListedMessage, "state"> & Stored;
type ShownRow = Omit<ShownMessage, "state" | "items"> & Stored;

const listed = ({ transport, state, postedOn, cameBackOn, ...rest }: ListedRow): ListedMessage => ({
  ...rest,
  state: shownState(state, transport, { postedOn, cameBackOn }),
});

export interface OutboxReading {
  /** What may leave now, in the order in which it leaves: run, debtor, currency. */
  readonly waiting: () => readonly QueuedMessage[];
  /**
   * What was made of an approval since it was listed and has not been taken back or overtaken, oldest first. A step that
   * asks again in the same cycle (another invoice) has a task, and messages, of its own.
   */
  readonly ofTask: (task: string) => readonly {
    readonly id: string;
    readonly state: MessageState;
    readonly transport: TransportName;
    readonly file: string | null;
  }[];
  /** Files written for a balance, which lie with the user: drafts and letters that were not taken back. */
  readonly writtenFor: (
    snapshot: number,
  ) => readonly { readonly id: string; readonly debtor: DebtorId; readonly file: string | null }[];
  /** The frozen bytes. Throws a Failure (5) where they are not what was queued. */
  readonly bytesOf: (id: string) => Uint8Array;
  /** Newest first. */
  readonly list: (only?: {
    readonly state?: MessageState;
    readonly debtor?: DebtorId;
  }) => readonly ListedMessage[];
  /** Throws a Failure (2) where there is none. */
  readonly show: (id: string) => ShownMessage;
  readonly counts: () => Readonly<Record<MessageState, number>>;
  /** What left, or may have left, through a transport on a day or since a moment. */
  readonly departures: (
    transport: TransportName,
    day: Day,
    since: Date,
  ) => readonly { readonly recipient: string; readonly sentAt: string; readonly sentOn: Day }[];
  /** The messages of this dossier and cycle that have left, oldest first: the next one refers to them. */
  readonly previous: (debtor: DebtorKey, currency: Currency, cycle: number) => readonly PreviousMessage[];
  /** The items that a message lists and the level that each of them records. */
  readonly levelsOf: (id: string) => readonly (readonly [ItemKey, number | null, Cents])[];
  /** What the sent journal keeps of a message. */
  readonly trace: (id: string) => Trace;
  /** The number of the last line that the sent journal must hold at least. */
  readonly journalSeq: () => number;
}

export function noSuchMessage(id: string): Failure {
  return new Failure(EXIT.usage, {
    code: "no-such-message",
    message: "there is no such message in the outbox",
    found: id,
    expected: "the id of a message",
    fix: "dunning outbox list",
  });
}

export function outboxReading(db: Database, now: () => Date): OutboxReading {
  const waiting = db.prepare<{ now: string }, WaitingRow>(WAITING);
  const bytes = db.prepare<[string], { bytes: Uint8Array | null; sha256: string }>(
    "SELECT b.bytes, m.sha256 FROM message m LEFT JOIN message_bytes b ON b.message = m.id WHERE m.id = ?",
  );
  const list = db.prepare<{ state: string | null; debtor: string | null }, ListedRow>(`
    SELECT ${LISTED} FROM message m JOIN debtor d ON d.key = m.debtor
    WHERE (@state IS NULL OR m.state = @state) AND (@debtor IS NULL OR d.id = @debtor)
    ORDER BY m.queued_at DESC, m.run DESC, d.id, m.currency, m.id`);
  const shown = db.prepare<[string], ShownRow>(SHOWN);
  const items = db.prepare<[string], ShownMessage["items"][number]>(ITEMS);
  const counts = db.prepare<[], { state: MessageState; n: number }>(
    "SELECT state, count(*) AS n FROM message GROUP BY state",
  );
  const departures = db.prepare<[string, string, string], ReturnType<OutboxReading["departures"]>[number]>(
    `SELECT recipient, sent_at AS sentAt, sent_on AS sentOn FROM message
     WHERE transport = ? AND (sent_on = ? OR sent_at > ?) AND state IN ('sent', 'uncertain')`,
  );
  const previous = db.prepare<[number, string, number], PreviousMessage>(
    `SELECT sent_on AS day, channel, message_id AS messageId FROM message
     WHERE debtor = ? AND currency = ? AND cycle = ? AND state = 'sent' AND came_back_on IS NULL AND level IS NOT NULL
     ORDER BY sent_on, sent_at, id`,
  );
  const levels = db
    .prepare<[string], [ItemKey, number | null, Cents]>(
      "SELECT item, level, claimed FROM message_item WHERE message = ? ORDER BY item",
    )
    .raw();
  const ofTask = db.prepare<[string], ReturnType<OutboxReading["ofTask"]>[number]>(
    `SELECT m.id, m.state, m.transport, m.file FROM task t JOIN message m ON m.debtor = t.debtor
       AND m.currency = t.currency AND m.cycle = t.cycle AND m.step = t.step AND m.queued_at >= t.listed_at
     WHERE t.id = ? AND m.state NOT IN ('superseded', 'void') ORDER BY m.queued_at, m.id`,
  );
  const writtenFor = db.prepare<[number], ReturnType<OutboxReading["writtenFor"]>[number]>(
    `SELECT m.id, d.id AS debtor, m.file FROM message m JOIN debtor d ON d.key = m.debtor
     WHERE m.snapshot = ? AND m.state IN ('sent', 'printed') AND m.transport IN ('drafts', 'letters') ORDER BY d.id, m.id`,
  );
  const seq = db.prepare<[], string>("SELECT value FROM setting WHERE name = 'journal-seq'").pluck();

  return {
    waiting: () =>
      waiting.all({ now: now().toISOString() }).map(({ runId, runName, runAsOf, ...rest }) => ({
        ...rest,
        run: { id: runId, name: runName, asOf: runAsOf },
      })),
    bytesOf: (id) => {
      const row = bytes.get(id);
      if (row === undefined) throw noSuchMessage(id);
      const { bytes: frozen, sha256 } = row;
      if (frozen === null || createHash("sha256").update(frozen).digest("hex") !== sha256) {
        throw new Failure(EXIT.store, {
          code: "store-damaged",
          message: `message ${id} in the store is not what was queued`,
          fix: "restore the store from a backup",
        });
      }
      return frozen;
    },
    ofTask: (task) => ofTask.all(task),
    writtenFor: (snapshot) => writtenFor.all(snapshot),
    list: (only = {}) =>
      list.all({ state: only.state ?? null, debtor: only.debtor ?? null }).map((row) => listed(row)),
    show: (id) => {
      const row = shown.get(id);
      if (row === undefined) throw noSuchMessage(id);
      return { ...row, state: shownState(row.state, row.transport, row), items: items.all(id) };
    },
    counts: () => {
      const none: Record<MessageState, number> = {
        queued: 0,
        sending: 0,
        committing: 0,
        printed: 0,
        sent: 0,
        deferred: 0,
        refused: 0,
        uncertain: 0,
        superseded: 0,
        void: 0,
      };
      for (const { state, n } of counts.all()) none[state] = n;
      return none;
    },
    departures: (transport, day, since) => departures.all(transport, day, since.toISOString()),
    previous: (debtor, currency, cycle) => previous.all(debtor, currency, cycle),
    levelsOf: (id) => levels.all(id),
    trace: tracing(db),
    journalSeq: () => Number(seq.get() ?? "0"),
  };
}
