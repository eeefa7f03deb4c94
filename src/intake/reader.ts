import type { Currency, Doubt, IncomingItem, IncomingPayment, RejectedRow } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { COMMA, DOT } from "./amounts.ts";
import { Claims } from "./claims.ts";
import { type Proof, Restart } from "./conventions.ts";
import { type Conventions, Fields } from "./fields.ts";
import type { Header } from "./header.ts";
import { Items, type Setting } from "./items.ts";
import { suppliers } from "./layout.ts";
import { Rows } from "./rows.ts";
import type { Layout } from "./shape.ts";
import { type Control, Tally } from "./tally.ts";

/** Where a reading gives its rows. Synchronous, because a million awaits cost more than the reading. */
export interface BalanceSink {
  item(row: IncomingItem): void;
  reject(row: RejectedRow): void;
  /** Of a journal: whose balance is uncertain, and the payments that it shows. */
  doubt(doubt: Doubt): void;
  paid(payment: IncomingPayment): void;
  /** Everything given so far was read under a convention that has been proved wrong: forget it. */
  restart(): void;
}

export const NOWHERE: BalanceSink = {
  item: () => {},
  reject: () => {},
  doubt: () => {},
  paid: () => {},
  restart: () => {},
};

/** Gives the rows of a file, from the first one on, as often as it is called. */
export type Source = (visit: (cells: readonly string[], line: number) => void) => Promise<void>;

/** All that a reading is made of, besides the rows. */
export interface Plan {
  readonly file: string;
  readonly header: Header;
  readonly layout: Layout;
  readonly delimiter: string;
  readonly currency: Currency;
  readonly inverted: boolean;
  readonly conventions: Conventions;
  readonly setting: Setting;
  /** The date order of the file's own date, where that shows one. */
  readonly dateHint: number | null;
  /** `--expect-total` in the file's currency, in minor units under each decimal mark. */
  readonly expectTotal: number | null;
}

/** Reads all rows, as often as the proof of the conventions needs. Throws Failure(65) for what stays ambiguous. */
export async function readRows(
  plan: Plan,
  source: Source,
  sink: BalanceSink,
  wholeFile: boolean,
): Promise<Tally> {
  const { amounts } = plan.conventions;
  const trials = new Map<number, boolean>();
  for (;;) {
    amounts.begin();
    const tally = await readOnce(plan, source, sink);
    if (tally === null) {
      sink.restart();
      continue;
    }
    if (!wholeFile) return tally;
    settleDates(plan);
    if (amounts.decided || amounts.ambiguous === null) return tally;
    trials.set(amounts.chosen, controlOf(plan, tally).difference === 0);
    const other = amounts.chosen === COMMA ? DOT : COMMA;
    if (!trials.has(other)) amounts.chosen = other;
    else {
      const fitting = [...trials].filter(([, fits]) => fits).map(([mark]) => mark);
      if (fitting.length !== 1) throw undecidedAmounts(plan.file, amounts.ambiguous, fitting.length);
      amounts.decide(fitting[0]!, "the printed total fits no other reading");
      if (amounts.chosen === fitting[0]) return tally;
      amounts.chosen = fitting[0]!;
    }
    sink.restart();
  }
}

/** One reading; null where a convention was proved wrong on the way. */
async function readOnce(plan: Plan, source: Source, sink: BalanceSink): Promise<Tally | null> {
  const { conventions, setting, layout } = plan;
  const tally = new Tally();
  const fields = new Fields(setting.columns, conventions, plan.currency, plan.inverted);
  const give = (item: IncomingItem): void => sink.item(item);
  const rows = new Rows({
    ...plan,
    columns: setting.columns,
    fields,
    tally,
    items: new Items(setting, fields, conventions.signs, tally, give),
    claims: layout.shape === "summary" ? new Claims(plan.file, setting, fields, tally, give) : null,
    reject: (row) => sink.reject(row),
  });
  try {
    await source((cells, line) => rows.take(cells, line));
    rows.finish();
    return tally;
  } catch (error) {
    if (error instanceof Restart) return null;
    throw error;
  }
}

/** What the reading is compared with: the option, else the file's own total. */
export function controlOf(plan: Plan, tally: Tally): Control {
  if (plan.expectTotal !== null) {
    const difference = plan.expectTotal - tally.printed(plan.currency);
    return { kind: "option", expected: plan.expectTotal, difference, currency: plan.currency } as Control;
  }
  const printed = tally.controls();
  const differing = printed.find(({ difference }) => difference !== 0);
  return (
    differing ?? printed[0] ?? { kind: "none", expected: null, difference: null, currency: plan.currency }
  );
}

function settleDates({ file, conventions: { dates }, dateHint }: Plan): void {
  if (dates.decided || dates.ambiguous === null) return;
  if (dateHint === null) throw undecidedDates(file, dates.ambiguous);
  dates.decide(dateHint, "the file's own date is written so");
}

/** `dated`: the file's own date is such a date, so that naming it decides. */
export function undecidedDates(file: string, proof: Proof, dated = false): Failure {
  return new Failure(EXIT.input, {
    code: "date-order-ambiguous",
    where: { file, line: proof.line },
    message: "no date in this file shows whether the day or the month comes first",
    found: `"${proof.text}" in column "${proof.header}", and no day above 12 anywhere`,
    expected: "at least one date such as 25/03/2026, or a profile that says so",
    fix: `write into dunning.yaml profiles: { NAME: { dates: dd/MM/yyyy } } (or MM/dd/yyyy), then import with --profile NAME${dated ? "; or name the balance's day: --balance-date YYYY-MM-DD" : ""}`,
  });
}

function undecidedAmounts(file: string, proof: Proof, fitting: number): Failure {
  const total = fitting === 0 ? "" : ", and the total fits both ways of reading";
  return new Failure(EXIT.input, {
    code: "decimal-mark-ambiguous",
    where: { file, line: proof.line },
    message: "no amount in this file shows which mark is the decimal one",
    found: `"${proof.text}" in column "${proof.header}"${total}`,
    expected: "at least one amount such as 12,50 or 1.234,50, a printed total, or a profile that says so",
    fix: 'write into dunning.yaml profiles: { NAME: { decimal: "," } } (or "."), then import with --profile NAME',
  });
}

const NEGATIVE_SHARE = 0.9;
const SUPPLIER_SHARE = 0.9;

/** Refuses a ledger of the wrong kind: suppliers', or one whose signs say that everybody is in credit. */
export function refuseWrongLedger(plan: Plan, tally: Tally, signNamed: boolean): void {
  const supplier = tally.remarked("supplier")?.count ?? 0;
  if (supplier > 0 && supplier >= (supplier + tally.items) * SUPPLIER_SHARE) {
    throw suppliers(plan.file, `${supplier} of ${supplier + tally.items} rows on suppliers' accounts (401)`);
  }
  if (signNamed || tally.items < 3 || tally.credits <= tally.items * NEGATIVE_SHARE) return;
  throw new Failure(EXIT.input, {
    code: "sign-question",
    where: { file: plan.file },
    message: "nearly all open amounts are negative: are they owed to you, or by you?",
    found: `${tally.credits} of ${tally.items} open amounts are negative`,
    expected: "what customers owe as positive amounts",
    fix: "where your program prints claims with a minus, say so in a profile (sign: owed-negative); where this is really all credit: sign: owed-positive",
  });
}
