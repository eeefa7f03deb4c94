import { formatDistanceStrict } from "date-fns/formatDistanceStrict";
import type { Context, Outcome } from "../context.ts";
import { type Alert, type AlertKind, alertsOf } from "../core/alerts.ts";
import { daysBetween } from "../core/day.ts";
import { toDecimal } from "../core/money.ts";
import { planEach } from "../core/plan.ts";
import type { Cents, Currency, SnapshotInfo } from "../core/types.ts";
import { EXIT } from "../problem.ts";
import type { RunRecord } from "../store/runs.ts";
import { table } from "../table.ts";
import { type Company, ledgersToPlan, withCompany } from "./company.ts";
import { haltOf } from "./halt.ts";
import { type KeptBack, keptBack } from "./kept-back.ts";
import { shown, shownTotals } from "./plan-document.ts";
import { promisesToday } from "./promises-settled.ts";
import { rateWarnings } from "./rate-warnings.ts";
import { momentOf, newestBalance } from "./run-plan.ts";
import { isOfCampaign } from "./worklist.ts";

const PEOPLE = ["declare-claim", "approval", "own-side", "call", "visit", "address", "agency"];

/** `dunning status`: what needs attention today. Plans, renders nothing. */
export async function status(context: Context): Promise<Outcome> {
  return await withCompany(context, "read", (company) => {
    const snapshot = newestBalance(company);
    const today = countToday(company, snapshot);
    const tasks = company.store.tasks
      .all({ state: "open" })
      .filter((task) => today.waiting.has(task.id) || isOfCampaign(task));
    const messages = company.store.outbox.counts();
    const lastRun = company.store.runs.last();
    const unread = company.store.imports.rejected(snapshot.id);
    const age = daysBetween(snapshot.asOf, company.today);
    const agreed = agreedToday(company);
    const kept = keptBack(company);
    sayStatus(context, {
      company,
      snapshot,
      today,
      age,
      tasks,
      messages,
      unread: unread.length,
      lastRun,
      agreed,
      kept,
      now: context.now(),
    });
    const money = ([currency, amount]: readonly [Currency, Cents]) => ({
      currency,
      claimed: toDecimal(amount, currency),
    });
    const rates = rateWarnings(company, company.today).map(({ message, fix }) => `${message}: ${fix}`);
    for (const warning of rates) context.out.note(`${context.out.paint("warn", "warning")} ${warning}`);
    const document = {
      balance: {
        id: snapshot.id,
        asOf: snapshot.asOf,
        age,
        maxAge: company.rules.maxBalanceAge,
        onHold: snapshot.newerOnHold,
        rejectedRows: unread.length,
      },
      due: today.due.map(({ channel, count, totals }) => ({ channel, count, totals: totals.map(money) })),
      alerts: today.alerts,
      notActed: today.reasons.map(([code, count]) => ({ code, count })),
      lastRun:
        lastRun === null
          ? null
          : { name: lastRun.name, at: lastRun.at, asOf: lastRun.asOf, counts: lastRun.counts },
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
      answered: today.answered,
      stopped: haltOf(company.store),
      keptBack: kept,
      ...agreed,
    };
    const person =
      document.stopped !== null ||
      snapshot.newerOnHold !== null ||
      messages.uncertain > 0 ||
      tasks.some(({ kind }) => ["approval", "own-side", "declare-claim"].includes(kind));
    const behind = kept.some(({ id }) => id === "store-behind-journal");
    return {
      exit: behind ? EXIT.store : person || age > company.rules.maxBalanceAge ? EXIT.person : EXIT.done,
      company: company.company.name,
      asOf: company.today,
      summary: [
        `balance of ${snapshot.asOf}, ${age} days old`,
        `due ${today.due.map(({ channel, count }) => `${channel} ${count}`).join(", ") || "nothing"}`,
        `waiting for a person ${tasks.length}`,
      ].join("; "),
      document,
      warnings: rates,
    };
  });
}

