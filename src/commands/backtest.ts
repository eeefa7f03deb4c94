import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { loadConfig } from "../config/config.ts";
import type { Context, Outcome } from "../context.ts";
import { addDays } from "../core/day.ts";
import { lookBack } from "../core/hindsight.ts";
import { toDecimal } from "../core/money.ts";
import type { Action, Cents, Currency, Day, DebtorId, Rules } from "../core/types.ts";
import { EXIT, Failure, noSuchFile } from "../problem.ts";
import type { SnapshotRecord } from "../store/snapshots.ts";
import { openStore, type Store } from "../store/store.ts";
import { table } from "../table.ts";
import { type Company, withCompany } from "./company.ts";
import { readTogether, reopened } from "./import-reading.ts";
import { shown } from "./plan-document.ts";
import { momentOf } from "./run-plan.ts";

export interface BacktestOptions {
  readonly scenario: string;
  readonly from?: Day;
  readonly to?: Day;
}

/** A message or call, done or imagined. */
interface Done {
  readonly day: Day;
  readonly debtor: DebtorId;
  readonly step: string;
  readonly channel: string;
  readonly claimed: Cents;
  readonly currency: Currency;
}

/** `dunning backtest --scenario FILE`: the balances of the past, read again, under other rules. */
export async function backtest(context: Context, options: BacktestOptions): Promise<Outcome> {
  return await withCompany(context, "read", async (company) => {
    const file = resolve(context.cwd, options.scenario);
    if (!existsSync(file)) throw noSuchFile(file, "a configuration, such as a changed copy of dunning.yaml");
    const other = loadConfig(dirname(file), { file: basename(file) });
    const snapshots = company.store.imports
      .list()
      .filter(({ state }) => state === "accepted")
      .sort((a, b) => (a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : a.id - b.id));
    const [first] = snapshots;
    const last = snapshots.at(-1);
    if (first === undefined || last === undefined) throw noBalances();
    const from = options.from ?? first.asOf;
    const to = options.to ?? last.asOf;
    if (to < first.asOf || from > last.asOf) throw outsideBalances(from, to, first.asOf, last.asOf);
    const actions = await replay(context, company, other.rules, snapshots, to);
    const would = actions.filter(({ day }) => day >= from && day <= to);
    const did = doneIn(company, from, to);
    const comparison = compare(would, did);
    say(context, { from, to, balances: snapshots.length, would, did, comparison });
    const document = ({ claimed, ...each }: Done) => ({
      ...each,
      claimed: toDecimal(claimed, each.currency),
    });
    return {
      exit: EXIT.done,
      company: company.company.name,
      asOf: company.today,
      document: {
        from,
        to,
        balances: snapshots.length,
        counts: comparison,
        would: would.map(document),
        did: did.map(document),
      },
    };
  });
}

function outsideBalances(from: Day, to: Day, first: Day, last: Day): Failure {
  return new Failure(EXIT.usage, {
    code: "no-balance-then",
    message: "no balance lies in this period",
    found: `${from} to ${to}`,
    expected: `some of ${first} to ${last}`,
    fix: "dunning imports",
  });
}

function noBalances(): Failure {
  return new Failure(EXIT.missing, {
    code: "no-balance",
    message: "no balance has been taken in yet",
    fix: "dunning import FILE",
  });
}

