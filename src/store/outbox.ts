import type { Database } from "better-sqlite3";
import type { Channel, Currency, Day, DebtorKey } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { atomic } from "./atomic.ts";
import { badAddressesOf } from "./bad-addresses.ts";
import { levelBook } from "./level-book.ts";
import { type Afterlife, afterwards } from "./outbox-afterwards.ts";
import { type NewMessage, type QueueingRun, queueing } from "./outbox-queue.ts";
import { noSuchMessage, type OutboxReading, outboxReading } from "./outbox-read.ts";
import { type Left, type Rebuilt, replaying } from "./outbox-replay.ts";
import { type MessageState, MOVES, type Move, shownState, type TransportName } from "./outbox-states.ts";

export type { NewMessage, QueueingRun } from "./outbox-queue.ts";
export type { ListedMessage, QueuedMessage } from "./outbox-read.ts";
export type { Left, Rebuilt } from "./outbox-replay.ts";
export type { MessageState, TransportName } from "./outbox-states.ts";
export type { Trace } from "./outbox-trace.ts";

/** Ids, amounts and codes; no personal data. */
export interface OutboxEvent {
  readonly kind: string;
  readonly day: Day;
  readonly debtor?: DebtorKey;
  readonly message?: string;
  readonly snapshot?: number;
  readonly data: Readonly<
    Record<string, string | number | boolean | null | readonly (readonly (number | null)[])[]>
  >;
}

export interface OutboxDoor {
  /** Appends to the event chain, inside the transaction that is open. */
  readonly append: (event: OutboxEvent) => void;
  /** The wall clock, for `..._at` columns; days are handed in. */
  readonly now: () => Date;
}

/**
 * The messages and their states. Every change is one transaction and a guarded update: it throws where the message is
 * not in a state that allows it, which is a bug. Changes that the sent journal hears of return their line's number.
 */
export interface Outbox extends OutboxReading, Afterlife {
  /** Several changes in one transaction: one write to the disk. */
  readonly together: <T>(work: () => T) => T;
  /** All or none of a run's messages, once every one of them has been rendered. Returns their ids. */
  readonly queue: (run: QueueingRun, messages: readonly NewMessage[]) => readonly string[];
  readonly startSending: (...ids: readonly string[]) => void;
  /** The gate: durable before the last byte leaves. `day` is the day on which it left, if it turns out that it did. */
  readonly commitGate: (id: string, day: Day) => number;
  /** The journal could not be written, so the last byte stays here: queued again. */
  readonly undoGate: (id: string) => void;
  /** The server took the message: levels are recorded, dated by `day`. */
  readonly sent: (id: string, reply: string, day: Day) => number;
  /** Drafts or letters lie in their files (paths relative to the company folder). */
  readonly filed: (
    written: readonly { readonly id: string; readonly file: string }[],
    day: Day,
  ) => readonly number[];
  /** The server never saw the end of the data: queued again. */
  readonly notReached: (id: string, reason: string) => void;
  readonly deferred: (id: string, reply: string, nextAttemptAt: Date) => number;
  /** `address`: it was the recipient's address that was refused; it is flagged. */
  readonly refused: (id: string, reply: string, day: Day, address: boolean) => number;
  readonly uncertain: (id: string, reason: string, day: Day) => number;
  readonly supersede: (id: string, reason: string, day: Day) => void;
  /** Deferred ones wait no longer: these, or (none named) all of them. Throws a Failure (2), and changes nothing, where one is not deferred. */
  readonly retry: (ids: readonly string[], day: Day) => readonly string[];
  /** Takes back what has not left, or lies in a file. Throws a Failure (2) for the rest. Returns the file, if any. */
  readonly void: (id: string, day: Day) => { readonly file: string | null; readonly seq: number };
  /**
   * What a person found out about an uncertain message; `sent` is dated by the day of the gate. To be sent again it must
   * have its bytes; else the next run writes it anew. Throws a Failure (2) where it is not uncertain.
   */
  readonly resolve: (
    id: string,
    as: "sent" | "resend",
    day: Day,
  ) => { readonly seq: number; readonly anew: boolean };
  /** What left after this copy of the store was made, as the sent journal tells it. */
  readonly replay: (left: readonly Left[], lastSeq: number, day: Day) => Rebuilt;
  /** With the lock held, before anything else: what a killed run left behind. */
  readonly recover: (day: Day) => { readonly queued: number; readonly uncertain: readonly string[] };
}

const quoted = (states: readonly MessageState[]): string => states.map((state) => `'${state}'`).join(", ");

