/**
 * The values that travel through the program. Plain data, units in the types.
 * Words follow the table in docs/architecture.md: debtor, open item, dossier, step, stage, action.
 */

declare const unit: unique symbol;

/** Integer minor units of a currency (cents for EUR, millimes for TND). Never a fraction. */
export type Cents = number & { readonly [unit]: "minor units" };
/** A civil date `YYYY-MM-DD`, no hours, no time zone; strings compare in date order. */
export type Day = string & { readonly [unit]: "day" };
/** ISO 4217, upper case. */
export type Currency = string;
/** The customer's code in the accounting program. */
export type DebtorId = string & { readonly [unit]: "debtor" };
/** Row keys of the store; never shown to anybody, never mixed with one another. */
export type DebtorKey = number & { readonly [unit]: "debtor key" };
export type ItemKey = number & { readonly [unit]: "item key" };

export type Language = "fr" | "nl" | "de" | "en";
export type DebtorKind = "business" | "consumer" | "unknown";
export type Channel = "email" | "letter" | "registered-letter" | "call" | "visit" | "agency";
export type ItemType = "invoice" | "debit" | "credit-note" | "payment" | "balance";

/** Where a value stood: for messages to people. `line` counts physical lines from 1. */
export interface Source {
  readonly file: string;
  readonly line: number;
}

export interface Debtor {
  readonly key: DebtorKey;
  readonly id: DebtorId;
  readonly name: string;
  readonly kind: DebtorKind;
  /** Person to write to, where master data names one. */
  readonly contact: string | null;
  readonly email: string | null;
  /** The server refused this address, or mail came back: not usable until it changes. */
  readonly emailBad: boolean;
  readonly phone: string | null;
  /** Street lines without name, postcode, city, country; empty where unknown. */
  readonly address: readonly string[];
  readonly postcode: string | null;
  readonly city: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly language: Language | null;
  readonly vat: string | null;
  readonly region: string | null;
  readonly sector: string | null;
  readonly salesperson: string | null;
  readonly strategic: boolean;
  readonly insured: boolean;
  readonly insolvent: boolean;
  /** First seen at most 90 days before the newest balance. */
  readonly newCustomer: boolean;
  /** Extra columns that an import kept. */
  readonly attrs: Readonly<Record<string, string>>;
}

export interface OpenItem {
  readonly key: ItemKey;
  /** The document number as in the books; "" for a balance-level claim. */
  readonly number: string;
  readonly type: ItemType;
  readonly issued: Day | null;
  /** Null: nothing is known to be due (the not-due part of a balance-level claim). */
  readonly due: Day | null;
  /** The due date was worked out from terms, not read. */
  readonly dueDerived: boolean;
  readonly original: Cents | null;
  /** What is open today: positive = owed by the debtor, negative = in the debtor's favour. */
  readonly open: Cents;
  readonly currency: Currency;
  /** Parts of `open` that are not claimed now. 0 where nothing is disputed or promised. */
  readonly disputed: Cents;
  readonly promised: Cents;
  /** Out of the game: the reason code, else null. */
  readonly excluded: "hold" | "agency" | "insurer" | "lawyer" | "direct-debit" | null;
  /** Highest step level recorded on this item that still counts (0: none). */
  readonly level: number;
  /** The due date for which a reminder before the due date was sent, else null. */
  readonly courtesyFor: Day | null;
}

/** A message that left, or a call that was made or timed out: what the next step hangs on. */
export interface Contact {
  readonly scenario: string;
  readonly step: string;
  readonly level: number | null;
  readonly channel: Channel;
  /** The day it was really sent (company calendar). */
  readonly day: Day;
  /** The date that the message announced to the debtor, else null. */
  readonly deadline: Day | null;
  readonly finalWarning: boolean;
  readonly formalNotice: boolean;
  readonly cycle: number;
  /** Returned by the post or bounced. */
  readonly cameBack: boolean;
  /** An automatic reminder (counts for the contact cap); tasks and confirmations do not. */
  readonly automatic: boolean;
  readonly items: readonly ItemKey[];
}

