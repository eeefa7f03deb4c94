import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readingProgress } from "../src/commands/import-reading.ts";
import { spreadsheetText } from "../src/render/spreadsheet.ts";
import { demoCompany, dunning } from "./support/company.ts";

const DAY = "2026-11-20";

function balance(day: string, rows: readonly string[]): string {
  const date = day.split("-").reverse().join("/");
  return `Balance au ${date}\n\nCode client;Nom;N° pièce;Échéance;Restant dû\n${rows.join("\n")}\n`;
}
const ROW = "C1;Boulangerie Exemple;FA-1;01/10/2026;12,50";

/** Files in `exports`, the first one written first. */
function exportsIn(folder: string, files: readonly (readonly [string, string])[]): void {
  mkdirSync(join(folder, "exports"));
  for (const [n, [name, text]] of files.entries()) {
    const path = join(folder, "exports", name);
    writeFileSync(path, text);
    const time = new Date(Date.parse("2026-11-19T08:00:00Z") + n * 60_000);
    utimesSync(path, time, time);
  }
}

test("the same balance under a newer date stays as old as it is, and that is said with the way out", async () => {
  const folder = demoCompany();
  const text = "Code client;Nom;N° pièce;Échéance;Restant dû\nC1;Boulangerie Exemple;FA-1;31/10/2026;12,50\n";
  writeFileSync(join(folder, "balance.csv"), text);
  const taken = async (day: string, ...more: string[]) =>
    (await dunning(folder, DAY, "import", "balance.csv", "--balance-date", day, ...more)).stdout;
  await taken("2026-11-13");
  expect(await taken("2026-11-13")).not.toContain("--refresh");
  const again = await taken("2026-11-20");
  expect(again).toContain("unchanged, this balance of 2026-11-13 is import 1.");
  expect(again).toMatch(
    /its date now is 2026-11-20; if it is still true: dunning import \S*balance\.csv --refresh/,
  );
  expect(await taken("2026-11-20", "--refresh")).not.toContain("its date now is");
});

describe("a pattern", () => {
  test("the newest balance is taken, whatever was written last; the others are said to be left", async () => {
    const folder = demoCompany();
    exportsIn(folder, [
      ["balance-a.csv", balance("2026-11-18", [ROW])],
      ["balance-b.csv", balance("2026-11-19", [ROW])],
      ["balance-c.csv", balance("2026-11-13", [ROW])],
      [".balance-d.csv", "hidden"],
      ["other.csv", "not asked for"],
    ]);
    const { exit, json, stderr } = await dunning(folder, DAY, "import", "exports/balance-*.csv", "--json");
    expect([exit, stderr]).toEqual([0, expect.stringContaining("balance-b.csv is the newest of 3 files")]);
    expect(json).toMatchObject({
      import: { file: "balance-b.csv", asOf: "2026-11-19" },
      left: [
        { file: "balance-c.csv", reason: "balance of 2026-11-13, balance-b.csv is newer" },
        { file: "balance-a.csv", reason: "balance of 2026-11-18, balance-b.csv is newer" },
      ],
    });
  });

  test("the newest written file must be readable: an older one is not taken in its place", async () => {
    const folder = demoCompany();
    exportsIn(folder, [
      ["balance-a.csv", balance("2026-11-18", [ROW])],
      ["balance-b.csv", "%PDF-1.7"],
    ]);
    const { exit, stderr } = await dunning(folder, DAY, "import", "exports/*.csv");
    expect([exit, stderr]).toEqual([65, expect.stringContaining("balance-b.csv")]);
    expect((await dunning(folder, DAY, "imports", "--json")).json["imports"]).toEqual([]);
  });

  test("wildcards in folders; nothing that fits is 66; a name with a star is a name", async () => {
    const folder = demoCompany();
    exportsIn(folder, [["a*b.csv", balance("2026-11-18", [ROW])]]);
    expect((await dunning(folder, DAY, "import", "exp?rts/a*.csv", "--dry-run")).exit).toBe(0);
    expect((await dunning(folder, DAY, "import", "exports/a*b.csv", "--dry-run")).exit).toBe(0);
    const none = await dunning(folder, DAY, "import", "exports/x*.csv", "--json");
    expect([none.exit, none.json["error"]]).toMatchObject([66, { code: "no-match" }]);
  });
});

