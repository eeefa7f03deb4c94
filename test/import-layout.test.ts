import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../src/config/config.ts";
import { runLine } from "./support/command-line.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-22";
const TOP = "Balance âgée clients au 20/11/2026\n\n";
const PROVED = `${TOP}Code client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû
00012;Boulangerie Exemple;F-101;25/09/2026;25/10/2026;1 250,00
00019;Garage Exemple;F-102;28/09/2026;28/10/2026;480,50
`;
/** The only amount is a "Total" beside ageing columns: likely the open one, not surely. */
const LIKELY = `${TOP}Client;N° pièce;Échéance;Non échu;1-30;> 30;Total
Boulangerie Exemple;F-101;25/10/2026;;1250,00;;1250,00
Garage Exemple;F-102;28/10/2026;;480,50;;480,50
`;
/** Customers on the first of their rows only. */
const CARRIED = `${TOP}Code client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû
00012;Boulangerie Exemple;F-101;25/09/2026;25/10/2026;1 250,00
;;F-103;25/09/2026;25/10/2026;10,00
;;F-104;25/09/2026;25/10/2026;10,00
00019;Garage Exemple;F-102;28/09/2026;28/10/2026;480,50
;;F-105;25/09/2026;25/10/2026;10,00
`;
const OTHER = PROVED.replace("au 20/11", "au 21/11").replace("Raison sociale", "Nom du client");
const FILES = {
  "dunning.yaml": SMALL,
  "proved.csv": PROVED,
  "likely.csv": LIKELY,
  "carried.csv": CARRIED,
  "other.csv": OTHER,
};

const codeOf = (json: Readonly<Record<string, unknown>>): unknown =>
  (json["error"] as { code?: string } | undefined)?.code ?? null;

describe("without a terminal", () => {
  test.each([
    { first: null, file: "proved.csv", refused: false, why: "the first balance, all proved by itself" },
    { first: null, file: "likely.csv", refused: true, why: "a needed column that is only likely" },
    { first: null, file: "carried.csv", refused: true, why: "customers that are carried down" },
    { first: "proved.csv", file: "other.csv", refused: true, why: "other columns than the last balance" },
  ])("$why: refused $refused", async ({ first, file, refused }) => {
    const folder = folderWith(FILES);
    if (first !== null) expect((await dunning(folder, DAY, "import", first)).exit).toBe(0);
    const { exit, json } = await dunning(folder, DAY, "import", file, "--json");
    expect([exit, codeOf(json)]).toEqual(refused ? [65, "layout-unknown"] : [0, null]);
    if (!refused) return;
    expect(JSON.stringify(json)).toContain(`dunning inspect ${join(folder, file)} --save-profile NAME`);
  });

  test.each(["likely.csv", "carried.csv"])(
    "%s is taken once its profile is kept, without naming it again",
    async (file) => {
      const folder = folderWith(FILES);
      expect((await dunning(folder, DAY, "inspect", file, "--save-profile", "ours")).exit).toBe(0);
      const { exit, json } = await dunning(folder, DAY, "import", file, "--json");
      expect(exit).toBe(0);
      expect(json["import"]).toMatchObject({ layout: { profile: "ours", origin: "own" } });
    },
  );

  test("what a person has taken once is no question when it comes again", async () => {
    const folder = folderWith(FILES);
    expect((await runLine(folder, ["import", "likely.csv"], { terminal: true })).exit).toBe(0);
    const { exit, json } = await dunning(folder, DAY, "import", "likely.csv", "--json");
    expect([exit, json["import"]]).toMatchObject([0, { state: "unchanged" }]);
  });

  test("a refused file leaves nothing behind", async () => {
    const folder = folderWith(FILES);
    await dunning(folder, DAY, "import", "proved.csv");
    await dunning(folder, DAY, "import", "other.csv");
    expect((await dunning(folder, DAY, "imports", "--json")).json["imports"]).toHaveLength(1);
  });
});

test("on a terminal nothing of this is refused", async () => {
  const folder = folderWith(FILES);
  for (const file of ["proved.csv", "other.csv"])
    expect((await runLine(folder, ["import", file], { terminal: true })).exit).toBe(0);
});

test("the first import says how to keep the layout, the next ones do not", async () => {
  const folder = folderWith({ ...FILES, "next.csv": PROVED.replace("au 20/11", "au 21/11") });
  const first = await dunning(folder, DAY, "import", "proved.csv");
  expect(first.stdout).toContain("keep it: dunning inspect proved.csv --save-profile NAME");
  expect((await dunning(folder, DAY, "import", "next.csv")).stdout).not.toContain("layout");
});

test("an own profile goes before a built-in one of the same columns", async () => {
  const xero = readFileSync(
    join(import.meta.dirname, "..", "fixtures", "layouts", "xero-summary", "Aged Receivables Summary.csv"),
  );
  const folder = folderWith({ "dunning.yaml": SMALL, "xero.csv": xero });
  const before = await dunning(folder, DAY, "inspect", "xero.csv", "--save-profile", "mine", "--json");
  expect(before.json["layout"]).toMatchObject({ profile: "xero-summary", origin: "built-in" });
  const after = await dunning(folder, DAY, "inspect", "xero.csv", "--json");
  expect(after.json["layout"]).toMatchObject({ profile: "mine", origin: "own" });
  expect((await dunning(folder, DAY, "import", "xero.csv", "--profile", "xero-summary")).exit).toBe(0);
});

