import { inOrderOfWriting, type Person, type PersonRole } from "../core/person.ts";
import type { DebtorId, RejectedRow } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { Column } from "./column.ts";
import { isBlank, isRepeat } from "./header.ts";
import { type Structure, structureOf } from "./layout.ts";
import { LIMITS } from "./limits.ts";
import { type Master, MasterColumns, type MasterFault } from "./master.ts";
import { Owners } from "./owners.ts";
import { PERSONAL, personOf, personRole, roleColumn } from "./persons.ts";
import { indexOf } from "./shape.ts";
import { openTable } from "./table.ts";
import { kindOf } from "./words.ts";

export interface ContactsOptions {
  readonly encoding?: string;
  /** Of a workbook. */
  readonly sheet?: string;
}

/** One debtor of a contacts file, on one row or more: values by the keys of `debtor set`. Empty cells say nothing. */
export interface Contact {
  readonly debtor: DebtorId;
  /** With the person who is written to first. */
  readonly master: Master;
  /** All that the file names, that one first; empty where it says nothing of persons. */
  readonly persons: readonly Person[];
  readonly line: number;
}

export interface Contacts {
  readonly contacts: readonly Contact[];
  readonly rejected: readonly RejectedRow[];
  readonly rows: { readonly read: number; readonly blank: number; readonly rejected: number };
  readonly warnings: readonly string[];
}

/**
 * Reads master data of debtors: names, persons, e-mails, addresses, by the customer's code. Rows of one customer that
 * differ in persons alone name several. A row with a value that cannot be used is rejected whole. Throws Failure(65) for a file without customers, Failure(66) where there is none.
 */
export async function readContacts(path: string, options: ContactsOptions = {}): Promise<Contacts> {
  const table = await openTable(path, {
    encoding: options.encoding ?? null,
    delimiter: null,
    sheet: options.sheet ?? null,
  });
  const structure = structureOf(path, await table.first(LIMITS.sampleRows), null, "EUR");
  refuseOtherFiles(path, structure);
  const reader = new ContactRows(path, structure);
  await table.rows((cells, line) => reader.take(cells, line));
  const { contacts, rejected, read, blank } = reader;
  if (contacts.size === 0 && rejected.length === 0) throw noCustomers(path, structure);
  return {
    contacts: [...contacts.values()].map(contactOf),
    rejected,
    rows: { read, blank, rejected: rejected.length },
    warnings: table.warnings,
  };
}

/** What the rows of one customer have said so far. */
interface Known {
  readonly debtor: DebtorId;
  readonly line: number;
  master: Master;
  readonly persons: Person[];
}

function contactOf({ debtor, line, master, persons }: Known): Contact {
  const ordered = inOrderOfWriting(persons);
  const [first] = ordered;
  if (first === undefined) return { debtor, line, master, persons };
  const { name: contact, email, phone, language } = first;
  const own = Object.entries({ contact, email, phone, language }).filter(([, value]) => value !== null);
  // The keys stay in the order of the columns; of persons only the first one's count.
  const kept = Object.entries(master).filter(([key]) => key === "language" || !PERSONAL.includes(key));
  const order = new Map(Object.keys(master).map((key, at) => [key, at]));
  const values = [...new Map([...kept, ...own])].sort(
    ([a], [b]) => (order.get(a) ?? 99) - (order.get(b) ?? 99),
  );
  return { debtor, line, master: Object.fromEntries(values) as Master, persons: ordered };
}

class ContactRows {
  readonly contacts = new Map<DebtorId, Known>();
  readonly rejected: RejectedRow[] = [];
  read = 0;
  blank = 0;
  readonly #path: string;
  readonly #structure: Structure;
  readonly #owners: Owners;
  readonly #master: MasterColumns;
  readonly #role: Column | null;
  readonly #width: number;
  #headerRows: number;

  constructor(path: string, structure: Structure) {
    this.#path = path;
    this.#structure = structure;
    const { columns, header } = structure;
    const type = columns.find(({ role }) => role === "type");
    // "Type" in a list of customers is the kind of customer, where its cells say so.
    if (type !== undefined && structure.data.some(({ cells }) => kindOf(cells[type.index] ?? "") !== null))
      type.role = "kind";
    this.#role = roleColumn(columns);
    this.#owners = new Owners(columns);
    this.#master = new MasterColumns(columns);
    this.#width = header.cells.findLastIndex((cell) => cell !== "") + 1;
    this.#headerRows = header.rows;
  }

