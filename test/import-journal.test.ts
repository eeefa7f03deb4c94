import { join } from "node:path";
import { expect, test } from "vitest";
import { openStore } from "../src/store/store.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { faults, JOURNAL } from "./support/contract.ts";
import { type FecLine, fecText } from "./support/fec.ts";

const OLD = "123456789FEC20241231.txt";
const NEW = "123456789FEC20251231.txt";
const DAY = "2026-01-02";
const of = (aux: string, name: string) => ({ account: "411000", aux, name });
const DURAND = of("C001", "Durand Exemple");
const MOREL = of("C002", "Morel Exemple");

const LAST_YEAR: readonly FecLine[] = [
  { ...DURAND, date: "20241105", ref: "FA-2024-1", amount: 10000, letter: "AB" },
  { ...DURAND, date: "20241120", ref: "FA-2024-2", amount: 5000 },
  { ...MOREL, date: "20241201", ref: "FA-2024-3", amount: 3000, letter: "AA" },
  { ...MOREL, journal: "BQ", date: "20241231", amount: -3000, letter: "AA" },
];
/** Durand's invoices of last year came over as one sum, and the payment of one of them lacks its invoice. */
const THIS_YEAR: readonly FecLine[] = [
  { ...DURAND, journal: "AN", date: "20250101", ref: "AN", label: "A NOUVEAU", amount: 15000 },
  { ...DURAND, journal: "BQ", date: "20250120", label: "VIR DURAND", amount: -10000, letter: "AB" },
  { ...MOREL, date: "20251103", ref: "FA-2025-4", amount: 8000 },
];
const company = (more = "", config = SMALL) =>
  folderWith({ "dunning.yaml": `${config}${more}`, [OLD]: fecText(LAST_YEAR), [NEW]: fecText(THIS_YEAR) });
const numbers = async (folder: string, debtor: string) => {
  const { json } = await dunning(folder, DAY, "debtor", "show", debtor, "--json");
  return (json["items"] as { number: string; due: string; open: string; state: string }[])
    .filter(({ state }) => state === "open")
    .map(({ number, due, open }) => `${number} ${due} ${open}`);
};
const notActed = async (folder: string) => {
  const { json } = await dunning(folder, DAY, "run", "--dry-run", "--json");
  return (json["notActed"] as { debtor: string; code: string }[]).map(
    ({ debtor, code }) => `${debtor} ${code}`,
  );
};

test("a journal is a balance: its items, its control total, who is in doubt and why", async () => {
  const folder = company();
  const { json, exit } = await dunning(folder, DAY, "import", NEW, "--json");
  expect(exit).toBe(0);
  expect(faults(json, JOURNAL)).toEqual([]);
  expect(json).toMatchObject({
    import: { kind: "journal", asOf: "2025-12-31", state: "accepted" },
    rows: { items: 2, rejected: 0 },
    totals: [{ currency: "EUR", open: "130.00" }],
    control: { kind: "accounts", expected: "130.00", difference: "0.00" },
    doubts: [{ debtor: "C001", code: "letter-overpaid" }],
    journal: { accounts: ["411"], lines: 3, settled: 0, unbalanced: 1 },
  });
  expect(json["warnings"]).toContain(
    "1 customer carries its opening balance as one sum without invoices: import the year before with it (--together)",
  );
  expect(await numbers(folder, "C001")).toEqual(["AN 2025-01-31 50.00"]);
  // The doubtful one is left alone, the other is not.
  expect(await notActed(folder)).toEqual(["C001 balance-doubtful"]);
  const { stdout } = await dunning(folder, DAY, "explain", "C001");
  expect(stdout).toContain("letter AB");
});

test("with the year before: the invoices of the opening sum, and no doubt left", async () => {
  const folder = company();
  const { json, exit } = await dunning(folder, DAY, "import", OLD, NEW, "--together", "--json");
  expect(exit).toBe(0);
  expect(json).toMatchObject({
    import: { asOf: "2025-12-31", files: [{ name: NEW }, { name: OLD }] },
    totals: [{ open: "130.00" }],
    control: { expected: "130.00", difference: "0.00" },
    doubts: [],
    journal: { payments: 2 },
  });
  expect(await numbers(folder, "C001")).toEqual(["FA-2024-2 2024-12-20 50.00"]);
  expect(await notActed(folder)).toEqual([]);
});

test("the same journal again is unchanged, and tells what it told", async () => {
  const folder = company();
  const first = await dunning(folder, DAY, "import", NEW, "--json");
  const again = await dunning(folder, DAY, "import", NEW, "--json");
  expect(again.json).toMatchObject({ import: { state: "unchanged" } });
  for (const key of ["rows", "control", "doubts", "journal", "warnings"])
    expect(again.json[key]).toEqual(first.json[key]);
});

test("one after the other they are two balances, and what was paid in both years is known", async () => {
  const folder = company();
  const { json } = await dunning(folder, DAY, "import", NEW, OLD, "--json");
  expect((json["imports"] as { import: { asOf: string } }[]).map((each) => each.import.asOf)).toEqual([
    "2024-12-31",
    "2025-12-31",
  ]);
  expect((await dunning(folder, DAY, "debtor", "show", "C002", "--json")).json["payments"]).toEqual({
    count: 1,
    meanDelay: 0,
  });
});

test("debtor show: how late a customer pays; a journal that was taken back does not count", async () => {
  const folder = company();
  await dunning(folder, DAY, "import", OLD, NEW, "--together");
  const { stdout } = await dunning(folder, DAY, "debtor", "show", "C001");
  expect(stdout).toContain("Paid so far: 1 invoice, on average 46 days late (weighted by amount)");
  await dunning(folder, DAY, "import", "undo", "1");
  const { json } = await dunning(folder, DAY, "debtor", "show", "C001", "--json");
  expect(json["payments"]).toEqual({ count: 0, meanDelay: null });
});

