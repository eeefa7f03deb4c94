import type { Database } from "better-sqlite3";
import { bareCode } from "../core/debtor-code.ts";
import type { Person } from "../core/person.ts";
import type { Day, DebtorId, DebtorKey } from "../core/types.ts";
import { EXIT, Failure, type Problem } from "../problem.ts";
import { canonicalIds } from "./aliases.ts";
import { atomic } from "./atomic.ts";
import { badAddressesOf } from "./bad-addresses.ts";
import { changeOf, type DebtorRow, debtorRows, isNothing, type SaidBy } from "./debtor-rows.ts";
import type { Events } from "./events.ts";
import { type Master, type MasterValue, readMaster } from "./master.ts";
import type { IgnoredValue } from "./staged-debtors.ts";

/** One row of a contacts file: values by the keys of `debtor set`; empty texts say nothing. */
export interface ContactRow {
  readonly debtor: DebtorId;
  readonly master: Readonly<Record<string, string>>;
  /** Who is known there, the one who is written to first; left out or empty: nothing is said of persons. */
  readonly persons?: readonly Person[];
  readonly line: number;
}

/** A new debtor whose code differs from a known one by case or leading zeros alone. */
export interface NearCode {
  readonly line: number;
  readonly debtor: DebtorId;
  readonly known: DebtorId;
}

export interface ContactCounts {
  /** Not known to the store: kept for the day on which a balance names them. */
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  /** How many debtors get another value, by key. */
  readonly keys: Readonly<Record<string, number>>;
  /** Values left alone because a person has set them with `debtor set`. */
  readonly kept: number;
  /** Values that could not be used; the debtor keeps what was known. */
  readonly ignored: readonly (IgnoredValue & { readonly line: number })[];
  readonly near: readonly NearCode[];
  /** Rows of merged codes, where the file has one of the code that counts too: that one was taken. */
  readonly merged: readonly { readonly line: number; readonly debtor: DebtorId; readonly into: DebtorId }[];
}

export interface DebtorName {
  readonly key: DebtorKey;
  readonly id: DebtorId;
  readonly name: string;
  /** As-of day of its first balance; null: only a contacts file names it. */
  readonly firstSeen: Day | null;
}

/** A debtor with everything that `debtor set` can set, by key. */
export interface DebtorRecord extends DebtorName {
  readonly master: Master;
  /** By key: imports leave alone what a person set, balances also what a contacts file said. */
  readonly saidBy: SaidBy;
  /** Codes that have been merged into this one. */
  readonly aliases: readonly DebtorId[];
  /** Where a contacts file names several, the one who is written to first. */
  readonly persons: readonly Person[];
}

export interface Debtors {
  /** All that a balance or a contacts file has named, by id. */
  readonly list: () => readonly DebtorName[];
  /** The names behind `attr.` that any debtor has, sorted. */
  readonly attributes: () => readonly string[];
  /** Whether the payment terms of anybody are known. */
  readonly anyTerms: () => boolean;
  /** By any of the customer's codes. */
  readonly get: (id: string) => DebtorRecord | null;
  /** By any of the customer's codes. Throws a Failure (2) with the nearest ids and names where there is none. */
  readonly find: (id: string) => DebtorRecord;
  /**
   * Sets values by key; an empty text takes the value away and leaves it to imports again. Returns the keys that changed, an
   * address that did not work and is entered once more among them. Throws a Failure (2) with every key and value that is wrong; then nothing is changed.
   */
  readonly set: (id: string, values: Readonly<Record<string, string>>, day: Day) => readonly string[];
  /** All rows, or with `dryRun` none of them; the counts are the same. */
  readonly importContacts: (
    rows: Iterable<ContactRow>,
    options: { readonly day: Day; readonly dryRun?: boolean },
  ) => ContactCounts;
}

const nameOf = (row: Pick<DebtorRow, "key" | "id" | "firstSeen" | "master">): DebtorName => ({
  key: row.key,
  id: row.id,
  name: String(row.master["name"] ?? "") || row.id,
  firstSeen: row.firstSeen as Day | null,
});

