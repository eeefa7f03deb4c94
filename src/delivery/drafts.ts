import { join, posix } from "node:path";
import type { QueuedMessage } from "../store/outbox.ts";
import { dropHalf, holds, ownName, privateFolder, runFolder, writeWhole } from "./files.ts";
import type { FileTransport } from "./transport.ts";

/** So many drafts share one commit. */
const TOGETHER = 50;

const placeOf = ({ id, run }: QueuedMessage): string =>
  posix.join("drafts", runFolder(run), ownName(`${id}.eml`));

/**
 * E-mails as .eml files in `<company>/drafts/<date>-<run>/<id>.eml`: a mail program opens and sends them.
 * The date is the day for which the run planned.
 */
export function drafts(company: string): FileTransport {
  return {
    batches: (messages) =>
      Array.from({ length: Math.ceil(messages.length / TOGETHER) }, (_, n) =>
        messages.slice(n * TOGETHER, (n + 1) * TOGETHER),
      ),
    find: (message) => {
      const place = placeOf(message);
      if (holds(join(company, place), message.sha256)) return place;
      dropHalf(join(company, place));
      return null;
    },
    write: async (batch) => {
      privateFolder(join(company, "drafts"));
      const placed = batch.map(({ message, bytes }) => {
        privateFolder(join(company, "drafts", runFolder(message.run)));
        const place = placeOf(message);
        writeWhole(join(company, place), bytes);
        return place;
      });
      return { placed, others: [] };
    },
  };
}
