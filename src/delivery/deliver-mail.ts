import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, Failure } from "../problem.ts";
import type { QueuedMessage, TransportName } from "../store/outbox.ts";
import { allowance, HOUR_MS } from "./allowance.ts";
import type { Delivery, Report } from "./deliver.ts";
import type { JournalLine } from "./journal.ts";
import { stillStands } from "./last-look.ts";
import { type Record, recording, type Step } from "./record.ts";
import type { Commit, MailOutcome, MailTransport } from "./transport.ts";

/** RFC 5321, 4.5.4.1: not sooner than half an hour; doubled each time, up to eight hours. */
const FIRST_RETRY_MS = 30 * 60_000;
const LONGEST_RETRY_MS = 8 * 60 * 60_000;
/** How soon a signal is heard while the pace is kept. */
const SLICE_MS = 200;
/** So many messages in a row without an answer: it is the server, not the messages. */
const SILENT_IN_A_ROW = 2;

/** Waits so long, or until a signal comes. */
export async function pause(ms: number, stop: Delivery["stop"]): Promise<void> {
  for (let left = ms; left > 0 && stop.signal === null; left -= SLICE_MS)
    await sleep(Math.min(left, SLICE_MS));
}

function unreachable(reason: string, transport: TransportName): Failure {
  if (transport === "command")
    return new Failure(EXIT.mailServer, {
      code: "mail-program",
      message: "the program that sends cannot be used; what has not left stays queued",
      found: reason,
      expected: "its exit code, within email.command.timeout or letters.command.timeout",
      fix: "try the program by hand, then: dunning run",
    });
  return new Failure(EXIT.mailServer, {
    code: "mail-server",
    message: "the mail server cannot be used; what has not left stays queued",
    found: reason,
    fix: "check email.smtp and the network, then: dunning run",
  });
}

function slow(total: number): Failure {
  return new Failure(EXIT.mailServer, {
    code: "mail-slow",
    message: "the mail server took too long; what has not left stays queued",
    found: `more than ${Math.round(total / 1000)} s for the messages of this run`,
    expected: "less than email.smtp.timeouts.total",
    fix: "dunning run goes on; see email.smtp.timeouts and connections",
  });
}

/**
 * One message through gate and outcome. A set-up that is wrong is returned as a Failure: the message stays queued.
 * `sending` is written with what follows it: whatever ends before the gate falls back to `queued` anyway.
 */
async function handOver(
  { outbox, now, today }: Delivery,
  record: Record,
  transport: MailTransport<QueuedMessage>,
  message: QueuedMessage,
): Promise<MailOutcome | Failure> {
  const { id, messageId, sha256, attempts } = message;
  let begun = false;
  const line = (
    seq: number,
    what: JournalLine["what"],
    more: Pick<JournalLine, "badAddress"> = {},
  ): JournalLine => {
    // The journal tells once who a message was for; a step that is tried again tells it again.
    const trace = begun ? {} : { trace: outbox.trace(id) };
    return {
      seq,
      at: now().toISOString(),
      day: today(),
      what,
      message: id,
      messageId,
      sha256,
      ...more,
      ...trace,
    };
  };
  const begin = (): void => {
    if (!begun) outbox.startSending(id);
  };
  const gate: Commit = async (stands) => {
    begun = await record.gate({
      step: () => {
        begin();
        return line(outbox.commitGate(id, today()), "gate");
      },
      stands,
      undo: () => outbox.undoGate(id),
    });
    return begun;
  };
  const ended = (step: Step): void =>
    record.outcome(() => {
      begin();
      return step();
    });
  const notReached = (reason: string): void =>
    ended(() => {
      outbox.notReached(id, reason);
      return null;
    });
  let outcome: MailOutcome;
  try {
    outcome = await transport.send({ message, bytes: outbox.bytesOf(id) }, gate);
  } catch (error) {
    if (!(error instanceof Failure) || error.exit !== EXIT.config) throw error;
    notReached(error.problems[0].message);
    return error;
  }
  const day = today();
  switch (outcome.kind) {
    case "sent": {
      const { reply } = outcome;
      ended(() => line(outbox.sent(id, reply, day), "sent"));
      break;
    }
    case "refused": {
      const { reply, address } = outcome;
      ended(() =>
        line(outbox.refused(id, reply, day, address), "refused", address ? { badAddress: true } : {}),
      );
      break;
    }
    case "uncertain": {
      const { reason } = outcome;
      ended(() => line(outbox.uncertain(id, reason, day), "uncertain"));
      break;
    }
    case "deferred": {
      const { reply } = outcome;
      const next = new Date(now().getTime() + Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS));
      ended(() => line(outbox.deferred(id, reply, next), "deferred"));
      break;
    }
    case "not-reached":
      notReached(outcome.reason);
      break;
  }
  return outcome;
}

