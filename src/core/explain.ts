import { disputedText, onHoldText, promisedText } from "./agreed.ts";
import { type Candidate, judge, type Standing, stageOf, standingOf } from "./candidates.ts";
import { addDays, later } from "./day.ts";
import { byAge } from "./item-order.ts";
import { type LanguageChoice, languageOf } from "./language.ts";
import { type Limitation, limitationOf, type Recognition, recognitionsOf } from "./limitation.ts";
import { fromMajor, toDecimal } from "./money.ts";
import { cadenceOf } from "./pace.ts";
import { type PayerFigures, payerFigures } from "./payer.ts";
import { planDebtor } from "./plan.ts";
import { type PlanningDay, planningDay } from "./planning-day.ts";
import { decided } from "./promise.ts";
import { ITEM_CODES, type ItemCode } from "./reasons.ts";
import { kindKnown, mainDossier, segmentOf } from "./segment.ts";
import type { Settled } from "./settle.ts";
import { nameOf } from "./timing.ts";
import type {
  Cents,
  Channel,
  Contact,
  Currency,
  Day,
  DebtorId,
  Dossier,
  Ledger,
  OpenItem,
  PlanMoment,
  Rules,
  Task,
} from "./types.ts";

export interface ExplainedItem {
  readonly number: string;
  readonly currency: Currency;
  readonly due: Day | null;
  /** Whole days after the due date, null where there is none. */
  readonly daysOverdue: number | null;
  readonly open: Cents;
  readonly level: number;
  /** in: claimed when a step is due; credit: deducted; waiting: not due yet; out: not in the game. */
  readonly state: "in" | "credit" | "waiting" | "out";
  readonly code: ItemCode;
  readonly reason: string;
  /** The earliest day on which the claim may lapse; null: not owed, or no law is known. */
  readonly limitation: Limitation | null;
  /** What the debtor did that recognises the debt, oldest first. */
  readonly recognitions: readonly Recognition[];
}

export interface NextAction {
  /** Null, as channel and earliest: nothing falls due by itself within 400 days. */
  readonly step: string | null;
  readonly channel: Channel | null;
  /** The day on which it falls due if nothing changes and balances stay fresh. */
  readonly earliest: Day | null;
  readonly because: string;
}

export interface ExplainedDossier extends Settled {
  readonly currency: Currency;
  readonly cycle: number;
  readonly stage: number;
  readonly stageBecause: string;
  /** The number of the oldest candidate that counts, null where there is none. */
  readonly leader: string | null;
  readonly age: number | null;
  readonly open: Cents;
  readonly overdue: Cents;
  readonly credits: Cents;
  readonly lastContact: Contact | null;
  /** Messages that have not ended: queued, put off, uncertain, printed and not posted. */
  readonly underWay: Dossier["inFlight"];
  readonly next: NextAction;
}

/** Everything that decides about one debtor today. `stage` and `next` are the main dossier's. */
export interface Explanation {
  readonly debtor: DebtorId;
  readonly name: string;
  readonly segment: {
    readonly name: string | null;
    readonly rule: string | null;
    readonly scenario: string | null;
    readonly tried: readonly { readonly name: string; readonly rule: string; readonly matched: boolean }[];
  };
  /** In which language it is written to, and what decided; an addressee of a step may have one of their own. */
  readonly language: LanguageChoice;
  /** How the debtor pays; `factor`: what it makes of the scenario's days. */
  readonly payer: PayerFigures & { readonly factor: number };
  readonly stage: number;
  readonly items: readonly ExplainedItem[];
  readonly next: NextAction;
  /** One per currency: what is planned today, or why nothing is. */
  readonly dossiers: readonly ExplainedDossier[];
}

export function explain(given: Ledger, rules: Rules, at: PlanMoment): Explanation {
  const day = planningDay(rules, at);
  const ledger = decided(day, given);
  const { segment, scenario, tried } = segmentOf(ledger, rules, at.today);
  const factor = scenario === null ? 1 : cadenceOf(day, ledger, scenario.cadence);
  const minItem = (dossier: Dossier): Cents => fromMajor(scenario?.minItem ?? 0, dossier.currency);
  const standings = ledger.dossiers.map((dossier) => standingOf(day, dossier, minItem(dossier)));
  const today = planDebtor(day, ledger);
  const dossiers = standings.map((standing) => explainDossier(day, ledger, standing, today));
  const mainCurrency = mainDossier(ledger, rules)?.currency;
  const main = dossiers.find(({ currency }) => currency === mainCurrency);
  const ruleOf = new Map(rules.segments.map(({ name, when }) => [name, when.text]));
  return {
    debtor: ledger.debtor.id,
    name: ledger.debtor.name,
    segment: {
      name: segment?.name ?? null,
      rule: segment?.when.text ?? null,
      scenario: scenario?.name ?? null,
      tried: tried.map(({ name, matched }) => ({ name, rule: ruleOf.get(name) ?? "", matched })),
    },
    language: languageOf(ledger.debtor, rules),
    payer: { ...payerFigures(ledger, rules.payerLimits, at.today), factor },
    stage: main?.stage ?? 0,
    items: standings.flatMap((standing) => explainItems(day, ledger, standing, minItem(standing.dossier))),
    next: main?.next ?? {
      step: null,
      channel: null,
      earliest: null,
      because: today.notActed[0]?.reason ?? "nothing is open",
    },
    dossiers,
  };
}

