import { basename } from "node:path";
import { type Entry, grouped, type Part, settleAccount } from "../core/lettering.ts";
import type { Cents, Currency, Day, DebtorId, RejectedRow } from "../core/types.ts";
import { forEachRecord, type Progress } from "./csv.ts";
import { documentNumber } from "./document-number.ts";
import { openFile, type Scan, scanFile } from "./encoding.ts";
import { isChosen, isSharedAccount, isUnchosenCustomers, Journals } from "./fec-accounts.ts";
import { type FecHeader, fecCells, fecHeader } from "./fec-columns.ts";
import { type FecRow, fecDay, fecRows } from "./fec-row.ts";
import { isBlank } from "./header.ts";

const HEAD = 16_384;

/** The header of a FEC, whatever its encoding; null where a file is something else. Throws Failure(66) where there is none. */
export async function recogniseFec(path: string): Promise<FecHeader | null> {
  const handle = await openFile(path);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    const bytes = buffer.subarray(0, bytesRead);
    if (bytes[0] === 0xfe && bytes[1] === 0xff) bytes.subarray(0, bytesRead & ~1).swap16();
    const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
    // The names are ASCII: of every other encoding only the marks at the start and zero bytes are in the way.
    const text = bytes.toString(wide ? "utf16le" : "latin1").replaceAll("\0", "");
    const lines = text.replace(/^(?:\ufeff|\u00ef\u00bb\u00bf)/, "").split(/[\r\n]+/);
    return fecHeader(lines.find((line) => line.trim() !== "") ?? "");
  } finally {
    await handle.close();
  }
}

/** A row on a customer account, as far as its file alone tells. */
interface Line extends FecRow {
  readonly line: number;
}

/** One file: the lines of its customers, and what else was seen. */
export interface FecYear {
  readonly path: string;
  readonly scan: Scan;
  readonly header: FecHeader;
  readonly headerLine: number;
  readonly entries: readonly Entry[];
  /** How many lines stand on the chosen accounts. */
  readonly lines: number;
  /** What stays open on accounts that customers share. */
  readonly nobody: readonly Part[];
  readonly rejected: readonly RejectedRow[];
  readonly lettered: boolean;
  /** The file carries balances over from the year before. */
  readonly opened: boolean;
  /** Debit - credit of the chosen accounts, all lines that could be read. */
  readonly control: Cents;
  /** The first and the last day of an entry. */
  readonly from: Day | null;
  readonly until: Day | null;
  /** The closing date in the file's name. */
  readonly named: Day | null;
  readonly rows: {
    readonly read: number;
    readonly blank: number;
    readonly mended: number;
    readonly unusable: number;
  };
  /** Debit - credit of all rows: not 0 where a part is missing. */
  readonly unbalanced: Cents;
  /** Customers' accounts that were not chosen, and what is on them. */
  readonly unchosen: ReadonlyMap<string, Cents>;
}

export interface FecReading {
  readonly encoding: string | null;
  readonly currency: Currency;
  readonly accounts: readonly string[];
  readonly onProgress?: Progress;
}

const closingDay = (path: string): Day | null => {
  const digits = /FEC_?(\d{8})(?!\d)/i.exec(basename(path))?.[1];
  const day = digits === undefined ? null : fecDay(digits);
  return day === "empty" ? null : day;
};

/** Whose a line is; null: nobody's, because the account is shared. */
function ownerOf({ auxiliary, account }: FecRow, shared: ReadonlySet<string>): DebtorId | null {
  if (auxiliary !== "") return auxiliary as DebtorId;
  return shared.has(account) ? null : (account as DebtorId);
}

/** Accounts that belong to several customers: by number or name, or because other lines of them have auxiliaries. */
function sharedAccounts(lines: readonly Line[]): Set<string> {
  const withAuxiliary = new Set(
    lines.filter(({ auxiliary }) => auxiliary !== "").map(({ account }) => account),
  );
  const shared = lines.filter(
    ({ account, accountName }) => withAuxiliary.has(account) || isSharedAccount(account, accountName),
  );
  return new Set(shared.map(({ account }) => account));
}

/** References that several customers' lines bear: a month or a batch, no invoice. */
function sharedReferences(lines: readonly Line[]): Set<string> {
  const owners = grouped(lines, ({ ref }) => ref);
  const several = [...owners].filter(
    ([, own]) => new Set(own.map(({ auxiliary, account }) => auxiliary || account)).size > 1,
  );
  return new Set(several.map(([ref]) => ref));
}

/** Texts for keeping: cut out of a larger text, a string keeps all of that in memory; equal ones are one. */
class Kept {
  readonly #texts = new Map<string, string>();

  /** Of a text that many lines have. */
  common(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const own = this.copy(text);
    this.#texts.set(own, own);
    return own;
  }

  copy(text: string): string {
    return Buffer.from(text, "utf8").toString("utf8");
  }
}

/** Takes all rows of one file in and keeps those of customers. */
class Collector {
  readonly lines: Line[] = [];
  readonly broken: { line: number; cells: readonly string[] }[] = [];
  readonly journals = new Journals();
  readonly unchosen = new Map<string, Cents>();
  readonly rows = { read: 0, blank: 0, mended: 0, unusable: 0 };
  headerLine = 0;
  sum = 0;
  control = 0;
  from: Day | null = null;
  until: Day | null = null;
  readonly #header: FecHeader;
  readonly #accounts: readonly string[];
  readonly #read: (cells: readonly string[]) => FecRow;
  readonly #kept = new Kept();

  constructor(header: FecHeader, { currency, accounts }: FecReading) {
    this.#header = header;
    this.#accounts = accounts;
    this.#read = fecRows(header, currency);
  }

