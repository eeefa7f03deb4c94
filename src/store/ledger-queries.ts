import type { Database } from "better-sqlite3";
import type { Person } from "../core/person.ts";
import type {
  Cents,
  Channel,
  Day,
  Debtor,
  DebtorId,
  DebtorKey,
  InFlight,
  ItemKey,
  ItemMark,
  ItemType,
  Task,
} from "../core/types.ts";

/** What holds for all debtors alike. */
export interface Background {
  /** The newest balance's date; null before the first one. */
  readonly asOf: Day | null;
  /** Date of the very first balance: whether its debtors were new then, nobody knows. */
  readonly firstAsOf: Day | null;
  /** Rows of the newest balance that could not be read, by debtor. */
  readonly unread: ReadonlyMap<string, number>;
  readonly doubts: ReadonlyMap<string, string>;
  /** E-mail addresses (lower case) that were refused, or from which mail came back. */
  readonly badEmails: ReadonlySet<string>;
}

type Text = string | null;
/** As tuples, in the order of the columns: rows come by the hundred thousand. */
export type DebtorCells = readonly [
  key: DebtorKey,
  id: DebtorId,
  name: string,
  kind: "business" | "consumer" | null,
  contact: Text,
  email: Text,
  phone: Text,
  address: string,
  postcode: Text,
  city: Text,
  country: Text,
  language: Debtor["language"],
  vat: Text,
  terms: Text,
  channel: Debtor["channel"],
  region: Text,
  sector: Text,
  salesperson: Text,
  strategic: number,
  insured: number,
  insolvent: number,
  score: number | null,
  creditLimit: Text,
  firstSeen: Day | null,
  attrs: string,
  charges: Text,
];

export type ItemCells = readonly [
  debtor: DebtorKey,
  currency: string,
  key: ItemKey,
  number: string,
  type: ItemType,
  issued: Day | "",
  due: Day | null,
  dueDerived: number,
  original: Cents | null,
  open: Cents,
  level: number | null,
  courtesy: Day | null,
  mark: ItemMark | null,
  partPaid: Day | null,
];

export interface MessageRow {
  readonly debtor: number;
  readonly currency: string;
  readonly cycle: number;
  readonly id: string;
  readonly scenario: string;
  readonly step: string;
  readonly level: number | null;
  readonly channel: Channel;
  readonly state: InFlight["state"] | "sent" | "refused";
  readonly sentOn: Day | null;
  readonly deadline: Day | null;
  readonly finalWarning: number;
  readonly formalNotice: number;
  readonly cameBackOn: Day | null;
  readonly to: string;
}

export interface TaskRow extends Task {
  readonly debtor: number;
  readonly currency: string;
  readonly scenario: string;
  readonly level: number | null;
  readonly channel: Channel;
  readonly items: string;
}

export interface TakeoverRow {
  readonly debtor: number;
  readonly currency: string;
  readonly cycle: number;
  readonly scenario: string;
  readonly step: string;
  readonly level: number;
  readonly channel: Channel;
  readonly day: Day;
  readonly finalWarning: number;
  readonly formalNotice: number;
  readonly items: string;
}

// Every list of debtors is a JSON array of keys: one statement for chunks of any size.
const AMONG = "IN (SELECT value FROM json_each(?))";

const DEBTORS = `
SELECT d.key, d.id, d.name, d.kind, d.contact, d.email, d.phone, d.address, d.postcode, d.city, d.country,
  d.language, d.vat, d.terms, d.channel, d.region, d.sector, d.salesperson, d.strategic, d.insured, d.insolvent, d.score, d.credit_limit, d.first_seen, d.attrs, d.charges
FROM debtor d`;

const ITEMS = `
SELECT i.debtor, i.currency, i.key, i.number, i.type, i.issued, i.due, i.due_derived, i.original, i.open,
  (SELECT max(l.level) FROM item_level l WHERE l.item = i.key AND l.life = i.life),
  (SELECT c.due FROM item_courtesy c WHERE c.item = i.key AND c.due = i.due), i.mark,
  CASE WHEN i.original IS NULL OR i.open < i.original THEN (SELECT max(s.as_of) FROM change p JOIN snapshot s ON s.id = p.snapshot
    WHERE p.item = i.key AND p.kind = 'part-paid' AND s.state = 'accepted') END
FROM item i WHERE i.state = 'open' AND i.debtor ${AMONG} ORDER BY i.debtor, i.currency, i.key`;

const MESSAGES = `
SELECT debtor, currency, cycle, id, scenario, step, level, channel, state, sent_on AS sentOn, deadline,
  final_warning AS finalWarning, formal_notice AS formalNotice, came_back_on AS cameBackOn,
  recipient AS "to"
FROM message
WHERE debtor ${AMONG} AND state IN ('queued', 'sending', 'committing', 'printed', 'sent', 'deferred', 'refused', 'uncertain')
ORDER BY debtor, currency, sent_on, sent_at, id`;

