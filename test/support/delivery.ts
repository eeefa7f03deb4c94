import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Pace } from "../../src/delivery/allowance.ts";
import { type Delivered, type Delivery, deliver } from "../../src/delivery/deliver.ts";
import { drafts } from "../../src/delivery/drafts.ts";
import { type JournalLine, openJournal } from "../../src/delivery/journal.ts";
import { letters } from "../../src/delivery/letters.ts";
import type { MessageState, TransportName } from "../../src/store/outbox.ts";
import { bench, message, TODAY, type Wanted } from "../outbox-fixture.ts";

export const UNPACED: Pace = {
  perMinute: Number.POSITIVE_INFINITY,
  perHour: Number.POSITIVE_INFINITY,
  perDay: 1000,
  perDomain: Number.POSITIVE_INFINITY,
  total: 3_600_000,
};

/** A company folder with a store and a journal, from which a test delivers as often as it likes. */
export function company(debtors: number, finished = onTestFinished) {
  const folder = mkdtempSync(join(tmpdir(), "dunning-deliver-"));
  finished(() => rmSync(folder, { recursive: true, force: true }));
  const made = bench(debtors);
  const path = join(folder, "sent.jsonl");
  const queue = (transport: TransportName, wanted: Wanted = {}): readonly string[] =>
    made.box.queue(
      made.run(),
      Array.from({ length: debtors }, (_, n) => message(n + 1, { transport, ...wanted })),
    );
  const go = async (more: Partial<Delivery> = {}): Promise<Delivered> => {
    const journal = openJournal(path);
    try {
      return await deliver({
        outbox: made.box,
        journal,
        transports: {},
        today: () => TODAY,
        now: () => made.clock.now,
        pace: UNPACED,
        recheck: () => null,
        onProgress: () => undefined,
        stop: { signal: null },
        ...more,
      });
    } finally {
      journal.close();
    }
  };
  const journal = (): JournalLine[] =>
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as JournalLine);
  const states = (): Partial<Record<MessageState, number>> =>
    Object.fromEntries(Object.entries(made.box.counts()).filter(([, n]) => n > 0));
  return { ...made, folder, path, queue, go, journal, states };
}

/** The counts that are not 0. */
export const counted = ({ counts }: Delivered): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));

export const files = (folder: string): Delivery["transports"] => ({
  drafts: drafts(folder),
  letters: letters({
    company: folder,
    folder: "letters",
    printFile: async (pdfs) => ({ bytes: Buffer.concat(pdfs), pages: pdfs.map(() => 1) }),
  }),
});
