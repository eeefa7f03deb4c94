import type { Database } from "better-sqlite3";
import type {
  Cents,
  ChangeKind,
  Channel,
  Currency,
  Day,
  DebtorId,
  DebtorKey,
  IncomingPayment,
  ItemKey,
  ItemType,
  Task,
} from "../core/types.ts";
import { type PeopleEntry, peopleHistory } from "./people-history.ts";

/** An item of a debtor, open or settled. */
export interface ItemRecord {
  readonly key: ItemKey;
  readonly number: string;
  readonly type: ItemType;
  readonly currency: Currency;
  readonly issued: Day | null;
  readonly due: Day | null;
  readonly original: Cents | null;
  /** What is open, or was when it was last seen. */
  readonly open: Cents;
  readonly state: "open" | "settled";
  readonly settledOn: Day | null;
}

/** What happened to a debtor, one thing a row. */
export type HistoryEntry =
  | {
      readonly kind: "item";
      readonly day: Day;
      readonly change: ChangeKind;
      readonly item: ItemKey;
      readonly number: string;
      readonly currency: Currency;
      /** What was open before (null: new) and after. */
      readonly before: Cents | null;
      readonly open: Cents;
      readonly snapshot: number;
    }
  | {
      readonly kind: "message";
      /** The day on which it was sent; planned for, where it was not. */
      readonly day: Day;
      readonly id: string;
      readonly step: string;
      readonly channel: Channel;
      readonly state: string;
      readonly transport: string;
      readonly to: string;
      readonly currency: Currency;
      readonly claimed: Cents;
    }
  | {
      readonly kind: "task";
      readonly day: Day;
      readonly id: string;
      readonly task: Task["kind"];
      readonly step: string;
      readonly state: Task["state"];
      readonly decided: Day | null;
      readonly reason: string | null;
    }
  | PeopleEntry
  | {
      /** A step that an older tool has carried out. */
      readonly kind: "takeover";
      readonly day: Day;
      readonly step: string;
      readonly channel: Channel;
      readonly currency: Currency;
    }
  | {
      /** Another code of this customer: what hung on it hangs on this one since. */
      readonly kind: "merged";
      readonly day: Day;
      readonly from: DebtorId;
    }
  | {
      readonly kind: "master";
      readonly day: Day;
      readonly keys: readonly string[];
      readonly by: "import" | "person";
    };

export interface Histories {
  /** Open first, then by due date. */
  readonly items: (debtor: DebtorKey) => readonly ItemRecord[];
  /** Invoices, or parts of them, that journals show as paid, oldest payment first. */
  readonly payments: (debtor: DebtorId) => readonly IncomingPayment[];
  /** Oldest first. */
  readonly of: (debtor: DebtorKey) => readonly HistoryEntry[];
}

type Entry<K> = Extract<HistoryEntry, { kind: K }>;

interface ItemChange {
  readonly item: ItemKey;
  readonly number: string;
  readonly currency: Currency;
  readonly open: Cents;
  readonly firstSnapshot: number;
  readonly firstDay: Day;
  readonly snapshot: number | null;
  readonly day: Day | null;
  readonly change: ChangeKind | null;
  readonly before: string | null;
  readonly after: string | null;
}

/** Only what still counts: the changes of a balance that was taken back did not happen. */
const CHANGES = `
SELECT i.key AS item, i.number, i.currency, i.open, i.first_snapshot AS firstSnapshot, f.as_of AS firstDay,
  s.id AS snapshot, s.as_of AS day, c.kind AS "change", c.before, c.after
FROM item i JOIN snapshot f ON f.id = i.first_snapshot
LEFT JOIN (change c JOIN snapshot s ON s.id = c.snapshot AND s.state = 'accepted') ON c.item = i.key
WHERE i.debtor = ? AND i.state <> 'absent' ORDER BY i.key, s.as_of, s.id`;

/** Walks each item's changes from what is open now back to what was open first. */
function itemEntries(rows: readonly ItemChange[]): readonly Entry<"item">[] {
  const entries: Entry<"item">[] = [];
  let open: Cents | null = null;
  let last: ItemKey | null = null;
  for (const row of [...rows].reverse()) {
    const { item, number, currency } = row;
    if (item !== last) open = row.open;
    last = item;
    const after: Cents = open ?? row.open;
    const before = (JSON.parse(row.before ?? "{}") as { open?: Cents }).open ?? after;
    if (row.change !== null && row.change !== "new" && row.day !== null && row.snapshot !== null) {
      const day = row.day;
      const gone = row.change === "settled" ? (0 as Cents) : after;
      entries.push({
        kind: "item",
        day,
        change: row.change,
        item,
        number,
        currency,
        before,
        open: gone,
        snapshot: row.snapshot,
      });
      open = before;
    }
    const first = rows.find((each) => each.item === item);
    if (first === row) {
      const { firstDay: day, firstSnapshot: snapshot } = row;
      entries.push({
        kind: "item",
        day,
        change: "new",
        item,
        number,
        currency,
        before: null,
        open: open ?? after,
        snapshot,
      });
    }
  }
  return entries;
}

