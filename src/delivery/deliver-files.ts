import type { QueuedMessage } from "../store/outbox.ts";
import type { Delivery, Report } from "./deliver.ts";
import { stillStands } from "./last-look.ts";
import type { FileTransport } from "./transport.ts";

/** Drafts and letters: the files first, then what the store and the journal say of them. */
export async function deliverFiles(
  delivery: Delivery,
  transport: FileTransport,
  ending: "drafted" | "printed",
  messages: readonly QueuedMessage[],
  report: Report,
): Promise<void> {
  const { outbox, journal, now, today, stop, confirmPosted = false } = delivery;
  const lies = ending === "printed" && confirmPosted ? outbox.printed : outbox.filed;

  const record = (batch: readonly QueuedMessage[], files: readonly string[]): void => {
    const written = batch.map(({ id }, n) => ({ id, file: files[n] ?? "" }));
    const seqs = lies(written, today());
    const at = now().toISOString();
    journal.append(
      batch.map(({ id, messageId, sha256 }, n) => ({
        seq: seqs[n] ?? 0,
        at,
        day: today(),
        what: ending,
        message: id,
        messageId,
        sha256,
        trace: outbox.trace(id),
      })),
    );
    report.wrote(...files);
    batch.forEach((message, n) => report.end(message, ending, files[n] ?? null));
  };

  // A run that was killed between the rename and the commit: these left already, whatever has changed since.
  const found = messages.flatMap((message) => {
    const file = transport.find(message);
    return file === null ? [] : [{ message, file }];
  });
  if (found.length > 0) {
    outbox.startSending(...found.map(({ message }) => message.id));
    record(
      found.map(({ message }) => message),
      found.map(({ file }) => file),
    );
  }

  const known = new Set(found.map(({ message }) => message));
  const rest = messages.filter((message) => !known.has(message));
  for (const planned of transport.batches(rest)) {
    if (stop.signal !== null) {
      for (const message of planned) report.end(message, "waiting");
      continue;
    }
    const batch = planned.filter((message) => stillStands(delivery, message, report));
    if (batch.length === 0) continue;
    outbox.startSending(...batch.map(({ id }) => id));
    const outgoing = batch.map((message) => ({ message, bytes: outbox.bytesOf(message.id) }));
    const { placed, others } = await transport.write(outgoing);
    record(batch, placed);
    report.wrote(...others);
  }
}
