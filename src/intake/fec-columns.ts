import { readDate } from "./dates.ts";
import { isBlank } from "./header.ts";
import { absorb } from "./mend.ts";

/** The columns of the "fichier des écritures comptables" (article A47 A-1 of the Livre des procédures fiscales). */
const NAMES = [
  "JournalCode",
  "JournalLib",
  "EcritureNum",
  "EcritureDate",
  "CompteNum",
  "CompteLib",
  "CompAuxNum",
  "CompAuxLib",
  "PieceRef",
  "PieceDate",
  "EcritureLib",
  "Debit",
  "Credit",
  "Montant",
  "Sens",
  "EcritureLet",
  "DateLet",
  "ValidDate",
  "MontantDevise",
  "Idevise",
] as const;
export type FecColumn = (typeof NAMES)[number];

const BY_KEY = new Map(NAMES.map((name) => [name.toLowerCase(), name]));
/** Without one of these the open items cannot be derived; amounts stand in two ways. */
const NEEDED: readonly FecColumn[] = [
  "JournalCode",
  "EcritureNum",
  "EcritureDate",
  "CompteNum",
  "CompAuxNum",
  "PieceRef",
  "PieceDate",
  "EcritureLib",
  "EcritureLet",
];
/** So many of its names are no accident: the file is a FEC, or was one. */
const ENOUGH = 10;
/** Texts that may hold anything, separators too. */
const FREE: readonly FecColumn[] = ["JournalLib", "CompteLib", "CompAuxLib", "EcritureLib"];
const SEPARATORS = ["\t", "|", ";", ","] as const;

export interface FecHeader {
  readonly separator: string;
  readonly headers: readonly string[];
  readonly at: ReadonlyMap<FecColumn, number>;
  /** Columns up to the last one with a name: what a row must have. */
  readonly width: number;
  readonly quoted: boolean;
  /** Columns that are needed and not there. */
  readonly missing: readonly string[];
}

const bareName = (cell: string): string => cell.trim().replaceAll('"', "");

/** Reads the first line of a FEC; null where a file is something else. Columns stand in any order, with others among them. */
export function fecHeader(line: string): FecHeader | null {
  let best: FecHeader | null = null;
  for (const separator of SEPARATORS) {
    const headers = line.split(separator).map(bareName);
    const at = new Map<FecColumn, number>();
    headers.forEach((header, index) => {
      const name = BY_KEY.get(header.toLowerCase().replaceAll(/[\s_]/g, ""));
      if (name !== undefined && !at.has(name)) at.set(name, index);
    });
    if (at.size <= (best?.at.size ?? 0)) continue;
    const width = headers.findLastIndex((header) => header !== "") + 1;
    best = {
      separator,
      headers,
      at,
      width,
      quoted: line.trimStart().startsWith('"'),
      missing: missingFrom(at),
    };
  }
  return best === null || best.at.size < ENOUGH ? null : best;
}

function missingFrom(at: ReadonlyMap<FecColumn, number>): string[] {
  const amounts = (at.has("Debit") && at.has("Credit")) || (at.has("Montant") && at.has("Sens"));
  return [
    ...NEEDED.filter((name) => !at.has(name)),
    ...(amounts ? [] : ["Debit and Credit, or Montant and Sens"]),
  ];
}

const AMOUNT = /^[-+]?[\d\s\u00a0.,]*(?:E[-+]?\d+)?[-+]?$/i;
const isAmount = (cell: string): boolean => AMOUNT.test(cell.trim());
const isDate = (cell: string): boolean => readDate(cell) !== null;
const isAccount = (cell: string): boolean => /^[1-9]\d{2}\w*$/.test(cell.trim());
const isSide = (cell: string): boolean => /^(?:[DC]|[-+]?1)?$/i.test(cell.trim());

const TYPED: Readonly<Partial<Record<FecColumn, (cell: string) => boolean>>> = {
  EcritureDate: isDate,
  CompteNum: isAccount,
  PieceDate: isDate,
  Debit: isAmount,
  Credit: isAmount,
  Montant: isAmount,
  Sens: isSide,
  DateLet: isDate,
  ValidDate: isDate,
  MontantDevise: isAmount,
};

/**
 * The cells of a row, one per column. A row that is longer because a text holds the separator is mended where exactly
 * one text can take the rest in and every date, amount and account then reads; null where the row cannot be trusted.
 */
export function fecCells(header: FecHeader, cells: readonly string[]): readonly string[] | null {
  const { at, width, separator } = header;
  if (cells.length < width) return null;
  const fits = (row: readonly string[]): boolean =>
    Object.entries(TYPED).every(([name, reads]) => reads(row[at.get(name as FecColumn) ?? -1] ?? ""));
  if (cells.length === header.headers.length && isBlank(cells.slice(width))) return cells;
  // A separator at the end of every line makes columns without a name; of a longer row it may also be a text's.
  if (isBlank(cells.slice(width)) && fits(cells)) return cells;
  const nameless = header.headers.length - width;
  const length = isBlank(cells.slice(cells.length - nameless)) ? cells.length - nameless : cells.length;
  const free = FREE.flatMap((name) => at.get(name) ?? []);
  return absorb(cells.slice(0, length), width, free, separator, fits);
}
