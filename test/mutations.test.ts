import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { afterAll, describe, expect, test } from "vitest";
import { builtInProfiles } from "../src/config/built-in.ts";
import { type BalanceOptions, openBalance } from "../src/intake/balance.ts";
import type { Profile } from "../src/intake/profile.ts";
import { Failure } from "../src/problem.ts";
import { layouts } from "./support/layouts/all.ts";
import type { Layout } from "./support/layouts/layout.ts";
import { AS_OF, seeded } from "./support/layouts/master-ledger.ts";
import { RECOUNTS, recount } from "./support/layouts/recount.ts";

/**
 * 2,000 damaged exports: none may crash or hang the importer, and where it takes one without a hold, a rejected row or a
 * warning, its total is what a second, simple reader adds up from the same bytes.
 */
const FILES = 2_000;
const SECONDS = 5;
const home = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "dunning-mutations-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CODES = new Set([
  ...readdirSync(join(home, "fixtures", "errors")),
  // Codes of files beyond a limit, shown by encoding.test.ts.
  "line-too-long",
  "cell-too-long",
]);
const known = Object.entries(builtInProfiles(home)).map(([name, profile]) => ({
  name,
  origin: "built-in" as const,
  profile: profile as Profile,
}));

interface Result {
  /** Code of the refusal, else null. */
  readonly refused: string | null;
  readonly totals: Readonly<Record<string, number>>;
  /** Holds, rejected rows and warnings, numbers aside. */
  readonly said: readonly string[];
}

async function resultOf(layout: Layout, bytes: Buffer): Promise<Result> {
  const path = join(folder, layout.file);
  writeFileSync(path, bytes);
  let rejected = 0;
  const totals: Record<string, number> = {};
  const options: BalanceOptions = {
    profile: null,
    known,
    balanceDate: layout.dateMissing ? AS_OF : null,
    asOf: AS_OF,
    terms: "30d",
    currency: "EUR",
  };
  try {
    const balance = await openBalance(path, options);
    const { holds, warnings } = await balance.read({
      item: ({ currency, open }) => (totals[currency] = (totals[currency] ?? 0) + open),
      reject: () => rejected++,
      doubt: () => {},
      paid: () => {},
      restart: () => {
        rejected = 0;
        for (const currency of Object.keys(totals)) delete totals[currency];
      },
    });
    const sums = Object.fromEntries(Object.entries(totals).filter(([, sum]) => sum !== 0));
    const said = [...holds, ...warnings.map((text) => text.replaceAll(/\d+ \w+|\d+/g, "#"))];
    return { refused: null, totals: sums, said: rejected > 0 ? ["rejected", ...said] : said };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    for (const { code } of error.problems) if (!CODES.has(code)) throw error;
    return { refused: error.problems[0]?.code ?? "", totals: {}, said: [] };
  }
}

/** Rows with their line ends. UTF-16 has two bytes for each. */
function rowsOf(bytes: Buffer): Buffer[] {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const rows: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(wide ? Buffer.from([10, 0]) : Buffer.from([10]), start);
    const next = end === -1 ? bytes.length : end + (wide ? 2 : 1);
    rows.push(bytes.subarray(start, next));
    start = next;
  }
  return rows;
}

type Mutate = (bytes: Buffer, random: () => number) => Buffer;
const pick = (random: () => number, below: number): number => Math.floor(random() * below);

