import { existsSync } from "node:fs";
import { join } from "node:path";
import { CONFIG_FILE, loadConfig } from "../config/config.ts";
import { appendRate, PLAUSIBLE, ratesIn } from "../config/rates.ts";
import type { Context, Outcome } from "../context.ts";
import { LAW_COUNTRIES } from "../core/law.ts";
import { nearest } from "../core/nearest.ts";
import {
  type DatedRate,
  isPlausible,
  kindOf,
  parseRate,
  periodEnd,
  RATE_KINDS,
  type RateKind,
  rateGaps,
  rateText,
} from "../core/rates.ts";
import type { Day } from "../core/types.ts";
import { EXIT, Failure, type Problem } from "../problem.ts";
import { table } from "../table.ts";
import { dayIn } from "./company.ts";
import { remedyOf } from "./rate-warnings.ts";
import { textOf } from "./recording.ts";

export interface RatesFilter {
  readonly country?: string;
  readonly kind?: string;
}

export interface NewRate {
  readonly from: Day;
  readonly until?: Day;
  readonly rate?: string;
  readonly source: string;
  readonly date: Day;
}

function refuse(problem: Problem): never {
  throw new Failure(EXIT.usage, problem);
}

const isCompany = ({ globals }: Context): boolean => existsSync(join(globals.dir, CONFIG_FILE));

/** Today, by the company's clock where there is one. */
function todayOf(context: Context): Day {
  const { globals, now } = context;
  if (globals.asOf !== null) return globals.asOf;
  return dayIn(isCompany(context) ? loadConfig(globals.dir).config.company.timezone : "Europe/Paris", now());
}

function rateDocument({ country, kind, from, until, rate, source, seen, verified, own }: DatedRate) {
  const origin = own ? "own" : "shipped";
  return { country, kind, from, until, rate: rateText(rate), source, date: seen, verified, origin };
}

function wantedKinds({ country, kind }: RatesFilter): readonly RateKind[] {
  const code = country?.toUpperCase();
  const found = RATE_KINDS.filter(
    (each) => (code === undefined || each.country === code) && (kind === undefined || each.kind === kind),
  );
  if (found.length > 0) return found;
  return refuse({
    code: "unknown-rate",
    message: "there is no such rate",
    found: [code, kind].filter((each) => each !== undefined).join(" "),
    expected:
      kind === undefined
        ? LAW_COUNTRIES.join(", ")
        : [...new Set(RATE_KINDS.map((each) => each.kind))].join(", "),
    fix: "dunning rates list",
  });
}

/** `dunning rates list`: every dated rate with its source, the company's own before what was shipped. */
export async function ratesList(context: Context, filter: RatesFilter): Promise<Outcome> {
  const kinds = wantedKinds(filter);
  const rows = ratesIn(context.home, context.globals.dir).rows.filter((row) =>
    kinds.some(({ country, kind }) => country === row.country && kind === row.kind),
  );
  const narrow = context.out.width < 100;
  const columns = [
    { header: "rate", whole: true },
    { header: "from" },
    { header: "until" },
    { header: "%", align: "right" as const },
    { header: "proof" },
    ...(narrow ? [] : [{ header: "source", flexible: true }]),
  ];
  const cells = rows.map((row) => [
    `${row.country} ${row.kind}`,
    row.from,
    row.until ?? "-",
    rateText(row.rate),
    row.own ? "own" : row.verified ? "yes" : "no",
    ...(narrow ? [] : [`${row.source} (${row.seen})`]),
  ]);
  context.out.say(table(columns, cells, context.out.width));
  const unproved = rows.filter(({ verified }) => !verified).length;
  if (unproved > 0)
    context.out.say(
      `\n${unproved} without proof: they count only once you have confirmed them (dunning rates check).`,
    );
  return { exit: EXIT.done, document: { rates: rows.map(rateDocument) } };
}

/** `dunning rates check`: which periods have no rate, where it is published and what to type. 3 where one is missing today. */
export async function ratesCheck(context: Context, filter: RatesFilter): Promise<Outcome> {
  const today = todayOf(context);
  const kinds = wantedKinds(filter);
  const countries =
    filter.country === undefined && isCompany(context)
      ? [loadConfig(context.globals.dir).rules.charges.country]
      : [...new Set(kinds.map(({ country }) => country))];
  const gaps = rateGaps(ratesIn(context.home, context.globals.dir), today, countries).filter((gap) =>
    kinds.some(({ country, kind }) => country === gap.country && kind === gap.kind),
  );
  const { out } = context;
  if (gaps.length === 0) out.say(`Every rate of ${countries.join(", ")} is known up to ${today}.`);
  for (const gap of gaps) {
    const state =
      gap.why === "missing"
        ? "missing"
        : `shipped without proof: ${rateText((gap.shipped as DatedRate).rate)} %`;
    out.say(`${gap.country} ${gap.kind}, ${gap.from} to ${gap.until}: ${state}`);
    out.say(`  what      ${gap.about}`);
    out.say(`  where     ${gap.published}`);
    out.say(`  next      ${remedyOf(gap)}`);
  }
  const document = gaps.map(({ shipped, ...gap }) => ({
    ...gap,
    shipped: shipped === null ? null : rateText(shipped.rate),
    next: remedyOf({ ...gap, shipped }),
  }));
  const current = gaps.some(({ from, until }) => from <= today && until >= today);
  return { exit: current ? EXIT.partial : EXIT.done, asOf: today, document: { gaps: document } };
}