/** Something that waits for a person, or was decided by one, for one dossier and step of one cycle. */
export interface Task {
  readonly id: string;
  readonly kind: "call" | "visit" | "approval" | "address" | "agency";
  readonly step: string;
  readonly cycle: number;
  readonly listed: Day;
  readonly state: "open" | "done" | "granted" | "rejected" | "expired";
  /** Approvals: the claim up to which the decision holds. */
  readonly maximum: Cents | null;
  readonly decided: Day | null;
  readonly reason: string | null;
}

/** A message that has been planned but has not ended: nothing else leaves for this dossier. */
export interface InFlight {
  readonly id: string;
  readonly step: string;
  readonly state: "queued" | "sending" | "committing" | "deferred" | "uncertain";
}

/** A step whose message was refused for good: its fallback channel is due from `from` on. */
export interface Refusal {
  readonly step: string;
  readonly cycle: number;
  readonly channel: Channel;
  readonly from: Day;
}

/** All open items of one debtor in one currency, with what has happened so far. */
export interface Dossier {
  readonly currency: Currency;
  readonly items: readonly OpenItem[];
  readonly cycle: number;
  /** Contacts of this cycle, and the last one before it; oldest first. */
  readonly contacts: readonly Contact[];
  readonly tasks: readonly Task[];
  readonly inFlight: readonly InFlight[];
  readonly refusals: readonly Refusal[];
  /** As-of day of the newest snapshot that showed a part payment in this cycle. */
  readonly partPaid: Day | null;
}

/** Everything the planner may know of one debtor. Dossiers are ordered by currency. */
export interface Ledger {
  readonly debtor: Debtor;
  readonly dossiers: readonly Dossier[];
  /** The newest import had rows of this debtor that could not be read: its balance is unknown. */
  readonly unreadRows: number;
}

/** What the planner knows of the newest snapshot. `asOf` is the day up to which the balance is known to be true. */
export interface SnapshotInfo {
  readonly id: number;
  readonly asOf: Day;
  readonly kind: "balance" | "buckets" | "journal";
  /** A newer balance waits for `import accept`. */
  readonly newerOnHold: number | null;
}

// --- what the configuration gives to the engine ---

export type Facts = Readonly<
  Record<string, string | number | boolean | null | Readonly<Record<string, string>>>
>;
/** A compiled rule expression. Never throws. */
export type Predicate = (facts: Facts) => boolean;
export interface Rule {
  /** As written by the user, for explanations. */
  readonly text: string;
  readonly test: Predicate;
}

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
  readonly sender: string | null;
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
  /** Ordered: steps before the due date first, then by level. */
  readonly steps: readonly Step[];
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
  readonly calendar: WorkCalendar;
  /** The debtor's country; used for calls. Falls back to the company's. */
  readonly calendarOf: (country: string | null) => WorkCalendar;
  /** Languages for which there are templates; a debtor with another one is written to in the company's. */
  readonly languages: readonly Language[];
  /** Days between two automatic reminders to one debtor. */
  readonly contactCap: number;
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

// --- what the engine decides ---

export interface ActionItem {
  readonly key: ItemKey;
  readonly number: string;
  readonly type: ItemType;
  readonly issued: Day | null;
  readonly due: Day | null;
  readonly dueDerived: boolean;
  /** Whole days after the due date; 0 or negative: not overdue. */
  readonly daysOverdue: number;
  readonly open: Cents;
  readonly disputed: Cents;
  /** What this step claims of the item (0 for information and credits). */
  readonly claimed: Cents;
  readonly role: "claimed" | "information" | "credit";
  /** The level that is recorded when the message has left; null: none. */
  readonly level: number | null;
}

export interface Action {
  /** Eight hex digits, a hash of (debtor, currency, cycle, step, leader): the same in a dry run and the run. */
  readonly id: string;
  readonly debtor: DebtorId;
  readonly debtorKey: DebtorKey;
  readonly name: string;
  readonly currency: Currency;
  readonly cycle: number;
  readonly segment: string;
  readonly scenario: string;
  readonly step: string;
  readonly level: number | null;
  readonly channel: Channel;
  readonly language: Language;
  readonly languageFrom: "contact" | "debtor" | "country" | "company";
  readonly template: string | null;
  readonly sender: string | null;
  /** The e-mail address; null for letters and calls. */
  readonly to: string | null;
  /** Oldest due first, then number. */
  readonly items: readonly ActionItem[];
  readonly claimed: Cents;
  readonly interest: Cents;
  readonly compensation: Cents;
  /** Unallocated credits and payments on account taken into account: a positive number. */
  readonly credits: Cents;
  readonly total: Cents;
  /** The number of the oldest candidate. */
  readonly leader: string;
  /** Its days past due. */
  readonly age: number;
  readonly reason: string;
  /** The date announced to the debtor, where the step sets one. */
  readonly deadline: Day | null;
  readonly finalWarning: boolean;
  readonly formalNotice: boolean;
  /** due: leaves with this run; awaiting-approval: a person decides; listed: a task for a person. */
  readonly state: "due" | "awaiting-approval" | "listed";
  /** The kind of task to list (state listed or awaiting-approval); null: a message that leaves. */
  readonly task: Task["kind"] | null;
  /** Warnings that a person should see (language guessed, address missing a line ...). */
  readonly warnings: readonly string[];
}

