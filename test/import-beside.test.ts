import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Cents, Currency, Day, DebtorId, IncomingItem, RejectedRow } from "../src/core/types.ts";
import { type Batch, packer, unpack } from "../src/intake/batch.ts";
import { openStore } from "../src/store/store.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

// A large balance is read in a thread of its own: everything must come out as where it is read in one.
const BIN = join(import.meta.dirname, "..", "bin", "dunning.js");
/** Says on standard error that a thread was started. */
const WATCH = "data:text/javascript,process.on('worker',()=>process.stderr.write('a thread\\n'))";
const DAY = "2026-11-20";
const ROWS = 42_000;
const HEAD = "Code client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû;E-mail;Libellé";
/** Rows as long as it takes for the file to be a large one. */
const LABEL = "x".repeat(340);

type Edit = (n: number) => Partial<Record<"name" | "issued" | "due" | "open" | "label", string>>;

function balance(edit: Edit, rows = ROWS): string {
  const lines = Array.from({ length: rows }, (_, n) => {
    const who = n >> 3;
    const cells = {
      name: `Client é ${who}`,
      issued: "01/09/2026",
      due: `${String(1 + (n % 28)).padStart(2, "0")}/10/2026`,
      open: `${n % 900},50`,
      label: LABEL,
      ...edit(n),
    };
    const { name, issued, due, open, label } = cells;
    return `C${who};${name};F-${n};${issued};${due};${open};a${who}@client.example.com;${label}`;
  });
  return `${HEAD}\n${lines.join("\n")}\n`;
}

const words = ["--as-of", DAY, "import", "balance.csv", "--balance-date", DAY, "--json"];
const hashOf = (folder: string): string => {
  const store = openStore(join(folder, "dunning.db"), { mode: "read", now: () => new Date(0) });
  try {
    return store.imports.logicalHash();
  } finally {
    store.close();
  }
};

test.each<readonly [string, Edit, number]>([
  ["a sound one", () => ({}), 0],
  [
    "quoted cells, and a row that goes over two lines",
    (n) => (n % 9 > 0 ? {} : { name: `"A ""${n}"";\nB"` }),
    0,
  ],
  ["rows that are rejected, far down", (n) => (n % 20_000 > 0 ? {} : { due: "31/02/2026" }), 3],
  ["a decimal mark that shows at the end only", (n) => ({ open: n < 41_000 ? `${n % 900}` : "12.50" }), 0],
  ["two decimal marks", (n) => (n === 41_000 ? { open: "12.50" } : {}), 65],
  ["a stray quotation mark", (n) => (n === 41_000 ? { name: '"A" B' } : {}), 65],
  ["due dates from terms", (n) => (n < 10_000 ? {} : { due: "" }), 0],
])("%s: a thread reads it as one would alone", async (_, edit, exit) => {
  const text = balance(edit);
  const [beside, alone] = [1, 2].map(() => folderWith({ "dunning.yaml": SMALL, "balance.csv": text }));
  if (beside === undefined || alone === undefined) throw new Error("no folder");
  const built = spawnSync(process.execPath, ["--import", WATCH, BIN, ...words], {
    cwd: beside,
    encoding: "utf8",
  });
  const own = await dunning(alone, DAY, ...words.slice(2));
  expect([built.status, built.stderr]).toEqual([exit, `a thread\n${own.stderr}`]);
  const document = JSON.parse(built.stdout.replaceAll(beside, alone)) as unknown;
  expect(document).toEqual(own.json);
  expect(own.exit).toBe(exit);
  if (exit !== 65) expect(hashOf(beside)).toBe(hashOf(alone));
});

test("a small one needs no thread", () => {
  const folder = folderWith({ "dunning.yaml": SMALL, "balance.csv": balance(() => ({}), 1_000) });
  const run = spawnSync(process.execPath, ["--import", WATCH, BIN, ...words], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([run.status, run.stderr]).toEqual([0, ""]);
});

test("terms that are known of a customer are asked of the store: no thread", async () => {
  const folder = folderWith({
    "dunning.yaml": SMALL,
    "balance.csv": balance((n) => (n < 10_000 ? {} : { due: "" })),
  });
  writeFileSync(join(folder, "contacts.csv"), "Code client;E-mail\nC0;a0@client.example.com\n");
  expect((await dunning(folder, DAY, "import", "contacts", "contacts.csv")).exit).toBe(0);
  expect((await dunning(folder, DAY, "debtor", "set", "C0", "terms=60d")).exit).toBe(0);
  const run = spawnSync(process.execPath, ["--import", WATCH, BIN, ...words], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(run.status).toBe(0);
  expect(run.stderr).not.toContain("a thread");
});

test("a signal while a thread reads ends both, and nothing is recorded", async () => {
  const folder = folderWith({ "dunning.yaml": SMALL, "balance.csv": balance(() => ({})) });
  const run = spawn(process.execPath, ["--import", WATCH, BIN, ...words], { cwd: folder });
  run.stderr.once("data", () => run.kill("SIGTERM"));
  expect(await new Promise((ended) => run.once("exit", ended))).toBe(143);
  const { json } = await dunning(folder, DAY, "imports", "--json");
  expect(json["imports"]).toEqual([]);
});

const text = fc.string({ maxLength: 6 }).map((each) => each.replaceAll("\n", ""));
const item = fc.record<IncomingItem>({
  debtor: fc.constantFrom("A", "B") as fc.Arbitrary<DebtorId>,
  name: fc.option(text),
  number: text,
  type: fc.constantFrom("invoice", "payment"),
  issued: fc.option(fc.constantFrom("2026-01-01", "2026-01-02") as fc.Arbitrary<Day>),
  due: fc.option(fc.constantFrom("2026-01-02", "2026-02-01") as fc.Arbitrary<Day>),
  dueDerived: fc.boolean(),
  original: fc.option(fc.maxSafeInteger() as fc.Arbitrary<Cents>),
  open: fc.maxSafeInteger() as fc.Arbitrary<Cents>,
  currency: fc.constantFrom("EUR", "CHF") as fc.Arbitrary<Currency>,
  mark: fc.option(fc.constantFrom("disputed", "not-sent")),
  master: fc.option(fc.dictionary(text, text)),
  line: fc.nat(),
});

function through(rows: readonly IncomingItem[], rejected: readonly RejectedRow[] = []) {
  const batches: Batch[] = [];
  const { item: give, reject, flush } = packer((batch) => batches.push(structuredClone(batch)));
  rows.forEach(give);
  rejected.forEach(reject);
  flush();
  const read: IncomingItem[] = [];
  for (const batch of batches) unpack(batch, (row) => read.push(row));
  return { read, rejected: batches.flatMap((batch) => batch.rejected), batches: batches.length };
}

test("rows come out of their batches as they went in", () => {
  fc.assert(
    fc.property(fc.array(item), (rows) => {
      expect(through(rows).read).toEqual(rows);
    }),
  );
});

test.each([0, 1, 4_095, 4_096, 4_097])("%i rows and rejected rows, over the edge of a batch", (count) => {
  const [row] = fc.sample(item, 1);
  if (row === undefined) throw new Error("no row");
  const rows = Array.from({ length: count }, (_, n) => ({ ...row, number: `${n}`, line: n }));
  const rejected = rows.map(({ line }) => ({
    line,
    debtor: null,
    column: "",
    value: "",
    reason: "",
    fix: "",
  }));
  const out = through(rows, rejected);
  expect([out.read, out.rejected]).toEqual([rows, rejected]);
});