/** What persons have settled with debtors: how much of it runs, and what needs a look. */
function agreedToday(company: Company) {
  const { store, today } = company;
  const found = promisesToday(company);
  const promises = store.promises.list().map(({ id, state }) => found.get(id)?.state ?? state);
  const disputes = store.disputes.list().filter(({ outcome }) => outcome === null);
  const holds = store.holds
    .list()
    .filter(({ releasedOn, until }) => releasedOn === null && (until === null || until >= today));
  const count = (...states: readonly string[]): number =>
    promises.filter((state) => states.includes(state)).length;
  return {
    holds: { running: holds.length, everybody: holds.some(({ debtor }) => debtor === null) },
    disputes: {
      open: disputes.length,
      late: disputes.filter(({ expected }) => expected !== null && expected < today).length,
    },
    promises: { open: count("open"), broken: count("broken", "partly-kept") },
  };
}

interface Today {
  /** By channel, or by kind of task (approval, call, address ...): how many, and what they claim per currency. */
  readonly due: readonly {
    readonly channel: string;
    readonly count: number;
    readonly totals: readonly (readonly [Currency, Cents])[];
  }[];
  /** Reason codes, the commonest first. */
  readonly reasons: readonly (readonly [string, number])[];
  readonly alerts: readonly Alert[];
  /** Mails of debtors that nobody has read yet. */
  readonly answered: number;
  /** Tasks that hold something back today; others were listed once, and the scenario has gone on. */
  readonly waiting: ReadonlySet<string>;
}

const URGENT: readonly AlertKind[] = ["insurer", "limitation", "credit-limit", "credit-check"];

function byUrgency(a: Alert, b: Alert): number {
  const kinds = URGENT.indexOf(a.kind) - URGENT.indexOf(b.kind);
  if (kinds !== 0) return kinds;
  const [first, second] = [a.until ?? "", b.until ?? ""];
  return first === second ? (a.debtor < b.debtor ? -1 : 1) : first < second ? -1 : 1;
}

/** Plans one debtor after the other and keeps only counts: a ledger of any size. */
function countToday(company: Company, snapshot: SnapshotInfo): Today {
  const due = new Map<string, { count: number; totals: Map<Currency, number> }>();
  const reasons = new Map<string, number>();
  const waiting = new Set<string>();
  const alerts: Alert[] = [];
  const answers = company.store.answers.waiting();
  let answered = 0;
  function* watched() {
    for (const ledger of ledgersToPlan(company)) {
      if (ledger.dossiers.length > 0)
        answered += answers.filter(({ debtor }) => debtor === ledger.debtor.id).length;
      alerts.push(...alertsOf(ledger, company.rules, company.today));
      yield ledger;
    }
  }
  for (const { actions, notActed } of planEach(watched(), company.rules, momentOf(company, snapshot))) {
    for (const { task, channel, currency, claimed } of actions) {
      const key = task ?? channel;
      const entry = due.get(key) ?? { count: 0, totals: new Map<Currency, number>() };
      entry.count += 1;
      entry.totals.set(currency, (entry.totals.get(currency) ?? 0) + claimed);
      due.set(key, entry);
    }
    for (const { code, facts } of notActed) {
      reasons.set(code, (reasons.get(code) ?? 0) + 1);
      if (facts["task"] != null) waiting.add(String(facts["task"]));
    }
  }
  return {
    due: [...due]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([channel, { count, totals }]) => ({
        channel,
        count,
        totals: [...totals] as [Currency, Cents][],
      })),
    reasons: [...reasons].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)),
    alerts: alerts.sort(byUrgency),
    answered,
    waiting,
  };
}

interface Seen {
  readonly company: Company;
  readonly snapshot: SnapshotInfo;
  readonly today: Today;
  readonly lastRun: RunRecord | null;
  readonly now: Date;
  readonly age: number;
  readonly tasks: ReturnType<Company["store"]["tasks"]["all"]>;
  readonly messages: ReturnType<Company["store"]["outbox"]["counts"]>;
  readonly unread: number;
  readonly agreed: ReturnType<typeof agreedToday>;
  readonly kept: readonly KeptBack[];
}

