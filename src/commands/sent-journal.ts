import { join } from "node:path";
import type { Context } from "../context.ts";
import { type JournalLine, lastSeqIn, openJournal, refuseOldStore } from "../delivery/journal.ts";
import type { Company } from "./company.ts";

/** Beside the store. */
export const JOURNAL = "sent.jsonl";

/** How far the sent journal is ahead of the store; null: it is not. Nothing is created or changed. */
export function behindJournal({ folder, store }: Pick<Company, "folder" | "store">): {
  readonly journal: number;
  readonly store: number;
} | null {
  const last = lastSeqIn(join(folder, JOURNAL));
  const own = store.outbox.journalSeq();
  return last > own ? { journal: last, store: own } : null;
}

/** A store that was restored from a backup does not know what has left since: nothing may be sent (5). */
export function refuseRestoredStore(company: Pick<Company, "folder" | "store">): void {
  const journal = openJournal(join(company.folder, JOURNAL));
  try {
    refuseOldStore(journal, company.store.outbox.journalSeq());
  } finally {
    journal.close();
  }
}

/** Tells the sent journal what a person has said of a message, once the store knows it (line `seq`). */
export function journalWord(
  { now }: Context,
  { store, folder, today }: Company,
  { id, what, seq }: { readonly id: string; readonly what: JournalLine["what"]; readonly seq: number },
): void {
  const { messageId, sha256 } = store.outbox.show(id);
  const journal = openJournal(join(folder, JOURNAL));
  try {
    journal.append([{ seq, at: now().toISOString(), day: today, what, message: id, messageId, sha256 }]);
  } finally {
    journal.close();
  }
}
