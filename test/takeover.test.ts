import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { demoCompany, dunning, type Ran } from "./support/company.ts";

// One debtor, invoices due so that each step of the demo's standard scenario (10 reminder on day 3, 20 call on day 12,
// 30 firm on day 20, 40 last-warning on day 35, 50 formal-notice on day 50) is in reach.
const DAY = "2026-11-20";

async function company(due: Readonly<Record<string, string>>): Promise<string> {
  const folder = demoCompany();
  const config = join(folder, "dunning.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replaceAll("entry: by-age", "entry: first"));
  const rows = Object.entries(due).map(
    ([number, day]) => `C1;Boulangerie Exemple;${number};${day.split("-").reverse().join("/")};500,00`,
  );
  const other = "C2;Garage Exemple;FB-1;31/10/2026;500,00";
  writeFileSync(
    join(folder, "b.csv"),
    `Balance au 20/11/2026\n\nCode client;Nom;N° pièce;Échéance;Restant dû\n${[...rows, other].join("\n")}\n`,
  );
  writeFileSync(
    join(folder, "c.csv"),
    "Code client;Nom;E-mail;Adresse;CP;Ville\nC1;Boulangerie Exemple;c1@example.test;1 rue A;69003;Lyon\nC2;Garage Exemple;c2@example.test;2 rue A;69003;Lyon\n",
  );
  await dunning(folder, DAY, "import", "contacts", "c.csv");
  expect((await dunning(folder, DAY, "import", "b.csv")).exit).toBe(0);
  return folder;
}

async function history(folder: string, rows: readonly string[], ...more: readonly string[]): Promise<Ran> {
  writeFileSync(join(folder, "h.csv"), `Code client;N° pièce;Niveau;Date relance\n${rows.join("\n")}\n`);
  return await dunning(folder, DAY, "import", "history", "h.csv", "--json", ...more);
}

/** What is due for C1: the step, or the reason. */
async function next(folder: string, day = DAY): Promise<string> {
  const { json } = await dunning(folder, day, "run", "--dry-run", "--debtor", "C1", "--json");
  const { actions, notActed } = json as {
    actions: { step: string; state: string }[];
    notActed: { code: string; nextPossible: string | null }[];
  };
  const [action] = actions;
  if (action !== undefined) return action.step;
  return `${notActed[0]?.code} until ${notActed[0]?.nextPossible}`;
}

const MAP = ["--map", "R1=reminder,R2=firm,MD=last-warning"];

describe("a switch does not start again at the first step", () => {
  test("without a history the first step is due", async () => {
    expect(await next(await company({ "FA-1": "2026-10-12" }))).toBe("reminder");
  });

  test.each([
    // level, sent on: what is due on 2026-11-20
    ["R1", "13/10/2026", "call"],
    ["R2", "27/10/2026", "last-warning"],
    ["firm", "27/10/2026", "last-warning"],
    ["30", "27/10/2026", "last-warning"],
    ["R2", "18/11/2026", "gap until 2026-11-25"],
  ])("%s on %s: then %s", async (level, sent, then) => {
    const folder = await company({ "FA-1": "2026-10-12" });
    expect((await history(folder, [`C1;;${level};${sent}`], ...MAP)).exit).toBe(0);
    expect(await next(folder)).toBe(then);
  });

  test.each([
    ["23/10/2026", "formal-notice"],
    // More than ninety days ago: nobody gets a formal notice for it.
    ["15/08/2026", "final-warning-too-old"],
  ])("a last warning of %s: then %s", async (sent, then) => {
    const folder = await company({ "FA-1": "2026-06-12" });
    expect((await history(folder, [`C1;;MD;${sent}`], ...MAP)).exit).toBe(0);
    expect(await next(folder)).toContain(then);
  });

  test("a document that is named is meant alone; what fell due later was not meant", async () => {
    const folder = await company({ "FA-1": "2026-10-12", "FA-2": "2026-10-13", "FA-3": "2026-11-16" });
    const { json } = await history(folder, ["C1;FA-2;R2;27/10/2026"], ...MAP);
    expect(json["reminders"]).toEqual({ recorded: 1, known: 0, paid: 0 });
    const explained = await dunning(folder, DAY, "explain", "C1");
    expect(explained.stdout).toMatch(/FA-2.*30/);
    expect(explained.stdout).not.toMatch(/FA-1.*level 30/);
    await history(folder, ["C1;;R1;31/10/2026"], ...MAP);
    const shown = await dunning(folder, DAY, "debtor", "show", "C1");
    expect(shown.stdout).toContain("reminder by an older tool (import history), EUR");
  });
});

describe("what is recorded, and what is not", () => {
  test("twice is once; a dry run keeps nothing and says the same", async () => {
    const folder = await company({ "FA-1": "2026-10-12" });
    const rows = ["C1;FA-1;R1;13/10/2026", "C1;FA-1;R2;27/10/2026", "C2;;R1;13/11/2026"];
    const dry = await history(folder, rows, ...MAP, "--dry-run");
    expect(dry.json["reminders"]).toEqual({ recorded: 3, known: 0, paid: 0 });
    expect(await next(folder)).toBe("reminder");
    expect((await history(folder, rows, ...MAP)).json["reminders"]).toEqual({
      recorded: 3,
      known: 0,
      paid: 0,
    });
    expect((await history(folder, rows, ...MAP)).json["reminders"]).toEqual({
      recorded: 0,
      known: 3,
      paid: 0,
    });
  });

  test("every row that cannot be used is listed with what to do; the others count", async () => {
    const folder = await company({ "FA-1": "2026-10-12" });
    const { exit, json } = await history(
      folder,
      [
        "C1;FA-1;R1;13/10/2026",
        "C1;FA-1;3;27/10/2026",
        "C1;FA-1;R1;21/11/2026",
        "C1;FA-1;R1;32/10/2026",
        ";FA-1;R1;13/10/2026",
        "C1;FA-1;;13/10/2026",
        "C9;FZ-1;R1;13/10/2026",
        "C1;FA-0;R1;13/10/2026",
      ],
      ...MAP,
    );
    expect(exit).toBe(3);
    expect(json).toMatchObject({
      reminders: { recorded: 1, known: 0, paid: 1 },
      unknown: [{ line: 8, debtor: "C9" }],
      rejected: [
        {
          line: 3,
          column: "level",
          reason: "is no step of scenario standard (reminder, call, firm, last-warning, formal-notice)",
          fix: expect.stringContaining('--map "3='),
        },
        { line: 4, reason: "is a day that has not come yet" },
        { line: 5, column: "Date relance", reason: "is no date" },
        { line: 6, reason: "names no customer" },
        { line: 7, reason: "says no level" },
      ],
    });
  });

  test("the order of day and month is proved by the column, or asked", async () => {
    const folder = await company({ "FA-1": "2026-06-12" });
    const open = await history(folder, ["C1;FA-1;R1;05/11/2026"], ...MAP);
    expect([open.exit, open.json["error"]]).toMatchObject([65, { code: "date-order-ambiguous" }]);
    const proved = await history(folder, ["C1;FA-1;R1;05/11/2026", "C2;FB-1;R1;13/11/2026"], ...MAP);
    expect(proved.exit).toBe(0);
    expect(await next(folder)).toBe("call");
  });

  test("the words of four languages, and a list that is none", async () => {
    const folder = await company({ "FA-1": "2026-10-12" });
    for (const head of [
      "Klantnummer;Factuurnummer;Aanmaningsniveau;Datum aanmaning",
      "Kundennummer;Rechnungsnummer;Mahnstufe;Mahndatum",
      "Customer No.;Invoice Number;Reminder level;Sent on",
    ]) {
      writeFileSync(join(folder, "h.csv"), `${head}\nC1;FA-1;10;13.10.2026\n`);
      expect((await dunning(folder, DAY, "import", "history", "h.csv", "--dry-run")).exit, head).toBe(0);
    }
    writeFileSync(join(folder, "h.csv"), "Nom;Ville\nExemple;Lyon\n");
    const none = await dunning(folder, DAY, "import", "history", "h.csv", "--json");
    expect([none.exit, none.json["error"]]).toMatchObject([65, { code: "no-reminders" }]);
    expect((await dunning(folder, DAY, "import", "history", "h.csv", "--map", "1")).exit).toBe(2);
  });
});
