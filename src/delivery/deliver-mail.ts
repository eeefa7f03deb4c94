import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, Failure } from "../problem.ts";
import type { QueuedMessage } from "../store/outbox.ts";
import type { Delivery, Report } from "./deliver.ts";
import type { JournalLine } from "./journal.ts";
import { stillStands } from "./last-look.ts";
import type { MailOutcome, MailTransport } from "./transport.ts";

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

function unreachable(reason: string): Failure {
  return new Failure(EXIT.mailServer, {
    code: "mail-server",
    message: "the mail server cannot be used; what has not left stays queued",
    found: reason,
    fix: "check email.smtp and the network, then: dunning run",
  });
}

/**
 * One message through gate and outcome. The store knows of each step before the journal does. A set-up that is wrong
 * is returned as a Failure: the message is queued again.
 */
async function handOver(
  { outbox, journal, now, today }: Delivery,
  transport: MailTransport,
  message: QueuedMessage,
): Promise<MailOutcome | Failure> {
  const { id, messageId, sha256, attempts } = message;
  let traced = false;
  const write = (
    seq: number,
    what: JournalLine["what"],
    more: Pick<JournalLine, "badAddress"> = {},
  ): void => {
    const trace = traced ? {} : { trace: outbox.trace(id) };
    journal.append([
      { seq, at: now().toISOString(), day: today(), what, message: id, messageId, sha256, ...more, ...trace },
    ]);
    traced = true;
  };
  const commit = (): void => write(outbox.commitGate(id, today()), "gate");
  const bytes = outbox.bytesOf(id);
  outbox.startSending(id);
  let outcome: MailOutcome;
  try {
    outcome = await transport.send({ message, bytes }, commit);
  } catch (error) {
    if (!(error instanceof Failure) || error.exit !== EXIT.config) throw error;
    outbox.notReached(id, error.problems[0].message);
    return error;
  }
  switch (outcome.kind) {
    case "sent":
      write(outbox.sent(id, outcome.reply, today()), "sent");
      break;
    case "refused":
      write(
        outbox.refused(id, outcome.reply, today(), outcome.address),
        "refused",
        outcome.address ? { badAddress: true } : {},
      );
      break;
    case "uncertain":
      write(outbox.uncertain(id, outcome.reason, today()), "uncertain");
      break;
    case "deferred": {
      const wait = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS);
      write(outbox.deferred(id, outcome.reply, new Date(now().getTime() + wait)), "deferred");
      break;
    }
    case "not-reached":
      outbox.notReached(id, outcome.reason);
      break;
  }
  return outcome;
}

/** Whether the server is in no state to take the next message. `silent`: messages in a row without an answer. */
function mustStop(outcome: MailOutcome, silent: number): boolean {
  if (outcome.kind === "not-reached" && !outcome.ready) return true;
  return (outcome.kind === "deferred" && outcome.closing) || silent >= SILENT_IN_A_ROW;
}

const noteOf = (outcome: MailOutcome): string => ("reply" in outcome ? outcome.reply : outcome.reason);

/**
 * E-mails one by one at the pace of the configuration. Returns why it stopped before the end, else null: the server is
 * not there, takes nothing more, or does not answer; credentials, certificate or sender are wrong.
 */
export async function deliverMail(
  delivery: Delivery,
  transport: MailTransport,
  messages: readonly QueuedMessage[],
  report: Report,
): Promise<Failure | null> {
  const { outbox, today, pace, stop, allowed } = delivery;
  let failure: Failure | null = null;
  let room = pace.perDay - outbox.sentOn("smtp", today());
  let silent = 0;
  let next = 0;

  const deliverOne = async (message: QueuedMessage): Promise<void> => {
    const result = await handOver(delivery, transport, message);
    if (result instanceof Failure) {
      failure = result;
      report.end(message, "waiting", result.problems[0].message);
      return;
    }
    const note = noteOf(result);
    report.end(message, result.kind === "not-reached" ? "waiting" : result.kind, note);
    if (result.kind === "sent" || result.kind === "uncertain") room -= 1;
    silent = "reply" in result ? 0 : silent + 1;
    if (mustStop(result, silent)) failure = unreachable(note);
  };

  try {
    for (const message of messages) {
      if (allowed?.(message.recipient) === false) {
        report.keepBack(message);
        continue;
      }
      const open = failure === null && room > 0;
      if (open) await pause(next - performance.now(), stop);
      if (!open || stop.signal !== null) report.end(message, "waiting");
      else if (stillStands(delivery, message, report)) {
        next = performance.now() + 60_000 / pace.perMinute;
        await deliverOne(message);
      }
    }
  } finally {
    await transport.close();
  }
  return failure;
}
