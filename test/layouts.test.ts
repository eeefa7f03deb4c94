import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CellValue, writeXlsx } from "hucre/xlsx";
import { describe, expect, test } from "vitest";
import { builtInNames, builtInProfiles } from "../src/config/built-in.ts";
import { addDays } from "../src/core/day.ts";
import type { Day } from "../src/core/types.ts";
import { profileFaults } from "../src/intake/profile.ts";
import { openStore } from "../src/store/store.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { layouts } from "./support/layouts/all.ts";
import type { Layout } from "./support/layouts/layout.ts";
import { AS_OF, byCustomer, ITEMS, type MasterItem, OPEN, sumOf } from "./support/layouts/master-ledger.ts";
import { daysLate } from "./support/layouts/print.ts";
import { cellsOf } from "./support/layouts/recount.ts";

/**
 * One made-up ledger, printed as each program prints it (fixtures/layouts, written by UPDATE_EXPECTED=1), must come in as
 * the same ledger. What a layout does not carry stands in its `lacks`, and nowhere else.
 */
const home = join(import.meta.dirname, "..");
const root = join(home, "fixtures", "layouts");
const all = layouts();

const pathOf = ({ name, file }: Layout): string => join(root, name, file);

if (process.env["UPDATE_EXPECTED"] === "1") {
  for (const layout of all) {
    mkdirSync(dirname(pathOf(layout)), { recursive: true });
    writeFileSync(pathOf(layout), layout.bytes);
  }
}

/** What is in the store of a company that has imported this file without a terminal. */
async function imported(
  layout: Layout,
  path = pathOf(layout),
  saved = false,
): Promise<{ items: string[]; document: Record<string, unknown> }> {
  const folder = folderWith({
    "dunning.yaml": SMALL.replace("EUR: {", "CHF: { iban: CH9300762011623852957 }, EUR: {"),
  });
  const words = layout.dateMissing ? ["--balance-date", AS_OF] : [];
  if (saved) await dunning(folder, AS_OF, "inspect", path, ...words, "--save-profile", "ours");
  const ran = await dunning(folder, AS_OF, "import", path, ...words, "--json");
  const store = openStore(join(folder, "dunning.db"), { mode: "read", now: () => new Date() });
  try {
    const items = [...store.ledgers()].flatMap(({ debtor, dossiers }) =>
      dossiers.flatMap((dossier) =>
        dossier.items.map((item) =>
          factsOf(layout, { ...item, code: debtor.id, name: debtor.name, dossier: dossier.currency }),
        ),
      ),
    );
    return { items: items.sort(), document: ran.json };
  } finally {
    store.close();
  }
}

interface Facts {
  readonly code: string;
  readonly name: string | null;
  readonly number: string;
  readonly type: string;
  readonly issued: Day | null;
  readonly due: Day | null;
  readonly original: number | null;
  readonly open: number;
  readonly dossier: string;
}

/** One item in words, without what the layout does not carry. */
function factsOf({ lacks }: Layout, facts: Facts): string {
  const { code, name, number, type, issued, due, original, open, dossier } = facts;
  return [
    lacks.includes("name") ? "-" : name,
    lacks.includes("code") ? "-" : code,
    lacks.includes("type") ? "-" : type,
    number,
    lacks.includes("issued") ? "-" : issued,
    due,
    lacks.includes("original") ? "-" : original,
    `${open} ${dossier}`,
  ].join(" | ");
}

/** The due date that a reader can know. */
function knownDue({ lacks, limits }: Layout, item: MasterItem): Day | null {
  const isCredit = item.type !== "invoice";
  if (lacks.includes("due-of-credits") && isCredit) return null;
  if (lacks.includes("due-by-terms")) return isCredit ? null : addDays(item.issued, 30);
  if (!lacks.includes("due-by-column")) return item.due;
  const late = daysLate(item);
  if (isCredit || late <= 0) return null;
  return addDays(AS_OF, -Math.max(1, ...limits.filter((limit) => limit < late).map((limit) => limit + 1)));
}

const expectedOf = (layout: Layout): string[] =>
  layout.items
    .map((item) =>
      factsOf(layout, {
        ...item,
        code: item.customer.code,
        name: item.customer.name,
        due: knownDue(layout, item),
        dossier: item.currency,
      }),
    )
    .sort();

describe("the master ledger", () => {
  test("has what makes layouts differ", () => {
    expect(OPEN).toHaveLength(40);
    expect(byCustomer(OPEN)).toHaveLength(12);
    expect(ITEMS.filter(({ settled }) => settled)).toHaveLength(6);
    expect(new Set(OPEN.map(({ type }) => type))).toEqual(new Set(["invoice", "credit-note", "payment"]));
    expect(new Set(OPEN.map(({ currency }) => currency))).toEqual(new Set(["EUR", "CHF"]));
    expect(OPEN.filter(({ open, original }) => open !== original).length).toBeGreaterThan(3);
  });
});

