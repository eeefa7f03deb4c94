import type { Cents, Day, IncomingItem, RejectedRow } from "../core/types.ts";

/** Rows of one customer follow one another and share this. */
type Owner = Pick<IncomingItem, "debtor" | "name" | "master">;
/** Of these there are a few in a file. */
type Kind = Pick<IncomingItem, "type" | "currency" | "mark" | "dueDerived">;

/** Many rows in few values: between threads everything is copied, value by value. */
export interface Batch {
  /** Document numbers, a line each. */
  readonly numbers: string;
  readonly owners: readonly Owner[];
  readonly kinds: readonly Kind[];
  readonly days: readonly Day[];
  /** Of each row: open, original (NaN: none), line; its owner and kind, issued and due, as places in these lists (-1: none). */
  readonly values: Float64Array;
  readonly rejected: readonly RejectedRow[];
}

const VALUES = 7;
const ROWS = 4_096;

/** The days of a batch, each once. */
function calendar() {
  const list: Day[] = [];
  const known = new Map<Day, number>();
  return {
    list,
    of: (day: Day | null): number => {
      if (day === null) return -1;
      let at = known.get(day);
      if (at === undefined) known.set(day, (at = list.push(day) - 1));
      return at;
    },
  };
}

/** The kinds of a batch: so few that looking along the list is the fastest. */
function kindsOf() {
  const list: Kind[] = [];
  return {
    list,
    of: ({ type, currency, mark, dueDerived }: IncomingItem): number => {
      const at = list.findIndex(
        (kind) =>
          kind.type === type &&
          kind.currency === currency &&
          kind.mark === mark &&
          kind.dueDerived === dueDerived,
      );
      return at === -1 ? list.push({ type, currency, mark, dueDerived }) - 1 : at;
    },
  };
}

const nothing = () => ({
  numbers: [] as string[],
  owners: [] as Owner[],
  kinds: kindsOf(),
  days: calendar(),
  values: new Float64Array(ROWS * VALUES),
  rejected: [] as RejectedRow[],
});

export interface Packer {
  readonly item: (row: IncomingItem) => void;
  readonly reject: (row: RejectedRow) => void;
  /** Gives what has not been given yet. */
  readonly flush: () => void;
  /** Forgets it. */
  readonly clear: () => void;
}

/** Collects rows, and gives them many at a time. */
export function packer(give: (batch: Batch) => void): Packer {
  let rows = nothing();
  const flush = (): void => {
    const { numbers, owners, kinds, days, values, rejected } = rows;
    const filled = values.subarray(0, numbers.length * VALUES);
    rows = nothing();
    give({
      numbers: numbers.join("\n"),
      owners,
      kinds: kinds.list,
      days: days.list,
      values: filled,
      rejected,
    });
  };
  return {
    item: (row) => {
      const { owners, kinds, days, values, numbers } = rows;
      const { debtor, name, master } = row;
      const last = owners.at(-1);
      if (last?.debtor !== debtor || last.name !== name || last.master !== master)
        owners.push({ debtor, name, master });
      const at = numbers.length * VALUES;
      values[at] = row.open;
      values[at + 1] = row.original ?? Number.NaN;
      values[at + 2] = row.line;
      values[at + 3] = owners.length - 1;
      values[at + 4] = kinds.of(row);
      values[at + 5] = days.of(row.issued);
      values[at + 6] = days.of(row.due);
      if (numbers.push(row.number) === ROWS) flush();
    },
    reject: (row) => {
      if (rows.rejected.push(row) === ROWS) flush();
    },
    flush,
    clear: () => {
      rows = nothing();
    },
  };
}

/** Gives the rows of a batch, as they were. */
export function unpack(
  { numbers, owners, kinds, days, values }: Batch,
  take: (row: IncomingItem) => void,
): void {
  if (values.length === 0) return;
  numbers.split("\n").forEach((number, row) => {
    const at = row * VALUES;
    const { debtor, name, master } = owners[values[at + 3]!]!;
    const { type, currency, mark, dueDerived } = kinds[values[at + 4]!]!;
    const original = values[at + 1]!;
    take({
      debtor,
      name,
      number,
      type,
      issued: days[values[at + 5]!] ?? null,
      due: days[values[at + 6]!] ?? null,
      dueDerived,
      original: Number.isNaN(original) ? null : (original as Cents),
      open: values[at]! as Cents,
      currency,
      mark,
      master,
      line: values[at + 2]!,
    });
  });
}