const TASKS = `
SELECT debtor, currency, id, kind, scenario, step, level, channel, cycle, items, listed_on AS listed, state, maximum,
  decided_on AS decided, reason
FROM task WHERE debtor ${AMONG} ORDER BY listed_on, listed_at, id`;

const TAKEOVERS = `
SELECT debtor, currency, cycle, scenario, step, level, channel, day, final_warning AS finalWarning,
  formal_notice AS formalNotice, items
FROM takeover WHERE debtor ${AMONG} ORDER BY day`;

const UNREAD = `
SELECT debtor_id AS id, count(*) AS n FROM rejected_row
WHERE debtor_id IS NOT NULL AND snapshot = ? GROUP BY debtor_id`;

const DOUBTS = `
SELECT debtor_id AS id, reason, min(rowid) FROM doubt WHERE snapshot = ? GROUP BY debtor_id`;

/** The statements behind the ledgers; the lists are JSON arrays. */
export function ledgerQueries(db: Database) {
  const debtors = db
    .prepare<[string, Day | null, number], DebtorCells>(
      `${DEBTORS} WHERE d.id > ? AND (EXISTS (SELECT 1 FROM item i WHERE i.debtor = d.key AND i.state = 'open')
         OR d.key IN (SELECT c.debtor FROM dossier_change c JOIN snapshot s ON s.id = c.snapshot
           WHERE s.state = 'accepted' AND s.as_of >= ? AND c.cycle_after > c.cycle_before))
       ORDER BY d.id LIMIT ?`,
    )
    .raw();
  const named = db.prepare<[string], DebtorCells>(`${DEBTORS} WHERE d.id ${AMONG} ORDER BY d.id`).raw();
  const items = db.prepare<[string], ItemCells>(ITEMS).raw();
  const messages = db.prepare<[string], MessageRow>(MESSAGES);
  const claimed = db.prepare<[string], { message: string; item: ItemKey }>(
    `SELECT message, item FROM message_item WHERE message ${AMONG} AND role = 'claimed' ORDER BY message, item`,
  );
  const dossiers = db.prepare<
    [string],
    { debtor: number; currency: string; cycle: number; partPaid: Day | null }
  >(`SELECT debtor, currency, cycle, part_paid AS partPaid FROM dossier WHERE debtor ${AMONG}`);
  const tasks = db.prepare<[string], TaskRow>(TASKS);
  const takeovers = db.prepare<[string], TakeoverRow>(TAKEOVERS);
  const newest = db.prepare<[], { id: number; asOf: Day }>(
    "SELECT id, as_of AS asOf FROM snapshot WHERE state = 'accepted' ORDER BY as_of DESC, id DESC LIMIT 1",
  );
  const first = db
    .prepare<[], Day | null>("SELECT min(as_of) FROM snapshot WHERE state IN ('accepted', 'replaced')")
    .pluck();
  const unread = db.prepare<[number], { id: string; n: number }>(UNREAD);
  const doubts = db.prepare<[number], { id: string; reason: string }>(DOUBTS);
  const persons = db.prepare<[string], Person & { debtor: DebtorKey }>(
    `SELECT debtor, name, role, email, phone, language FROM person WHERE debtor ${AMONG} ORDER BY debtor, position`,
  );
  const badEmails = db.prepare<[], string>("SELECT address FROM bad_email").pluck();
  const badPlaces = db.prepare<[string], { debtor: DebtorKey; place: string }>(
    `SELECT debtor, place FROM bad_place WHERE debtor ${AMONG}`,
  );
  const answers = db.prepare<[string], { debtor: DebtorKey; key: number; day: Day }>(
    `SELECT debtor, id AS key, day FROM answer WHERE read_on IS NULL AND debtor ${AMONG} ORDER BY debtor, day, id`,
  );
  return {
    badPlaces: (keys: string) => badPlaces.all(keys),
    answers: (keys: string) => answers.all(keys),
    /** Of debtors of whom several are known, the one who is written to first. */
    persons: (keys: string) => persons.all(keys),
    /** The next ones with open items, by id; with a day, also those whose cycle a balance since then has ended. */
    debtors: (after: string, since: Day | null, limit: number) => debtors.all(after, since, limit),
    named: (ids: string) => named.all(ids),
    items: (keys: string) => items.all(keys),
    messages: (keys: string) => messages.all(keys),
    claimed: (ids: string) => claimed.all(ids),
    dossiers: (keys: string) => dossiers.all(keys),
    tasks: (keys: string) => tasks.all(keys),
    takeovers: (keys: string) => takeovers.all(keys),
    background: (): Background => {
      const balance = newest.get();
      const rows = balance === undefined ? [] : unread.all(balance.id);
      const doubtful = balance === undefined ? [] : doubts.all(balance.id);
      return {
        asOf: balance?.asOf ?? null,
        firstAsOf: first.get() ?? null,
        unread: new Map(rows.map(({ id, n }) => [id, n])),
        doubts: new Map(doubtful.map(({ id, reason }) => [id, reason])),
        badEmails: new Set(badEmails.all()),
      };
    },
  };
}
