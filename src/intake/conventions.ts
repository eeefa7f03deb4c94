import { digitsOf } from "../core/money.ts";
import type { Cents, Currency, Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { AmountCell, COMMA, DOT } from "./amounts.ts";
import { type DateReading, type DateShape, readDate } from "./dates.ts";

/** Thrown out of a reading whose choice of a convention has just been proved wrong: read again from the start. */
export class Restart extends Error {}

/** The cell that decided something. */
export interface Proof {
  readonly line: number;
  readonly header: string;
  readonly text: string;
}

export const DAY_FIRST = 1;
export const MONTH_FIRST = 2;

const proofText = ({ text, line, header }: Proof): string => `"${text}" in column "${header}", line ${line}`;

/**
 * Two ways to read a file's amounts (or dates): both are possible until cells rule one out. Cells are never
 * judged alone: the first one that fits only the other way starts the reading again, and a contradiction ends it.
 */
class TwoWays {
  /** Bits of the ways that still fit all cells. */
  possible: number;
  chosen: number;
  /** Named by a profile or an option: cells that do not fit are bad cells, and prove nothing. */
  readonly pinned: boolean;
  readonly proofs = new Map<number, Proof>();
  /** What settled it, where no cell did. */
  decidedBy: string | null = null;
  /** The first cell that means two different things. */
  ambiguous: Proof | null = null;

  constructor(pinned: number | null, preferred: number) {
    this.possible = pinned ?? 3;
    this.chosen = pinned ?? preferred;
    this.pinned = pinned !== null;
  }

  get decided(): boolean {
    return this.possible !== 3;
  }

  /** Settles what no cell has proved, by something else that the file says. */
  decide(way: number, why: string): void {
    this.possible = way;
    this.decidedBy = why;
  }

  /** Keeps the ways that fit a cell. Throws Restart where the chosen one is not among them. */
  narrow(mask: number, proof: () => Proof, contradiction: (a: Proof, b: Proof) => Failure): void {
    const left = this.possible & mask;
    if (left === 0) {
      const before = this.proofs.get(this.possible);
      throw contradiction(before ?? proof(), proof());
    }
    this.possible = left;
    this.proofs.set(left, proof());
    if ((left & this.chosen) !== 0) return;
    this.chosen = left;
    throw new Restart();
  }
}

/** Amounts carry their sign, or stand without one and a side or type column says which they are. */
export const SIGNED = 1;
export const BY_SIDE = 2;

/** Whether credits are printed with a minus: proved by the rows that a side or type column calls credits. */
export class Signs extends TwoWays {
  readonly #file: string;

  constructor(file: string, pinned: number | null) {
    super(pinned, SIGNED);
    this.#file = file;
  }

  /** The amount of a row that is a credit by its side or type. */
  credit(value: Cents, place: Place, text: string): Cents {
    const mask = value < 0 ? SIGNED : BY_SIDE;
    if (value !== 0 && mask !== this.possible && !this.pinned) {
      this.narrow(
        mask,
        () => ({ line: place.line, header: place.header, text }),
        (a, b) => this.#contradiction(a, b),
      );
    }
    return this.chosen === BY_SIDE && value > 0 ? ((0 - value) as Cents) : value;
  }

  #contradiction(a: Proof, b: Proof): Failure {
    return new Failure(EXIT.input, {
      code: "sign-unclear",
      where: { file: this.#file, line: b.line },
      message: "credits stand in this file both with and without a minus sign",
      found: `${proofText(a)}, and ${proofText(b)}`,
      expected:
        "credit notes and payments all with a minus, or all without and told apart by their type or side",
      fix: "say which it is in a profile: sign: owed-positive (minus signs count) or sign: by-side (the type or side counts)",
    });
  }
}

/** Where a cell stands: for proofs and messages. */
export interface Place {
  readonly header: string;
  line: number;
}

export class Amounts extends TwoWays {
  readonly cell: AmountCell;
  readonly #file: string;
  /** Amounts other than zero that were read, and how many of them are printed with decimals. */
  read = 0;
  withDecimals = 0;

  constructor(file: string, own: Currency, pinned: "," | "." | null, preferred: "," | ".") {
    super(pinned === null ? null : pinned === "," ? COMMA : DOT, preferred === "," ? COMMA : DOT);
    this.#file = file;
    this.cell = new AmountCell(own);
  }

  /** Before a reading from the start. */
  begin(): void {
    this.read = 0;
    this.withDecimals = 0;
  }

  get mark(): "," | "." {
    return this.chosen === COMMA ? "," : ".";
  }

  /** Signed minor units; null: no amount, or not one (`reason`). The cell's own currency is in `cell.currency`. */
  value(text: string, currency: Currency, place: Place): Cents | null | "bad" {
    const { cell } = this;
    const kind = cell.read(text);
    if (kind === "empty") return null;
    if (kind === "bad") return "bad";
    const mask = cell.mask;
    if (mask !== 3) {
      if (mask !== this.possible && !this.#fits(mask, text, place)) return "bad";
    } else if (this.possible === 3 && this.ambiguous === null && cell.comma !== cell.dot) {
      this.ambiguous = { line: place.line, header: place.header, text };
    }
    const digits = digitsOf(cell.currency ?? currency);
    const value = cell.minor(this.chosen, digits);
    if (value === null) {
      cell.reason = `has more decimals than ${cell.currency ?? currency} (${digits})`;
      return "bad";
    }
    if (value !== 0) {
      this.read++;
      if ((this.chosen === COMMA ? cell.comma : cell.dot) > 0) this.withDecimals++;
    }
    return value;
  }

  #fits(mask: number, text: string, place: Place): boolean {
    if (this.pinned) {
      this.cell.reason = `is not written with the decimal mark "${this.mark}"`;
      return false;
    }
    const proof = (): Proof => ({ line: place.line, header: place.header, text });
    this.narrow(mask, proof, (a, b) => this.#contradiction(a, b));
    return true;
  }

  #contradiction(a: Proof, b: Proof): Failure {
    return new Failure(EXIT.input, {
      code: "decimal-mark-mixed",
      where: { file: this.#file, line: b.line },
      message: "the amounts of this file follow two conventions: no decimal mark fits all of them",
      found: `${proofText(a)}, and ${proofText(b)}`,
      expected: "one decimal mark from the first row to the last",
      fix: "export the file again in one piece, or mend these cells",
    });
  }
}

export class Dates extends TwoWays {
  readonly #file: string;
  /** One shape per column, by header. */
  readonly shapes = new Map<string, { shape: DateShape; proof: Proof; pinned: boolean }>();
  readonly #memo = new Map<string, DateReading | "empty" | null>();

  constructor(file: string, pinned: number | null, preferred: number) {
    super(pinned, preferred);
    this.#file = file;
  }

  /** The day; null: none; "bad": no date, or no day of the calendar. */
  value(text: string, place: Place): Day | null | "bad" {
    if (text === "") return null;
    let reading = this.#memo.get(text);
    if (reading === undefined) {
      reading = readDate(text);
      if (this.#memo.size > 50_000) this.#memo.clear();
      this.#memo.set(text, reading);
    }
    if (reading === null) return "bad";
    if (reading === "empty") return null;
    const column = this.shapes.get(place.header);
    if (column === undefined) {
      this.shapes.set(place.header, {
        shape: reading.shape,
        proof: { line: place.line, header: place.header, text },
        pinned: false,
      });
    } else if (column.shape !== reading.shape) {
      if (column.pinned) return "bad";
      throw this.#shapes(column.proof, { line: place.line, header: place.header, text });
    }
    if (reading.dayFirst === reading.monthFirst) return reading.dayFirst;
    const mask =
      (reading.dayFirst === null ? 0 : DAY_FIRST) | (reading.monthFirst === null ? 0 : MONTH_FIRST);
    if (mask !== 3) {
      if (mask !== this.possible) {
        if (this.pinned) return "bad";
        const proof = (): Proof => ({ line: place.line, header: place.header, text });
        this.narrow(mask, proof, (a, b) => this.#order(a, b));
      }
    } else if (this.possible === 3) this.ambiguous ??= { line: place.line, header: place.header, text };
    return this.chosen === DAY_FIRST ? reading.dayFirst : reading.monthFirst;
  }

  /** Resolves a date that stands outside the rows; null while the order is open and the date depends on it. */
  resolve(reading: DateReading): Day | null {
    if (reading.dayFirst === reading.monthFirst) return reading.dayFirst;
    if (reading.dayFirst === null || reading.monthFirst === null)
      return reading.dayFirst ?? reading.monthFirst;
    if (!this.decided) return null;
    return this.possible === DAY_FIRST ? reading.dayFirst : reading.monthFirst;
  }

  #order(a: Proof, b: Proof): Failure {
    return new Failure(EXIT.input, {
      code: "date-order-mixed",
      where: { file: this.#file, line: b.line },
      message:
        "the dates of this file follow two conventions: neither day/month nor month/day fits all of them",
      found: `${proofText(a)}, and ${proofText(b)}`,
      expected: "one order from the first row to the last",
      fix: "export the file again without opening it in a spreadsheet, or mend these cells",
    });
  }

  #shapes(a: Proof, b: Proof): Failure {
    return new Failure(EXIT.input, {
      code: "date-format-mixed",
      where: { file: this.#file, line: b.line },
      message: `the dates of column "${b.header}" are written in two ways`,
      found: `${proofText(a)}, and ${proofText(b)}`,
      expected:
        "one way of writing dates in a column: a spreadsheet that swaps day and month leaves such a mix behind",
      fix: "export the file again without opening it in a spreadsheet, or mend these cells",
    });
  }
}
