import { existsSync } from "node:fs";
import { join } from "node:path";
import { CONFIG_FILE, loadConfig } from "../config/config.ts";
import { publicHolidays } from "../config/holidays.ts";
import { ratesIn } from "../config/rates.ts";
import { isCurrency } from "../config/scalars.ts";
import type { Context, Outcome } from "../context.ts";
import { workCalendar } from "../core/calendar.ts";
import { type Charges, type ChargeTerms, chargesOf, PLAIN_TERMS } from "../core/charges.ts";
import { belgianChargesFrom } from "../core/consumer-notice.ts";
import { LAW_COUNTRIES, type Law, lawOf } from "../core/law.ts";
import { legalText } from "../core/law-texts.ts";
import { toDecimal } from "../core/money.ts";
import { parseRate, rateText } from "../core/rates.ts";
import type { Cents, Currency, Day } from "../core/types.ts";
import { EXIT, Failure, type Problem } from "../problem.ts";
import { table } from "../table.ts";
import { basisOf } from "./charges-basis.ts";
import { shown } from "./plan-document.ts";
import { amountFrom } from "./recording.ts";

export interface ChargesOptions {
  readonly amount: string;
  readonly due: Day;
  readonly until: Day;
  readonly currency?: string;
  readonly country?: string;
  readonly kind?: "business" | "consumer";
  readonly payment?: readonly string[];
  readonly rate?: string;
  readonly notice?: Day;
  readonly noticeBy?: "post" | "email";
  readonly allocation?: "interest" | "capital";
}

function refuse(problem: Problem): never {
  throw new Failure(EXIT.usage, problem);
}

/** What the folder's configuration says, where there is one. */
function settings({ globals }: Context): {
  readonly country: string | null;
  readonly terms: ChargeTerms;
  readonly kind: string;
} {
  if (!existsSync(join(globals.dir, CONFIG_FILE)))
    // Nobody has said what the contract with the consumer provides: asked for what may be claimed, it is taken to do so.
    return { country: null, terms: { ...PLAIN_TERMS, consumerClause: true }, kind: "unknown" };
  const { rules } = loadConfig(globals.dir);
  return { country: rules.charges.country, terms: rules.charges.terms, kind: rules.defaultKind };
}

function lawFor(country: string, kind: "business" | "consumer"): Law {
  const law = lawOf(country, kind);
  if (law !== null) return law;
  return refuse({
    code: "law-unknown",
    message: `this program does not know what may be claimed in ${country}`,
    found: country,
    expected: LAW_COUNTRIES.join(", "),
    fix: "add --country with the country whose law counts",
  });
}

/** `DATE=AMOUNT`, oldest first; together not more than the debt. */
function paymentsFrom(
  texts: readonly string[],
  amount: Cents,
  currency: Currency,
): { day: Day; amount: Cents }[] {
  const payments = texts
    .map((text) => {
      const at = text.indexOf("=");
      return { day: text.slice(0, at) as Day, amount: amountFrom(text.slice(at + 1), currency) };
    })
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const paid = payments.reduce((sum, each) => sum + each.amount, 0);
  if (paid > amount)
    refuse({
      code: "paid-above-amount",
      message: "more was paid than is owed",
      found: shown(paid as Cents, currency),
      expected: `at most ${shown(amount, currency)}`,
      fix: "check --amount and --payment",
    });
  return payments;
}

function rateFrom(text: string | undefined): ReturnType<typeof parseRate> {
  if (text === undefined) return null;
  const rate = parseRate(text.replace(/\s*%$/, ""));
  if (rate !== null && rate > 0) return rate;
  return refuse({
    code: "rate-unclear",
    message: "this is no yearly rate",
    found: text,
    expected: "a percentage such as 12.15",
    fix: "dunning charges --rate 12.15 ...",
  });
}