  take(cells: readonly string[], line: number): void {
    const { rows } = this;
    if (isBlank(cells)) {
      rows.blank++;
      return;
    }
    if (this.headerLine === 0) {
      this.headerLine = line;
      return;
    }
    rows.read++;
    const whole = fecCells(this.#header, cells);
    if (whole !== null) {
      if (whole !== cells) rows.mended++;
      this.#keep(this.#read(whole), line);
    } else if (cells.some((cell) => isChosenCell(cell, this.#accounts))) this.broken.push({ line, cells });
    else rows.unusable++;
  }

  #keep(row: FecRow, line: number): void {
    const { day, amount, account, fault } = row;
    this.journals.learn(row);
    if (day !== null && (this.from === null || day < this.from)) this.from = day;
    if (day !== null && (this.until === null || day > this.until)) this.until = day;
    this.sum += amount;
    if (isChosen(account, this.#accounts)) {
      this.lines.push(this.#lineOf(row, line));
      if (fault === null) this.control += amount;
      return;
    }
    if (fault !== null) this.rows.unusable++;
    if (isUnchosenCustomers(account))
      this.unchosen.set(account, ((this.unchosen.get(account) ?? 0) + amount) as Cents);
  }

  #lineOf(row: FecRow, line: number): Line {
    const { day, issued } = row;
    return {
      journal: this.#kept.common(row.journal),
      journalName: this.#kept.common(row.journalName),
      entryNumber: this.#kept.copy(row.entryNumber),
      account: this.#kept.common(row.account),
      accountName: this.#kept.common(row.accountName),
      auxiliary: this.#kept.common(row.auxiliary),
      auxiliaryName: this.#kept.common(row.auxiliaryName),
      ref: this.#kept.copy(row.ref),
      label: this.#kept.copy(row.label),
      letter: this.#kept.copy(row.letter),
      day: day === null ? null : (this.#kept.common(day) as Day),
      issued: issued === null ? null : (this.#kept.common(issued) as Day),
      amount: row.amount,
      foreign: row.foreign,
      fault: row.fault,
      line,
    };
  }
}

/** Reads one file. Throws Failure(65) for bytes that are no text. */
export async function readFec(path: string, header: FecHeader, reading: FecReading): Promise<FecYear> {
  const scan = await scanFile(path, reading.encoding, true);
  const collector = new Collector(header, reading);
  // Quotation marks are text in a FEC, unless the header already stands in them.
  const plain = { ...scan, quoted: scan.quoted && header.quoted };
  await forEachRecord(
    plain,
    header.separator,
    (cells, line) => collector.take(cells, line),
    reading.onProgress,
  );
  const { lines, broken, journals, rows } = collector;
  const shared = sharedAccounts(lines);
  const refs = sharedReferences(lines);
  const good = lines.filter(({ fault }) => fault === null);
  const entries = good.flatMap((line) => entryOf(line, ownerOf(line, shared), refs, journals) ?? []);
  const orphans = good
    .filter((line) => ownerOf(line, shared) === null)
    .flatMap((line) => entryOf(line, line.account as DebtorId, refs, journals) ?? []);
  const lettered = lines.some(({ letter }) => letter !== "");
  const how = { lettered, currency: reading.currency };
  const nobody = [...grouped(orphans, ({ debtor }) => debtor).values()].flatMap(
    (own) => settleAccount(own, how).parts,
  );
  return {
    path,
    scan,
    header,
    headerLine: collector.headerLine,
    entries,
    lines: lines.length,
    nobody,
    rejected: [...faults(lines, shared), ...broken.map((row) => wrongLength(row, header))],
    lettered,
    opened: entries.some(({ kind }) => kind === "opening"),
    control: collector.control as Cents,
    from: collector.from,
    until: collector.until,
    named: closingDay(path),
    rows,
    unbalanced: (broken.length + rows.unusable === 0 && lines.length === good.length
      ? collector.sum
      : 0) as Cents,
    unchosen: collector.unchosen,
  };
}

const isChosenCell = (cell: string, accounts: readonly string[]): boolean =>
  /^\d{3,}\w*$/.test(cell.trim()) && isChosen(cell.trim(), accounts);

function entryOf(
  row: Line,
  debtor: DebtorId | null,
  refs: ReadonlySet<string>,
  journals: Journals,
): Entry | null {
  const { day, amount, line, letter, account, foreign, auxiliary } = row;
  if (debtor === null || day === null || amount === 0) return null;
  const name = auxiliary === "" ? row.accountName : row.auxiliaryName;
  return {
    debtor,
    name: name === "" ? null : name,
    account,
    kind: journals.kindOf(row),
    day,
    issued: row.issued ?? day,
    ...documentNumber({ ...row, shared: refs.has(row.ref) }),
    amount,
    original: amount,
    letter,
    foreign,
    line,
  };
}

function* faults(lines: readonly Line[], shared: ReadonlySet<string>): Generator<RejectedRow> {
  for (const row of lines) {
    if (row.fault !== null) yield { ...row.fault, line: row.line, debtor: ownerOf(row, shared) };
  }
}

function wrongLength(
  { line, cells }: { readonly line: number; readonly cells: readonly string[] },
  { width, separator }: FecHeader,
): RejectedRow {
  const name = { "\t": "a tab", "|": "a bar", ";": "a semicolon", ",": "a comma" }[separator] ?? separator;
  return {
    line,
    column: "",
    value: cells.join(separator),
    reason: `has ${cells.length} columns, the header has ${width}`,
    fix: `take ${name} out of the texts of this entry, then export again`,
    debtor: null,
  };
}