test("the same payment in two journals was paid once, two alike in one journal twice", async () => {
  const paid = (letter: string): FecLine[] => [
    { ...MOREL, date: "20250301", ref: "FA-7", amount: 1000, letter },
    { ...MOREL, journal: "BQ", date: "20250331", amount: -1000, letter },
  ];
  const open: FecLine = { ...MOREL, date: "20251103", ref: "FA-9", amount: 8000 };
  const folder = folderWith({
    "dunning.yaml": SMALL,
    "june.txt": fecText([...paid("A"), ...paid("B"), open]),
    [NEW]: fecText([...paid("A"), ...paid("B"), { ...open, ref: "FA-10" }]),
  });
  await dunning(folder, DAY, "import", "june.txt", NEW);
  expect((await dunning(folder, DAY, "debtor", "show", "C002", "--json")).json["payments"]).toMatchObject({
    count: 2,
  });
});

test("terms: the debtor's own, its account's, the default", async () => {
  const lines: FecLine[] = [
    { ...DURAND, date: "20250110", ref: "F1", amount: 100 },
    { ...MOREL, date: "20250110", ref: "F2", amount: 100 },
    { account: "411200", aux: "C003", name: "Export Exemple", date: "20250110", ref: "F3", amount: 100 },
  ];
  const folder = folderWith({
    "dunning.yaml": `${SMALL}import: { terms: end-of-month 45d, terms_by_account: { "4112": 60d } }\n`,
    [NEW]: fecText(lines),
    "contacts.csv": "Code client;Conditions de paiement\nC001;45 jours fin de mois\n",
  });
  await dunning(folder, DAY, "import", NEW, "--dry-run");
  await dunning(folder, DAY, "import", NEW);
  await dunning(folder, DAY, "debtor", "set", "C001", "terms=45d end-of-month");
  // Other bytes, so that it is read again.
  const again = `${NEW.slice(0, -4)}.TXT`;
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(folder, again), fecText(lines, { separator: "|" }));
  await dunning(folder, DAY, "import", again);
  expect(await numbers(folder, "C001")).toEqual(["F1 2025-02-28 1.00"]);
  expect(await numbers(folder, "C002")).toEqual(["F2 2025-03-17 1.00"]);
  expect(await numbers(folder, "C003")).toEqual(["F3 2025-03-11 1.00"]);
});

test("a journal on hold is released as it was read, years together; undo restores what was", async () => {
  const folder = company();
  await dunning(folder, DAY, "import", OLD);
  const hash = () => {
    const store = openStore(join(folder, "dunning.db"), { mode: "read", now: () => new Date(0) });
    try {
      return store.imports.logicalHash();
    } finally {
      store.close();
    }
  };
  const before = hash();
  const held = await dunning(
    folder,
    DAY,
    "import",
    OLD,
    NEW,
    "--together",
    "--expect-total",
    "1.00",
    "--json",
  );
  expect(held.json).toMatchObject({
    hold: ["control-total"],
    control: { kind: "option", difference: "-129.00" },
  });
  expect((await dunning(folder, DAY, "import", "accept", "2")).exit).toBe(0);
  expect(await numbers(folder, "C001")).toEqual(["FA-2024-2 2024-12-20 50.00"]);
  await dunning(folder, DAY, "import", "undo", "2");
  expect(hash()).toBe(before);
});

test("numbers that many lines bear stay apart, and meet themselves again", async () => {
  const lines = [100, 200, 300].map(
    (amount): FecLine => ({ ...DURAND, date: "20251103", ref: "sans", amount }),
  );
  const folder = folderWith({ "dunning.yaml": SMALL, "first.txt": fecText(lines) });
  await dunning(folder, DAY, "import", "first.txt");
  const { writeFileSync } = await import("node:fs");
  writeFileSync(
    join(folder, "second.txt"),
    fecText([...lines, { ...MOREL, date: "20251231", ref: "F", amount: 50 }]),
  );
  const { json } = await dunning(folder, DAY, "import", "second.txt", "--json");
  expect(json["items"]).toMatchObject({ new: 1, unchanged: 3, settled: 0 });
});

test("--accounts, dunning.yaml and a profile choose the accounts, in this order", async () => {
  const lines: FecLine[] = [
    { ...DURAND, ref: "F1", amount: 100 },
    { ...DURAND, account: "413000", ref: "F2", amount: 200 },
    { ...DURAND, account: "416000", ref: "F3", amount: 400 },
  ];
  const folder = folderWith({
    "dunning.yaml": `${SMALL}import: { accounts: ["411", "413"] }\nprofiles: { all: { format: fec, accounts: ["41"] } }\n`,
    [NEW]: fecText(lines),
  });
  const total = async (...more: string[]) => {
    const { json } = await dunning(folder, DAY, "import", NEW, "--dry-run", "--json", ...more);
    return (json["totals"] as { open: string }[])[0]?.open;
  };
  expect(await total()).toBe("3.00");
  expect(await total("--profile", "all")).toBe("7.00");
  expect(await total("--accounts", "416")).toBe("4.00");
  expect(await total("--profile", "all", "--accounts", "411,416")).toBe("5.00");
});

test("inspect shows a journal, its profile reads it again", async () => {
  const folder = company();
  const { stdout, exit } = await dunning(folder, DAY, "inspect", NEW, "--save-profile", "fec");
  expect(exit).toBe(0);
  expect(stdout).toContain("a journal (FEC)");
  expect(stdout).toContain("the accounts' balance 130.00 EUR agrees to the cent");
  expect((await dunning(folder, DAY, "import", NEW, "--profile", "fec")).exit).toBe(0);
});
