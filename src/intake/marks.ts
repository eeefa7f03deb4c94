import type { Column } from "./column.ts";
import type { Fields } from "./fields.ts";
import { meansBlocked, meansDirectDebit } from "./words.ts";

const FIX = "remind by hand, or take the mark off in the books and export again";

/** Marks of a row for which nobody must be reminded of it: a dispute, a block, a direct debit. */
export class Marks {
  readonly #blocked: readonly number[];
  readonly #drawn: readonly number[];

  constructor(columns: readonly Column[]) {
    const at = (...roles: string[]): number[] =>
      columns.filter(({ role }) => role !== null && roles.includes(role)).map(({ index }) => index);
    this.#blocked = at("blocked");
    this.#drawn = at("method", "terms");
  }

  /** Leaves a fault where the row is marked; a payment by direct debit is no debt to be drawn. */
  check(fields: Fields, owed: boolean): void {
    for (const index of this.#blocked) {
      const text = fields.text(index);
      if (text !== "" && meansBlocked(text)) fail(fields, index, "is disputed or blocked");
    }
    if (!owed) return;
    for (const index of this.#drawn) {
      const text = fields.text(index);
      if (text !== "" && meansDirectDebit(text)) fail(fields, index, "is paid by direct debit");
    }
  }
}

function fail(fields: Fields, index: number, what: string): void {
  const reason = `${what}, which a reminder cannot leave out yet`;
  fields.fail(index, fields.text(index), reason, FIX);
}
