import type { Day, NotActed } from "./types.ts";

interface Explained {
  /** What the code means, one sentence. */
  readonly meaning: string;
  /** A reason as people read it. */
  readonly example: string;
}

/** Every reason for which a dossier gets no action today. The codes are stable: scripts depend on them. */
export const REASONS = {
  "unread-rows": {
    meaning: "The newest import had rows of this debtor that could not be read, so its balance is unknown.",
    example: "2 rows of this debtor could not be read: correct them and import again",
  },
  "balance-doubtful": {
    meaning:
      "The newest import is not sure which items this debtor owes: it is left alone until an import is.",
    example:
      "the lines with letter AB leave 120.00 EUR unpaid: their payment may stand in another year's journal",
  },
  "nothing-owed": {
    meaning: "The dossier holds no amount that the debtor owes.",
    example: "nothing is owed",
  },
  "nothing-overdue": {
    meaning: "Nothing is past its due date and no reminder before the due date applies.",
    example: "nothing is overdue, the next item falls due on 2026-12-15",
  },
  "late-elsewhere": {
    meaning: "A debtor who is late in one currency gets no reminder before the due date in another.",
    example: "no reminder before the due date: this debtor is late in EUR",
  },
  "on-hold": {
    meaning: "All overdue items are on hold.",
    example: "2 overdue items on hold until 2026-12-15 (H3)",
  },
  disputed: {
    meaning: "All overdue items are disputed, and nothing undisputed is left to claim.",
    example: "1 overdue item disputed (D2)",
  },
  promised: {
    meaning: "All overdue items are covered by a promise to pay.",
    example: "1 overdue item promised for 2026-12-01 (P4)",
  },
  "promise-undecided": {
    meaning:
      "All overdue items are covered by a promise whose date and grace have passed, and the newest balance is from before: nobody knows yet whether the money came.",
    example: "promise P4 was for 2026-12-01: a balance of 2026-12-03 or later must tell",
  },
  "direct-debit": {
    meaning: "All overdue items are collected by direct debit.",
    example: "3 overdue items paid by direct debit",
  },
  "outside-help": {
    meaning: "All overdue items are with an agency, an insurer or a lawyer.",
    example: "1 overdue item with outside help",
  },
  "below-item-minimum": {
    meaning: "All overdue items are smaller than the scenario's min_item.",
    example: "1 overdue item below the item minimum",
  },
  "covered-by-credit": {
    meaning: "Unallocated credits and payments on account cover what would be claimed down to the minimum.",
    example: "credits of 500.00 EUR cover what is overdue, 0.00 EUR would be claimed",
  },
  "below-minimum": {
    meaning: "The claim is not above the scenario's min_amount.",
    example: "8.50 EUR would be claimed, the minimum is 10.00 EUR",
  },
  "no-segment": {
    meaning: "No segment matches this debtor, so it has no scenario.",
    example: "no segment matches this debtor",
  },
  insolvent: {
    meaning: "The debtor is insolvent: the claim is declared to the administrator, reminders stop.",
    example: "the debtor is insolvent: declare the claim",
  },
  "campaign-heard": {
    meaning: "A campaign reaches each debtor once in its period.",
    example: "campaign small-balances has reached this debtor",
  },
  "call-first": {
    meaning: "A promise was not kept: somebody speaks with the debtor before a campaign writes to him.",
    example: "promise P3 was not kept: a call comes before campaign small-balances",
  },
  "own-side": {
    meaning:
      "Before the first contact: something may be wrong on our own side. A person says so within five days, else it goes on.",
    example:
      "payment P-9 of 120.00 EUR equals invoice FA-12: allocate it first; dunning approve 8f3a12bc lets it go",
  },
  "uncertain-message": {
    meaning: "Nobody knows whether the last message to this debtor left; a person decides.",
    example: "message 8f3a12bc of step firm is uncertain: dunning outbox show 8f3a12bc",
  },
  "message-under-way": {
    meaning: "A message to this debtor is planned or being sent; nothing else leaves until it has ended.",
    example: "message 8f3a12bc of step firm is deferred",
  },
  "too-early": {
    meaning: "The oldest item has not reached the day of the next step.",
    example: "oldest item FA-12 is 5 days late, step firm starts at day 20",
  },
  gap: {
    meaning: "The last contact is too recent.",
    example: "last contact 2026-11-20, step firm keeps a gap of 7 days",
  },
  "deadline-running": {
    meaning: "The deadline that the last message set, or its grace, has not run.",
    example: "the deadline 2026-11-28 and 2 days of grace are running",
  },
  "part-payment": {
    meaning: "A part payment restarts the gap.",
    example: "part payment seen on 2026-11-20, step firm keeps a gap of 7 days",
  },
  "no-final-warning": {
    meaning: "A formal notice needs a last warning in the same cycle, and there was none.",
    example: "step formal-notice needs a last warning first",
  },
  "final-warning-came-back": {
    meaning: "The last warning was returned or bounced, so the formal notice cannot rest on it.",
    example: "the last warning of 2026-10-02 came back",
  },
  "final-warning-too-old": {
    meaning: "The last warning is older than 90 days.",
    example: "the last warning of 2026-07-02 is 143 days old, at most 90 are allowed",
  },
  "final-warning-running": {
    meaning: "The deadline of the last warning has not run.",
    example: "the last warning's deadline 2026-11-28 has not run",
  },
  "detail-needed": {
    meaning: "The balance has no invoices: letters and formal steps need a detailed export.",
    example: "step last-warning needs invoices: import a detailed balance",
  },
  "outside-help-later": {
    meaning:
      "The next step hands the dossier over to outside help, which a person does by hand; it has no text that would tell the debtor.",
    example: "step outside-help hands over to an agency: by hand for now",
  },
  "waiting-for-call": {
    meaning: "A call is on the worklist and its timeout has not passed.",
    example: "call listed on 2026-11-20, falls back on 2026-11-25",
  },
  "waiting-for-visit": {
    meaning: "A visit is on the worklist and its timeout has not passed.",
    example: "visit listed on 2026-11-20",
  },
  "address-missing": {
    meaning: "No usable address is known; an address search is on the worklist.",
    example: "address search listed on 2026-11-20, step reminder waits",
  },
  "message-refused": {
    meaning:
      "The step's message was refused, or came back; its fallback channel is due on the next working day.",
    example: "the e-mail of step reminder did not arrive, another channel from 2026-11-23",
  },
  answered: {
    meaning:
      "The debtor has written back and nobody has read it: automatic messages wait for `limits.answer_pause` working days.",
    example: "the debtor has written (R3), and nobody has read it: automatic messages wait until 2026-11-27",
  },
  "not-working-day": {
    meaning: "Today is not a working day of the company (for calls: or of the debtor's country).",
    example: "2026-11-21 is no working day: Saturday",
  },
  "balance-too-old": {
    meaning:
      "The newest balance is older than max_balance_age (or max_balance_age_formal for a formal notice).",
    example: "the balance of 2026-11-10 is 12 days old, at most 7 are allowed: import a new one",
  },
  "newer-balance-on-hold": {
    meaning: "A newer balance waits for a person.",
    example: "balance 14 waits: dunning import accept 14",
  },
  "contact-cap": {
    meaning: "The debtor got, or gets today, another automatic reminder within the contact cap.",
    example: "last reminder 2026-11-20, at most one in 5 days",
  },
  "waiting-for-approval": {
    meaning: "The message is on the worklist for approval.",
    example: "approval 1c22d0e9 asked on 2026-11-20",
  },
  "approval-rejected": {
    meaning: "A person rejected this step for this claim.",
    example: "rejected on 2026-11-20: customer calls back",
  },
  "no-step-applies": {
    meaning: "The condition of every step that is left is false, or its skip_after has passed.",
    example: "no step above level 30 applies",
  },
  exhausted: {
    meaning: "The last step has been carried out: a case for outside help or write-off.",
    example: "the last step was formal-notice on 2026-09-01",
  },
} as const satisfies Record<string, Explained>;

export type ReasonCode = keyof typeof REASONS;

/** Why a dossier, or one of its items, gets no action today. */
export interface WhyNot {
  readonly code: ReasonCode;
  readonly reason: string;
  readonly facts: NotActed["facts"];
  readonly nextPossible: Day | null;
}

/** Why an open item is in the game or out of it: the codes of `explain`. */
export const ITEM_CODES = {
  candidate: "overdue and claimable",
  "covered-by-credit": "overdue, covered by credits: neither leads nor counts",
  credit: "in the debtor's favour: deducted from what is claimed",
  "nothing-open": "nothing is open",
  "not-due": "not past its due date",
  "no-due-date": "nothing is known to be due",
  "below-item-minimum": "smaller than the scenario's min_item",
  "on-hold": "on hold",
  "at-agency": "with an agency",
  "at-insurer": "with the insurer",
  "at-lawyer": "with a lawyer",
  "direct-debit": "paid by direct debit",
  disputed: "disputed as a whole",
  promised: "covered by a promise to pay",
} as const;

export type ItemCode = keyof typeof ITEM_CODES;
