import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// The demo's exports are generated and committed. Here they are counted again by a reader that shares no code with
// the generator or the importer: amounts are ASCII and 0xA0, so Latin-1 is enough to read windows-1252.

const DEMO = fileURLToPath(new URL("../fixtures/demo/", import.meta.url));
const DAYS = ["2026-11-20", "2026-11-27", "2026-12-11"] as const;

interface Row {
  readonly code: string;
  readonly number: string;
  readonly type: string;
  readonly issued: string;
  readonly due: string;
  readonly currency: string;
  readonly open: number;
  readonly buckets: readonly number[];
}

function amount(text: string): number {
  if (text === "") return 0;
  const match = /^(\d{1,3}(?:\u00a0\d{3})*),(\d{2})(-?)$/.exec(text);
  if (match === null) throw new Error(`not an amount: ${text}`);
  const value = Number((match[1] ?? "").replaceAll("\u00a0", "")) * 100 + Number(match[2]);
  return match[3] === "-" ? -value : value;
}

const exportsIn = (root: string): string[] =>
  (readdirSync(root, { recursive: true }) as string[]).filter((name) => name.endsWith(".csv")).sort();

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Days from a printed date (20/11/2026) to the day of the first balance. */
function age(text: string): number {
  const day = text.split("/").reverse().join("-");
  return (Date.parse("2026-11-20") - Date.parse(day)) / 86_400_000;
}

function readGrouped(day: string): { lines: string[]; items: Row[]; printed: Map<string, number>[] } {
  const lines = readFileSync(join(DEMO, `balance-agee-${day}.csv`), "latin1").split("\r\n");
  const items: Row[] = [];
  const subtotals = new Map<string, number>();
  const totals = new Map<string, number>();
  let code = "";
  for (const line of lines) {
    const [
      id = "",
      name = "",
      number = "",
      type = "",
      issued = "",
      due = "",
      currency = "",
      ,
      open = "",
      ...rest
    ] = line.split(";");
    const label = name.split(" ");
    if (id !== "" && name !== "" && open === "") code = id;
    else if (name.startsWith("Total client")) subtotals.set(label[2] ?? "", amount(open));
    else if (name.startsWith("Total g")) totals.set(label[2] ?? "", amount(open));
    else if (/^(FA|AV|RG)-/.test(number)) {
      items.push({
        code,
        number,
        type,
        issued,
        due,
        currency,
        open: amount(open),
        buckets: rest.map(amount),
      });
    }
  }
  return { lines, items, printed: [subtotals, totals] };
}

function group(items: readonly Row[], by: (item: Row) => string): Map<string, number> {
  const groups = new Map<string, number>();
  for (const item of items) groups.set(by(item), (groups.get(by(item)) ?? 0) + item.open);
  return groups;
}

describe("the committed exports", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "dunning-demo-"));
    execFileSync(process.execPath, [join(DEMO, "make.mjs"), folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("are what the generator writes", () => {
    expect(exportsIn(DEMO)).toEqual(exportsIn(folder));
    for (const name of exportsIn(folder)) {
      expect({ name, same: readFileSync(join(folder, name)).equals(readFileSync(join(DEMO, name))) }).toEqual(
        {
          name,
          same: true,
        },
      );
    }
  });

  test("hold no address or number that could be somebody's", () => {
    for (const name of exportsIn(folder)) {
      const text = readFileSync(join(folder, name), "utf8");
      for (const [mail] of text.matchAll(/[\w.+-]+@[\w.-]+/g))
        expect(mail).toMatch(/@(?:[a-z0-9]+-)*[a-z0-9]+\.example$/);
      for (const [phone] of text.matchAll(/\b0\d(?: \d\d){4}\b/g))
        expect(phone).toMatch(/^(01 99 00|06 39 98) /);
      for (const [vat] of text.matchAll(/\bFR\d{11}\b/g)) expect(vat.slice(4, 9)).toBe("00000");
    }
  });
});

describe.each(DAYS)("the balance of %s", (day) => {
  const { lines, items, printed } = readGrouped(day);
  const [subtotals, totals] = printed as [Map<string, number>, Map<string, number>];

  test("prints the totals that its items add up to", () => {
    expect(group(items, (item) => item.code)).toEqual(subtotals);
    expect(group(items, (item) => item.currency)).toEqual(totals);
    expect(items.filter((item) => sum(item.buckets) !== item.open)).toEqual([]);
  });

  test("carries its sum from page to page", () => {
    let carried = 0;
    let pages = 0;
    for (const line of lines) {
      const [, name = "", number = "", , , , currency = "", , open = ""] = line.split(";");
      if (/^(FA|AV|RG)-/.test(number) && currency === "EUR") carried += amount(open);
      if (name !== "\u00c0 reporter" && name !== "Report") continue;
      pages += name === "Report" ? 1 : 0;
      expect(amount(open)).toBe(carried);
    }
    expect(pages).toBeGreaterThanOrEqual(3);
  });
});