/** One prepared update per move; `set` are further columns. */
function mover(db: Database): (move: Move, set?: string) => (values: Record<string, unknown>) => void {
  const stateOf = db.prepare<[string], string>("SELECT state FROM message WHERE id = ?").pluck();
  return (move, set = "") => {
    const { from, to } = MOVES[move];
    const update = db.prepare(
      `UPDATE message SET state = '${to}'${set === "" ? "" : `, ${set}`} WHERE id = @id AND state IN (${quoted(from)})`,
    );
    return (values) => {
      if (update.run(values).changes === 1) return;
      const id = String(values["id"]);
      throw new Error(
        `message ${id} is ${stateOf.get(id) ?? "unknown"}: "${move}" wants ${from.join(" or ")}`,
      );
    };
  };
}

export interface Known {
  readonly state: MessageState;
  readonly transport: TransportName;
  readonly debtor: DebtorKey;
  readonly currency: Currency;
  readonly cycle: number;
  readonly step: string;
  readonly level: number | null;
  readonly channel: Channel;
  readonly recipient: string;
  readonly claimed: number;
  readonly total: number;
  readonly snapshot: number;
  readonly sha256: string;
  readonly file: string | null;
  readonly sentOn: Day | null;
  readonly postedOn: Day | null;
  readonly cameBackOn: Day | null;
}

const KNOWN = `SELECT state, transport, debtor, currency, cycle, step, level, channel, recipient, claimed, total,
  snapshot, sha256, file, sent_on AS sentOn, posted_on AS postedOn, came_back_on AS cameBackOn
  FROM message WHERE id = ?`;

/** The three digits with which a reply begins; the rest of it may name a person. */
const codeOf = (reply: string): number | null => Number(/^\d{3}(?=[ -]|$)/.exec(reply)?.[0] ?? "0") || null;