/** Why nothing more may be tried; null: the server is in a state to take the next message. */
function stopAfter(outcome: MailOutcome, silent: number, transport: TransportName): Failure | null {
  if (outcome.kind === "deferred") return outcome.stop;
  const gone = outcome.kind === "not-reached" && !outcome.ready;
  return gone || silent >= SILENT_IN_A_ROW ? unreachable(noteOf(outcome), transport) : null;
}

const noteOf = (outcome: MailOutcome): string => ("reply" in outcome ? outcome.reply : outcome.reason);

/**
 * E-mails at the pace of the configuration: one after the other, and side by side over several lines where a slow server
 * would not let that pace be kept. Returns why it stopped before the end, else null: the server is not there, wants less,
 * or does not answer; credentials, certificate or sender are wrong.
 */
export async function deliverMail(
  delivery: Delivery,
  transport: MailTransport<QueuedMessage>,
  messages: readonly QueuedMessage[],
  report: Report,
): Promise<Failure | null> {
  const { outbox, journal, now, pace, stop, allowed } = delivery;
  const day = delivery.today();
  const left = outbox.departures(messages[0]?.transport ?? "smtp", day, new Date(now().getTime() - HOUR_MS));
  const room = allowance(pace, left, day, now);
  const flying = new Set<Promise<void>>();
  const record = recording(outbox, journal, () => flying.size);
  const bugs: unknown[] = [];
  let failure: Failure | null = null;
  let silent = 0;
  let next = 0;
  /** One line until the server has shown that it lets us in: wrong credentials must not be tried many times at once. */
  let lines = 1;
  let until = performance.now() + pace.total;

  const deliverOne = async (message: QueuedMessage): Promise<void> => {
    const giveBack = room.take(message.recipient);
    const result = await handOver(delivery, record, transport, message);
    if (result instanceof Failure) {
      giveBack();
      failure ??= result;
      report.end(message, "waiting", result.problems[0].message);
      return;
    }
    report.end(message, result.kind === "not-reached" ? "waiting" : result.kind, noteOf(result));
    if (result.kind !== "sent" && result.kind !== "uncertain") giveBack();
    if ("reply" in result) lines = transport.lines;
    silent = "reply" in result ? 0 : silent + 1;
    failure ??= stopAfter(result, silent, message.transport);
  };
  const start = (message: QueuedMessage): void => {
    const work = deliverOne(message)
      .catch((error: unknown) => void bugs.push(error))
      .finally(() => flying.delete(work));
    flying.add(work);
  };
  const isOver = (): boolean => failure !== null || stop.signal !== null || bugs.length > 0;

  /** Null when the message may leave, else why it waits. */
  const turn = async ({ recipient }: QueuedMessage): Promise<{ readonly why: string | null } | null> => {
    const wait = Math.max(0, next - performance.now());
    if (!isOver() && room.why(recipient) === null) {
      await pause(wait, stop);
      until += wait;
    }
    // What is on its way may still come back and leave room.
    while (flying.size > 0 && (flying.size >= lines || isOver() || room.why(recipient) !== null))
      await Promise.race(flying);
    if (!isOver() && performance.now() > until) failure = slow(pace.total);
    if (isOver()) return { why: null };
    const why = room.why(recipient);
    return why === null ? null : { why };
  };

  try {
    for (const message of messages) {
      if (message.channel === "email" && allowed?.(message.recipient) === false) {
        if (stillStands(delivery, message, report)) report.keepBack(message);
        continue;
      }
      const waits = await turn(message);
      if (waits !== null) {
        // What a newer balance or the time has overtaken must not wait for room: it would hold its debtor for days.
        if (waits.why === null || stillStands(delivery, message, report))
          report.end(message, "waiting", waits.why);
      } else if (stillStands(delivery, message, report)) {
        next = performance.now() + 60_000 / pace.perMinute;
        start(message);
      }
    }
  } finally {
    await Promise.all(flying);
    // Before the line is closed: a server may take its time to say goodbye.
    try {
      record.flush();
    } finally {
      await transport.close();
    }
  }
  if (bugs.length > 0) throw bugs[0];
  return failure;
}