/** Takes every balance into a store in memory, and between two of them lets the other rules do their work. */
async function replay(
  context: Context,
  company: Company,
  rules: Rules,
  snapshots: readonly SnapshotRecord[],
  to: Day,
): Promise<Done[]> {
  const folder = mkdtempSync(join(tmpdir(), "dunning-backtest-"));
  const memory = openStore(":memory:", { mode: "create", now: context.now });
  try {
    masterData(company.store, memory, snapshots[0]?.asOf ?? company.today);
    const done: Done[] = [];
    const past = lookBack(rules, ({ day, action }) => {
      // What only lists something for a person is no step; what was really done has none of it either.
      if (!MATTERS.has(action.task)) done.push(doneBy(day, action));
    });
    for (const [at, snapshot] of snapshots.entries()) {
      context.out.progress(`balance ${at + 1} of ${snapshots.length}`);
      await again(context, company, snapshot, memory, join(folder, String(at)));
      const info = memory.imports.info();
      if (info === null) continue;
      const next = snapshots[at + 1]?.asOf;
      const until = next === undefined || addDays(next, -1) > to ? to : addDays(next, -1);
      past.between(
        memory.ledgers({ paid: rules.asksPayers }),
        momentOf({ ...company, today: snapshot.asOf }, info),
        until,
      );
    }
    return done.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.debtor < b.debtor ? -1 : 1));
  } finally {
    context.out.progress("");
    memory.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const MATTERS: ReadonlySet<Action["task"]> = new Set(["address", "own-side", "declare-claim"]);

const doneBy = (day: Day, { debtor, step, channel, claimed, currency }: Action): Done => ({
  day,
  debtor,
  step,
  channel,
  claimed,
  currency,
});

/** What is known of the debtors today: a balance of the past does not tell their addresses. */
function masterData(from: Store, into: Store, day: Day): void {
  const rows = from.debtors.list().map(({ id }, line) => {
    const master = from.debtors.get(id)?.master ?? {};
    const texts = Object.entries(master).flatMap(([key, value]) =>
      value === null || value === "" || value === "[]" || value === 0
        ? []
        : [
            [
              key,
              key === "address" ? (JSON.parse(String(value)) as string[]).join("|") : String(value),
            ] as const,
          ],
    );
    return { debtor: id, line, master: Object.fromEntries(texts) };
  });
  into.debtors.importContacts(rows, { day });
  for (const { id } of from.debtors.list())
    for (const alias of from.debtors.get(id)?.aliases ?? [])
      into.merges.merge(alias, id, { day, coming: true, dryRun: false });
}

/** One balance, from the bytes that were kept, as it was read then. */
async function again(
  context: Context,
  company: Company,
  snapshot: SnapshotRecord,
  memory: Store,
  folder: string,
): Promise<void> {
  const balances = await reopened(context, company, snapshot, folder);
  const [first, ...rest] = balances;
  const begun = memory.imports.begin({
    kind: snapshot.kind,
    asOf: snapshot.asOf,
    files: [first, ...rest].map(({ path, sha256 }) => ({ path, sha256 })) as [
      { path: string; sha256: string },
    ],
    profile: snapshot.profile,
    day: snapshot.asOf,
  });
  if (begun.state === "unchanged") return;
  try {
    await readTogether(balances, begun);
    await begun.finish({}, () => []);
  } catch (error) {
    begun.abort();
    throw error;
  }
}

/** What really left or was done, as far as it counts as a step. */
function doneIn({ store }: Company, from: Day, to: Day): Done[] {
  const messages = store.outbox
    .list()
    .map(({ id }) => store.outbox.show(id))
    .filter(({ sentOn }) => sentOn !== null && sentOn >= from && sentOn <= to)
    .map(({ sentOn, debtor, step, channel, claimed, currency }) => ({
      day: sentOn as Day,
      debtor,
      step,
      channel,
      claimed,
      currency,
    }));
  const tasks = store.tasks
    .all({ state: "done" })
    .filter(
      ({ kind, decided }) =>
        (kind === "call" || kind === "visit") && decided !== null && decided >= from && decided <= to,
    )
    .map(({ decided, debtor, step, channel, claimed, currency }) => ({
      day: decided as Day,
      debtor,
      step,
      channel,
      claimed,
      currency,
    }));
  return [...messages, ...tasks].sort((a, b) =>
    a.day < b.day ? -1 : a.day > b.day ? 1 : a.debtor < b.debtor ? -1 : 1,
  );
}

interface Row {
  readonly channel: string;
  readonly step: string;
  readonly would: number;
  readonly did: number;
}

function compare(would: readonly Done[], did: readonly Done[]): Row[] {
  const keyOf = ({ channel, step }: Done): string => JSON.stringify([channel, step]);
  const count = (all: readonly Done[], key: string): number =>
    all.filter((each) => keyOf(each) === key).length;
  return [...new Set([...would, ...did].map(keyOf))].sort().map((key) => {
    const [channel, step] = JSON.parse(key) as [string, string];
    return { channel, step, would: count(would, key), did: count(did, key) };
  });
}

const ROWS = 30;

function say(
  { out }: Context,
  {
    from,
    to,
    balances,
    would,
    did,
    comparison,
  }: {
    readonly from: Day;
    readonly to: Day;
    readonly balances: number;
    readonly would: readonly Done[];
    readonly did: readonly Done[];
    readonly comparison: readonly Row[];
  },
): void {
  out.say(
    `From ${from} to ${to}, ${balances} ${balances === 1 ? "balance" : "balances"}. Holds, disputes and promises are left out; master data is today's.\n`,
  );
  const counted = comparison.map(({ channel, step, would: one, did: other }) => [
    channel,
    step,
    String(one),
    String(other),
    signed(one - other),
  ]);
  out.say(
    table(
      [
        { header: "channel" },
        { header: "step" },
        { header: "would", align: "right" },
        { header: "did", align: "right" },
        { header: "difference", align: "right" },
      ],
      [...counted, ["all", "", String(would.length), String(did.length), signed(would.length - did.length)]],
      out.width,
    ),
  );
  const told = (all: readonly Done[]) =>
    new Set(all.map(({ day, debtor, channel, step }) => `${day} ${debtor} ${channel} ${step}`));
  const [a, b] = [told(would), told(did)];
  const differing = [
    ...would
      .filter(({ day, debtor, channel, step }) => !b.has(`${day} ${debtor} ${channel} ${step}`))
      .map((each) => ["would", each] as const),
    ...did
      .filter(({ day, debtor, channel, step }) => !a.has(`${day} ${debtor} ${channel} ${step}`))
      .map((each) => ["did", each] as const),
  ].sort(([, one], [, other]) =>
    one.day < other.day ? -1 : one.day > other.day ? 1 : one.debtor < other.debtor ? -1 : 1,
  );
  if (differing.length === 0) return out.say("\nNothing differs.");
  out.say(`\n${out.paint("bold", "What differs")}`);
  out.say(
    table(
      [
        { header: "day" },
        { header: "" },
        { header: "debtor", whole: true },
        { header: "step", flexible: true },
        { header: "by" },
        { header: "claimed", align: "right" },
      ],
      differing
        .slice(0, ROWS)
        .map(([who, { day, debtor, step, channel, claimed, currency }]) => [
          day,
          who,
          debtor,
          step,
          channel,
          shown(claimed, currency),
        ]),
      out.width,
    ),
  );
  if (differing.length > ROWS) out.say(`... and ${differing.length - ROWS} more (--json has them all)`);
}

const signed = (count: number): string => (count > 0 ? `+${count}` : String(count));
