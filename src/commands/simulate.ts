import type { Context, Outcome } from "../context.ts";
import { wayOf } from "../core/action.ts";
import { addDays } from "../core/day.ts";
import { type Behaviour, type Foreseen, foresee } from "../core/foresight.ts";
import { toDecimal } from "../core/money.ts";
import type { Cents, Currency, Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { table } from "../table.ts";
import { type Company, ledgersOf, withCompany } from "./company.ts";
import { refuseEnding, writeOutput } from "./output-file.ts";
import { actionDocument, shown, shownTotals } from "./plan-document.ts";
import { amountFrom } from "./recording.ts";
import { momentOf, newestBalance } from "./run-plan.ts";

export interface SimulateOptions {
  readonly until: Day;
  readonly paidAfter?: number;
  readonly payments?: "none" | "class";
  readonly debtor?: string;
  readonly cost?: readonly (readonly [channel: string, amount: string])[];
  readonly output?: string;
}

/** No scenario runs for longer, and nobody believes what is foreseen for later. */
const MOST_DAYS = 400;
const ROWS = 40;

function behaviourOf({ paidAfter, payments = "none" }: SimulateOptions): Behaviour {
  if (paidAfter !== undefined) return { kind: "after", days: paidAfter };
  return { kind: payments };
}

const ASSUMED: Readonly<Record<Behaviour["kind"], string>> = {
  none: "nobody pays",
  class: "everybody pays as late as so far (who has never paid does not)",
  after: "everybody pays so many days after the due date",
};

function refuseRange({ today }: Company, until: Day): void {
  const latest = addDays(today, MOST_DAYS);
  if (until >= today && until <= latest) return;
  throw new Failure(EXIT.usage, {
    code: "until-out-of-range",
    message: "a simulation goes from today into the future",
    found: until,
    expected: `${today} to ${latest}`,
    fix: `dunning simulate --until ${addDays(today, 90)}`,
  });
}

/** What one message or call costs, by channel, in the company's currency. */
function costsOf({ cost = [] }: SimulateOptions, currency: Currency): ReadonlyMap<string, Cents> {
  return new Map(cost.map(([channel, amount]) => [channel, amountFrom(amount, currency)]));
}

/** `dunning simulate --until DATE`: what the plan would do, day by day, if nothing but time and payments happened. */
export async function simulate(context: Context, options: SimulateOptions): Promise<Outcome> {
  return await withCompany(context, "read", async (company) => {
    const { store, rules, today, config } = company;
    const { until } = options;
    refuseRange(company, until);
    if (options.output !== undefined) refuseEnding(options.output, ".html");
    const costs = costsOf(options, config.company.currency);
    const behaviour = behaviourOf(options);
    const moment = momentOf(company, newestBalance(company));
    const named = options.debtor === undefined ? undefined : [store.debtors.find(options.debtor).id];
    // As their class: what they paid so far must be known.
    const ledgers =
      behaviour.kind === "class"
        ? store.ledgers({ ...(named === undefined ? {} : { debtors: named }), paid: true })
        : ledgersOf(company, named);
    const found: Foreseen[] = [];
    let debtors = 0;
    for (const ledger of ledgers) {
      found.push(...foresee(ledger, rules, moment, { until, behaviour }));
      debtors += 1;
      if (debtors % 200 === 0) context.out.progress(`${debtors} debtors looked at`);
    }
    context.out.progress("");
    found.sort(
      (a, b) =>
        order(a.day, b.day) || order(a.action.debtor, b.action.debtor) || order(a.action.step, b.action.step),
    );
    const totals = totalsOf(found, costs);
    const assumed = `${ASSUMED[behaviour.kind]}${behaviour.kind === "after" ? ` (${behaviour.days})` : ""}; balances stay fresh, calls are made and approvals given on the day`;
    say(context, { found, totals, until, today, assumed, currency: config.company.currency });
    const files: string[] = [];
    if (options.output !== undefined) {
      const { foresightPage } = await import("../render/foresight-page.ts");
      const page = foresightPage({
        company: company.company.name,
        today,
        until,
        assumed,
        found,
        totals: totals.map(({ cost, ...rest }) => ({
          ...rest,
          cost: cost === null ? null : shown(cost, config.company.currency),
        })),
      });
      const file = await writeOutput(context, options.output, Buffer.from(page));
      files.push(file);
      context.out.say(`\nAs a page: ${file}`);
    }
    return {
      exit: EXIT.done,
      company: company.company.name,
      asOf: today,
      summary: `${found.length} actions until ${until}${totals.map(({ channel, count }) => `, ${channel} ${count}`).join("")}`,
      document: {
        until,
        behaviour,
        assumed,
        days: daysOf(found).map(([date, list]) => ({
          date,
          actions: list.map(({ action }) => actionDocument(action)),
        })),
        totals: totals.map(({ channel, count, cost }) => ({
          channel,
          count,
          cost: cost === null ? null : toDecimal(cost, config.company.currency),
        })),
        files,
      },
    };
  });
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function daysOf(found: readonly Foreseen[]): [Day, Foreseen[]][] {
  const days = new Map<Day, Foreseen[]>();
  for (const each of found) days.set(each.day, [...(days.get(each.day) ?? []), each]);
  return [...days];
}

interface Total {
  readonly channel: string;
  readonly count: number;
  readonly claimed: string;
  readonly cost: Cents | null;
}

function totalsOf(found: readonly Foreseen[], costs: ReadonlyMap<string, Cents>): Total[] {
  const ways = [...new Set(found.map(({ action }) => wayOf(action)))].sort();
  return ways.map((channel) => {
    const own = found.filter((each) => wayOf(each.action) === channel);
    const each = costs.get(channel);
    return {
      channel,
      count: own.length,
      claimed: shownTotals(own.map(({ action }) => [action.currency, action.claimed])),
      cost: each === undefined ? null : ((each * own.length) as Cents),
    };
  });
}

interface Said {
  readonly found: readonly Foreseen[];
  readonly totals: readonly Total[];
  readonly today: Day;
  readonly until: Day;
  readonly assumed: string;
  readonly currency: Currency;
}

function say({ out }: Context, { found, totals, today, until, assumed, currency }: Said): void {
  out.say(`From ${today} to ${until}, if ${assumed}:\n`);
  if (found.length === 0) {
    out.say("Nothing would be done.");
    return;
  }
  const columns = [
    { header: "day" },
    { header: "debtor", whole: true },
    { header: "name", flexible: true },
    { header: "step" },
    { header: "by" },
    { header: "claimed", align: "right" as const },
  ];
  const rows = found.slice(0, ROWS).map((each) => {
    const { debtor, name, step, claimed, currency: own } = each.action;
    return [each.day, debtor, name, step, wayOf(each.action), shown(claimed, own)];
  });
  out.say(table(columns, rows, out.width));
  if (found.length > ROWS)
    out.say(`... and ${found.length - ROWS} more (--json and -o FILE.html have them all)`);
  const busiest = daysOf(found).reduce((most, day) => (day[1].length > most[1].length ? day : most));
  out.say(
    `\n${out.paint("bold", "Totals")} on ${daysOf(found).length} days, at most ${busiest[1].length} on ${busiest[0]}`,
  );
  for (const { channel, count, claimed, cost } of totals)
    out.say(
      `  ${channel.padEnd(20)} ${String(count).padStart(5)}   ${cost === null ? "" : `cost ${shown(cost, currency)}   `}${claimed}`,
    );
  const debtors = new Set(found.map(({ action }) => action.debtor)).size;
  out.say(
    `  ${debtors} ${debtors === 1 ? "debtor" : "debtors"}; claims are counted each time that they are made`,
  );
}
