import { createHash } from "node:crypto";
import type { Context } from "../context.ts";
import { planCampaign } from "../core/campaign.ts";
import { plan, sortedPlan } from "../core/plan.ts";
import type {
  Action,
  Campaign,
  Debtor,
  DebtorId,
  Finished,
  Ledger,
  Plan,
  PlanMoment,
  SnapshotInfo,
} from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { PromiseRecord } from "../store/promises.ts";
import { type Company, ledgersOf } from "./company.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The newest balance. Throws a Failure (66) where none was taken in yet. */
export function newestBalance(company: Company): SnapshotInfo {
  const snapshot = company.store.imports.info();
  if (snapshot !== null) return snapshot;
  const held = company.store.imports.list().find(({ state }) => state === "held");
  if (held !== undefined) {
    throw new Failure(EXIT.person, {
      code: "first-balance-on-hold",
      message: `the first balance (import ${held.id}, ${held.file}) is on hold`,
      found: held.hold.join(", "),
      fix: `look at it with dunning imports, then: dunning import accept ${held.id}`,
    });
  }
  throw new Failure(EXIT.missing, {
    code: "no-balance",
    where: { file: company.storeFile },
    message: "no balance has been taken in yet",
    fix: "dunning import FILE",
  });
}

export function momentOf(company: Company, snapshot: SnapshotInfo, force = false): PlanMoment {
  return { today: company.today, snapshot, force, hash: sha256 };
}

export interface PlanOptions {
  readonly only?: Action["channel"];
  readonly debtor?: string;
  readonly force?: boolean;
  /** In place of the scenarios. */
  readonly campaign?: Campaign;
}

/** The same plan again, as words of a command: ` --only letter`. */
export function narrowedBy({ only, debtor }: PlanOptions): string {
  const words = [
    ...(only === undefined ? [] : ["--only", only]),
    ...(debtor === undefined ? [] : ["--debtor", debtor]),
  ];
  return words.map((word) => ` ${/^[\w.-]+$/.test(word) ? word : `"${word}"`}`).join("");
}

/** A plan and the debtors that it names: what rendering needs. */
export interface Today {
  readonly plan: Plan;
  readonly debtors: ReadonlyMap<DebtorId, Debtor>;
}

/** The plan of today, narrowed to a channel or a debtor where asked. Renders nothing. */
export function planToday(company: Company, snapshot: SnapshotInfo, options: PlanOptions = {}): Today {
  const { store, rules } = company;
  const debtors = new Map<DebtorId, Debtor>();
  const named = options.debtor === undefined ? undefined : [store.debtors.find(options.debtor).id];
  const ledgers = noting(ledgersOf(company, named), debtors);
  const moment = momentOf(company, snapshot, options.force);
  const whole =
    options.campaign === undefined
      ? plan(ledgers, rules, moment)
      : planCampaign(ledgers, rules, options.campaign, moment);
  const { only } = options;
  const narrowed =
    only === undefined
      ? whole
      : sortedPlan(
          whole.actions.filter(({ channel }) => channel === only),
          [...whole.notActed],
          moment,
        );
  return { plan: narrowed, debtors };
}

function* noting(ledgers: Iterable<Ledger>, debtors: Map<DebtorId, Debtor>): Generator<Ledger> {
  for (const ledger of ledgers) {
    debtors.set(ledger.debtor.id, ledger.debtor);
    yield ledger;
  }
}

/** Whether an action becomes a message; calls, visits and address searches are tasks. */
function isWritten(action: Action): boolean {
  return action.template !== null && ["email", "letter", "registered-letter"].includes(action.channel);
}

/** The newest promise of the matter whose money has not come, or not all of it. */
function lastPromiseOf({ store }: Company, { debtorKey, currency }: Action): PromiseRecord | null {
  return (
    store.promises
      .list(debtorKey)
      .findLast(
        (each) => each.currency === currency && each.state !== "kept" && each.state !== "cancelled",
      ) ?? null
  );
}

/**
 * Every message of a plan, finished, one after the other; a run keeps them all before anything leaves. `include` says
 * which states: a dry run renders those that wait for approval too.
 */
export async function* renderPlan(
  context: Context,
  company: Company,
  { plan: { actions }, debtors }: Today,
  include: readonly Action["state"][],
): AsyncGenerator<Finished> {
  const written = actions.filter((action) => isWritten(action) && include.includes(action.state));
  if (written.length === 0) return;
  const { loadTemplates } = await import("../render/template.ts");
  const { renderAction } = await import("../render/render.ts");
  const templates = loadTemplates(context.home, company.folder);
  const at = context.now().toISOString();
  let shownAt = 0;
  for (const [n, action] of written.entries()) {
    const debtor = debtors.get(action.debtor);
    if (debtor === undefined) throw new Error(`the plan names a debtor without a ledger: ${action.debtor}`);
    yield await renderAction(action, debtor, company.company, templates, {
      today: company.today,
      reference: action.debtor,
      previous: company.store.outbox.previous(action.debtorKey, action.currency, action.cycle),
      lastPromise: lastPromiseOf(company, action),
      at,
      secret: company.store.secret,
    });
    const now = context.now().getTime();
    if (now - shownAt > 200) {
      context.out.progress(`rendering ${n + 1} of ${written.length}`);
      shownAt = now;
    }
  }
  context.out.progress("");
}
