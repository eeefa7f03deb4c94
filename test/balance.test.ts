import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Day } from "../src/core/types.ts";
import { type BalanceOptions, inspectBalance, openBalance } from "../src/intake/balance.ts";
import { OPTIONS, readBytes, readFile, refusalOf } from "./support/ledger-files.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dunning-balance-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string, name = "balance.csv"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const HEADER = "Code client;N° pièce;Date;Échéance;Restant dû";
const ROW = "C001;FA-1;15/01/2026;14/02/2026;100,00";
const SMALL = `${HEADER}\n${ROW}\nC002;FA-2;20/01/2026;19/02/2026;50,00\n`;

describe("what the user expects", () => {
  test.each([
    ["150.00", [], 0],
    ["150,00", [], 0],
    ["150", [], 0],
    ["1 150,00", ["control-total"], 100000],
    ["149.99", ["control-total"], -1],
  ])("--expect-total %s: on hold for %j", async (expectTotal, holds, difference) => {
    const { report } = await readBytes(SMALL, { expectTotal });
    expect(report.holds).toEqual(holds);
    expect(report.control).toMatchObject({ kind: "option", difference, currency: "EUR" });
  });

  test.each(["1.150", "douze", "", "12,345"])("--expect-total %j is a usage error", async (expectTotal) => {
    expect(await refusalOf(SMALL, { expectTotal })).toBe("2 expect-total-unclear");
  });

  test.each([
    [2, []],
    [3, ["row-count"]],
  ])("--expect-rows %i: on hold for %j", async (expectRows, holds) => {
    expect((await readBytes(SMALL, { expectRows })).report.holds).toEqual(holds);
  });

  test("rejected rows count among the expected ones, and their amounts in the total", async () => {
    const file = `${SMALL}C003;FA-3;20/01/2026;31/02/2026;25,00\nTotal;;;;175,00\n`;
    const { report, rejected } = await readBytes(file, { expectRows: 3 });
    expect(report).toMatchObject({
      holds: [],
      control: { kind: "total-line", difference: 0 },
      rows: { read: 4, items: 2, subtotals: 1, rejected: 1 },
    });
    expect(rejected).toMatchObject([{ line: 4, debtor: "C003", column: "Échéance", value: "31/02/2026" }]);
  });

  test("a total that differs holds the balance, or warns where the profile says so", async () => {
    const file = `${SMALL}Total;;;;151,00\n`;
    expect((await readBytes(file)).report).toMatchObject({
      holds: ["control-total"],
      control: { expected: 15100, difference: 100 },
    });
    const { report } = await readBytes(file, { profile: { format: "csv", control: "warn" } });
    expect(report.holds).toEqual([]);
    expect(report.warnings).toEqual(["the printed total differs from the rows, as the profile lets it"]);
  });

  test("a subtotal that differs holds the balance", async () => {
    const file = `Code client;Nom;N° pièce;Échéance;Restant dû\nC001;Dubois Exemple;;;\n;;FA-1;15/03/2026;100,00\nTotal C001;;;;90,00\n`;
    const { report } = await readBytes(file);
    expect(report.holds).toEqual(["control-subtotal"]);
    expect(report.warnings).toEqual(["1 subtotal differs from the rows above (line 4)"]);
  });

  test("a file that may have been cut is pointed at, unless its total says that it was not", async () => {
    expect((await readBytes(SMALL.trimEnd())).report.warnings).toEqual([
      "the last line has no line end: make sure that the file is complete",
    ]);
    expect((await readBytes(`${SMALL}Total;;;;150,00`)).report.warnings).toEqual([]);
  });
});