const flipped: Mutate = (bytes, random) => {
  const copy = Buffer.from(bytes);
  for (let count = 1 + pick(random, 3); count > 0; count--)
    copy[pick(random, copy.length)] = pick(random, 256);
  return copy;
};
/** One printable letter in the place of another: the damage that no check of bytes can see. */
const mistyped: Mutate = (bytes, random) => {
  const copy = Buffer.from(bytes);
  const letters = '0123456789.,-;|"/ AazZ\n';
  copy[pick(random, copy.length)] = letters.charCodeAt(pick(random, letters.length));
  return copy;
};
const doubled: Mutate = (bytes, random) => {
  const rows = rowsOf(bytes);
  const at = pick(random, rows.length);
  return Buffer.concat([...rows.slice(0, at + 1), ...rows.slice(at)]);
};
const lost: Mutate = (bytes, random) => {
  const rows = rowsOf(bytes);
  rows.splice(pick(random, rows.length), 1);
  return Buffer.concat(rows);
};
const swapped =
  (delimiter: string): Mutate =>
  (bytes, random) => {
    const rows = bytes.toString("latin1").split("\n");
    const width = Math.max(...rows.map((row) => row.split(delimiter).length));
    const [a, b] = [pick(random, width), pick(random, width)];
    const change = rows.map((row) => {
      const cells = row.replace(/\r$/, "").split(delimiter);
      if (cells.length <= Math.max(a, b)) return row;
      [cells[a], cells[b]] = [cells[b]!, cells[a]!];
      return cells.join(delimiter) + (row.endsWith("\r") ? "\r" : "");
    });
    return Buffer.from(change.join("\n"), "latin1");
  };
const mixed: Mutate = (bytes, random) => {
  const rows = rowsOf(bytes);
  const at = pick(random, rows.length);
  const encoding = ["windows-1252", "cp850", "utf-16le", "macintosh"][pick(random, 4)]!;
  return Buffer.concat(
    rows.map((row, index) => (index < at ? row : iconv.encode(row.toString("utf8"), encoding))),
  );
};

interface Case {
  readonly layout: Layout;
  readonly how: string;
  readonly bytes: Buffer;
}

function casesOf(all: readonly Layout[]): Case[] {
  const cases = all.flatMap((layout) => {
    const rows = rowsOf(layout.bytes);
    return rows.slice(0, -1).map((_, at): Case => {
      return { layout, how: `cut after row ${at + 1}`, bytes: Buffer.concat(rows.slice(0, at + 1)) };
    });
  });
  for (let nth = 0; cases.length < FILES; nth++) {
    const layout = all[nth % all.length]!;
    const delimiter = RECOUNTS[layout.name]?.delimiter ?? ",";
    const ways = { flipped, mistyped, doubled, lost, swapped: swapped(delimiter), mixed };
    const [how, mutate] = Object.entries(ways)[Math.floor(nth / all.length) % 6]!;
    cases.push({ layout, how: `${how} ${nth}`, bytes: mutate(layout.bytes, seeded(nth)) });
  }
  return cases;
}

describe("2,000 damaged exports", () => {
  const all = layouts();
  test("no crash, no hang, no total that the rows of the file do not have", async () => {
    const plain = new Map<Layout, Result>();
    for (const layout of all) plain.set(layout, await resultOf(layout, layout.bytes));
    const counts = { refused: 0, said: 0, clean: 0, recounted: 0 };
    const wrong: string[] = [];
    for (const { layout, how, bytes } of casesOf(all)) {
      const began = performance.now();
      const result = await resultOf(layout, bytes);
      const seconds = (performance.now() - began) / 1000;
      if (seconds > SECONDS) wrong.push(`${layout.name}, ${how}: ${seconds} s`);
      const usual = plain.get(layout)?.said ?? [];
      if (result.refused !== null) counts.refused++;
      else if (result.said.some((each) => !usual.includes(each))) counts.said++;
      else {
        counts.clean++;
        const own = RECOUNTS[layout.name];
        if (own === undefined) continue;
        counts.recounted++;
        const encoding = bytes.includes(0xc3) ? "utf8" : "latin1";
        // What the simple reader cannot read must at least be what it was before the damage.
        const expected = recount(bytes.toString(encoding), own) ?? plain.get(layout)?.totals ?? null;
        if (sorted(expected) !== sorted(result.totals))
          wrong.push(
            `${layout.name}, ${how}: ${JSON.stringify(result.totals)}, recount ${JSON.stringify(expected)}`,
          );
      }
    }
    expect(wrong).toEqual([]);
    expect(Object.values(counts).every((count) => count > 100)).toBe(true);
  }, 120_000);
});

/** Sums as text, in one order. */
const sorted = (sums: Readonly<Record<string, number>> | null): string =>
  JSON.stringify(sums, Object.keys(sums ?? {}).toSorted());
