import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import { cents } from "../src/core/money.ts";
import type { Action, ActionItem, Day, DebtorId, DebtorKey, Finished, ItemKey } from "../src/core/types.ts";
import { openDatabase } from "../src/store/database.ts";
import { eventsOf, type NewEvent } from "../src/store/events.ts";
import { type NewMessage, type Outbox, outbox, type QueueingRun } from "../src/store/outbox.ts";
import type { TransportName } from "../src/store/outbox-states.ts";

export const TODAY = "2026-11-23" as Day;
export const SENDER = "compta@example.com";

/** A store with one snapshot, debtors D01 to Dnn with two open items each, and a clock that the test turns. */
export interface Bench {
  readonly db: Database;
  readonly box: Outbox;
  readonly events: NewEvent[];
  readonly clock: { now: Date };
  /** A new run on the snapshot. */
  readonly run: () => QueueingRun;
  readonly stateOf: (id: string) => string;
  readonly levels: () => readonly (readonly [item: number, level: number, message: string, day: string])[];
}

export function bench(debtors = 3, file = ":memory:"): Bench {
  const db = openDatabase(file, "create");
  const clock = { now: new Date("2026-11-23T08:00:00.000Z") };
  db.prepare(
    `INSERT INTO snapshot (kind, file, files, sha256, as_of, imported_at, state, profile, report)
     VALUES ('balance', 'balance.csv', '[]', 'aa', '2026-11-22', '2026-11-22T07:00:00.000Z', 'accepted', '{}', '{}')`,
  ).run();
  const debtor = db.prepare("INSERT INTO debtor (key, id, name, first_seen) VALUES (?, ?, ?, '2026-01-01')");
  const item = db.prepare(
    `INSERT INTO item (key, debtor, number, currency, type, due, open, state, first_snapshot)
     VALUES (?, ?, ?, 'EUR', 'invoice', '2026-10-01', 10000, 'open', 1)`,
  );
  db.transaction(() => {
    for (let n = 1; n <= debtors; n++) {
      const id = `D${String(n).padStart(2, "0")}`;
      debtor.run(n, id, `Société ${id}`);
      for (const part of [0, 1]) item.run(n * 10 + part, n, `FA-${n}-${part}`);
    }
  })();
  const recorded: NewEvent[] = [];
  const chain = eventsOf(db, () => clock.now);
  const append = (event: NewEvent): void => {
    recorded.push(event);
    chain.append(event);
  };
  const insertRun = db.prepare(
    "INSERT INTO run (name, at, as_of, snapshot, plan_hash) VALUES (?, ?, ?, 1, 'h')",
  );
  return {
    db,
    box: outbox(db, { append, now: () => clock.now }),
    events: recorded,
    clock,
    run: () => {
      const count = db.prepare<[], number>("SELECT count(*) FROM run").pluck().get() ?? 0;
      const id = Number(insertRun.run(`8f3${count}`, clock.now.toISOString(), TODAY).lastInsertRowid);
      return { id, snapshot: 1, asOf: TODAY };
    },
    stateOf: (id) =>
      String(db.prepare<[string], string>("SELECT state FROM message WHERE id = ?").pluck().get(id)),
    levels: () =>
      db
        .prepare<[], [number, number, string, string]>(
          "SELECT item, level, message, day FROM item_level ORDER BY 1, 2",
        )
        .raw()
        .all(),
  };
}

export interface Wanted {
  readonly transport?: TransportName;
  readonly step?: string;
  readonly level?: number | null;
  readonly to?: string;
  readonly notAfter?: Day;
  readonly body?: string;
  readonly id?: string;
}

/** A finished message to debtor number `n`: its first item at the step's level, its second at level 10 or none. */
export function message(n: number, wanted: Wanted = {}): NewMessage {
  const { transport = "smtp", step = "firm", level = 30, to = `d${n}@example.org` } = wanted;
  const mail = transport !== "letters";
  const id = wanted.id ?? createHash("sha256").update(`${n} ${step}`).digest("hex").slice(0, 8);
  const items = [0, 1].map(
    (part): ActionItem => ({
      key: (n * 10 + part) as ItemKey,
      number: `FA-${n}-${part}`,
      type: "invoice",
      issued: null,
      due: "2026-10-01" as Day,
      dueDerived: false,
      daysOverdue: 53,
      open: cents(10000),
      disputed: cents(0),
      claimed: cents(10000),
      role: "claimed",
      level: level === null ? null : part === 0 ? level : 10,
    }),
  );
  const action: Action = {
    id,
    debtor: `D${String(n).padStart(2, "0")}` as DebtorId,
    debtorKey: n as DebtorKey,
    name: `Société D${n}`,
    currency: "EUR",
    cycle: 1,
    segment: "everybody",
    scenario: "standard",
    step,
    level,
    channel: mail ? "email" : "letter",
    language: "fr",
    languageFrom: "company",
    template: "firm",
    sender: null,
    contact: null,
    to: mail ? to : null,
    items,
    claimed: cents(20000),
    interest: cents(0),
    compensation: cents(0),
    charges: null,
    firstReminder: null,
    credits: cents(0),
    total: cents(20000),
    leader: `FA-${n}-0`,
    age: 53,
    reason: "",
    deadline: "2026-12-01" as Day,
    attach: [],
    finalWarning: false,
    formalNotice: false,
    state: "due",
    task: null,
    warnings: [],
  };
  const messageId = mail ? `${id}@example.com` : null;
  const body = wanted.body ?? `Relance pour FA-${n}-0\r\n.\r\n..deux points\r\nfin ${n}\r\n`;
  const text = mail
    ? `From: <${SENDER}>\r\nTo: <${to}>\r\nSubject: Relance ${n}\r\nMessage-ID: <${messageId}>\r\n\r\n${body}`
    : `%PDF-1.7 letter ${n} ${body}`;
  const bytes = Buffer.from(text);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const finished: Finished = {
    action,
    recipient: mail ? to : "post",
    subject: `Relance ${n}`,
    text: body,
    html: null,
    bytes,
    sha256,
    messageId,
    pages: mail ? null : 1,
    attachments: [],
    paymentCode: null,
  };
  return { finished, transport, notAfter: wanted.notAfter ?? ("2026-11-25" as Day) };
}