describe("the day of the balance", () => {
  const dated = `Balance au 31/03/2026\n${SMALL}`;
  test("the file's own, else the option, else the day of the command", async () => {
    const asOf = async (content: string, options: Partial<BalanceOptions>): Promise<unknown> =>
      (await openBalance(fileOf(content), { ...OPTIONS, asOf: null, ...options })).asOf;
    expect(await asOf(dated, {})).toBe("2026-03-31");
    expect(await asOf(dated, { balanceDate: "2026-03-31" as Day })).toBe("2026-03-31");
    expect(await asOf(SMALL, { balanceDate: "2026-03-30" as Day, asOf: "2026-04-02" as Day })).toBe(
      "2026-03-30",
    );
    expect(await asOf(SMALL, { asOf: "2026-04-02" as Day })).toBe("2026-04-02");
    await expect(asOf(SMALL, {})).rejects.toThrow("nothing says of which day this balance is");
    await expect(asOf(dated, { balanceDate: "2026-03-30" as Day })).rejects.toThrow(
      "this balance has a date of its own",
    );
  });

  test("overdue is what was due before that day", async () => {
    const file = `${HEADER}\nC1;A;13/02/2026;30/03/2026;1,00\nC1;B;13/02/2026;31/03/2026;2,00\nC1;C;13/02/2026;01/04/2026;4,00\n`;
    expect((await readBytes(file)).report.totals).toEqual([
      { currency: "EUR", debit: 700, credit: 0, open: 700, overdue: 100 },
    ]);
  });

  test("a date that could mean two days takes the order that the rows prove", async () => {
    const file = (day: string): string =>
      `As of 03/04/2026\nCustomer No.,Invoice No.,Due Date,Open Balance\nC1,A,${day},1.00\n`;
    const asOf = async (day: string): Promise<string> =>
      (await openBalance(fileOf(file(day)), { ...OPTIONS, asOf: null })).asOf;
    expect(await asOf("25/03/2026")).toBe("2026-04-03");
    expect(await asOf("03/25/2026")).toBe("2026-03-04");
    await expect(asOf("2026-03-25")).rejects.toThrow(
      "no date in this file shows whether the day or the month comes first",
    );
  });
});

describe("proved over all rows, beyond the first ones", () => {
  const many = (row: (index: number) => string, last: string): string =>
    `${HEADER}\n${Array.from({ length: 6000 }, (_, index) => row(index)).join("\n")}\n${last}\n`;
  const ambiguous = (index: number): string =>
    `C${index};FA-${index};0${1 + (index % 9)}/01/2026;0${1 + (index % 9)}/02/2026;1.${100 + (index % 900)}`;

  test("the last row decides dates and amounts, before anything is given out", async () => {
    const { items, restarts, profile } = await readBytes(
      many(ambiguous, "C1;FA-X;13/01/2026;12/02/2026;12,50"),
    );
    expect(items).toHaveLength(6001);
    expect(items[3]).toMatchObject({ issued: "2026-01-04", due: "2026-02-04", open: 110300 });
    expect(restarts).toBe(0);
    expect(profile).toMatchObject({ dates: "dd/MM/yyyy", decimal: "," });
  });

  test("the other way round", async () => {
    const { items, profile } = await readBytes(
      many(
        (index) => ambiguous(index).replace(/1\.(\d{3})$/, "1.$1"),
        "C1;FA-X;01/13/2026;02/12/2026;12.50",
      ).replaceAll(/;1\.(\d)(\d\d)$/gm, ";1.$100"),
    );
    expect(items[3]).toMatchObject({ issued: "2026-04-01", due: "2026-04-02", open: 110 });
    expect(profile).toMatchObject({ dates: "MM/dd/yyyy", decimal: "." });
  });

  test("what is first written far down may start the reading again", async () => {
    const whole = (index: number): string => `C${index};FA-${index};2026-01-15;2026-02-14;${100 + index}`;
    const { items, restarts } = await readBytes(many(whole, "C1;FA-X;2026-01-15;2026-02-14;12.50"));
    expect(restarts).toBe(1);
    expect(items).toHaveLength(6001);
    expect(items.at(-1)?.open).toBe(1250);
  });

  test("a contradiction far down refuses the file and names both cells", async () => {
    const clear = (index: number): string => `C${index};FA-${index};15/01/2026;14/02/2026;${100 + index},00`;
    await expect(readBytes(many(clear, "C1;FA-X;15/01/2026;14/02/2026;12.50"))).rejects.toThrow(
      '"100,00" in column "Restant dû", line 2, and "12.50" in column "Restant dû", line 6002',
    );
    expect(await refusalOf(many(clear, "C1;FA-X;01/15/2026;14/02/2026;12,50"))).toBe("65 date-order-mixed");
    expect(await refusalOf(many(clear, "C1;FA-X;2026-01-15;14/02/2026;12,50"))).toBe("65 date-format-mixed");
  });

  test("what stays ambiguous in all rows is refused", async () => {
    expect(await refusalOf(many(ambiguous, "C1;FA-X;03/01/2026;04/02/2026;1.500"))).toBe(
      "65 date-order-ambiguous",
    );
  });
});