describe.each(all.map((layout) => [layout.name, layout] as const))("%s", (_name, layout) => {
  test("the fixture is what the factory prints", () => {
    expect(readFileSync(pathOf(layout)).equals(layout.bytes)).toBe(true);
  });

  test.each([
    ["its own profile", "built-in"],
    ["the profile that inspect saves", "own"],
  ])("comes in as the master ledger, without a terminal and by %s", async (_by, origin) => {
    const { items, document } = await imported(layout, pathOf(layout), origin === "own");
    const builtIn = layout.name === "sap-fbl5n-text" ? "sap-fbl5n" : layout.name;
    const profile = origin === "own" ? "ours" : builtIn;
    expect(document).toMatchObject({ ok: true, exit: 0, rejected: [], hold: [] });
    expect(document["import"]).toMatchObject({
      state: "accepted",
      asOf: AS_OF,
      layout: { profile, origin },
    });
    if (layout.shape === "items") {
      expect(items).toEqual(expectedOf(layout));
      return;
    }
    const balances = new Map<string, number>();
    for (const item of items) {
      const parts = item.split(" | ");
      const key = `${parts[0]} | ${parts[1]}`;
      balances.set(key, (balances.get(key) ?? 0) + Number.parseInt(parts.at(-1) ?? "", 10));
    }
    expect(Object.fromEntries(balances)).toEqual(
      Object.fromEntries(
        byCustomer(layout.items).map(([{ name: customer, code }, own]) => [
          `${customer} | ${layout.lacks.includes("code") ? "-" : code}`,
          sumOf(own),
        ]),
      ),
    );
  });
});

/** The same rows as the program's workbook: dates and amounts as such, a sheet of notes ahead. */
async function asWorkbook({ bytes }: Layout, delimiter: string): Promise<Uint8Array> {
  const typed = (cell: string): CellValue => {
    const named = /^(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})$/.exec(cell);
    if (named !== null) return new Date(`${cell} 00:00 UTC`);
    const [, first, second, year] = /^(\d\d)[/.](\d\d)[/.](\d{4})$/.exec(cell) ?? [];
    if (year !== undefined && delimiter === ",") return new Date(`${year}-${first}-${second}T00:00:00Z`);
    if (year !== undefined) return new Date(`${year}-${second}-${first}T00:00:00Z`);
    const plain = delimiter === "," ? cell.replaceAll(",", "") : cell.replaceAll(".", "").replace(",", ".");
    const found = /^(-?)(\d+\.\d\d)(-?)$/.exec(plain);
    if (found !== null) return Number(found[2]) * (found[1] === "-" || found[3] === "-" ? -1 : 1);
    return cell === "" ? null : cell;
  };
  const rows = bytes
    .toString()
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => cellsOf(line, delimiter).map(typed));
  return await writeXlsx({
    sheets: [
      { name: "About", rows: [["Notes"]] },
      { name: "Report", rows },
    ],
  });
}

describe("as a workbook", () => {
  test.each([
    ["xero-detail", ","],
    ["quickbooks-online-detail", ","],
    ["odoo-16", ","],
    ["business-central", ";"],
    ["sap-fbl5n-local", ";"],
  ])("%s comes in as the same ledger", async (name, delimiter) => {
    const layout = all.find((each) => each.name === name)!;
    const folder = folderWith({ "report.xlsx": await asWorkbook(layout, delimiter) });
    const { items, document } = await imported(layout, join(folder, "report.xlsx"));
    expect(document).toMatchObject({ ok: true, rejected: [], hold: [] });
    expect(document["import"]).toMatchObject({ layout: { profile: name, origin: "built-in" } });
    expect(items).toEqual(expectedOf(layout));
  });
});

describe("built-in profiles", () => {
  test("are usable, have a title, and are known by their columns", () => {
    for (const [name, profile] of Object.entries(builtInProfiles(home))) {
      expect(profileFaults(profile), name).toEqual([]);
      expect(profile.title, name).not.toBeUndefined();
      expect(profile.headers, name).not.toBeUndefined();
    }
  });

  test("each is shown by a fixture", () => {
    const shown = all.map(({ name }) => name).filter((name) => name !== "sap-fbl5n-text");
    expect(shown.sort()).toEqual([...builtInNames(home)].sort());
    expect(readdirSync(root).sort()).toEqual(all.map(({ name }) => name).sort());
  });
});
