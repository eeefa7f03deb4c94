/** What the configuration gives to the engine. */

import type { ChargeTerms } from "./charges.ts";
import type { PersonRole } from "./person.ts";
import type { Postage } from "./postage.ts";
import type { RateTable } from "./rates.ts";
import type { Channel, Currency, Day, DebtorKind, Language, SnapshotInfo } from "./types.ts";

export type Facts = Readonly<
  Record<string, string | number | boolean | null | Readonly<Record<string, string>>>
>;
/** A compiled rule expression. Never throws. */
export type Predicate = (facts: Facts) => boolean;
export interface Rule {
  /** As written by the user, for explanations. */
  readonly text: string;
  readonly test: Predicate;
  /** What it asks for. */
  readonly facts: readonly string[];
}

/** What goes with a message: copies of its invoices, a statement of the account. */
export type Enclosure = "invoices" | "statement";

export interface Step {
  readonly id: string;
  /** Null: a step before the due date. */
  readonly level: number | null;
  /** Days after the due date; negative: before it. */
  readonly day: number;
  readonly channel: Channel;
  /** Template variants; empty for calls and hand-overs without one. */
  readonly templates: readonly string[];
  readonly when: Rule | null;
  /** Days since the last contact; null: the scenario's. */
  readonly gap: number | null;
  /** Days that the message gives to the debtor; null: sets none. */
  readonly deadline: number | null;
  /** Calls: days after which the scenario goes on with `fallback`. */
  readonly timeout: number | null;
  readonly fallback: Channel | null;
  readonly finalWarning: boolean;
  readonly formalNotice: boolean;
  readonly approve: boolean;
  /** Passed over once the leader is older than so many days. */
  readonly skipAfter: number | null;
  /** Several: they take turns, by debtor; empty: the company's own. */
  readonly senders: readonly string[];
  /** To whom at the customer, where such a person is known; several take turns, by debtor; empty: whoever is written to first. */
  readonly addressees: readonly PersonRole[];
  /** After a broken promise, in place of a call: a visit; or this step itself by a written channel. */
  readonly onBrokenPromise: Channel | null;
  /** What it says of interest and fixed compensation. */
  readonly charges: "none" | "shown" | "claimed";
  readonly attach: readonly Enclosure[];
}

/** How interest and fixed compensation are worked out. */
export interface ChargeRules {
  /** Whose law counts: ISO 3166-1. */
  readonly country: string;
  readonly terms: ChargeTerms;
  /** Read only where somebody asks. */
  readonly table: () => RateTable;
  /** Languages in which the first reminder to Belgian consumers has its text and all that the law wants in it. */
  readonly firstReminder: readonly Language[];
}

export interface Scenario {
  readonly name: string;
  readonly follow: "debtor" | "invoice";
  /** In major units of the dossier's currency (10 = 10.00 EUR). */
  readonly minAmount: number;
  readonly minItem: number;
  readonly approveAbove: number | null;
  readonly grace: number;
  readonly gap: number;
  readonly entry: "first" | "by-age";
  /** What days and gaps are multiplied by, by payer class. */
  readonly cadence: Readonly<Partial<Record<PayerClass, number | undefined>>>;
  /** A step moves by up to so many days. */
  readonly jitter: number;
  /** Ordered: steps before the due date first, then by level. */
  readonly steps: readonly Step[];
}

/** A pays in time, D hardly ever. */
export type PayerClass = "A" | "B" | "C" | "D";
/** Up to so many days late on the weighted mean; above C: D. */
export type PayerLimits = Readonly<Record<"A" | "B" | "C", number>>;

/** Beside the scenarios: who is meant, by which channel, with which text, and when. */
export interface Campaign {
  readonly name: string;
  readonly when: Rule;
  readonly channel: Extract<Channel, "email" | "letter" | "registered-letter">;
  readonly templates: readonly string[];
  readonly from: Day | null;
  readonly until: Day | null;
  readonly approve: boolean;
  /** What it tells counts as the step whose day the oldest document has reached. */
  readonly countsAsStep: boolean;
}

export interface Segment {
  readonly name: string;
  readonly when: Rule;
  readonly scenario: string;
}

/** Working days of a country, as data: the engine has no table of its own. */
export interface WorkCalendar {
  /** Null: a working day; else why not ("Saturday", "14 July", "closed 24 Dec - 1 Jan"). */
  readonly closed: (day: Day) => string | null;
}

export interface Rules {
  readonly currency: Currency;
  readonly country: string;
  readonly language: Language;
  readonly defaultKind: DebtorKind;
  readonly segments: readonly Segment[];
  readonly scenarios: ReadonlyMap<string, Scenario>;
  readonly campaigns: ReadonlyMap<string, Campaign>;
  readonly calendar: WorkCalendar;
  /** The debtor's country; used for calls. Falls back to the company's. */
  readonly calendarOf: (country: string | null) => WorkCalendar;
  /** Languages for which there are templates; a debtor with another one is written to in the company's. */
  readonly languages: readonly Language[];
  /** Days between two automatic reminders to one debtor. */
  readonly contactCap: number;
  /** Working days after its date for which a promise is still waited for. */
  readonly promiseGrace: number;
  /** What letters cost; null: nobody has said. */
  readonly postage: Postage | null;
  /** Working days for which automatic messages wait after a debtor has written; 0: they do not. */
  readonly answerPause: number;
  readonly payerLimits: PayerLimits;
  readonly charges: ChargeRules;
  /** Texts that confirm what was agreed; null: nothing is sent. `broken`: in place of a step's own where it answers a broken promise. */
  readonly confirmations: {
    readonly promise: string | null;
    readonly instalments: string | null;
    readonly broken: string | null;
    /** Thanks for a payment, once all is paid that reminders have asked for. */
    readonly thanks: string | null;
  };
  /** Days after the due date within which the insurer must hear of an insured debt; null: nobody has said. */
  readonly insurerDays: number | null;
  /** A rule or a cadence asks how debtors pay: ledgers must bring what they have paid. */
  readonly asksPayers: boolean;
  readonly maxBalanceAge: number;
  readonly maxBalanceAgeFormal: number;
  /** Channels that can be used; e-mail and letters always can, hand-over cannot yet. */
  readonly seed: string;
}

/** The day for which is planned, and what the planner cannot work out by itself. */
export interface PlanMoment {
  readonly today: Day;
  readonly snapshot: SnapshotInfo;
  /** Lifts working days, nothing else. */
  readonly force: boolean;
  /** SHA-256 of a text (UTF-8) in lower-case hex: from the edge, core has no cryptography of its own. */
  readonly hash: (text: string) => string;
}