describe("amounts without decimals, and the total that decides", () => {
  const rows = (total: string): string =>
    `${HEADER}\nC1;A;15/01/2026;14/02/2026;1.000\nC2;B;15/01/2026;14/02/2026;500\n${total}`;
  test.each([
    ["Total;;;;1.500\n", "accepted"],
    ["Total;;;;501\n", "accepted"],
    ["Total;;;;1.501\n", "65 decimal-mark-ambiguous"],
    ["", "65 decimal-mark-ambiguous"],
  ])("%j: %s", async (total, outcome) => {
    expect(await refusalOf(rows(total))).toBe(outcome);
  });
  test("the reading that fits is the one that is given out", async () => {
    expect((await readBytes(rows("Total;;;;1.500\n"))).items.map(({ open }) => open)).toEqual([
      100000, 50000,
    ]);
    expect((await readBytes(rows("Total;;;;501\n"))).items.map(({ open }) => open)).toEqual([100, 50000]);
    expect((await readBytes(rows(""), { expectTotal: "1500" })).items.map(({ open }) => open)).toEqual([
      100000, 50000,
    ]);
    expect(
      (await readBytes(rows(""), { profile: { format: "csv", decimal: "." } })).items.map(({ open }) => open),
    ).toEqual([100, 50000]);
  });
  test("a total that fits both readings decides nothing", async () => {
    expect(
      await refusalOf(
        `${HEADER}\nC1;A;15/01/2026;14/02/2026;1.000\nC2;B;15/01/2026;14/02/2026;2.000\nTotal;;;;3.000\n`,
      ),
    ).toBe("65 decimal-mark-ambiguous");
  });
});

describe("looking only", () => {
  test("a file that an import refuses is shown as far as it was understood", async () => {
    const understanding = await inspectBalance(fileOf(SMALL), { ...OPTIONS, asOf: null });
    expect(understanding.problems.map(({ code }) => code)).toEqual(["balance-date-missing"]);
    expect(understanding.totals).toMatchObject([{ open: 15000 }]);
    const table = await inspectBalance(fileOf("Foo;Bar\n1;2\n"), OPTIONS);
    expect(table.problems.map(({ code }) => code)).toEqual(["no-header"]);
    expect(table.delimiter.value).toBe(";");
  });

  test("opening reads nothing out, and reading twice gives the same", async () => {
    const path = fileOf(SMALL);
    const first = await readFile(path);
    const second = await readFile(path);
    expect(second.items).toEqual(first.items);
    expect(second.report).toEqual(first.report);
  });

  test("progress goes up to the size of the file", async () => {
    const seen: [number, number][] = [];
    const content = SMALL + `${ROW}\n`.repeat(20_000);
    await readBytes(content, { onProgress: (bytes, total) => seen.push([bytes, total]) });
    const size = Buffer.byteLength(content);
    expect(seen.at(-1)).toEqual([size, size]);
    expect(seen.every(([bytes], index) => index === 0 || bytes >= (seen[index - 1]?.[0] ?? 0))).toBe(true);
  });
});