/** `dunning charges`: what may be claimed of one invoice, with every period, its rate and the legal basis. */
export async function charges(context: Context, options: ChargesOptions): Promise<Outcome> {
  const { globals, home, out } = context;
  const own = settings(context);
  const country = (options.country ?? own.country ?? "FR").toUpperCase();
  const kind =
    options.kind ?? (own.kind === "business" ? "business" : own.kind === "consumer" ? "consumer" : null);
  const law = lawFor(country, kind ?? "consumer");
  const currency = (options.currency ?? { GB: "GBP", CH: "CHF" }[country] ?? "EUR").toUpperCase();
  if (!isCurrency(currency))
    refuse({
      code: "bad-currency",
      message: "there is no such currency",
      found: currency,
      expected: "a currency of three letters such as EUR",
    });
  const amount = amountFrom(options.amount, currency);
  const payments = paymentsFrom(options.payment ?? [], amount, currency);
  const contractRate = rateFrom(options.rate) ?? own.terms.contractRate;
  const notice =
    options.notice === undefined ? null : { day: options.notice, by: options.noticeBy ?? "post" };
  const calendar = workCalendar({
    country,
    region: null,
    closed: [],
    holidays: publicHolidays(country, null),
  });
  const found = chargesOf({
    law,
    amount,
    currency,
    due: options.due,
    until: options.until,
    payments: payments.filter((each) => each.day <= options.until),
    notice,
    terms: { ...own.terms, contractRate, allocation: options.allocation ?? "capital" },
    table: ratesIn(home, globals.dir),
    calendar,
  });
  const basis = basisOf(law, found, {
    currency,
    notice,
    free: notice === null ? null : belgianChargesFrom(notice, calendar),
  });
  const warnings = [
    ...(kind === null
      ? ["nobody has said that the debtor is a business, so it is treated as a consumer: --kind business"]
      : []),
    ...(law.country === "BE" && law.kind === "consumer" && own.country === null
      ? ["only where your contract with the consumer provides for interest and an indemnity"]
      : []),
    ...(law.country === "CH" && notice === null
      ? ["where a day of payment was agreed interest runs from it: add --notice with that day"]
      : []),
    ...found.refused.map(({ what, why }) => `no ${what}: ${why}`),
    ...gapTexts(found),
    ...found.remarks,
    ...payments
      .filter((each) => each.day > options.until)
      .map((each) => `the payment of ${each.day} comes after ${options.until} and is left out`),
  ];
  sayCharges(out, law, found, currency, basis);
  for (const warning of warnings) out.note(`${out.paint("warn", "warning")} ${warning}`);
  return { exit: EXIT.done, warnings, document: chargesDocument(law, found, currency, basis) };
}

function gapTexts({ gaps, missing }: Charges): string[] {
  return gaps.map(({ from, to, days }) => {
    const why = missing.find((each) => each.from >= from && each.from <= to) ?? missing[0];
    const which =
      why === undefined
        ? ""
        : ` (${why.country} ${why.kind}, ${why.why === "missing" ? "not known" : "shipped without proof"})`;
    return `no rate from ${from} to ${to}${which}: the interest of ${days} days is left out: dunning rates check`;
  });
}

function chargesDocument(law: Law, found: Charges, currency: Currency, basis: readonly string[]) {
  const money = (amount: Cents): string => toDecimal(amount, currency);
  return {
    country: law.country,
    kind: law.kind,
    currency,
    principal: money(found.principal),
    interest: money(found.interest),
    interestPaid: money(found.interestPaid),
    compensation: money(found.compensation),
    total: money(found.total),
    segments: found.segments.map(({ from, to, days, rate, principal, amount }) => ({
      from,
      to,
      days,
      rate: rateText(rate.rate),
      principal: money(principal),
      amount: money(amount),
      because: rate.because,
      statutory: rate.statutory === null ? null : rateText(rate.statutory),
      floor: rate.floor === null ? null : rateText(rate.floor),
      source: rate.row?.source ?? null,
      date: rate.row?.seen ?? null,
    })),
    leftOut: found.gaps,
    basis,
  };
}

const BECAUSE = {
  statutory: "",
  contract: "contract",
  "contract-floor": "contract, raised",
  legal: "legal rate",
} as const;

function sayCharges(
  out: Context["out"],
  law: Law,
  found: Charges,
  currency: Currency,
  basis: readonly string[],
): void {
  const interestText = law.interest === null ? "" : legalText(law.interest.text, "en");
  const columns = [
    { header: "" },
    { header: "from" },
    { header: "to" },
    { header: "days", align: "right" as const },
    { header: "rate", align: "right" as const },
    { header: "on", align: "right" as const },
    { header: "amount", align: "right" as const },
    { header: "legal basis", flexible: true },
  ];
  const interest = found.segments.map(({ from, to, days, rate, principal, amount }) => [
    "interest",
    from,
    to,
    String(days),
    `${rateText(rate.rate)} %`,
    toDecimal(principal, currency),
    toDecimal(amount, currency),
    [interestText, BECAUSE[rate.because]].filter((each) => each !== "").join("; "),
  ]);
  const fixed =
    found.compensation === 0 || law.compensation === null
      ? []
      : [
          [
            "compensation",
            "",
            "",
            "",
            "",
            "",
            toDecimal(found.compensation, currency),
            legalText(law.compensation.text, "en"),
          ],
        ];
  const rows = [...interest, ...fixed];
  if (rows.length > 0) out.say(`${table(columns, rows, out.width)}\n`);
  out.say(`Principal      ${shown(found.principal, currency)}`);
  out.say(
    `Interest       ${shown(found.interest, currency)}${found.interestPaid > 0 ? `, ${shown(found.interestPaid, currency)} of it paid` : ""}`,
  );
  out.say(`Compensation   ${shown(found.compensation, currency)}`);
  out.say(out.paint("bold", `Total          ${shown(found.total, currency)}`));
  out.say(`\n${basis.map((line) => `- ${line}`).join("\n")}`);
}