/** Every value that cannot be read, as problems; else the values. */
function readAll(id: string, values: Readonly<Record<string, string>>): Master {
  const problems: Problem[] = [];
  const read: Record<string, MasterValue> = {};
  for (const [key, text] of Object.entries(values)) {
    const reading = readMaster(key, text);
    if (reading.ok) read[key] = reading.value;
    else {
      problems.push({
        code: "debtor-value",
        message: `${key} of debtor ${id} cannot be set`,
        found: `${key}=${text}`,
        expected: reading.expected,
        fix: `dunning debtor set ${id} KEY=VALUE`,
      });
    }
  }
  const [first, ...rest] = problems;
  if (first !== undefined) throw new Failure(EXIT.usage, [first, ...rest]);
  return read;
}

function contactImporter(db: Database) {
  const table = debtorRows(db);
  const keys: Record<string, number> = {};
  const ignored: (IgnoredValue & { line: number })[] = [];
  const counts = { new: 0, changed: 0, unchanged: 0, kept: 0 };
  const alike: NearCode[] = [];
  const ids = db.prepare<[], DebtorId>("SELECT id FROM debtor").pluck().all();
  const known = new Map(ids.map((id) => [bareCode(id), id]));

  const claim = (debtor: DebtorId, said: readonly string[]): void => {
    const row = table.customer(debtor);
    if (row === null || said.every((key) => row.saidBy[key] !== undefined)) return;
    const contacts = Object.fromEntries(said.map((key) => [key, "contacts" as const]));
    table.setSaidBy(row.key, { ...contacts, ...row.saidBy });
  };
  const forget = db.prepare("DELETE FROM person WHERE debtor = ?");
  const remember = db.prepare(
    `INSERT INTO person (debtor, position, name, role, email, phone, language)
     VALUES (@debtor, @position, @name, @role, @email, @phone, @language)`,
  );
  /** A file that says who is there says it of all. */
  const setPersons = (id: DebtorId, persons: readonly Person[]): void => {
    const key = table.customer(id)?.key;
    if (key === undefined || persons.length === 0) return;
    forget.run(key);
    if (persons.length === 1) return;
    for (const [position, person] of persons.entries()) remember.run({ debtor: key, position, ...person });
  };
  const take = ({ debtor, master, line }: ContactRow): void => {
    const row = table.customer(debtor);
    const values: Record<string, MasterValue> = {};
    for (const [key, text] of Object.entries(master)) {
      if (text.trim() === "") continue;
      const reading = readMaster(key, text);
      if (!reading.ok) ignored.push({ debtor, key, value: text, expected: reading.expected, line });
      else if (row?.saidBy[key] === "person" && row.master[key] !== reading.value) counts.kept++;
      else values[key] = reading.value;
    }
    // Who chose the address by hand chose the person: no other name goes with it.
    if (row?.saidBy["email"] === "person" && values["email"] === undefined && master["email"] !== undefined) {
      for (const key of ["contact", "phone"]) {
        if (values[key] !== undefined) counts.kept++;
        delete values[key];
      }
    }
    const change = changeOf(row?.master ?? {}, values);
    for (const key of Object.keys(change.after)) keys[key] = (keys[key] ?? 0) + 1;
    if (row === null) {
      const like = known.get(bareCode(debtor));
      if (like !== undefined) alike.push({ line, debtor, known: like });
      known.set(bareCode(debtor), debtor);
      table.insert(debtor, values);
      claim(debtor, Object.keys(values));
      counts.new++;
      return;
    }
    claim(debtor, Object.keys(values));
    if (isNothing(change)) counts.unchanged++;
    else {
      table.write(row, change.after);
      counts.changed++;
    }
  };
  const canonical = canonicalIds(db);
  const takeAll = (rows: readonly ContactRow[]): ContactCounts => {
    const named = new Set(rows.map(({ debtor }) => debtor));
    const merged: ContactCounts["merged"][number][] = [];
    const done = new Set<DebtorId>();
    for (const row of rows) {
      const into = canonical(row.debtor);
      // Of several codes of one customer the one that counts is taken, else the first.
      const twice = into !== row.debtor && (named.has(into) || done.has(into));
      done.add(into);
      if (twice) merged.push({ line: row.line, debtor: row.debtor, into });
      else {
        take(row);
        setPersons(row.debtor, row.persons ?? []);
      }
    }
    return { ...counts, keys, ignored, near: alike, merged };
  };
  return { takeAll };
}

