import type { Database } from "better-sqlite3";
import type { Day, DebtorKey } from "../core/types.ts";
import { atomic } from "./atomic.ts";
import type { BadAddresses } from "./bad-addresses.ts";
import type { LevelBook } from "./level-book.ts";
import type { MessageState } from "./outbox-states.ts";

export interface CameBack {
  /** The day on which it was seen. */
  readonly day: Day;
  /** For people. */
  readonly reason: string;
  /** A status of RFC 3463, or a word of ours: for the event, without personal data. */
  readonly code: string | null;
  /** The address is at fault: nothing is sent there any more. */
  readonly address: boolean;
}

/** What becomes of messages after they have left: letters are posted or returned, mail comes back. */
export interface Afterlife {
  /** Letters lie in their files, and count once they are posted. */
  readonly printed: (
    written: readonly { readonly id: string; readonly file: string }[],
    day: Day,
  ) => readonly number[];
  /** Somebody has posted a letter: it counts from that day. */
  readonly posted: (id: string, day: Day, registered: string | null) => void;
  /** A copy of a letter was made; the letter stays what it is. */
  readonly reprinted: (id: string, day: Day) => void;
  /** A registered letter was presented and not taken: it counts all the same. */
  readonly notTaken: (id: string, day: Day, reason: string) => void;
  /** It left and did not arrive: its levels are given back. False: that was known. */
  readonly cameBack: (id: string, how: CameBack) => boolean;
}

type Change = (values: Record<string, unknown>) => void;

/** What the outbox lends. */
interface Tools {
  readonly moves: Readonly<Record<"printed" | "posted" | "cameBack" | "noted" | "resolvedSent", Change>>;
  readonly book: LevelBook;
  readonly bad: BadAddresses;
  readonly read: (id: string) => {
    readonly state: MessageState;
    readonly debtor: DebtorKey;
    readonly channel: string;
    readonly recipient: string;
    readonly sentOn: Day | null;
    readonly cameBackOn: Day | null;
  };
  readonly tell: (kind: string, id: string, day: Day, more?: Record<string, string | boolean | null>) => void;
  readonly tellSent: (id: string, day: Day, code: number | null) => void;
  readonly seq: () => number;
  readonly at: () => string;
}

export function afterwards(
  db: Database,
  { moves, book, bad, read, tell, tellSent, seq, at }: Tools,
): Afterlife {
  return {
    printed: atomic(db, (written: readonly { readonly id: string; readonly file: string }[], day: Day) =>
      written.map(({ id, file }) => {
        moves.printed({ id, file });
        tell("letter-printed", id, day);
        return seq();
      }),
    ),
    posted: atomic(db, (id: string, day: Day, registered: string | null) => {
      // What counted from the day of its file counts from the day of posting now.
      moves.posted({ id, day, at: at(), registered });
      book.giveBack(id);
      book.record(id, day);
      tellSent(id, day, null);
    }),
    reprinted: atomic(db, (id: string, day: Day) => tell("letter-reprinted", id, day)),
    notTaken: atomic(db, (id: string, day: Day, reason: string) => {
      moves.noted({ id, reason });
      tell("letter-not-taken", id, day, { reason });
    }),
    cameBack: atomic(db, (id: string, { day, reason, code, address }: CameBack) => {
      const { state, sentOn, cameBackOn, recipient, debtor, channel } = read(id);
      if (state === "sent" && cameBackOn !== null) return false;
      // That it came back tells that it had left.
      if (state === "uncertain") {
        moves.resolvedSent({ id });
        tellSent(id, sentOn ?? day, null);
        tell("message-resolved", id, day, { as: "sent" });
      }
      moves.cameBack({ id, day, reason });
      book.giveBack(id);
      if (address && channel === "email") bad.flagEmail(recipient, day, reason);
      if (address && channel !== "email") bad.flagPlace(debtor, day, reason, id);
      tell("message-came-back", id, day, { code, address });
      return true;
    }),
  };
}
