import { join } from "node:path";
import type { Context, Outcome } from "../context.ts";
import { type JournalLine, journalLines } from "../delivery/journal.ts";
import { EXIT } from "../problem.ts";
import type { Left, Trace } from "../store/outbox.ts";
import { withLockedCompany } from "./company.ts";
import { JOURNAL } from "./sent-journal.ts";

const ENDED: Readonly<Record<JournalLine["what"], Left["ended"]>> = {
  gate: "uncertain",
  sent: "sent",
  drafted: "sent",
  printed: "sent",
  deferred: "queued",
  refused: "refused",
  uncertain: "uncertain",
  resend: "queued",
  void: "void",
};

/** Every message of which a line is newer than the store, in the order in which they first appear. */
function leftSince(
  lines: Iterable<JournalLine>,
  { storeSeq, confirmPosted }: { readonly storeSeq: number; readonly confirmPosted: boolean },
): { left: Left[]; lastSeq: number } {
  const all = new Map<string, { last: JournalLine; gate: JournalLine | null; trace: Trace | null }>();
  let lastSeq = 0;
  for (const line of lines) {
    const { gate = null, trace = null } = all.get(line.message) ?? {};
    all.set(line.message, {
      last: line,
      gate: line.what === "gate" ? line : gate,
      trace: line.trace ?? trace,
    });
    lastSeq = line.seq;
  }
  const newer = [...all.values()].filter(({ last }) => last.seq > storeSeq);
  const left = newer.map(({ last, gate, trace }) => {
    const ended = last.what === "printed" && confirmPosted ? "printed" : ENDED[last.what];
    // What a person said later is dated by the day on which it left.
    const { at, day } = ended === "refused" ? last : (gate ?? last);
    const badAddress = last.badAddress === true;
    return {
      id: last.message,
      ended,
      at,
      day,
      badAddress,
      messageId: last.messageId,
      sha256: last.sha256,
      trace,
    };
  });
  return { left, lastSeq };
}

const CANNOT = [
  "the text and the recipient of those messages (what was sent stands in your mailbox or in the files)",
  "what became of them since: posted, returned, bounced, answered (confirm letters again, read the bounces again)",
  "tasks: the next run lists what still waits, under its own day",
  "what persons recorded since the copy was made: promises, disputes, holds, logs, approvals, changed addresses",
];

/** `dunning doctor --replay-journal`: a store that was restored from a backup learns what has left since. */
export async function replayJournal(context: Context): Promise<Outcome> {
  return await withLockedCompany(context, "doctor --replay-journal", "write", (company) => {
    const { store, today, folder } = company;
    const storeSeq = store.outbox.journalSeq();
    const { left, lastSeq } = leftSince(journalLines(join(folder, JOURNAL)), {
      storeSeq,
      confirmPosted: company.config.letters.confirm_posted,
    });
    const ahead = lastSeq > storeSeq;
    if (ahead) store.backupBefore();
    const done = ahead ? store.outbox.replay(left, lastSeq, today) : null;
    const { out } = context;
    if (done === null)
      out.say("The store knows of everything in sent.jsonl; there is nothing to catch up with.");
    else {
      const { sent, uncertain, refused, open, unknown, settledItems } = done;
      out.say(
        `Caught up with sent.jsonl (line ${storeSeq} to ${lastSeq}): sent ${sent}, uncertain ${uncertain}, refused ${refused}, to be planned again ${open}.`,
      );
      if (unknown > 0) out.say(`${unknown} messages went to debtors who are in no balance of this store.`);
      if (settledItems > 0)
        out.say(
          `${settledItems} documents of those messages are in no balance of this store: settled since.`,
        );
      out.say("\nWhat cannot be brought back:");
      for (const line of CANNOT) out.say(`  ${line}`);
      out.say(
        uncertain > 0
          ? "\nnext: dunning outbox list --state uncertain, then dunning run --dry-run"
          : "\nnext: dunning run --dry-run",
      );
    }
    return {
      exit: done !== null && done.uncertain > 0 ? EXIT.person : EXIT.done,
      company: company.company.name,
      asOf: today,
      summary: done === null ? "nothing to catch up with" : `caught up to line ${lastSeq}`,
      document: { replayed: done, lines: { from: storeSeq, to: lastSeq }, lost: done === null ? [] : CANNOT },
    };
  });
}
