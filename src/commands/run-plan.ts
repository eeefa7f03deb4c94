import { createHash } from "node:crypto";
import type { Context } from "../context.ts";
import { planCampaign } from "../core/campaign.ts";
import { confirmedBy } from "../core/confirmation.ts";
import type { LastPromise } from "../core/message.ts";
import { plan, sortedPlan } from "../core/plan.ts";
import { type PlanningDay, planningDay } from "../core/planning-day.ts";
import { decided } from "../core/promise.ts";
import type {
  Action,
  Campaign,
  Debtor,
  DebtorId,
  Finished,
  Ledger,
  Plan,
  PlanMoment,
  PromiseToPay,
  SnapshotInfo,
} from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { type Company, ledgersToPlan } from "./company.ts";
import { enclosureSource } from "./enclosures.ts";
import { dkimOf } from "./mail-server.ts";
import { shellWord } from "./shell-word.ts";

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

/** The command that makes the same plan again: `dunning run --only letter`. */
export function commandOf({ only, debtor, force, campaign }: PlanOptions): string {
  const words = [
    ...(campaign === undefined ? ["run"] : ["campaign", "run", campaign.name]),
    ...(only === undefined ? [] : ["--only", only]),
    ...(debtor === undefined ? [] : ["--debtor", debtor]),
    ...(force === true ? ["--force"] : []),
  ];
  return `dunning ${words.map(shellWord).join(" ")}`;
}

/** A plan and the debtors that it names: what rendering needs. */
export interface Today {
  readonly plan: Plan;
  readonly debtors: ReadonlyMap<DebtorId, Debtor>;
  /** By matter: the newest promise of this cycle that was not kept, or not whole. */
  readonly promises: ReadonlyMap<string, LastPromise>;
  /** By matter: what is promised and still waited for. */
  readonly agreed: ReadonlyMap<string, readonly PromiseToPay[]>;
}

const matterOf = ({ debtor, currency }: Pick<Action, "debtor" | "currency">): string =>
  JSON.stringify([debtor, currency]);

/** The plan of today, narrowed to a channel or a debtor where asked. Renders nothing. */
export function planToday(company: Company, snapshot: SnapshotInfo, options: PlanOptions = {}): Today {
  const { store, rules } = company;
  const debtors = new Map<DebtorId, Debtor>();
  const named = options.debtor === undefined ? undefined : [store.debtors.find(options.debtor).id];
  const promises = new Map<string, LastPromise>();
  const agreed = new Map<string, readonly PromiseToPay[]>();
  const moment = momentOf(company, snapshot, options.force);
  const ledgers = noting(ledgersToPlan(company, named), {
    debtors,
    promises,
    agreed,
    day: planningDay(rules, moment),
  });
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
  return { plan: narrowed, debtors, promises, agreed };
}

interface Notes {
  readonly debtors: Map<DebtorId, Debtor>;
  readonly promises: Map<string, LastPromise>;
  readonly agreed: Map<string, readonly PromiseToPay[]>;
  readonly day: PlanningDay;
}

function* noting(ledgers: Iterable<Ledger>, { debtors, promises, agreed, day }: Notes): Generator<Ledger> {
  for (const given of ledgers) {
    const ledger = decided(day, given);
    const debtor = ledger.debtor.id;
    debtors.set(debtor, ledger.debtor);
    for (const dossier of ledger.dossiers) {
      const open = dossier.promises.filter(({ state }) => state === "open");
      if (open.length > 0) agreed.set(matterOf({ debtor, currency: dossier.currency }), open);
      const missed = dossier.promises.findLast(
        ({ cycle, state }) => cycle === dossier.cycle && (state === "broken" || state === "partly-kept"),
      );
      if (missed !== undefined) promises.set(matterOf({ debtor, currency: dossier.currency }), missed);
    }
    yield ledger;
  }
}

/** Whether an action becomes a message; calls, visits and address searches are tasks. */
function isWritten(action: Action): boolean {
  return action.template !== null && ["email", "letter", "registered-letter"].includes(action.channel);
}

/**
 * Every message of a plan, finished, one after the other; a run keeps them all before anything leaves. `include` says
 * which states: a dry run renders those that wait for approval too.
 */
export async function* renderPlan(
  context: Context,
  company: Company,
  { plan: { actions }, debtors, promises, agreed }: Today,
  include: readonly Action["state"][],
): AsyncGenerator<Finished> {
  const written = actions.filter((action) => isWritten(action) && include.includes(action.state));
  if (written.length === 0) return;
  const { loadTemplates } = await import("../render/template.ts");
  const { renderAction } = await import("../render/render.ts");
  const templates = loadTemplates(context.home, company.folder);
  const at = context.now().toISOString();
  const dkim = dkimOf(company);
  const enclosures = await enclosureSource(company, written);
  let shownAt = 0;
  for (const [n, action] of written.entries()) {
    const debtor = debtors.get(action.debtor);
    if (debtor === undefined) throw new Error(`the plan names a debtor without a ledger: ${action.debtor}`);
    yield await renderAction(action, debtor, company.company, templates, {
      today: company.today,
      reference: action.debtor,
      previous: company.store.outbox.previous(action.debtorKey, action.currency, action.cycle),
      lastPromise: promises.get(matterOf(action)) ?? null,
      agreed: confirmedBy(action.step, agreed.get(matterOf(action)) ?? []),
      at,
      secret: company.store.secret,
      dkim,
      draft: company.config.email.transport === "drafts",
      ...(enclosures === undefined ? {} : { enclosures }),
    });
    const now = context.now().getTime();
    if (now - shownAt > 200) {
      context.out.progress(`rendering ${n + 1} of ${written.length}`);
      shownAt = now;
    }
  }
  context.out.progress("");
}
