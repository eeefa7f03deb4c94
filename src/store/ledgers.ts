import type { Database } from "better-sqlite3";
import type { Person } from "../core/person.ts";
import type {
  Answer,
  Contact,
  Day,
  DebtorId,
  DebtorKey,
  Dossier,
  ItemKey,
  Ledger,
  OpenItem,
  PaidOff,
} from "../core/types.ts";
import { type AgreementsChunk, ledgerAgreements } from "./ledger-agreements.ts";
import { ledgerCharges } from "./ledger-charges.ts";
import { type PaidChunk, paidDocuments } from "./ledger-paid.ts";
import { ledgerPaidOff } from "./ledger-paid-off.ts";
import {
  type Background,
  type DebtorCells,
  ledgerQueries,
  type MessageRow,
  type TakeoverRow,
  type TaskRow,
} from "./ledger-queries.ts";
import {
  debtorOf,
  inFlightOf,
  itemOf,
  messageContact,
  refusalOf,
  takeoverContact,
  taskContact,
  taskOf,
} from "./ledger-rows.ts";
import { type MovedItems, movedItemsOf } from "./moved-items.ts";
import { recordId } from "./record-id.ts";

export interface LedgerFilter {
  /** Only these, also without open items. */
  readonly debtors?: readonly DebtorId[];
  /** With what they have paid so far. */
  readonly paid?: boolean;
  /** Also those without open items that the balances since this day have shown to be paid. */
  readonly paidOffSince?: Day | null;
}

/**
 * Everything the planner may know, debtor by debtor, ordered by id; those without open items are left out. Constant
 * memory; all of one moment. Write nothing to the store while walking through it.
 */
export type Ledgers = (filter?: LedgerFilter) => Iterable<Ledger>;

const CHUNK = 500;

/** What belongs to a few hundred debtors, by dossier. */
interface Chunk {
  readonly persons: ReadonlyMap<DebtorKey, readonly Person[]>;
  readonly items: ReadonlyMap<DebtorKey, readonly OpenItem[]>;
  readonly cycles: ReadonlyMap<string, readonly { readonly cycle: number; readonly partPaid: Day | null }[]>;
  readonly messages: ReadonlyMap<string, readonly MessageRow[]>;
  /** Currencies in which the debtor got messages: the contact cap counts them, also where all is paid now. */
  readonly writtenIn: ReadonlyMap<number, readonly string[]>;
  readonly claimed: ReadonlyMap<string, readonly { readonly item: ItemKey }[]>;
  readonly tasks: ReadonlyMap<string, readonly TaskRow[]>;
  readonly takeovers: ReadonlyMap<string, readonly TakeoverRow[]>;
  readonly agreements: AgreementsChunk;
  /** Postal addresses from which letters came back. */
  readonly badPlaces: ReadonlyMap<DebtorKey, readonly string[]>;
  /** Answers that nobody has read yet. */
  readonly answers: ReadonlyMap<DebtorKey, readonly Answer[]>;
  readonly paid: PaidChunk | null;
  readonly paidOff: ReadonlyMap<string, PaidOff>;
  readonly moved: MovedItems;
  /** Writes onto items what was claimed of them beside the principal. */
  readonly charged: (items: readonly OpenItem[]) => readonly OpenItem[];
}

/** Rows by key, in the order in which they came. */
function grouped<K, T, V = T>(
  rows: readonly T[],
  keyOf: (row: T) => K,
  valueOf: (row: T) => V,
): ReadonlyMap<K, readonly V[]> {
  const groups = new Map<K, V[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [valueOf(row)]);
    else group.push(valueOf(row));
  }
  return groups;
}

const itself = <T>(row: T): T => row;
const dossierKey = (debtor: number, currency: string): string => `${debtor} ${currency}`;
const ofDossier = (row: { readonly debtor: number; readonly currency: string }): string =>
  dossierKey(row.debtor, row.currency);

/** Contacts of this cycle, and the last one of any other: a later one exists where an import was taken back. */
function contactsOf(all: readonly Contact[], cycle: number): readonly Contact[] {
  const sorted = [...all].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const before = sorted.filter((contact) => contact.cycle !== cycle).at(-1);
  return sorted.filter((contact) => contact.cycle === cycle || contact === before);
}

function dossierOf(debtor: DebtorKey, currency: string, items: readonly OpenItem[], chunk: Chunk): Dossier {
  const key = dossierKey(debtor, currency);
  const { cycle, partPaid } = chunk.cycles.get(key)?.[0] ?? { cycle: 1, partPaid: null };
  const messages = chunk.messages.get(key) ?? [];
  const tasks = chunk.tasks.get(key) ?? [];
  const sent = messages.filter(({ state }) => state === "sent");
  const contactOf = (row: MessageRow): Contact =>
    messageContact(
      row,
      (chunk.claimed.get(row.id) ?? []).map(({ item }) => item),
    );
  const moved = (contact: Contact): Contact => ({ ...contact, items: chunk.moved.both(contact.items) });
  const made = tasks.filter(({ kind, state }) => state === "done" && (kind === "call" || kind === "visit"));
  return {
    currency,
    items,
    cycle,
    contacts: contactsOf(
      [
        ...(chunk.takeovers.get(key) ?? []).map(takeoverContact),
        ...sent.filter(({ cameBackOn }) => cameBackOn === null).map(contactOf),
        ...made.map(taskContact),
        ...chunk.agreements.contacts(debtor, currency),
      ].map(moved),
      cycle,
    ),
    cameBack: sent
      .filter((row) => row.cameBackOn !== null && row.cycle === cycle)
      .map((row) => moved(contactOf(row))),
    tasks: tasks.filter((task) => task.cycle === cycle || task.state === "open").map(taskOf),
    inFlight: messages.map(inFlightOf).filter((each) => each !== null),
    refusals: messages
      .filter((row) => row.cycle === cycle)
      .map(refusalOf)
      .filter((each) => each !== null),
    partPaid,
    paidOff: chunk.paidOff.get(key) ?? null,
    ...chunk.agreements.of(debtor, currency, items),
  };
}

