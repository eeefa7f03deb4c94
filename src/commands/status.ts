import type { Context, Outcome } from "../context.ts";
import { daysBetween } from "../core/day.ts";
import { toDecimal } from "../core/money.ts";
import type { Cents, Currency, Plan, SnapshotInfo } from "../core/types.ts";
import { EXIT } from "../problem.ts";
import { table } from "../table.ts";
import { type Company, withCompany } from "./company.ts";
import { shown, shownTotals } from "./plan-document.ts";
import { newestBalance, planToday } from "./run-plan.ts";
import { reasonCounts } from "./run-report.ts";

const PEOPLE = ["approval", "call", "visit", "address", "agency"];

/** `dunning status`: what needs attention today. Plans, renders nothing. */
export async function status(context: Context): Promise<Outcome> {
  return await withCompany(context, "read", (company) => {
    const snapshot = newestBalance(company);
    const plan = planToday(company, snapshot);
    const tasks = company.store.tasks.all({ state: "open" });
    const messages = company.store.outbox.counts();
    const unread = company.store.imports.rejected(snapshot.id);
    const age = daysBetween(snapshot.asOf, company.today);
    sayStatus(context, { company, snapshot, plan, age, tasks, messages, unread: unread.length });
    const money = ([currency, amount]: readonly [Currency, Cents]) => ({
      currency,
      claimed: toDecimal(amount, currency),
    });
    const document = {
      balance: {
        id: snapshot.id,
        asOf: snapshot.asOf,
        age,
        maxAge: company.rules.maxBalanceAge,
        onHold: snapshot.newerOnHold,
        rejectedRows: unread.length,
      },
      due: channelCounts(plan).map(([channel, count, totals]) => ({
        channel,
        count,
        totals: totals.map(money),
      })),
      notActed: reasonCounts(plan.notActed).map(([code, count]) => ({ code, count })),
      tasks: tasks.map(({ id, kind, debtor, name, step, currency, claimed, maximum, listed }) => ({
        id,
        kind,
        debtor,
        name,
        step,
        currency,
        claimed: toDecimal(claimed, currency),
        maximum: maximum === null ? null : toDecimal(maximum, currency),
        listed,
      })),
      messages,
      planHash: plan.hash,
    };
    const person =
      snapshot.newerOnHold !== null ||
      messages.uncertain > 0 ||
      tasks.some(({ kind }) => kind === "approval");
    return {
      exit: person || age > company.rules.maxBalanceAge ? EXIT.person : EXIT.done,
      company: company.company.name,
      asOf: company.today,
      document,
    };
  });
}

/** By channel, approvals apart: how many, and what they claim per currency. */
function channelCounts({ actions }: Plan): [string, number, [Currency, Cents][]][] {
  const found = new Map<string, { count: number; totals: Map<Currency, number> }>();
  for (const { state, channel, currency, claimed } of actions) {
    const key = state === "awaiting-approval" ? "approval" : channel;
    const entry = found.get(key) ?? { count: 0, totals: new Map<Currency, number>() };
    entry.count += 1;
    entry.totals.set(currency, (entry.totals.get(currency) ?? 0) + claimed);
    found.set(key, entry);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { count, totals }]) => [key, count, [...totals] as [Currency, Cents][]]);
}

interface Seen {
  readonly company: Company;
  readonly snapshot: SnapshotInfo;
  readonly plan: Plan;
  readonly age: number;
  readonly tasks: ReturnType<Company["store"]["tasks"]["all"]>;
  readonly messages: ReturnType<Company["store"]["outbox"]["counts"]>;
  readonly unread: number;
}

function sayStatus({ out }: Context, { company, snapshot, plan, age, tasks, messages, unread }: Seen): void {
  const { maxBalanceAge } = company.rules;
  out.say(out.paint("bold", `${company.company.name}, ${company.today}`));
  const old =
    age > maxBalanceAge
      ? out.paint("bad", ` - too old to send (at most ${maxBalanceAge} days): import a new one`)
      : "";
  out.say(`Balance     of ${snapshot.asOf} (import ${snapshot.id}), ${age} days old${old}`);
  if (snapshot.newerOnHold !== null) {
    out.say(out.paint("bad", `            import ${snapshot.newerOnHold} is on hold: dunning imports`));
  }
  if (unread > 0)
    out.say(`            ${unread} rows could not be read; their debtors are left alone: dunning imports`);
  const due = channelCounts(plan);
  out.say(due.length === 0 ? "Due         nothing" : "Due today");
  for (const [channel, count, totals] of due) {
    out.say(`  ${channel.padEnd(18)}${String(count).padStart(6)}   ${shownTotals(totals)}`);
  }
  const reasons = reasonCounts(plan.notActed);
  if (reasons.length > 0)
    out.say(`Left out    ${reasons.map(([code, count]) => `${code} ${count}`).join(", ")}`);
  const moving = (["queued", "deferred", "uncertain", "refused"] as const).filter(
    (state) => messages[state] > 0,
  );
  if (moving.length > 0)
    out.say(`Outbox      ${moving.map((state) => `${state} ${messages[state]}`).join(", ")}`);
  if (tasks.length === 0) return;
  out.say(`\n${out.paint("bold", "Waiting for a person")}`);
  const columns = [
    { header: "id" },
    { header: "what" },
    { header: "debtor" },
    { header: "name", flexible: true },
    { header: "step" },
    { header: "claimed", align: "right" as const },
    { header: "since" },
  ];
  const rows = [...tasks]
    .sort((a, b) => PEOPLE.indexOf(a.kind) - PEOPLE.indexOf(b.kind))
    .map((task) => [
      task.id,
      task.kind,
      task.debtor,
      task.name,
      task.step,
      shown(task.claimed, task.currency),
      task.listed,
    ]);
  out.say(table(columns, rows, out.width));
  if (tasks.some(({ kind }) => kind === "approval"))
    out.say("\nTo decide: dunning approve ID..., dunning reject ID... --reason TEXT");
}