/** `dunning rates add COUNTRY KIND --from D --rate R --source T --date D`: writes a row into rates.yaml. */
export async function ratesAdd(
  context: Context,
  country: string,
  kind: string,
  given: NewRate,
): Promise<Outcome> {
  const known = namedKind(context, country, kind);
  const rate = parseRate((given.rate ?? "").replace(/\s*%$/, ""));
  if (rate === null || !isPlausible(known, rate))
    return refuse({
      code: "rate-unclear",
      message: "this is no yearly rate",
      found: given.rate ?? "nothing",
      expected: rate === null ? "a percentage such as 12.15" : PLAUSIBLE,
      fix: `dunning rates add ${known.country} ${known.kind} --from ${given.from} --rate 12.15 --source TEXT --date DAY`,
    });
  return write(context, known, { ...given, rate });
}

/** `dunning rates confirm COUNTRY KIND --from D`: a rate that was shipped without proof counts from now on. */
export async function ratesConfirm(
  context: Context,
  country: string,
  kind: string,
  given: Omit<NewRate, "rate" | "until">,
): Promise<Outcome> {
  const known = namedKind(context, country, kind);
  const found = ratesIn(context.home, context.globals.dir).at(known.country, known.kind, given.from);
  if (found.why !== "unconfirmed")
    return refuse({
      code: "nothing-to-confirm",
      message: "no rate of that day waits for confirmation",
      found:
        found.rate === null
          ? `none from ${given.from}`
          : `${rateText(found.rate.rate)} % from ${given.from} counts already`,
      expected: "a rate that was shipped without proof",
      fix: "dunning rates check",
    });
  const { rate, until } = found.shipped;
  return write(context, known, { ...given, rate, ...(until === null ? {} : { until }) });
}

function namedKind(context: Context, country: string, kind: string): RateKind {
  if (!isCompany(context))
    throw new Failure(EXIT.missing, {
      code: "config-missing",
      where: { file: join(context.globals.dir, CONFIG_FILE) },
      message: `there is no ${CONFIG_FILE} in this folder`,
      fix: "dunning init, or dunning -C FOLDER for another folder",
    });
  const code = country.toUpperCase();
  const found = kindOf(code, kind);
  if (found !== null) return found;
  const kinds = RATE_KINDS.filter((each) => each.country === code).map((each) => each.kind);
  const near = nearest(kind, kinds);
  return refuse({
    code: "unknown-rate",
    message: "there is no such rate",
    found: `${code} ${kind}`,
    expected: kinds.length === 0 ? LAW_COUNTRIES.join(", ") : kinds.join(", "),
    fix: near === null ? "dunning rates list" : `write ${near}`,
  });
}

function write(
  context: Context,
  { country, kind, period }: RateKind,
  given: Omit<NewRate, "rate"> & { readonly rate: DatedRate["rate"] },
): Outcome {
  const source = textOf(given.source);
  if (source === null)
    return refuse({
      code: "source-missing",
      message: "a rate needs its source",
      expected: "where you have read it, such as the page or the notice",
      fix: `dunning rates add ${country} ${kind} --source "Journal officiel of 26 December 2026" ...`,
    });
  const until = given.until ?? periodEnd({ period }, given.from);
  if (until !== null && until < given.from)
    return refuse({
      code: "period-backwards",
      message: "the last day is before the first",
      found: `${given.from} to ${until}`,
      expected: `${given.from} or later`,
      fix: "give --until again, or leave it out",
    });
  const { from, rate, date: seen } = given;
  const today = todayOf(context);
  if (seen > today)
    return refuse({
      code: "read-tomorrow",
      message: "a rate cannot have been read on a day that is still to come",
      found: seen,
      expected: `${today} or earlier`,
      fix: "give --date again: the day on which you have read it",
    });
  const rowOf = () =>
    ratesIn(context.home, context.globals.dir).rows.find(
      (row) => row.country === country && row.kind === kind && row.from === from,
    );
  const before = rowOf();
  const same = before?.own === true && before.rate === rate && before.until === until;
  if (same) {
    context.out.say(`${country} ${kind}: ${rateText(rate)} % from ${from} counts already, nothing changed.`);
    return { exit: EXIT.done, document: { rate: rateDocument(before) } };
  }
  appendRate(context.globals.dir, { country, kind, from, until, rate, source: source.slice(0, 300), seen });
  context.out.say(
    `${country} ${kind}: ${rateText(rate)} % from ${from}${until === null ? "" : ` to ${until}`}, by ${source} (${seen}).`,
  );
  if (before !== undefined && before.rate !== rate)
    context.out.note(`In place of ${rateText(before.rate)} %, by ${before.source} (${before.seen}).`);
  const added = rowOf();
  return { exit: EXIT.done, document: { rate: added === undefined ? null : rateDocument(added) } };
}