const NOBODY: readonly Person[] = [];
const NOWHERE: readonly string[] = [];

function ledgerOf(cells: DebtorCells, background: Background, chunk: Chunk): Ledger {
  const debtor = debtorOf(
    cells,
    background,
    chunk.persons.get(cells[0]) ?? NOBODY,
    chunk.badPlaces.get(cells[0]) ?? NOWHERE,
  );
  const items = chunk.charged(chunk.items.get(debtor.key) ?? []);
  const dossiers: Dossier[] = [];
  // Items come ordered by currency, and nearly always there is only one.
  for (let from = 0, to = 1; from < items.length; to++) {
    const currency = items[from]?.currency ?? "";
    if (items[to]?.currency === currency) continue;
    const own = from === 0 && to === items.length ? items : items.slice(from, to);
    dossiers.push(dossierOf(debtor.key, currency, own, chunk));
    from = to;
  }
  const known = new Set(dossiers.map(({ currency }) => currency));
  const past = [...(chunk.writtenIn.get(debtor.key) ?? []), ...chunk.agreements.promisedIn(debtor.key)];
  const paid = [...new Set(past)].filter((currency) => !known.has(currency));
  if (paid.length > 0) {
    dossiers.push(...paid.map((currency) => dossierOf(debtor.key, currency, [], chunk)));
    dossiers.sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }
  return {
    debtor,
    dossiers,
    unreadRows: background.unread.get(debtor.id) ?? 0,
    doubt: background.doubts.get(debtor.id) ?? null,
    paid: chunk.paid?.(debtor.key) ?? null,
    answer: chunk.answers.get(debtor.key)?.at(-1) ?? null,
  };
}

export function ledgersOf(db: Database): Ledgers {
  const queries = ledgerQueries(db);
  const agreements = ledgerAgreements(db);
  const paidBy = paidDocuments(db);
  const movedNow = movedItemsOf(db);
  const chargesOf = ledgerCharges(db);
  const paidOffOf = ledgerPaidOff(db);

  const chunkOf = (keys: readonly DebtorKey[], paid: boolean, paidOff: boolean): Chunk => {
    const list = JSON.stringify(keys);
    const messages = queries.messages(list);
    const sent = messages.filter(({ state }) => state === "sent").map(({ id }) => id);
    const claimed = sent.length === 0 ? [] : queries.claimed(JSON.stringify(sent));
    const moved = movedNow();
    return {
      persons: grouped(queries.persons(list), ({ debtor }) => debtor, itself),
      items: grouped(queries.items(list), ([debtor]) => debtor, itemOf),
      cycles: grouped(queries.dossiers(list), ofDossier, itself),
      messages: grouped(messages, ofDossier, itself),
      writtenIn: grouped(
        messages,
        ({ debtor }) => debtor,
        ({ currency }) => currency,
      ),
      claimed: grouped(claimed, ({ message }) => message, itself),
      tasks: grouped(queries.tasks(list), ofDossier, itself),
      takeovers: grouped(queries.takeovers(list), ofDossier, itself),
      agreements: agreements(list),
      badPlaces: grouped(
        queries.badPlaces(list),
        ({ debtor }) => debtor,
        ({ place }) => place,
      ),
      answers: grouped(
        queries.answers(list),
        ({ debtor }) => debtor,
        ({ key, day }) => ({ id: recordId("R", key), day }),
      ),
      paid: paid ? paidBy(list) : null,
      paidOff: paidOff ? paidOffOf(list, dossierKey) : new Map(),
      moved,
      charged: chargesOf(list, moved),
    };
  };
  function* walk({
    debtors,
    paid = false,
    paidOffSince = null,
  }: LedgerFilter): Generator<Ledger, void, void> {
    const background = queries.background();
    const read = (after: string): readonly DebtorCells[] =>
      debtors === undefined
        ? queries.debtors(after, paidOffSince, CHUNK)
        : queries.named(JSON.stringify(debtors));
    for (let rows = read(""); rows.length > 0; ) {
      const chunk = chunkOf(
        rows.map(([key]) => key),
        paid,
        debtors !== undefined || paidOffSince !== null,
      );
      for (const cells of rows) yield ledgerOf(cells, background, chunk);
      rows = debtors === undefined ? read(rows.at(-1)?.[1] ?? "") : [];
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