function sayAgreed(out: Context["out"], { holds, disputes, promises }: Seen["agreed"]): void {
  if (holds.everybody) out.say(out.paint("bad", "On hold     everybody: dunning hold list"));
  const said = [
    ...(holds.running > 0 ? [`holds ${holds.running}`] : []),
    ...(disputes.open > 0
      ? [`disputes ${disputes.open}${disputes.late > 0 ? ` (${disputes.late} late)` : ""}`]
      : []),
    ...(promises.open > 0 ? [`promises ${promises.open}`] : []),
    ...(promises.broken > 0 ? [`broken promises ${promises.broken}`] : []),
  ];
  if (said.length > 0) out.say(`Agreed      ${said.join(", ")}`);
}

const ALERTS_SAID = 10;

function sayAlerts(out: Context["out"], alerts: readonly Alert[]): void {
  if (alerts.length === 0) return;
  out.say(`\n${out.paint("bold", "To know")}`);
  for (const { debtor, name, reason } of alerts.slice(0, ALERTS_SAID))
    out.say(`  ${debtor} ${name}: ${reason}`);
  if (alerts.length > ALERTS_SAID)
    out.say(`  ... and ${alerts.length - ALERTS_SAID} more (--json has them all)`);
}

function sayStatus(
  { out }: Context,
  { company, snapshot, today, age, tasks, messages, unread, lastRun, agreed, kept, now }: Seen,
): void {
  const { maxBalanceAge } = company.rules;
  out.say(out.paint("bold", `${company.company.name}, ${company.today}`));
  const old =
    age > maxBalanceAge
      ? out.paint("bad", ` - too old to send (at most ${maxBalanceAge} days): import a new one`)
      : "";
  out.say(`Balance     of ${snapshot.asOf} (import ${snapshot.id}), ${age} days old${old}`);
  for (const { message, fix } of kept) out.say(`${out.paint("bad", `Kept back   ${message}`)}; next: ${fix}`);
  if (unread > 0)
    out.say(`            ${unread} rows could not be read; their debtors are left alone: dunning imports`);
  out.say(today.due.length === 0 ? "Due         nothing" : "Due today");
  for (const { channel, count, totals } of today.due) {
    out.say(`  ${channel.padEnd(18)}${String(count).padStart(6)}   ${shownTotals(totals)}`);
  }
  if (today.reasons.length > 0) {
    out.say(`Left out    ${today.reasons.map(([code, count]) => `${code} ${count}`).join(", ")}`);
  }
  sayAgreed(out, agreed);
  if (lastRun !== null) {
    const ago = formatDistanceStrict(new Date(lastRun.at), now, { addSuffix: true });
    out.say(
      `Last run    ${lastRun.name} for ${lastRun.asOf}, ${ago}${lastRun.endedAt === null ? ", not ended" : ""}`,
    );
  }
  const underWay = messages.sending + messages.committing;
  if (underWay > 0) {
    out.say(
      `Under way   ${underWay}: a run is at work, or was ended in the middle; the next dunning run takes them up`,
    );
  }
  const moving = (["queued", "deferred", "uncertain", "refused"] as const).filter(
    (state) => messages[state] > 0,
  );
  if (moving.length > 0)
    out.say(`Outbox      ${moving.map((state) => `${state} ${messages[state]}`).join(", ")}`);
  if (messages.uncertain > 0)
    out.say(`            nothing more goes to these debtors: dunning outbox list --state uncertain`);
  if (today.answered > 0) out.say(`Answered    ${today.answered}: dunning worklist --kind answered`);
  sayAlerts(out, today.alerts);
  if (tasks.length === 0) return;
  out.say(`\n${out.paint("bold", "Waiting for a person")}`);
  const columns = [
    { header: "id" },
    { header: "what" },
    { header: "debtor", whole: true },
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
  // Eighty columns have no room for the day; `--json` has it.
  const narrow = out.width < 90;
  const shownColumns = narrow ? columns.slice(0, -1) : columns;
  out.say(
    table(
      shownColumns,
      rows.map((row) => row.slice(0, shownColumns.length)),
      out.width,
    ),
  );
  if (tasks.some(({ kind }) => kind === "approval"))
    out.say("\nTo decide: dunning approve ID..., dunning reject ID... --reason TEXT");
}