describe("the first balance", () => {
  const { lines, items } = readGrouped("2026-11-20");
  const [first = ""] = lines;

  test("is large enough to look real", () => {
    expect(new Set(items.map((item) => item.code)).size).toBeGreaterThanOrEqual(60);
    expect(items.length).toBeGreaterThanOrEqual(250);
  });

  test("shows the traps of the grouped shape", () => {
    const count = (match: (item: Row) => boolean): number => items.filter(match).length;
    const repeats = (text: string): number => lines.filter((line) => line === text).length;
    expect(repeats(first)).toBeGreaterThan(3);
    expect(lines.filter((line) => line.startsWith("TOTPAYS;Total Paysage Exemple;"))).toHaveLength(1);
    expect(count((item) => item.type === "Avoir")).toBeGreaterThanOrEqual(10);
    expect(count((item) => item.type === "R\u00e8glement")).toBeGreaterThanOrEqual(7);
    expect(count((item) => item.due === "")).toBe(5);
    expect(count((item) => item.currency === "CHF")).toBe(3);
    expect(count((item) => item.code.startsWith("0"))).toBeGreaterThan(50);
    expect(count((item) => item.due !== "" && age(item.due) > 1_826)).toBe(1);
    const net = group(items, (item) => item.code);
    expect(net.get("00211")).toBeLessThan(0);
    expect(net.get("LUDOTHEQUE")).toBe(0);
    const instalments = items.filter((item) => item.code === "TRAITEUR" && item.issued === "11/09/2026");
    expect(new Set(instalments.map((item) => item.due)).size).toBe(4);
    expect(new Set(instalments.map((item) => item.number)).size).toBe(1);
    const disagree = items.filter((item) => {
      if (item.due === "" || item.open < 0) return false;
      const days = age(item.due);
      const due = days <= 0 ? 0 : Math.min(4, Math.ceil(days / 30));
      return item.buckets[due] !== item.open;
    });
    expect(new Set(disagree.map((item) => item.code)).size).toBeGreaterThanOrEqual(6);
  });

  test("has somebody for every step of the first days", () => {
    const oldest = new Map<string, number>();
    for (const item of items) {
      if (item.due === "" || item.open <= 0) continue;
      oldest.set(item.code, Math.max(oldest.get(item.code) ?? -999, age(item.due)));
    }
    const between = (low: number, high: number): number =>
      [...oldest.values()].filter((days) => days >= low && days <= high).length;
    expect(between(-7, -1)).toBeGreaterThanOrEqual(5);
    expect(between(3, 11)).toBeGreaterThanOrEqual(10);
    expect(between(12, 19)).toBeGreaterThanOrEqual(8);
    expect(between(20, 34)).toBeGreaterThanOrEqual(8);
    expect(between(35, 9_999)).toBeGreaterThanOrEqual(15);
  });
});

test("a week later some paid, part-paid, are new or have another date, and one comes back", () => {
  const [first, second, third] = DAYS.map((day) => {
    const counted = new Map<string, Row>();
    for (const item of readGrouped(day).items) {
      const key = [item.code, item.number, item.issued, item.type].join("|");
      let at = 0;
      while (counted.has(`${key}|${at}`)) at += 1;
      counted.set(`${key}|${at}`, item);
    }
    return counted;
  }) as [Map<string, Row>, Map<string, Row>, Map<string, Row>];
  const both = [...first].flatMap(([key, before]) => {
    const after = second.get(key);
    return after === undefined ? [] : [{ before, after }];
  });
  const settled = [...first.keys()].filter((key) => !second.has(key));
  expect(settled.length).toBeGreaterThan(20);
  expect(settled.length / first.size).toBeLessThan(0.3);
  expect([...second.keys()].filter((key) => !first.has(key))).toHaveLength(8);
  expect(both.filter(({ before, after }) => after.open < before.open).length).toBeGreaterThanOrEqual(4);
  expect(both.filter(({ before, after }) => after.due !== before.due)).toHaveLength(3);
  expect(settled.filter((key) => third.has(key))).toHaveLength(1);
});
