import type { Column } from "./column.ts";
import { looksLikeAmount, looksLikeDate } from "./header.ts";
import { AMOUNT_ROLES, DATE_ROLES } from "./roles.ts";

const FREE_TEXT: ReadonlySet<string | null> = new Set(["name", "label", "contact", "address"]);

/**
 * A row with too many cells because a delimiter stands inside an unquoted text: put together again where exactly
 * one text column can take it and all amounts and dates then stand in their columns. Null where that is not sure.
 */
export function mendRow(
  texts: readonly string[],
  width: number,
  columns: readonly Column[],
  delimiter: string,
): string[] | null {
  const free = columns.filter(({ role }) => FREE_TEXT.has(role)).map(({ index }) => index);
  return absorb(texts, width, free, delimiter, (cells) =>
    columns.every(({ index, role }) => stands(cells[index] ?? "", role)),
  );
}

/** Puts the cells that are too many into one of the `free` columns; null where not exactly one way `fits`. */
export function absorb(
  texts: readonly string[],
  width: number,
  free: readonly number[],
  delimiter: string,
  fits: (cells: readonly string[]) => boolean,
): string[] | null {
  const extra = texts.length - width;
  const mended = free
    .map((index) => [
      ...texts.slice(0, index),
      texts.slice(index, index + extra + 1).join(delimiter),
      ...texts.slice(index + extra + 1),
    ])
    .filter(fits);
  return mended.length === 1 ? (mended[0] ?? null) : null;
}

function stands(text: string, role: Column["role"]): boolean {
  if (text === "") return true;
  if (AMOUNT_ROLES.has(role)) return looksLikeAmount(text);
  return !DATE_ROLES.has(role) || looksLikeDate(text);
}