test("a built-in profile that is named reads no file of another layout", async () => {
  const folder = folderWith(FILES);
  const { exit, json } = await dunning(
    folder,
    DAY,
    "import",
    "proved.csv",
    "--profile",
    "xero-detail",
    "--json",
  );
  expect([exit, codeOf(json)]).toEqual([65, "profile-header-missing"]);
});

test("the names are listed", async () => {
  const folder = folderWith({ "dunning.yaml": `${SMALL}profiles: { sage: { format: csv, title: Ours } }\n` });
  const { json } = await dunning(folder, DAY, "inspect", "--profiles", "--json");
  expect(json["profiles"]).toEqual(
    expect.arrayContaining([
      { name: "sage", origin: "own", title: "Ours" },
      { name: "datev-opos", origin: "built-in", title: "DATEV, OPOS" },
    ]),
  );
  expect((await dunning(folder, DAY, "inspect")).exit).toBe(2);
});

describe("a total that the program prints wrongly", () => {
  const WRONG = (day: string) => `${PROVED.replace("20/11", day)}Total;;;;;99,00\n`;

  test("holds the balance until it is accepted with --remember; the profile that is kept says so", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL, "a.csv": WRONG("20/11"), "b.csv": WRONG("21/11") });
    expect((await dunning(folder, DAY, "import", "a.csv")).exit).toBe(4);
    const { json } = await dunning(folder, DAY, "import", "accept", "1", "--remember", "--json");
    expect(json).toMatchObject({ ok: true, remembered: "export" });
    expect(loadConfig(folder).config.profiles["export"]).toMatchObject({ control: "warn" });
    expect(readFileSync(join(folder, "dunning.yaml"), "utf8")).toContain("# import 1 (a.csv)");
    const next = await dunning(folder, DAY, "import", "b.csv", "--json");
    expect(next.json).toMatchObject({
      exit: 0,
      hold: [],
      import: { layout: { profile: "export", origin: "own" } },
      control: { kind: "total-line" },
    });
    expect(JSON.stringify(next.json["warnings"])).toContain("the printed total differs");
  });

  test("without --remember the next one waits again", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL, "a.csv": WRONG("20/11"), "b.csv": WRONG("21/11") });
    await dunning(folder, DAY, "import", "a.csv");
    await dunning(folder, DAY, "import", "accept", "1");
    expect((await dunning(folder, DAY, "import", "b.csv")).exit).toBe(4);
  });

  test("the user's own profile is changed in its one line; a name that is taken is not used", async () => {
    const own = `${SMALL}profiles:\n  # by hand\n  ours:\n    format: csv # always\n  export: { format: csv, terms: 60d }\n`;
    const folder = folderWith({ "dunning.yaml": own, "a.csv": WRONG("20/11"), "b.csv": WRONG("21/11") });
    await dunning(folder, DAY, "import", "a.csv", "--profile", "ours");
    await dunning(folder, DAY, "import", "accept", "1", "--remember");
    const text = readFileSync(join(folder, "dunning.yaml"), "utf8");
    expect(text).toContain("format: csv # always");
    expect(loadConfig(folder).config.profiles["ours"]).toEqual({ format: "csv", control: "warn" });
    await dunning(folder, DAY, "import", "b.csv");
    const { json } = await dunning(folder, DAY, "import", "accept", "2", "--remember", "--json");
    expect(json["remembered"]).toBe("export-2");
    expect(loadConfig(folder).config.profiles["export"]).toEqual({ format: "csv", terms: "60d" });
  });
});

describe("a program that is known to print wrong totals", () => {
  const file = join(
    import.meta.dirname,
    "..",
    "fixtures",
    "layouts",
    "xero-detail",
    "Aged Receivables Detail.csv",
  );
  const xero = readFileSync(file, "utf8");

  test.each([
    {
      why: "a wrong total is a warning",
      text: xero.replace(/^Total,.*$/m, "Total,,,,,,,,,,0.00"),
      hold: [],
      warned: true,
    },
    {
      why: "no total at all is a file that was cut off",
      text: xero.replace(/^Total,.*$/m, ""),
      hold: ["total-missing"],
      warned: false,
    },
    { why: "the right one is nothing", text: xero, hold: [], warned: false },
  ])("$why", async ({ text, hold, warned }) => {
    const folder = folderWith({ "dunning.yaml": SMALL, "xero.csv": text });
    const { json } = await dunning(folder, DAY, "import", "xero.csv", "--json");
    expect(json).toMatchObject({ hold, rejected: [] });
    expect(JSON.stringify(json["warnings"]).includes("the printed total differs")).toBe(warned);
  });
});