describe("--archive", () => {
  test("what counts is moved, under a name that is free; again unchanged is moved too", async () => {
    const folder = demoCompany();
    const text = balance("2026-11-19", [ROW]);
    for (const names of [["balance.csv"], ["balance-2.csv", "balance.csv"]]) {
      writeFileSync(join(folder, "balance.csv"), text);
      const { exit, json } = await dunning(
        folder,
        DAY,
        "import",
        "balance.csv",
        "--archive",
        "taken",
        "--json",
      );
      expect([exit, (json["files"] as string[]).length]).toEqual([0, 1]);
      expect(readdirSync(join(folder, "taken")).sort()).toEqual(names);
      expect(readdirSync(folder)).not.toContain("balance.csv");
    }
    expect(readFileSync(join(folder, "taken", "balance.csv"), "utf8")).toBe(text);
  });

  test("a dry run, a refusal and a balance on hold leave the file where it is", async () => {
    const folder = demoCompany();
    writeFileSync(join(folder, "first.csv"), balance("2026-11-19", [ROW]));
    await dunning(folder, DAY, "import", "first.csv");
    const foreign = balance("2026-11-20", ["X9;Autre Exemple;FA-9;01/10/2026;10,00"]);
    const cases: readonly [string, readonly string[], number][] = [
      [balance("2026-11-20", [ROW]), ["--dry-run"], 0],
      ["%PDF-1.7", [], 65],
      [foreign, [], 4],
    ];
    for (const [text, more, exit] of cases) {
      writeFileSync(join(folder, "next.csv"), text);
      const ran = await dunning(folder, DAY, "import", "next.csv", "--archive", "taken", ...more);
      expect([ran.exit === exit || more.length > 0, readdirSync(folder)]).toEqual([
        true,
        expect.arrayContaining(["next.csv"]),
      ]);
      expect(readdirSync(folder)).not.toContain("taken");
    }
  });
});

describe("rejected rows", () => {
  const rows = [ROW, 'C2;"Nom; ""cité""";=1+1;31/02/2026;20,00', "C3;Garage;FA-3;01/10/2026;douze"];

  test("stand in a file of their own beside the store, for its owner only", async () => {
    const folder = demoCompany();
    mkdirSync(join(folder, "exports"));
    writeFileSync(join(folder, "exports", "balance âgée.csv"), balance("2026-11-19", rows));
    const { exit, json } = await dunning(folder, DAY, "import", "exports/balance âgée.csv", "--json");
    const path = join(folder, "balance âgée.rejects.csv");
    expect([exit, json["files"]]).toEqual([3, [path]]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const [head, first, second] = readFileSync(path, "utf8").split("\r\n");
    expect(head).toBe("\ufeffline;debtor;column;found;why;what to do");
    expect(first).toMatch(/^5;C2;Échéance;31\/02\/2026;/);
    expect(second).toMatch(/^6;C3;Restant dû;douze;/);
    writeFileSync(join(folder, "exports", "balance âgée.csv"), balance("2026-11-20", rows.slice(1)));
    await dunning(folder, DAY, "import", "exports/balance âgée.csv");
    expect(readFileSync(path, "utf8").split("\r\n")[1]).toMatch(/^4;C2;/);
  });

  test("a dry run writes none", async () => {
    const folder = demoCompany();
    writeFileSync(join(folder, "b.csv"), balance("2026-11-19", rows));
    expect((await dunning(folder, DAY, "import", "b.csv", "--dry-run", "--json")).json["files"]).toEqual([]);
    expect(readdirSync(folder)).not.toContain("b.rejects.csv");
  });
});

describe("a cell of a spreadsheet", () => {
  test.each([
    ["=1+1", "'=1+1"],
    ["+33 4 00 00 00 00", "+33 4 00 00 00 00"],
    ["+SUM(A1)", "'+SUM(A1)"],
    ["-0,02", "-0,02"],
    ["-1 234.50", "-1 234.50"],
    ["-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r=1", '"\'\r=1"'],
    ["a;b", '"a;b"'],
    ['a"b', '"a""b"'],
    ["12,50", "12,50"],
    ["été", "été"],
    ["", ""],
  ])("%j is written %j", (text, written) => {
    expect(spreadsheetText([[text]])).toBe(`\ufeff${written}\r\n`);
  });
});

test.each([
  [0, 101e6, 0, "[........................] 0 % of 101 MB"],
  [50e6, 100e6, 0.4, "[############............] 50 % of 100 MB"],
  [50e6, 100e6, 2, "[############............] 50 % of 100 MB, 25.0 MB/s, 2 s left"],
  [100e6, 100e6, 4, "[########################] 100 % of 100 MB, 25.0 MB/s, 0 s left"],
  [10, 20, 1, "[############............] 50 % of 1 MB, 0.0 MB/s, 1 s left"],
])("%d of %d bytes after %d s", (bytes, total, seconds, text) => {
  expect(readingProgress(bytes, total, seconds)).toBe(text);
});
