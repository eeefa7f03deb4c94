import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { Outbox, QueuedMessage, TransportName } from "../store/outbox.ts";
import type { Pace } from "./allowance.ts";
import { deliverFiles } from "./deliver-files.ts";
import { deliverMail } from "./deliver-mail.ts";
import type { Journal } from "./journal.ts";
import { stillStands } from "./last-look.ts";
import type { FileTransport, MailTransport } from "./transport.ts";

export interface Delivery {
  readonly outbox: Outbox;
  readonly journal: Journal;
  /** A message whose transport is not here waits as long as it stands. */
  readonly transports: {
    readonly smtp?: MailTransport;
    readonly drafts?: FileTransport;
    readonly letters?: FileTransport;
    /** Programs of the user's, for e-mails and for letters. */
    readonly command?: MailTransport<QueuedMessage>;
    readonly post?: MailTransport<QueuedMessage>;
  };
  /** The company's day, under which it is recorded that a message left. */
  readonly today: () => Day;
  readonly now: () => Date;
  readonly pace: Pace;
  /** Whether e-mails may go to this address; where not, they wait (`email.allow_domains`). */
  readonly allowed?: (recipient: string) => boolean;
  /** Letters count once somebody says that they were posted (`letters.confirm_posted`). */
  readonly confirmPosted?: boolean;
  /** The last look before a message leaves: null, or why it must not any more (it is superseded then). */
  readonly recheck: (message: QueuedMessage) => string | null;
  readonly onProgress: (done: number, total: number) => void;
  /** Turns non-null on SIGINT or SIGTERM: the message in hand is finished, the rest waits. */
  readonly stop: { readonly signal: string | null };
}

export type Ending =
  | "sent"
  | "drafted"
  | "printed"
  | "deferred"
  | "refused"
  | "uncertain"
  | "superseded"
  /** Still queued: it did not reach the server, or was not tried. */
  | "waiting";

export interface Delivered {
  readonly counts: Readonly<Record<Ending, number>>;
  /** What was written, relative to the company folder. */
  readonly files: readonly string[];
  /** How each message ended, with the server's reply or our reason; in the order in which they were looked at. */
  readonly messages: readonly {
    readonly id: string;
    readonly ending: Ending;
    readonly note: string | null;
  }[];
  /** E-mails to domains that are not allowed: they wait. */
  readonly keptBack: number;
  /** Why it stopped before the end: the mail server (69, or 3 once something had left) or its set-up (78). */
  readonly stopped: Failure | null;
}

/** What the parts of a delivery write down together. */
export interface Report {
  readonly end: (message: QueuedMessage, ending: Ending, note?: string | null) => void;
  readonly wrote: (...files: readonly string[]) => void;
  readonly keepBack: (message: QueuedMessage) => void;
}

export const NOTHING_DELIVERED: Delivered = {
  counts: {
    sent: 0,
    drafted: 0,
    printed: 0,
    deferred: 0,
    refused: 0,
    uncertain: 0,
    superseded: 0,
    waiting: 0,
  },
  files: [],
  messages: [],
  keptBack: 0,
  stopped: null,
};

function reporting(total: number, onProgress: Delivery["onProgress"]) {
  const counts: Record<Ending, number> = { ...NOTHING_DELIVERED.counts };
  const files: string[] = [];
  const kept = { count: 0 };
  const messages: { id: string; ending: Ending; note: string | null }[] = [];
  const report: Report = {
    end: ({ id }, ending, note = null) => {
      counts[ending] += 1;
      messages.push({ id, ending, note });
      onProgress(messages.length, total);
    },
    wrote: (...written) => void files.push(...written),
    keepBack: (message) => {
      kept.count += 1;
      report.end(message, "waiting", `${message.recipient} is in none of email.allow_domains`);
    },
  };
  return { counts, files, messages, report, kept };
}

/**
 * Takes every message that may leave through its states: files first, then mail. Holds the rule that a message is
 * never knowingly sent twice; the caller holds the lock, has recovered what a killed run left, and has compared the
 * journal with the store. Throws only what is no part of delivering: a disk that is full, a bug.
 */
export async function deliver(delivery: Delivery): Promise<Delivered> {
  const { outbox, transports, onProgress } = delivery;
  const waiting = outbox.waiting();
  const { counts, files, messages, report, kept } = reporting(waiting.length, onProgress);
  const of = (name: TransportName): QueuedMessage[] => waiting.filter(({ transport }) => transport === name);
  const leave = (list: readonly QueuedMessage[]): void => {
    for (const message of list) {
      if (stillStands(delivery, message, report)) report.end(message, "waiting", notConfigured(message));
    }
  };

  for (const [name, ending] of [
    ["letters", "printed"],
    ["drafts", "drafted"],
  ] as const) {
    const transport = transports[name];
    if (transport === undefined) leave(of(name));
    else await deliverFiles(delivery, transport, ending, of(name), report);
  }
  let failure: Failure | null = null;
  const byProgram = of("command");
  for (const [transport, list] of [
    [transports.smtp, of("smtp")],
    [transports.command, byProgram.filter(({ channel }) => channel === "email")],
    [transports.post, byProgram.filter(({ channel }) => channel !== "email")],
  ] as const) {
    if (transport === undefined) leave(list);
    else failure = (await deliverMail(delivery, transport, list, report)) ?? failure;
  }
  const left = messages.length - counts.superseded - counts.waiting > 0;
  return {
    counts,
    files,
    messages,
    keptBack: kept.count,
    stopped: failure === null ? null : asStopped(failure, left),
  };
}

const notConfigured = ({ id, transport }: QueuedMessage): string =>
  `it was written for ${transport}, which email.transport does not name any more; set it back, or: dunning outbox void ${id}`;

/** "Nothing was sent" (69) is not true any more once something has left. */
function asStopped(failure: Failure, left: boolean): Failure {
  return left && failure.exit === EXIT.mailServer ? new Failure(EXIT.partial, failure.problems) : failure;
}