/** The keys of a customer: his own, and those that were merged into it. */
const HIS =
  "IN (SELECT k.key FROM (SELECT ? AS own) c JOIN debtor k ON k.key = c.own OR k.merged_into = c.own)";

/** Journals overlap: what several of them show alike was paid once, as often as one of them has it. */
const PAYMENTS = `
SELECT debtor_id AS debtor, number, currency, issued, due, paid, amount, max(times) AS times FROM (
  SELECT p.*, count(*) AS times FROM payment p JOIN snapshot s ON s.id = p.snapshot AND s.state = 'accepted'
  WHERE p.debtor_id = ? GROUP BY p.snapshot, p.number, p.currency, p.issued, p.paid, p.amount)
GROUP BY number, currency, issued, paid, amount ORDER BY paid, number, amount`;

export function historiesOf(db: Database): Histories {
  const payments = db.prepare<[string], IncomingPayment & { times: number }>(PAYMENTS);
  const people = peopleHistory(db);
  const items = db.prepare<[number], ItemRecord>(
    `SELECT key, number, type, currency, nullif(issued, '') AS issued, due, original, open, state, settled_on AS settledOn
     FROM item WHERE debtor = ? AND state <> 'absent'
     ORDER BY state, due IS NULL, due, issued, number, ordinal`,
  );
  const changes = db.prepare<[number], ItemChange>(CHANGES);
  const messages = db.prepare<[number], Omit<Entry<"message">, "kind">>(
    `SELECT coalesce(sent_on, planned_on) AS day, id, step, channel, state, transport, recipient AS "to", currency, claimed
     FROM message WHERE debtor = ? ORDER BY queued_at, id`,
  );
  const tasks = db.prepare<[number], Omit<Entry<"task">, "kind">>(
    `SELECT listed_on AS day, id, kind AS task, step, state, decided_on AS decided, reason
     FROM task WHERE debtor = ? ORDER BY listed_at, id`,
  );
  const takeovers = db.prepare<[number], Omit<Entry<"takeover">, "kind">>(
    "SELECT DISTINCT day, step, channel, currency FROM takeover WHERE debtor = ? ORDER BY day, step",
  );
  const master = db.prepare<[number], { day: Day; after: string }>(
    `SELECT s.as_of AS day, c.after FROM debtor_change c JOIN snapshot s ON s.id = c.snapshot AND s.state = 'accepted'
     WHERE c.debtor ${HIS} ORDER BY s.as_of, s.id`,
  );
  const set = db.prepare<[number], { day: Day; data: string }>(
    `SELECT day, data FROM event WHERE debtor ${HIS} AND kind = 'debtor-set' ORDER BY seq`,
  );
  const merges = db.prepare<[number], { day: Day; from: DebtorId }>(
    `SELECT e.day, d.id AS "from" FROM event e JOIN debtor d ON d.key = e.data ->> 'from'
     WHERE e.debtor ${HIS} AND e.kind = 'debtor-merged' ORDER BY e.seq`,
  );
  return {
    payments: (debtor) =>
      payments
        .all(debtor)
        .flatMap(({ times, ...payment }) => Array.from({ length: times }, (): IncomingPayment => payment)),
    items: (debtor) => items.all(debtor),
    of: (debtor) => {
      const entries: HistoryEntry[] = [
        ...master.all(debtor).flatMap(({ day, after }) => {
          const keys = Object.keys(JSON.parse(after) as object).filter((key) => key !== "first_seen");
          return keys.length === 0 ? [] : [{ kind: "master" as const, day, keys, by: "import" as const }];
        }),
        ...set.all(debtor).map(({ day, data }) => ({
          kind: "master" as const,
          day,
          keys: (JSON.parse(data) as { keys: string[] }).keys,
          by: "person" as const,
        })),
        ...merges.all(debtor).map((each) => ({ kind: "merged" as const, ...each })),
        ...itemEntries(changes.all(debtor)).toReversed(),
        ...takeovers.all(debtor).map((each) => ({ kind: "takeover" as const, ...each })),
        ...people(debtor),
        ...tasks.all(debtor).map((task) => ({ kind: "task" as const, ...task })),
        ...messages.all(debtor).map((message) => ({ kind: "message" as const, ...message })),
      ];
      return entries.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
    },
  };
}