/** With the nearest codes and names. */
export function noSuchDebtor(db: Database, id: string): Failure {
  const near = db.prepare<{ text: string }, { id: string; name: string }>(
    `SELECT id, name FROM debtor
     WHERE merged_into IS NULL AND (instr(lower(id), lower(@text)) > 0 OR instr(lower(name), lower(@text)) > 0)
     ORDER BY length(id), id LIMIT 3`,
  );
  const close = near.all({ text: id.trim() }).map((each) => `${each.id} (${each.name})`);
  return new Failure(EXIT.usage, {
    code: "no-such-debtor",
    message: "there is no such debtor",
    found: id,
    expected: close.length > 0 ? close.join(", ") : "the customer's code in the accounting program",
    fix: "dunning debtors",
  });
}

export function debtorsOf(db: Database, events: Events): Debtors {
  const table = debtorRows(db);
  const bad = badAddressesOf(db);
  const all = db.prepare<[], DebtorName>(
    `SELECT key, id, CASE name WHEN '' THEN id ELSE name END AS name, first_seen AS firstSeen FROM debtor
     WHERE (first_seen IS NOT NULL OR name <> '') AND merged_into IS NULL ORDER BY id`,
  );
  const aliases = db
    .prepare<[number], DebtorId>("SELECT id FROM debtor WHERE merged_into = ? ORDER BY id")
    .pluck();
  const persons = db.prepare<[number], Person>(
    "SELECT name, role, email, phone, language FROM person WHERE debtor = ? ORDER BY position",
  );
  const get = (id: string): DebtorRecord | null => {
    const row = table.customer(id);
    if (row === null) return null;
    const { key, master, saidBy } = row;
    return { ...nameOf(row), master, saidBy, aliases: aliases.all(key), persons: persons.all(key) };
  };
  const find = (id: string): DebtorRecord => {
    const found = get(id);
    if (found === null) throw noSuchDebtor(db, id);
    return found;
  };

  const set = (id: string, values: Readonly<Record<string, string>>, day: Day): readonly string[] => {
    const { key } = find(id);
    const read = readAll(id, values);
    const row = table.byKey(key);
    const { after } = changeOf(row.master, read);
    table.write(row, after);
    const saidBy: Record<string, "person" | "contacts"> = { ...row.saidBy };
    for (const [name, text] of Object.entries(values)) {
      if (text.trim() === "") delete saidBy[name];
      else saidBy[name] = "person";
    }
    table.setSaidBy(key, saidBy);
    const given = (...names: readonly string[]) => names.filter((name) => values[name]?.trim());
    const place = given("address", "postcode", "city");
    const trusted = [
      ...(given("email").length > 0 && bad.trust(key, "email") ? ["email"] : []),
      ...(place.length > 0 && bad.trust(key, "place") ? place : []),
    ];
    const changed = [...new Set([...Object.keys(after), ...trusted])];
    if (changed.length > 0)
      events.append({ kind: "debtor-set", day, debtor: key, data: { keys: [...changed].sort() } });
    return changed;
  };

  const importContacts: Debtors["importContacts"] = (rows, { day, dryRun = false }) => {
    db.exec("BEGIN IMMEDIATE");
    try {
      const { ignored, keys, near: alike, merged, ...counts } = contactImporter(db).takeAll([...rows]);
      events.append({ kind: "contacts-imported", day, data: { ...counts, keys, ignored: ignored.length } });
      db.exec(dryRun ? "ROLLBACK" : "COMMIT");
      return { ...counts, keys, ignored, near: alike, merged };
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };

  const terms = db.prepare("SELECT 1 FROM debtor WHERE terms IS NOT NULL LIMIT 1");
  const attributes = db
    .prepare<[], string>(
      "SELECT DISTINCT e.key FROM debtor d JOIN json_each(d.attrs) e WHERE d.attrs <> '{}' ORDER BY 1",
    )
    .pluck();
  return {
    list: () => all.all(),
    attributes: () => attributes.all(),
    anyTerms: () => terms.get() !== undefined,
    get,
    find,
    set: atomic(db, set),
    importContacts,
  };
}