  take(cells: readonly string[], line: number): void {
    const { header } = this.#structure;
    if (line < header.line) return;
    if (this.#headerRows > 0) {
      this.#headerRows--;
      return;
    }
    if (isBlank(cells)) {
      this.blank++;
      return;
    }
    this.read++;
    if (isRepeat(header, cells)) return;
    if (cells.length < this.#width || !isBlank(cells.slice(this.#width))) {
      this.#reject(line, null, "", cells.join(" | ").slice(0, 120), {
        reason: `has ${cells.length} cells where ${this.#width} are expected`,
        fix: "look for a delimiter inside a text, and put such texts in quotation marks",
      });
      return;
    }
    const owner = this.#owners.of(cells);
    if (owner === null || owner === "damaged") {
      const column = header.cells[this.#owners.column] ?? "";
      this.#reject(line, null, column, cells[this.#owners.column] ?? "", {
        reason:
          owner === null ? "names no customer" : "is a code that a spreadsheet has turned into a number",
        fix: "write the code as it stands in the balance",
      });
      return;
    }
    let fault: MasterFault | null = null;
    const master = this.#master.read(cells, (each) => {
      fault ??= each;
    });
    const name = owner.name === null ? {} : { name: owner.name };
    const role = this.#role === null ? null : personRole(cells[this.#role.index] ?? "");
    if (fault === null) this.#add(owner.id, { ...name, ...master }, role, line);
    else this.#rejectValue(fault, line, owner.id);
  }

  #add(debtor: DebtorId, master: Master, role: PersonRole | null, line: number): void {
    const known = this.contacts.get(debtor);
    const person = PERSONAL.some((key) => key !== "language" && master[key] !== undefined)
      ? [personOf(master, role)]
      : [];
    if (known === undefined) {
      if (this.contacts.size >= LIMITS.summaryDebtors) throw tooMany(this.#path, line);
      this.contacts.set(debtor, { debtor, line, master, persons: person });
      return;
    }
    const differing = Object.keys(master).find(
      (key) =>
        !PERSONAL.includes(key) && known.master[key] !== undefined && known.master[key] !== master[key],
    );
    if (differing === undefined) {
      known.master = { ...master, ...known.master };
      const said = JSON.stringify(person);
      if (!known.persons.some((each) => JSON.stringify([each]) === said)) known.persons.push(...person);
      return;
    }
    const { header } = this.#structure;
    this.#reject(line, debtor, header.cells[this.#owners.column] ?? "", debtor, {
      reason: `stands on line ${known.line} too, with another ${differing}`,
      fix: "keep one row for each customer, or several that differ in the person alone",
    });
  }

  #rejectValue({ header, value, expected }: MasterFault, line: number, debtor: DebtorId): void {
    this.#reject(line, debtor, header, value, {
      reason: `is not ${expected}`,
      fix: "mend this cell and import the file again",
    });
  }

  #reject(
    line: number,
    debtor: DebtorId | null,
    column: string,
    value: string,
    { reason, fix }: { readonly reason: string; readonly fix: string },
  ): void {
    this.rejected.push({ line, debtor, column, value, reason, fix });
  }
}

function tooMany(path: string, line: number): Failure {
  const message = `a contacts file has at most ${LIMITS.summaryDebtors} customers`;
  return new Failure(EXIT.input, { code: "file-too-large", where: { file: path, line }, message });
}

function refuseOtherFiles(path: string, structure: Structure): void {
  const { columns } = structure;
  const owner = indexOf(columns, "debtor") !== -1 || indexOf(columns, "name") !== -1;
  if (!owner || new MasterColumns(columns).none) throw noCustomers(path, structure);
}

function noCustomers(path: string, { header }: Structure): Failure {
  return new Failure(EXIT.input, {
    code: "no-contacts",
    where: { file: path, line: Math.max(1, header.line) },
    message: "this file names no customers with something to know about them",
    found: header.cells.filter((cell) => cell !== "").join(", "),
    expected:
      "a column with the customers' codes, and columns such as E-mail, Address, Postcode, City, Country, Language",
    fix: "export the list of customers with their addresses",
  });
}
