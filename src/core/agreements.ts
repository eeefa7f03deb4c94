/** What persons have settled with a debtor, or about one: it keeps items, or parts of them, out of what is claimed. */

import type { Cents, Day, ItemKey } from "./types.ts";

/** Nothing is sent about these items; levels stay. */
export interface Hold {
  readonly id: string;
  /** Null: all that the debtor owes, also what comes later. */
  readonly items: readonly ItemKey[] | null;
  readonly since: Day;
  /** Its last day; null: until it is released. */
  readonly until: Day | null;
}

/** A part that the debtor contests; the rest goes on. */
export interface Dispute {
  readonly id: string;
  readonly items: readonly ItemKey[];
  /** Null: the items as a whole, whatever is open of them. */
  readonly amount: Cents | null;
  readonly opened: Day;
  /** Null: open. The debtor was right: what was open of the items when that was said. The part is never claimed again. */
  readonly accepted: Cents | null;
  /** A balance since then shows the items lower by exactly the part: the books have deducted it. */
  readonly deducted: boolean;
}

/** An item as it was when a promise was given. */
export interface PromisedItem {
  readonly key: ItemKey;
  readonly open: Cents;
  /** The promise is about it; false: seen for what it tells about credits that were used up. */
  readonly meant: boolean;
}

/** Money that the debtor will pay on a day; an instalment is one of several. */
export interface PromiseToPay {
  readonly id: string;
  /** The instalment plan that it belongs to. */
  readonly plan: string | null;
  readonly date: Day;
  readonly amount: Cents;
  readonly given: Day;
  /** All that was owed in the dossier, oldest first. */
  readonly items: readonly PromisedItem[];
  /** What was in the debtor's favour, unallocated: a positive number. */
  readonly credits: Cents;
  readonly state: "open" | "kept" | "partly-kept" | "broken";
  /** What balances have shown of the money; for an open one it is worked out anew each day. */
  readonly paid: Cents;
  /** The day on which it was found kept or broken. */
  readonly decided: Day | null;
  /** The dossier's cycle on that day. */
  readonly cycle: number | null;
}

export interface Agreements {
  readonly holds: readonly Hold[];
  readonly disputes: readonly Dispute[];
  /** Without those that were cancelled; by id. */
  readonly promises: readonly PromiseToPay[];
}

export const DISPUTE_REASONS = {
  price: "the price is not what was agreed",
  quantity: "less was delivered than invoiced",
  quality: "goods or work are not as agreed",
  delivery: "late, missing or damaged delivery",
  order: "the order number or a reference is missing",
  "not-received": "the invoice never arrived",
  addressee: "the invoice is made out to somebody else",
  paid: "the debtor says that it is paid",
  duplicate: "the same was invoiced twice",
  terms: "the payment terms are not what was agreed",
  other: "anything else: say it in the note",
} as const;

/** What came of a call or visit. `attempt`: nobody was spoken to, so the task stays open. */
export const OUTCOMES = {
  promised: { about: "a date and an amount were promised (--promise)", attempt: false },
  disputed: { about: "the debtor contests the invoice (dispute open)", attempt: false },
  "says-paid": { about: "the debtor says that it is paid", attempt: false },
  "will-check": { about: "the debtor looks into it", attempt: false },
  refused: { about: "the debtor will not pay", attempt: false },
  "cannot-pay": { about: "the debtor cannot pay", attempt: false },
  reached: { about: "spoken to, anything else", attempt: false },
  "left-message": { about: "a message was left", attempt: true },
  "not-reached": { about: "nobody was reached", attempt: true },
} as const satisfies Record<string, { readonly about: string; readonly attempt: boolean }>;
export type OutcomeCode = keyof typeof OUTCOMES;

/** Why the debtor has not paid. */
export const CAUSES = ["cannot", "will-not", "dispute", "forgot", "own-error"] as const;
/** What a person does next; `scenario`: nothing, the scenario goes on. */
export const NEXT_STEPS = ["call", "visit", "email", "letter", "scenario"] as const;
