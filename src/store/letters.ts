import type { Database } from "better-sqlite3";
import type { Channel, Currency, Day, DebtorId, DebtorKey, Language } from "../core/types.ts";
import { type MessageState, type ShownState, shownState } from "./outbox-states.ts";

/** A letter that lies in its file. */
export interface LetterRecord {
  readonly id: string;
  /** The name of its folder inside that of the letters. */
  readonly batch: string;
  /** Relative to the company folder. */
  readonly file: string;
  readonly debtor: DebtorId;
  readonly debtorKey: DebtorKey;
  readonly name: string;
  readonly currency: Currency;
  readonly step: string;
  readonly channel: Channel;
  readonly language: Language;
  readonly state: ShownState;
  /** Its step counts as carried out; false: nobody has said that it was posted. */
  readonly counts: boolean;
  readonly snapshot: number;
  /** The day for which it was planned. */
  readonly plannedOn: Day;
  readonly postedOn: Day | null;
  readonly registered: string | null;
  readonly cameBackOn: Day | null;
  readonly cameBack: string | null;
  readonly sha256: string;
}

export interface Letters {
  /** Newest batch first, in the order of the batch. */
  readonly all: () => readonly LetterRecord[];
}

const SELECT = `
SELECT m.id, m.file, d.id AS debtor, m.debtor AS debtorKey, CASE d.name WHEN '' THEN d.id ELSE d.name END AS name,
  m.currency, m.step, m.channel, m.language, m.state, m.snapshot, m.planned_on AS plannedOn, m.posted_on AS postedOn,
  m.registered, m.came_back_on AS cameBackOn, m.came_back AS cameBack, m.sha256
FROM message m JOIN debtor d ON d.key = m.debtor
WHERE m.transport = 'letters' AND m.file IS NOT NULL AND m.state IN ('printed', 'sent')
ORDER BY m.run DESC, m.file`;

type Row = Omit<LetterRecord, "state" | "batch" | "counts"> & { readonly state: MessageState };

export function lettersOf(db: Database): Letters {
  const all = db.prepare<[], Row>(SELECT);
  return {
    all: () =>
      all.all().map((row) => ({
        ...row,
        batch: row.file.split("/").at(-2) ?? "",
        state: shownState(row.state, "letters", row),
        counts: row.state === "sent",
      })),
  };
}