function explainDossier(
  day: PlanningDay,
  ledger: Ledger,
  standing: Standing,
  today: Settled,
): ExplainedDossier {
  const { dossier, counting } = standing;
  const { currency } = dossier;
  const leader = counting[0];
  const actions = today.actions.filter((action) => action.currency === currency);
  const notActed = today.notActed.filter((each) => each.currency === currency);
  return {
    currency,
    cycle: dossier.cycle,
    stage: stageOf(counting),
    stageBecause: whyStage(counting),
    leader: leader?.item.number ?? null,
    age: leader?.age ?? null,
    open: standing.open,
    overdue: standing.overdue,
    credits: standing.creditTotal,
    lastContact: dossier.contacts.at(-1) ?? null,
    underWay: dossier.inFlight,
    actions,
    notActed,
    next: nextAction(day, unasked(ledger), currency, notActed) ?? {
      step: null,
      channel: null,
      earliest: null,
      because: notActed[0]?.reason ?? "nothing is due",
    },
  };
}

function whyStage(counting: readonly Candidate[]): string {
  const stage = stageOf(counting);
  const carrier = counting.find(({ item }) => item.level === stage);
  if (stage === 0 || carrier === undefined) return "nothing that is claimed today has been told anything yet";
  return `${nameOf(carrier)} was told level ${stage}, no other one more`;
}

/** How far ahead `explain` looks. */
const HORIZON_DAYS = 400;

/** As if nobody had been asked yet: what waits for approval is the next step, not what follows it. */
function unasked(ledger: Ledger): Ledger {
  const asked = ({ kind, state }: Task): boolean => kind === "approval" && state === "open";
  const dossiers = ledger.dossiers.map((dossier) => ({
    ...dossier,
    tasks: dossier.tasks.filter((task) => !asked(task)),
  }));
  return { ...ledger, dossiers };
}

/**
 * The first action from today on if nothing changes. Every day is planned by the one planner, with a balance taken as
 * fresh: rules may look at ages, so no day can be left out. Where today's plan waits for a person, its reason is given.
 */
function nextAction(
  { rules, at }: PlanningDay,
  ledger: Ledger,
  currency: Currency,
  notActed: Settled["notActed"],
): NextAction | null {
  for (let ahead = 0; ahead <= HORIZON_DAYS; ahead++) {
    const today = addDays(at.today, ahead);
    const snapshot = { ...at.snapshot, asOf: later(at.snapshot.asOf, today), newerOnHold: null };
    const { actions } = planDebtor(planningDay(rules, { ...at, today, snapshot }), ledger, currency);
    const [action] = actions;
    if (action === undefined) continue;
    const { step, channel } = action;
    const waits = notActed.find(
      (each) => each.code === "waiting-for-approval" && each.facts["step"] === step,
    );
    return { step, channel, earliest: today, because: waits?.reason ?? action.reason };
  }
  return null;
}

const STATES: Partial<Readonly<Record<ItemCode, ExplainedItem["state"]>>> = {
  candidate: "in",
  "covered-by-credit": "in",
  credit: "credit",
  "not-due": "waiting",
  "no-due-date": "waiting",
};

function explainItems(
  day: PlanningDay,
  { debtor }: Ledger,
  standing: Standing,
  minItem: Cents,
): ExplainedItem[] {
  const where = { country: day.rules.charges.country, kind: kindKnown(debtor, day.rules) };
  const covered = new Set(standing.candidates.filter((each) => each.covered).map(({ item }) => item));
  return [...standing.dossier.items].sort(byAge).map((item) => {
    const recognitions = item.open > 0 ? recognitionsOf(standing.dossier, item) : [];
    const code = covered.has(item) ? "covered-by-credit" : judge(item, minItem, day.today);
    return {
      number: item.number,
      currency: item.currency,
      due: item.due,
      daysOverdue: item.due === null ? null : day.age(item.due),
      open: item.open,
      level: item.level,
      state: STATES[code] ?? "out",
      code,
      reason: whyItem(day, standing, item, code),
      limitation: item.open > 0 ? limitationOf(item, where, recognitions) : null,
      recognitions,
    };
  });
}

function whyItem(day: PlanningDay, { agreed, dossier }: Standing, item: OpenItem, code: ItemCode): string {
  if (code === "on-hold") return onHoldText(agreed, item.key);
  const part = (amount: Cents, text: string): string =>
    amount === 0 || amount === item.open ? "" : `; ${toDecimal(amount, dossier.currency)} of it ${text}`;
  const parts =
    part(item.disputed, disputedText(agreed, item.key)) + part(item.promised, promisedText(agreed, item.key));
  if (code === "disputed") return `${disputedText(agreed, item.key)}${parts}`;
  if (code === "promised") return `${promisedText(agreed, item.key)}${parts}`;
  return `${whyInOrOut(day, item, code)}${parts}`;
}

function whyInOrOut(day: PlanningDay, item: OpenItem, code: ItemCode): string {
  const words = ITEM_CODES[code];
  if (code === "not-due") return `${words}: due on ${item.due}`;
  if (code !== "candidate" || item.due === null) return words;
  const told = item.level === 0 ? "told nothing yet" : `told level ${item.level}`;
  return `${words}: ${day.age(item.due)} days late, ${told}`;
}
