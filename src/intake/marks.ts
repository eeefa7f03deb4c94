import type { ItemMark } from "../core/types.ts";
import type { Column } from "./column.ts";
import type { Fields } from "./fields.ts";
import { meansDirectDebit, meansYes, namesDispute } from "./words.ts";

/** Marks of a row for which nobody must be reminded of it: a dispute, a block, a direct debit; or not at once: not sent. */
export class Marks {
  readonly #disputed: readonly number[];
  readonly #blocked: readonly number[];
  readonly #drawn: readonly number[];
  readonly #sent: readonly number[];

  constructor(columns: readonly Column[]) {
    const at = (...roles: string[]): readonly Column[] =>
      columns.filter(({ role }) => role !== null && roles.includes(role));
    const indexes = (found: readonly Column[]): number[] => found.map(({ index }) => index);
    const blocked = at("blocked");
    this.#disputed = indexes(blocked.filter(({ header }) => namesDispute(header)));
    this.#blocked = indexes(blocked.filter(({ header }) => !namesDispute(header)));
    this.#drawn = indexes(at("method", "terms"));
    this.#sent = indexes(at("sent"));
  }

  /** Of several marks the one that needs a person most; a payment by direct debit is no debt to be drawn. */
  of(fields: Fields, owed: boolean): ItemMark | null {
    if (isMarked(fields, this.#disputed, meansYes)) return "disputed";
    if (isMarked(fields, this.#blocked, meansYes)) return "blocked";
    if (!owed) return null;
    if (isMarked(fields, this.#drawn, meansDirectDebit)) return "direct-debit";
    return this.#sent.length > 0 && !isMarked(fields, this.#sent, meansYes) ? "not-sent" : null;
  }
}

function isMarked(fields: Fields, indexes: readonly number[], means: (text: string) => boolean): boolean {
  for (const index of indexes) {
    const text = fields.text(index);
    if (text !== "" && means(text)) return true;
  }
  return false;
}

/** Of two rows that are one claim. */
export function strongest(a: ItemMark | null, b: ItemMark | null): ItemMark | null {
  const order: readonly (ItemMark | null)[] = ["disputed", "blocked", "direct-debit", "not-sent"];
  return order.find((mark) => mark === a || mark === b) ?? null;
}
