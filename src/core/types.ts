/**
 * The values that travel through the program. Plain data, units in the types.
 * Words follow the table in docs/architecture.md: debtor, open item, dossier, step, stage, action.
 * The types of rules, decisions, imports and messages lie in files of their own and are reached through this one.
 */

export type * from "./agreements.ts";
export type * from "./incoming.ts";
export type * from "./planned.ts";
export type * from "./rules.ts";
export type * from "./writer.ts";

import type { Agreements } from "./agreements.ts";
import type { Notice } from "./consumer-notice.ts";
import type { PaidDocument } from "./payer.ts";
import type { Person } from "./person.ts";

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
  /** A letter to this postal address came back: not usable until it changes. */
  readonly postBad: boolean;
  readonly phone: string | null;
  /** Street lines without name, postcode, city, country; empty where unknown. */
  readonly address: readonly string[];
  readonly postcode: string | null;
  readonly city: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly language: Language | null;
  readonly vat: string | null;
  /** Payment terms that were agreed, as written. */
  readonly terms: string | null;
  /** The channel that was agreed: `letter` turns e-mails into letters, the others change nothing yet. */
  readonly channel: Channel | null;
  readonly region: string | null;
  readonly sector: string | null;
  readonly salesperson: string | null;
  readonly strategic: boolean;
  readonly insured: boolean;
  readonly insolvent: boolean;
  /** Interest and compensation are waived for this debtor. */
  readonly chargesWaived: boolean;
  /** In major units of the company's currency. */
  readonly creditLimit: number | null;
  /** What a credit agency gives; its scale is the agency's own. */
  readonly score: number | null;
  /** First seen at most 90 days before the newest balance. */
  readonly newCustomer: boolean;
  /** Where several are known: who is written to first comes first. */
  readonly persons: readonly Person[];
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
  /** False: the books know which invoices were sent to the customer, and of this one they do not say so. */
  readonly sent: boolean;
  /** Highest step level recorded on this item that still counts (0: none). */
  readonly level: number;
  /** The due date for which a reminder before the due date was sent, else null. */
  readonly courtesyFor: Day | null;
  /** The day of the last balance that showed a part of it paid; null or left out: none did. */
  readonly partPaid?: Day | null;
  /** Interest and compensation that letters have claimed of it and that were not taken back; null: none. */
  readonly charged: ClaimedBefore | null;
  /** The fixed compensation of its invoice was claimed with another part of it, open or paid; left out: it was not. */
  readonly compensated?: boolean;
  /** Formal notice (its receipt) or, of a Belgian consumer, the first reminder (its sending); null: none is known. */
  readonly notice: Notice | null;
}

export interface ClaimedBefore {
  readonly interest: Cents;
  readonly compensation: Cents;
  /** The last day for which interest was claimed; null: none was. */
  readonly until: Day | null;
  /** Of the newest of these letters. */
  readonly day: Day;
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
  /** An automatic reminder (counts for the contact cap); tasks and confirmations do not. */
  readonly automatic: boolean;
  readonly items: readonly ItemKey[];
}

/** Something that waits for a person, or was decided by one, for one dossier and step of one cycle. */
export interface Task {
  readonly id: string;
  readonly kind: "call" | "visit" | "approval" | "address" | "agency" | "declare-claim" | "own-side";
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
  readonly state: "queued" | "sending" | "committing" | "printed" | "deferred" | "uncertain";
}

/** A step whose message was refused for good, or came back: its fallback channel is due from `from` on. */
export interface Refusal {
  readonly step: string;
  readonly cycle: number;
  readonly channel: Channel;
  /** The address that it did not reach; "post" of letters. */
  readonly to: string;
  readonly from: Day;
}

/** A mail from a debtor that nobody has read yet, as far as the log says. */
export interface Answer {
  readonly id: string;
  /** The day from which automatic messages wait. */
  readonly day: Day;
}

/** All open items of one debtor in one currency, with what has happened so far. */
export interface Dossier extends Agreements {
  readonly currency: Currency;
  readonly items: readonly OpenItem[];
  readonly cycle: number;
  /** Contacts of this cycle, and the last one before it; oldest first. */
  readonly contacts: readonly Contact[];
  /** Messages of this cycle that did not arrive after all: returned by the post, or bounced. They count for nothing. */
  readonly cameBack: readonly Contact[];
  readonly tasks: readonly Task[];
  readonly inFlight: readonly InFlight[];
  readonly refusals: readonly Refusal[];
  /** As-of day of the newest snapshot that showed a part payment in this cycle. */
  readonly partPaid: Day | null;
  /** Null or left out: nothing of the kind is known. */
  readonly paidOff?: PaidOff | null;
}

/** What reminders of the cycle before had claimed, all of it paid by the balance that has ended that cycle. */
export interface PaidOff {
  /** As-of day of that balance. */
  readonly seen: Day;
  /** With nothing open. */
  readonly items: readonly OpenItem[];
}

/** Everything the planner may know of one debtor. Dossiers are ordered by currency. */
export interface Ledger {
  readonly debtor: Debtor;
  readonly dossiers: readonly Dossier[];
  /** The newest import had rows of this debtor that could not be read: its balance is unknown. */
  readonly unreadRows: number;
  /** What was paid so far, where somebody asks how the debtor pays; else null. */
  readonly paid: readonly PaidDocument[] | null;
  /** Why the newest import is not sure of what this debtor owes, else null. */
  readonly doubt: string | null;
  /** The newest answer that waits to be read, else null. */
  readonly answer: Answer | null;
}

/** What the planner knows of the newest snapshot. `asOf` is the day up to which the balance is known to be true. */
export interface SnapshotInfo {
  readonly id: number;
  readonly asOf: Day;
  readonly kind: "balance" | "buckets" | "journal";
  /** A newer balance waits for `import accept`. */
  readonly newerOnHold: number | null;
}
