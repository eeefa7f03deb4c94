/** What the engine decides. */

import type { LegalText } from "./law-texts.ts";
import type { Rate } from "./rates.ts";
import type { Enclosure } from "./rules.ts";
import type {
  Cents,
  Channel,
  Currency,
  Day,
  DebtorId,
  DebtorKey,
  ItemKey,
  ItemType,
  Language,
  Task,
} from "./types.ts";

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

/** Interest and fixed compensation of one invoice. */
export interface ItemCharges {
  readonly key: ItemKey;
  readonly number: string;
  readonly type: ItemType;
  /** What bears interest: what is claimed of it less the credits that cover the oldest first. */
  readonly principal: Cents;
  readonly interest: Cents;
  readonly compensation: Cents;
  /** They add up to `interest`. */
  readonly segments: readonly {
    readonly from: Day;
    readonly to: Day;
    readonly days: number;
    readonly rate: Rate;
    readonly principal: Cents;
    readonly amount: Cents;
    readonly because: "statutory" | "contract" | "contract-floor" | "legal";
  }[];
}

/** What a step shows or claims beside the principal. */
export interface ActionCharges {
  /** shown: told to the debtor, in no total; claimed: part of the total. */
  readonly mode: "shown" | "claimed";
  /** Whose law: ISO 3166-1. */
  readonly country: string;
  readonly items: readonly ItemCharges[];
  readonly interest: Cents;
  readonly compensation: Cents;
  readonly interestText: LegalText | null;
  readonly compensationText: LegalText | null;
  /** What earlier letters of this kind have claimed of these invoices and is in no total again; null: nothing. */
  readonly before: { readonly amount: Cents; readonly day: Day } | null;
  /** Why something is not claimed, each once. */
  readonly refused: readonly { readonly what: "interest" | "compensation"; readonly why: string }[];
  /** Days for which no rate is known: their interest is left out. */
  readonly leftOut: readonly { readonly from: Day; readonly to: Day }[];
}

/** The free first reminder that Belgian law wants before anything more is asked of a consumer. */
export interface FirstReminder {
  /** What will be claimed once the deadline has passed. */
  readonly indemnity: Cents;
  /** The last day on which nothing but the balance is asked. */
  readonly freeUntil: Day;
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
  /** The person who is addressed; null: nobody by name. */
  readonly contact: string | null;
  /** The e-mail address; null for letters and calls. */
  readonly to: string | null;
  /** Oldest due first, then number. */
  readonly items: readonly ActionItem[];
  readonly claimed: Cents;
  /** Of `charges`, where they are claimed; else 0. */
  readonly interest: Cents;
  readonly compensation: Cents;
  /** Null: this step says nothing of charges. */
  readonly charges: ActionCharges | null;
  readonly firstReminder: FirstReminder | null;
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
  readonly attach: readonly Enclosure[];
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