/** `db`: an open store of the newest schema. */
export function outbox(db: Database, { append, now }: OutboxDoor): Outbox {
  const reading = outboxReading(db, now);
  const enqueue = queueing(db, now);
  const move = mover(db);
  const book = levelBook(db);
  const known = db.prepare<[string], Known>(KNOWN);
  const frozen = db
    .prepare<[string], number>("SELECT EXISTS (SELECT 1 FROM message_bytes WHERE message = ?)")
    .pluck();
  const nextSeq = db
    .prepare<[], string>(
      `INSERT INTO setting (name, value) VALUES ('journal-seq', '1')
       ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING value`,
    )
    .pluck();
  const bad = badAddressesOf(db);
  const left = db.prepare<[string], string>("SELECT id FROM message WHERE state = ? ORDER BY id").pluck();

  const moves = {
    start: move("start", "attempts = attempts + 1"),
    gate: move("gate", "sent_at = @at, sent_on = @day"),
    undoGate: move("undoGate", "sent_at = NULL, sent_on = NULL"),
    sent: move("sent", "sent_at = @at, sent_on = @day, response = @reply, next_attempt_at = NULL"),
    filed: move("filed", "sent_at = @at, sent_on = @day, file = @file"),
    printed: move("printed", "file = @file"),
    posted: move(
      "posted",
      "sent_at = @at, sent_on = @day, posted_on = @day, registered = coalesce(@registered, registered)",
    ),
    cameBack: move("cameBack", "came_back_on = @day, came_back = @reason"),
    noted: move("cameBack", "came_back = @reason"),
    notReached: move("notReached", "response = @reply"),
    deferred: move("deferred", "response = @reply, next_attempt_at = @next, sent_at = NULL, sent_on = NULL"),
    refused: move(
      "refused",
      "response = @reply, came_back_on = @day, came_back = @reply, sent_at = NULL, sent_on = NULL",
    ),
    uncertain: move("uncertain", "response = @reply"),
    retry: move("retry", "next_attempt_at = NULL"),
    superseded: move("superseded", "response = @reply"),
    void: move("void"),
    takenBack: move("takenBack"),
    resolvedSent: move("resolvedSent"),
    resolvedResend: move("resolvedResend", "sent_at = NULL, sent_on = NULL, next_attempt_at = NULL"),
    resolvedAnew: move("resolvedAnew", "sent_at = NULL, sent_on = NULL"),
  } satisfies Record<Move | "noted", (values: Record<string, unknown>) => void>;

  const seq = (): number => Number(nextSeq.get());
  const read = (id: string): Known => {
    const row = known.get(id);
    if (row === undefined) throw noSuchMessage(id);
    return row;
  };
  const tell = (kind: string, id: string, day: Day, more: OutboxEvent["data"] = {}, of = read(id)): void => {
    const { debtor, snapshot, transport, step } = of;
    append({ kind, day, debtor, message: id, snapshot, data: { transport, step, ...more } });
  };
  const tellSent = (id: string, day: Day, code: number | null): void => {
    const of = read(id);
    const { currency, cycle, level, channel, claimed, total, sha256, sentOn } = of;
    const items = reading.levelsOf(id);
    const more = { sentOn, currency, cycle, level, channel, claimed, total, sha256, code, items };
    tell("message-sent", id, day, more, of);
  };
  const at = (): string => now().toISOString();

  return {
    ...reading,
    together: (work) => atomic(db, work)(),
    queue: atomic(db, (run: QueueingRun, messages: readonly NewMessage[]) => enqueue(run, messages)),
    startSending: atomic(db, (...ids: string[]) => {
      for (const id of ids) moves.start({ id });
    }),
    commitGate: atomic(db, (id: string, day: Day) => {
      moves.gate({ id, day, at: at() });
      return seq();
    }),
    undoGate: atomic(db, (id: string) => moves.undoGate({ id })),
    sent: atomic(db, (id: string, reply: string, day: Day) => {
      moves.sent({ id, reply, day, at: at() });
      book.record(id, day);
      tellSent(id, day, codeOf(reply));
      return seq();
    }),
    filed: atomic(db, (written: readonly { readonly id: string; readonly file: string }[], day: Day) =>
      written.map(({ id, file }) => {
        moves.filed({ id, file, day, at: at() });
        book.record(id, day);
        tellSent(id, day, null);
        return seq();
      }),
    ),
    ...afterwards(db, { moves, book, bad, read, tell, tellSent, seq, at }),
    notReached: atomic(db, (id: string, reply: string) => moves.notReached({ id, reply })),
    deferred: atomic(db, (id: string, reply: string, nextAttemptAt: Date) => {
      moves.deferred({ id, reply, next: nextAttemptAt.toISOString() });
      return seq();
    }),
    refused: atomic(db, (id: string, reply: string, day: Day, address: boolean) => {
      moves.refused({ id, reply, day });
      const { recipient } = read(id);
      if (address) bad.flagEmail(recipient, day, reply);
      tell("message-refused", id, day, { code: codeOf(reply), address });
      return seq();
    }),
    uncertain: atomic(db, (id: string, reply: string, day: Day) => {
      moves.uncertain({ id, reply });
      tell("message-uncertain", id, day);
      return seq();
    }),
    supersede: atomic(db, (id: string, reason: string, day: Day) => {
      moves.superseded({ id, reply: reason });
      tell("message-superseded", id, day, { reason });
    }),
    retry: atomic(db, (ids: readonly string[], day: Day) => {
      const chosen = ids.length > 0 ? ids : left.all("deferred");
      for (const id of chosen) {
        const { state, transport, ...message } = read(id);
        if (state !== "deferred")
          throw cannot("tried again now", id, shownState(state, transport, message), "deferred");
        moves.retry({ id });
        tell("message-retried", id, day);
      }
      return chosen;
    }),
    void: atomic(db, (id: string, day: Day) => {
      const { state, file, ...message } = read(id);
      // Posted, bounced, returned: it has left, and would leave a second time.
      const shown = shownState(state, message.transport, message);
      if (shown === "printed" || shown === "drafted") {
        moves.takenBack({ id });
        book.giveBack(id);
      } else if (shown === "queued" || shown === "deferred") moves.void({ id });
      else throw cannot("taken back", id, shown, "queued, deferred, drafted or printed");
      tell("message-void", id, day, { from: state });
      return { file, seq: seq() };
    }),
    resolve: atomic(db, (id: string, as: "sent" | "resend", day: Day) => {
      const { sentOn, ...message } = read(id);
      if (message.state !== "uncertain")
        throw cannot("resolved", id, shownState(message.state, message.transport, message), "uncertain");
      const anew = as === "resend" && !frozen.get(id);
      if (as === "sent") {
        moves.resolvedSent({ id });
        book.record(id, sentOn ?? day);
        tellSent(id, day, null);
      } else if (anew) moves.resolvedAnew({ id });
      else moves.resolvedResend({ id });
      tell("message-resolved", id, day, { as });
      return { seq: seq(), anew };
    }),
    replay: atomic(db, replaying(db, { append, now })),
    recover: atomic(db, (day: Day) => {
      const queued = left.all("sending");
      for (const id of queued) moves.notReached({ id, reply: "the run ended before the message had left" });
      const uncertain = left.all("committing");
      for (const id of uncertain) {
        moves.uncertain({ id, reply: "the run ended while the server's answer was awaited" });
        tell("message-uncertain", id, day);
      }
      return { queued: queued.length, uncertain };
    }),
  };
}

function cannot(what: string, id: string, found: string, expected: string): Failure {
  return new Failure(EXIT.usage, {
    code: "message-state",
    message: `message ${id} cannot be ${what}`,
    found,
    expected,
    fix: `dunning outbox show ${id}`,
  });
}
