import type { Database } from "better-sqlite3";
import { addDays, daysBetween } from "../core/day.ts";
import type {
  Contact,
  Day,
  Debtor,
  DebtorId,
  DebtorKey,
  Dossier,
  InFlight,
  Ledger,
  OpenItem,
  Refusal,
  Task,
} from "../core/types.ts";
import { DEBTOR_COLUMNS, type DebtorRow, debtorRow } from "./debtor-rows.ts";
import { type ItemCells, ledgerQueries, type MessageRow, type TaskRow } from "./ledger-queries.ts";

export interface LedgerFilter {
  /** Only these, also without open items. */
  readonly debtors?: readonly DebtorId[];
}

/**
 * Everything the planner may know, debtor by debtor, ordered by id; those without open items are left out. Constant
 * memory; all of one moment. Write nothing to the store while walking through it.
 */
export type Ledgers = (filter?: LedgerFilter) => Iterable<Ledger>;

const CHUNK = 500;
const NEW_CUSTOMER_DAYS = 90;
const IN_FLIGHT: ReadonlySet<string> = new Set(["queued", "sending", "committing", "deferred", "uncertain"]);

/** What holds for all debtors alike. */
interface Background {
  /** The newest balance's date; null before the first one. */
  readonly asOf: Day | null;
  /** Debtors of the very first balance may be old customers: nobody knows. */
  readonly firstAsOf: Day | null;
  readonly unread: ReadonlyMap<string, number>;
}

/** Rows by debtor (and currency), in the order in which they came. */
function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

const dossierKey = (debtor: number, currency: string): string => `${debtor} ${currency}`;
const ofDossier = (row: { readonly debtor: number; readonly currency: string }): string =>
  dossierKey(row.debtor, row.currency);

function debtorOf(row: DebtorRow, emailBad: string | null, { asOf, firstAsOf }: Background): Debtor {
  const { key, id, firstSeen, master } = row;
  const text = (name: string): string | null => master[name] as string | null;
  const attrs: Record<string, string> = {};
  for (const name in master) {
    if (name.startsWith("attr.")) attrs[name.slice("attr.".length)] = String(master[name]);
  }
  const name = text("name");
  const email = text("email");
  const address = text("address");
  return {
    key,
    id,
    name: name === null || name === "" ? id : name,
    kind: (text("kind") ?? "unknown") as Debtor["kind"],
    contact: text("contact"),
    email,
    emailBad: emailBad !== null && emailBad === email,
    phone: text("phone"),
    address: address === null || address === "[]" ? [] : (JSON.parse(address) as string[]),
    postcode: text("postcode"),
    city: text("city"),
    country: text("country"),
    language: text("language") as Debtor["language"],
    vat: text("vat"),
    region: text("region"),
    sector: text("sector"),
    salesperson: text("salesperson"),
    strategic: master["strategic"] === 1,
    insured: master["insured"] === 1,
    insolvent: master["insolvent"] === 1,
    newCustomer:
      firstSeen !== null &&
      asOf !== null &&
      firstSeen !== firstAsOf &&
      daysBetween(firstSeen as Day, asOf) <= NEW_CUSTOMER_DAYS,
    attrs,
  };
}

function itemOf([
  ,
  currency,
  key,
  number,
  type,
  issued,
  due,
  dueDerived,
  original,
  open,
  level,
  courtesy,
]: ItemCells): OpenItem {
  return {
    key,
    number,
    type,
    issued: issued === "" ? null : issued,
    due,
    dueDerived: dueDerived === 1,
    original,
    open,
    currency,
    disputed: 0 as OpenItem["disputed"],
    promised: 0 as OpenItem["promised"],
    excluded: null,
    level: level ?? 0,
    courtesyFor: courtesy,
  };
}

function messageContact(row: MessageRow, items: Contact["items"]): Contact {
  return {
    scenario: row.scenario,
    step: row.step,
    level: row.level,
    channel: row.channel,
    day: row.sentOn as Day,
    deadline: row.deadline,
    finalWarning: row.finalWarning === 1,
    formalNotice: row.formalNotice === 1,
    cycle: row.cycle,
    cameBack: row.cameBackOn !== null,
    automatic: true,
    items,
  };
}

/** A call or visit that was made: a contact without a deadline, no automatic reminder. */
function taskContact(row: TaskRow): Contact {
  return {
    scenario: row.scenario,
    step: row.step,
    level: row.level,
    channel: row.channel,
    day: row.decided ?? row.listed,
    deadline: null,
    finalWarning: false,
    formalNotice: false,
    cycle: row.cycle,
    cameBack: false,
    automatic: false,
    items: (JSON.parse(row.items) as [Contact["items"][number], number | null][]).map(([item]) => item),
  };
}

const taskOf = ({ id, kind, step, cycle, listed, state, maximum, decided, reason }: TaskRow): Task => ({
  id,
  kind,
  step,
  cycle,
  listed,
  state,
  maximum,
  decided,
  reason,
});