export interface NotActed {
  readonly debtor: DebtorId;
  readonly name: string;
  readonly currency: Currency;
  /** A stable code: see docs/reference/reasons.md. */
  readonly code: string;
  /** One sentence with the facts that decided. */
  readonly reason: string;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  /** The first day on which this could change by itself; null: only by a person or a new balance. */
  readonly nextPossible: Day | null;
  readonly overdue: Cents;
  /** The overdue candidates that this reason holds back; empty where none is. */
  readonly items: readonly ItemKey[];
}

export interface Plan {
  readonly today: Day;
  readonly snapshot: number;
  /** Sorted by debtor id, currency, step: the order of rows in an import never shows. */
  readonly actions: readonly Action[];
  readonly notActed: readonly NotActed[];
  /** SHA-256 over the actions (what, to whom, how much), the snapshot and the day. */
  readonly hash: string;
}

// --- what an import brings ---

/** One readable row of a balance. Amounts signed: positive = owed. */
export interface IncomingItem {
  readonly debtor: DebtorId;
  readonly name: string | null;
  readonly number: string;
  readonly type: ItemType;
  readonly issued: Day | null;
  readonly due: Day | null;
  readonly dueDerived: boolean;
  readonly original: Cents | null;
  readonly open: Cents;
  readonly currency: Currency;
  /** Master data that stood on the row (email, phone, address ...), by `debtor set` key; and `attr.*`. */
  readonly master: Readonly<Record<string, string>> | null;
  readonly line: number;
}

export interface RejectedRow {
  readonly line: number;
  /** The header, or "" where the whole row is meant. */
  readonly column: string;
  readonly value: string;
  readonly reason: string;
  /** What to do about it, one sentence. */
  readonly fix: string;
  /** Null: nobody knows whose row it is, so the whole snapshot waits. */
  readonly debtor: DebtorId | null;
}

export type ChangeKind = "new" | "changed" | "part-paid" | "settled" | "re-dated" | "reopened";

// --- who writes, and what a message becomes ---

export interface Account {
  readonly iban: string;
  readonly bic: string | null;
}

export interface Person {
  readonly name: string;
  readonly address: string;
}

export interface Company {
  readonly name: string;
  readonly address: readonly string[];
  readonly country: string;
  readonly vat: string | null;
  readonly enterpriseNumber: string | null;
  readonly language: Language;
  readonly currency: Currency;
  /** By currency: where debtors pay. */
  readonly accounts: Readonly<Record<Currency, Account>>;
  readonly email: string;
  readonly phone: string | null;
  readonly signatory: { readonly name: string; readonly role: string | null };
  /** PNG or JPEG bytes of the logo, read at the edge. */
  readonly logo: Uint8Array | null;
  readonly from: Person;
  readonly replyTo: string;
  /** Named senders of the configuration. */
  readonly senders: Readonly<Record<string, Person>>;
}

/** An action rendered for its channel: finished bytes, frozen from here on. */
export interface Finished {
  readonly action: Action;
  /** The address, or "post". */
  readonly recipient: string;
  readonly subject: string;
  /** The plain text that the debtor reads (e-mail text; text runs of the letter). */
  readonly text: string;
  /** HTML of an e-mail, null for letters. */
  readonly html: string | null;
  /** The .eml (RFC 5322, CRLF) or the PDF. */
  readonly bytes: Uint8Array;
  /** Hex, of `bytes`. */
  readonly sha256: string;
  /** Without angle brackets; null for letters. */
  readonly messageId: string | null;
  readonly pages: number | null;
}
