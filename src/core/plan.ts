import { notActedOf, type Proposal } from "./action.ts";
import { standingOf } from "./candidates.ts";
import { confirmationsOf } from "./confirmation.ts";
import { heldOf, idleOutlook, lateOutlook, orSooner } from "./dossier.ts";
import { whyIdle } from "./idle.ts";
import { insolvencyFacts, insolvencyOf } from "./matters.ts";
import { fromMajor, ZERO } from "./money.ts";
import { pacedScenario } from "./pace.ts";
import { type PlanningDay, planningDay } from "./planning-day.ts";
import { decided } from "./promise.ts";
import type { WhyNot } from "./reasons.ts";
import { segmentOf } from "./segment.ts";
import { type Settled, settle } from "./settle.ts";
import { thanksOf } from "./thanks.ts";
import type { Action, Currency, Ledger, NotActed, Plan, PlanMoment, Rules } from "./types.ts";

export type { PlanMoment } from "./types.ts";

/** What is due for one debtor on one day, and why the rest is not. Same inputs, same plan. */
export function planLedger(ledger: Ledger, rules: Rules, at: PlanMoment): Settled {
  return planDebtor(planningDay(rules, at), ledger);
}

/** One debtor after the other, nothing kept: for counting over ledgers of any size. */
export function* planEach(ledgers: Iterable<Ledger>, rules: Rules, at: PlanMoment): Generator<Settled> {
  const day = planningDay(rules, at);
  for (const ledger of ledgers) yield planDebtor(day, ledger);
}

/** What is due on one day. Ledgers may stream: one is looked at after the other. */
export function plan(ledgers: Iterable<Ledger>, rules: Rules, at: PlanMoment): Plan {
  const actions: Action[] = [];
  const notActed: NotActed[] = [];
  for (const found of planEach(ledgers, rules, at)) {
    actions.push(...found.actions);
    notActed.push(...found.notActed);
  }
  return sortedPlan(actions, notActed, at);
}

/** The order of rows in an import never shows. Sorts in place. */
export function sortedPlan(actions: Action[], notActed: NotActed[], at: PlanMoment): Plan {
  actions.sort((a, b) => order(a.debtor, b.debtor) || order(a.currency, b.currency) || order(a.step, b.step));
  notActed.sort(
    (a, b) => order(a.debtor, b.debtor) || order(a.currency, b.currency) || order(a.code, b.code),
  );
  return { today: at.today, snapshot: at.snapshot.id, actions, notActed, hash: planHash(actions, at) };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Over what leaves, to whom and how much. The snapshot says which items stand behind it; row keys stay out,
 * so that a replayed store gives the same hash.
 */
function planHash(actions: readonly Action[], { today, snapshot, hash }: PlanMoment): string {
  const lines = actions.map((each) => {
    const what = [each.id, each.step, each.state, each.template, each.language, each.deadline];
    const toWhom = [each.debtor, each.channel, each.contact, each.to];
    return JSON.stringify([...what, ...toWhom, each.currency, each.total]);
  });
  return hash([`${today} ${snapshot.id}`, ...lines].join("\n"));
}

/** `only`: one dossier as if it were served first, the others seen but not planned. */
export function planDebtor(day: PlanningDay, given: Ledger, only: Currency | null = null): Settled {
  const ledger = decided(day, given);
  const { debtor, dossiers } = ledger;
  const { segment, scenario: written } = segmentOf(ledger, day.rules, day.today);
  const scenario = written === null ? null : pacedScenario(day, ledger, written);
  const course = scenario === null ? null : day.course(scenario);
  const blocked = whyBlocked(ledger, scenario !== null);
  const standings = dossiers.map((dossier) =>
    standingOf(day, dossier, fromMajor(scenario?.minItem ?? 0, dossier.currency)),
  );
  const lateIn = standings.find(({ counting }) => counting.length > 0)?.dossier.currency ?? null;

  const notActed: NotActed[] = [];
  const proposals: Proposal[] = [];
  for (const standing of standings) {
    const { currency, items } = standing.dossier;
    if (only !== null && only !== currency) continue;
    if (blocked === null && segment !== null && scenario !== null && course !== null)
      proposals.push(...thanksOf({ day, ledger, standing, segment, scenario, course }, standings));
    // A dossier without open items is history: its contacts still count for the cap.
    if (items.length === 0) continue;
    const late = standing.counting.length > 0;
    if (blocked !== null || segment === null || scenario === null || course === null) {
      const declared =
        blocked?.code === "insolvent" && segment !== null && scenario !== null && course !== null
          ? insolvencyOf({ day, ledger, standing, segment, scenario, course })
          : null;
      if (declared !== null) {
        proposals.push(declared);
        continue;
      }
      const insolvent =
        blocked?.code === "insolvent" ? { ...blocked, facts: insolvencyFacts(standing) } : blocked;
      const why =
        insolvent !== null && (late || ledger.unreadRows > 0) ? insolvent : whyIdle(day, standing, course);
      notActed.push(notActedOf(debtor, currency, heldOf(standing, why, standing.counting)));
      continue;
    }
    const dossierCase = { day, ledger, standing, segment, scenario, course };
    const outlook = late ? lateOutlook(dossierCase) : idleOutlook(dossierCase, lateIn);
    proposals.push(...outlook.proposals, ...confirmationsOf(dossierCase));
    for (const each of outlook.held) {
      const held = { ...each, why: orSooner(day, standing, course, each.why) };
      notActed.push(notActedOf(debtor, currency, held));
    }
  }
  if (blocked !== null && ledger.unreadRows > 0 && dossiers.every(({ items }) => items.length === 0)) {
    notActed.push(notActedOf(debtor, day.rules.currency, { why: blocked, items: [], overdue: ZERO }));
  }
  const settled = settle(day, ledger, proposals);
  return { actions: settled.actions, notActed: [...notActed, ...settled.notActed] };
}

/** What stops everything for a debtor, whatever its dossiers say. */
export function whyBlocked(
  { debtor, dossiers, unreadRows, doubt }: Ledger,
  hasScenario: boolean,
): WhyNot | null {
  if (unreadRows > 0) {
    const rows = unreadRows === 1 ? "1 row" : `${unreadRows} rows`;
    const reason = `${rows} of this debtor could not be read: correct and import again`;
    return { code: "unread-rows", reason, facts: { unreadRows }, nextPossible: null };
  }
  if (doubt !== null) return { code: "balance-doubtful", reason: doubt, facts: {}, nextPossible: null };
  if (debtor.insolvent) {
    const reason = "the debtor is insolvent: declare the claim";
    return { code: "insolvent", reason, facts: {}, nextPossible: null };
  }
  let underWay: WhyNot | null = null;
  for (const { inFlight } of dossiers) {
    for (const { id, step, state } of inFlight) {
      const facts = { message: id, step, state };
      const reason = `message ${id} of step ${step} is ${state}`;
      if (state === "uncertain") {
        const ask = `${reason}: dunning outbox show ${id}`;
        return { code: "uncertain-message", reason: ask, facts, nextPossible: null };
      }
      const ask =
        state === "printed"
          ? `${reason}, and nobody has said that it was posted: dunning letters list`
          : reason;
      underWay ??= { code: "message-under-way", reason: ask, facts, nextPossible: null };
    }
  }
  if (underWay !== null || hasScenario) return underWay;
  return { code: "no-segment", reason: "no segment matches this debtor", facts: {}, nextPossible: null };
}
