import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDay } from "../core/day.ts";
import {
  type DatedRate,
  isPlausible,
  kindOf,
  parseRate,
  periodEnd,
  RATE_KINDS,
  type RateTable,
  rateTable,
  rateText,
} from "../core/rates.ts";
import type { Day } from "../core/types.ts";
import { EXIT, Failure, type Problem } from "../problem.ts";
import { isFile } from "./surroundings.ts";
import { type Path, readYaml, type YamlFile } from "./yaml.ts";

/** The company's own rates, beside dunning.yaml. */
export const RATES_FILE = "rates.yaml";
const SOURCE_CHARACTERS = 300;

interface ShippedRow {
  readonly country: string;
  readonly kind: string;
  readonly from: Day;
  readonly until: Day | null;
  readonly rate: string;
  readonly source: string;
  readonly seen: Day;
  readonly verified: boolean;
}

/** The rates that come with the program: assets/rates.json, one row per line. */
export function shippedRates(home: string): DatedRate[] {
  const rows = JSON.parse(readFileSync(join(home, "assets", "rates.json"), "utf8")) as readonly ShippedRow[];
  return rows.map((row) => {
    const rate = parseRate(row.rate);
    if (rate === null) throw new Error(`assets/rates.json: ${row.rate} is no rate`);
    return { ...row, rate, own: false };
  });
}

const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value).trim() : "";

/** One row of rates.yaml, or all that is wrong with it. */
function ownRow(file: YamlFile, at: number, row: Readonly<Record<string, unknown>>): DatedRate | Problem[] {
  const problems: Problem[] = [];
  const wrong = (key: string, expected: string): void => {
    const path: Path = [at, key];
    const found = text(row[key]) || "nothing";
    const where = row[key] === undefined ? file.whereKey([at]) : file.whereValue(path);
    problems.push({ code: "bad-rate", where, message: `wrong value for ${key} of a rate`, found, expected });
  };
  const [country, kind, source] = [text(row["country"]), text(row["kind"]), text(row["source"])];
  const known = kindOf(country, kind);
  if (known === null) {
    const kinds = RATE_KINDS.filter((each) => each.country === country).map((each) => each.kind);
    if (kinds.length === 0)
      wrong("country", `one of ${[...new Set(RATE_KINDS.map((each) => each.country))].join(", ")}`);
    else wrong("kind", `one of ${kinds.join(", ")}`);
  }
  const from = parseDay(text(row["from"]));
  if (from === null) wrong("from", "its first day, such as 2026-07-01");
  const until = row["until"] === undefined ? null : parseDay(text(row["until"]));
  if (row["until"] !== undefined && (until === null || (from !== null && until < from)))
    wrong("until", "its last day, such as 2026-12-31; left out: the end of the half-year, or of the year");
  const rate = parseRate(text(row["rate"]));
  if (rate === null) wrong("rate", "a yearly percentage such as 12.15");
  else if (known !== null && !isPlausible(known, rate)) wrong("rate", PLAUSIBLE);
  if (source === "" || source.length > SOURCE_CHARACTERS) wrong("source", "where it was read");
  const seen = parseDay(text(row["date"]));
  if (seen === null) wrong("date", "the day on which it was read there, such as 2026-07-02");
  if (problems.length > 0 || known === null || from === null || rate === null || seen === null)
    return problems;
  const end = until ?? periodEnd(known, from);
  return { country, kind, from, until: end, rate, source, seen, verified: true, own: true };
}

/** The company's own rates; none where there is no file. Throws a Failure (78) with all that is wrong. */
function companyRates(folder: string): DatedRate[] {
  const path = join(folder, RATES_FILE);
  if (!isFile(path)) return [];
  const file = readYaml(readFileSync(path, "utf8"), RATES_FILE);
  const given: unknown = file.value ?? [];
  const rows = Array.isArray(given) ? (given as readonly unknown[]) : [given];
  const read = rows.map((row, at) =>
    typeof row === "object" && row !== null && !Array.isArray(row)
      ? ownRow(file, at, row as Record<string, unknown>)
      : [{ code: "bad-rate", where: file.whereKey([at]), message: "this is no rate", expected: EXPECTED }],
  );
  const [first, ...rest] = [...file.problems, ...read.flatMap((each) => (Array.isArray(each) ? each : []))];
  if (first !== undefined) throw new Failure(EXIT.config, [first, ...rest]);
  return read.filter((each): each is DatedRate => !Array.isArray(each));
}

/** What `isPlausible` asks, for people. */
export const PLAUSIBLE = "a yearly percentage of at most 30, below zero only for a base rate (down to -5)";

const EXPECTED =
  '- { country: FR, kind: b2b_default_ecb_plus_10, from: 2026-07-01, rate: 12.40, source: "...", date: 2026-07-02 }';

/** What was shipped and what the company has added, which goes before. */
export const ratesIn = (home: string, folder: string): RateTable =>
  rateTable([...shippedRates(home), ...companyRates(folder)]);

const HEAD = `# Rates of this company: they go before those that came with dunning. Made by "dunning rates add" and "dunning rates confirm".\n`;

/** Adds a row to rates.yaml, which is made where it is missing; what stands there stays as it is. */
export function appendRate(folder: string, row: Omit<DatedRate, "verified" | "own">): void {
  const path = join(folder, RATES_FILE);
  const { country, kind, from, until, rate, source, seen } = row;
  const end = until === null ? "" : `until: ${until}, `;
  const line = `- { country: ${country}, kind: ${kind}, from: ${from}, ${end}rate: "${rateText(rate)}", source: ${JSON.stringify(source)}, date: ${seen} }\n`;
  const before = existsSync(path) ? readFileSync(path, "utf8") : HEAD;
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  appendFileSync(path, `${existsSync(path) ? gap : HEAD}${line}`, { mode: 0o600 });
}
