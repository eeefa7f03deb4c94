import { inEuro, type MasterItem, OPEN } from "./master-ledger.ts";

/** A fact of the master ledger that a layout does not print, and so no reader can know. */
export type Lack =
  | "code"
  | "name"
  | "number"
  | "type"
  | "issued"
  | "original"
  /** No due date, but the invoice date: the terms give one. */
  | "due-by-terms"
  /** No date at all: an ageing column gives the day from which an item is at most late. */
  | "due-by-column"
  | "due-of-credits"
  /** Amounts in the company's own currency only: items in another are not in this export. */
  | "currency";

export interface Layout {
  /** Folder of fixtures/layouts, and name of the built-in profile. */
  readonly name: string;
  readonly file: string;
  readonly bytes: Buffer;
  readonly shape: "items" | "summary";
  /** The balance's day is said with the import, the file does not print it. */
  readonly dateMissing: boolean;
  readonly lacks: readonly Lack[];
  /** Limits of the ageing columns, in days. */
  readonly limits: readonly number[];
  /** The open items that the file prints. */
  readonly items: readonly MasterItem[];
}

export function layout(
  name: string,
  file: string,
  text: string | Buffer,
  {
    shape = "items",
    dateMissing = false,
    lacks = [],
    limits = [],
  }: Partial<Pick<Layout, "shape" | "dateMissing" | "lacks" | "limits">>,
): Layout {
  const items = lacks.includes("currency") ? inEuro(OPEN) : OPEN;
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  return { name, file, bytes, shape, dateMissing, lacks, limits, items };
}
