import type { DebtorId } from "../core/types.ts";
import type { Column } from "./column.ts";
import { oneLine } from "./header.ts";
import type { Owner } from "./items.ts";
import type { GroupRows } from "./profile.ts";
import { indexOf, splitLabel, withoutLabel } from "./shape.ts";
import { nameKey } from "./words.ts";

const EXPONENT = /^\d+(?:[.,]\d+)?E\+?\d+$/i;

/** Who owns a row: by its own cells, or by the customer row above it. */
export class Owners {
  /** The column that tells customers apart; -1 where rows do not name them. */
  readonly column: number;
  readonly #debtor: number;
  readonly #name: number;
  readonly #codes = new Map<string, DebtorId | null>();
  /** The owner of the row before, and its cells: most rows have the same one. */
  #last: Owner | null = null;
  #lastRaw = "";
  #lastName = "";

  constructor(columns: readonly Column[]) {
    this.#debtor = indexOf(columns, "debtor");
    this.#name = indexOf(columns, "name");
    this.column = this.#debtor === -1 ? this.#name : this.#debtor;
  }

  get byCode(): boolean {
    return this.#debtor !== -1;
  }

  /** Null: the row names nobody. "damaged": a spreadsheet has turned the code into a number. */
  of(cells: readonly string[]): Owner | "damaged" | null {
    const raw = cells[this.column] ?? "";
    const last = this.#last;
    if (last !== null && raw === this.#lastRaw && (this.#name === -1 || cells[this.#name] === this.#lastName))
      return last;
    let id = this.#codes.get(raw);
    if (id === undefined) {
      const clean = oneLine(raw);
      id = this.byCode && EXPONENT.test(clean) ? null : (clean as DebtorId);
      if (this.#codes.size > 10_000) this.#codes.clear();
      this.#codes.set(raw, id);
    }
    if (id === null) return "damaged";
    if (id === "") return null;
    this.#lastRaw = raw;
    this.#lastName = this.#name === -1 ? "" : (cells[this.#name] ?? "");
    this.#last = owner(id, this.#lastName);
    return this.#last;
  }

  /** Whether a row names another customer than the one above it. */
  isOther(cells: readonly string[], above: Owner): boolean {
    const name = this.#name === -1 ? "" : nameKey(cells[this.#name] ?? "");
    return name !== "" && !isNamed(name, above);
  }

  /** Reads a customer row: its first column is the label, a second one the name or the code. */
  ofGroup(texts: readonly string[], groups: GroupRows): Owner {
    const [label = "", ...others] = groups.columns.map((column) => texts[column - 1] ?? "");
    const second = others.find((text) => text !== "") ?? "";
    const code = this.#debtor === -1 ? "" : (texts[this.#debtor] ?? "");
    if (code !== "" && this.#name !== -1) return owner(code, texts[this.#name] ?? "");
    if (second !== "")
      return /\s/.test(label) && !/\s/.test(second) ? owner(second, label) : owner(label, second);
    const split = groups.split ? splitLabel(label) : null;
    return split === null ? owner(withoutLabel(label), withoutLabel(label)) : owner(split.id, split.name);
  }
}

function owner(id: string, name: string): Owner {
  return { id: oneLine(id) as DebtorId, name: oneLine(name) === "" ? null : oneLine(name) };
}

/** Whether the words behind "Total" name this customer. */
export function isNamed(named: string, { id, name }: Owner): boolean {
  const code = nameKey(id);
  const words = name === null ? code : nameKey(name);
  return [code, words, `${code} ${words}`, `${words} ${code}`].includes(named);
}
