import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { files } from "../fixtures/exports/make.mjs";
import { inspectReport } from "../src/commands/inspect-report.ts";
import { toDecimal } from "../src/core/money.ts";
import type { IncomingItem, RejectedRow } from "../src/core/types.ts";
import { type BalanceOptions, type Control, inspectBalance, openBalance } from "../src/intake/balance.ts";
import { Failure, formatProblem } from "../src/problem.ts";

/**
 * fixtures/exports/<name>/: a file as programs write it, how it is imported (options.json) and what must come out
 * (expected.json). UPDATE_EXPECTED=1 writes what comes out; read the difference before you keep it.
 */
const root = join(import.meta.dirname, "..", "fixtures", "exports");
const names = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const DEFAULTS: BalanceOptions = {
  profile: null,
  balanceDate: null,
  asOf: null,
  terms: "30d",
  currency: "EUR",
};

interface Case {
  readonly file: string;
  readonly options: BalanceOptions;
}

function caseOf(name: string): Case {
  const folder = join(root, name);
  const file = readdirSync(folder).find((each) => !each.endsWith(".json"));
  if (file === undefined) throw new Error(`${name} has no file`);
  const path = join(folder, "options.json");
  const options = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Partial<BalanceOptions>) : {};
  return { file: join(folder, file), options: { ...DEFAULTS, ...options } };
}

function itemText(item: IncomingItem): string {
  const {
    debtor,
    name,
    number,
    type,
    issued,
    due,
    dueDerived,
    original,
    open,
    currency,
    mark,
    master,
    line,
  } = item;
  const parts = [
    `line ${line}`,
    debtor,
    name ?? "-",
    `${type} ${number}`.trim(),
    `${issued ?? "?"} -> ${due ?? "?"}${dueDerived ? " (derived)" : ""}`,
    `${toDecimal(open, currency)} ${currency}${original === null ? "" : ` of ${toDecimal(original, currency)}`}`,
    ...(mark === null ? [] : [mark]),
    ...Object.entries(master ?? {}).map(([key, value]) => `${key}=${value.replaceAll("\n", " / ")}`),
  ];
  return parts.join(" | ");
}

const rejectText = ({ line, debtor, column, value, reason }: RejectedRow): string =>
  [`line ${line}`, debtor ?? "nobody", column, value, reason].join(" | ");

function controlText({ kind, expected, difference, currency }: Control): string {
  if (expected === null || difference === null) return kind;
  return `${kind}, expected ${toDecimal(expected, currency)} ${currency}, difference ${toDecimal(difference, currency)}`;
}

function failureText(error: unknown): Record<string, unknown> {
  if (!(error instanceof Failure)) throw error;
  const text = error.problems.map((problem) => {
    const where =
      problem.where?.file === undefined
        ? problem.where
        : { ...problem.where, file: basename(problem.where.file) };
    return formatProblem(where === undefined ? problem : { ...problem, where })
      .replaceAll(root, "")
      .replaceAll(/ \/[\w-]+\//g, " ");
  });
  return {
    exit: error.exit,
    codes: error.problems.map(({ code }) => code),
    text: text.join("\n").split("\n"),
  };
}

async function outcomeOf({ file, options }: Case): Promise<Record<string, unknown>> {
  const items: IncomingItem[] = [];
  const rejected: RejectedRow[] = [];
  try {
    const balance = await openBalance(file, options);
    const report = await balance.read({
      item: (item) => items.push(item),
      reject: (row) => rejected.push(row),
      doubt: () => {},
      paid: () => {},
      restart: () => {
        items.length = 0;
        rejected.length = 0;
      },
    });
    const { understanding: u } = balance;
    return {
      kind: balance.kind,
      asOf: `${balance.asOf} (${u.asOf.evidence})`,
      encoding: u.encoding.name,
      delimiter: u.delimiter.value,
      header: u.header?.row,
      groups: u.layout?.groups,
      decimal: u.decimal.value === null ? null : `${u.decimal.value} (${u.decimal.evidence})`,
      dates: u.dates,
      ...(u.dateOrder.value === null ? {} : { dateOrder: `${u.dateOrder.value} (${u.dateOrder.evidence})` }),
      ...(u.sign.value === null ? {} : { sign: `${u.sign.value} (${u.sign.evidence})` }),
      columns: Object.fromEntries(
        u.columns.map(({ header, index, role, attr, bucket }) => [
          `${index + 1} ${header}`.trim(),
          bucket === null
            ? (role ?? (attr === null ? "-" : `attr.${attr}`))
            : `bucket ${bucket.from ?? "not due"}..${bucket.to ?? ""}`,
        ]),
      ),
      rows: Object.fromEntries(Object.entries(u.rows).filter(([, count]) => count > 0)),
      items: items.map(itemText),
      rejected: rejected.map(rejectText),
      totals: report.totals.map(
        (t) =>
          `${t.currency}: debit ${toDecimal(t.debit, t.currency)}, credit ${toDecimal(t.credit, t.currency)}, open ${toDecimal(t.open, t.currency)}, overdue ${toDecimal(t.overdue, t.currency)}`,
      ),
      control: controlText(report.control),
      holds: report.holds,
      warnings: report.warnings,
    };
  } catch (error) {
    return { failure: failureText(error) };
  }
}

describe("exports", () => {
  test.each(names)("%s", async (name) => {
    const one = caseOf(name);
    const outcome = JSON.parse(JSON.stringify(await outcomeOf(one))) as unknown;
    const path = join(root, name, "expected.json");
    if (process.env["UPDATE_EXPECTED"] === "1") writeFileSync(path, `${JSON.stringify(outcome, null, 2)}\n`);
    expect(outcome).toEqual(JSON.parse(readFileSync(path, "utf8")));
  });

  test.each(names)("%s is read the same way again with the profile of its first reading", async (name) => {
    const { file, options } = caseOf(name);
    const first = await outcomeOf({ file, options });
    if ("failure" in first) return;
    const balance = await openBalance(file, options);
    await balance.read({
      item: () => {},
      reject: () => {},
      doubt: () => {},
      paid: () => {},
      restart: () => {},
    });
    const stored = JSON.parse(JSON.stringify(balance.profile)) as BalanceOptions["profile"];
    const again = await outcomeOf({ file, options: { ...options, profile: stored } });
    const result = ({ items, rejected, totals, control, holds, rows }: Record<string, unknown>) => ({
      items,
      rejected,
      totals,
      control,
      holds,
      rows,
    });
    expect(result(again)).toEqual(result(first));
  });

  test.each(names)("%s can be inspected, or says why not", async (name) => {
    const { file, options } = caseOf(name);
    try {
      const understanding = await inspectBalance(file, options);
      const [report = ""] = inspectReport(understanding, 100).split("An import would refuse");
      expect(report.split("\n").filter((line) => line.length > 100)).toEqual([]);
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
    }
  });

  test("the files with unusual bytes are those that make.mjs writes", () => {
    for (const [name, bytes] of Object.entries(files))
      expect(readFileSync(join(root, name)).equals(bytes), name).toBe(true);
  });
});