/** Contacts of this cycle, and the last one before it; oldest first. */
function contactsOf(all: readonly Contact[], cycle: number): readonly Contact[] {
  const sorted = [...all].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const before = sorted.filter((contact) => contact.cycle < cycle).at(-1);
  return sorted.filter((contact) => contact.cycle === cycle || contact === before);
}

interface Chunk {
  readonly items: ReadonlyMap<string, readonly ItemCells[]>;
  readonly cycles: ReadonlyMap<string, readonly { readonly cycle: number; readonly partPaid: Day | null }[]>;
  readonly messages: ReadonlyMap<string, readonly MessageRow[]>;
  readonly claimed: ReadonlyMap<string, readonly { readonly item: Contact["items"][number] }[]>;
  readonly tasks: ReadonlyMap<string, readonly TaskRow[]>;
}

function dossierOf(debtor: DebtorKey, currency: string, items: readonly OpenItem[], chunk: Chunk): Dossier {
  const key = dossierKey(debtor, currency);
  const { cycle, partPaid } = chunk.cycles.get(key)?.[0] ?? { cycle: 1, partPaid: null };
  const messages = chunk.messages.get(key) ?? [];
  const tasks = chunk.tasks.get(key) ?? [];
  const sent = messages
    .filter(({ state }) => state === "sent")
    .map((row) =>
      messageContact(
        row,
        (chunk.claimed.get(row.id) ?? []).map(({ item }) => item),
      ),
    );
  const made = tasks.filter(({ kind, state }) => state === "done" && (kind === "call" || kind === "visit"));
  return {
    currency,
    items,
    cycle,
    contacts: contactsOf([...sent, ...made.map(taskContact)], cycle),
    tasks: tasks.filter((task) => task.cycle === cycle || task.state === "open").map(taskOf),
    inFlight: messages
      .filter(({ state }) => IN_FLIGHT.has(state))
      .map(({ id, step, state }) => ({ id, step, state: state as InFlight["state"] })),
    refusals: messages
      .filter((row) => row.state === "refused" && row.cycle === cycle && row.cameBackOn !== null)
      .map(
        ({ step, channel, cameBackOn }): Refusal => ({
          step,
          cycle,
          channel,
          from: addDays(cameBackOn as Day, 1),
        }),
      ),
    partPaid,
  };
}

function ledgerOf(row: DebtorRow, emailBad: string | null, background: Background, chunk: Chunk): Ledger {
  const byCurrency = grouped(chunk.items.get(String(row.key)) ?? [], ([, currency]) => currency);
  return {
    debtor: debtorOf(row, emailBad, background),
    dossiers: [...byCurrency].map(([currency, cells]) =>
      dossierOf(row.key, currency, cells.map(itemOf), chunk),
    ),
    unreadRows: background.unread.get(row.id) ?? 0,
  };
}

type DebtorCells = readonly (string | number | null)[];

export function ledgersOf(db: Database): Ledgers {
  const queries = ledgerQueries(db);
  const columns = `d.email_bad, ${DEBTOR_COLUMNS}`;
  const next = db
    .prepare<[string, number], DebtorCells>(
      `SELECT ${columns} FROM debtor d
       WHERE d.id > ? AND EXISTS (SELECT 1 FROM item i WHERE i.debtor = d.key AND i.state = 'open')
       ORDER BY d.id LIMIT ?`,
    )
    .raw();
  const named = db
    .prepare<[string], DebtorCells>(
      `SELECT ${columns} FROM debtor d WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id`,
    )
    .raw();

  const chunkOf = (keys: readonly number[]): Chunk => {
    const list = JSON.stringify(keys);
    const messages = queries.messages(list);
    const sent = messages.filter(({ state }) => state === "sent").map(({ id }) => id);
    return {
      items: grouped(queries.items(list), ([debtor]) => String(debtor)),
      cycles: grouped(queries.dossiers(list), ofDossier),
      messages: grouped(messages, ofDossier),
      claimed: grouped(
        sent.length === 0 ? [] : queries.claimed(JSON.stringify(sent)),
        ({ message }) => message,
      ),
      tasks: grouped(queries.tasks(list), ofDossier),
    };
  };
  function* walk(filter: LedgerFilter): Generator<Ledger, void, void> {
    const background = queries.background();
    const { debtors } = filter;
    const read = (after: string): readonly DebtorCells[] =>
      debtors === undefined ? next.all(after, CHUNK) : named.all(JSON.stringify(debtors));
    for (let cells = read(""); cells.length > 0; ) {
      const rows = cells.map(([emailBad, ...rest]) => ({
        row: debtorRow(rest),
        emailBad: emailBad as string | null,
      }));
      const chunk = chunkOf(rows.map(({ row }) => row.key));
      for (const { row, emailBad } of rows) yield ledgerOf(row, emailBad, background, chunk);
      cells = debtors === undefined ? read(rows.at(-1)?.row.id ?? "") : [];
    }
  }
  return function* ledgers(filter = {}) {
    // One read transaction: an import that commits meanwhile is not half seen.
    const own = !db.inTransaction;
    if (own) db.exec("BEGIN");
    try {
      yield* walk(filter);
    } finally {
      if (own && db.inTransaction) db.exec("COMMIT");
    }
  };
}
