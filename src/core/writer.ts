/** Who writes, and what a message becomes. */

import type { PaymentSettings } from "./payment.ts";
import type { Action } from "./planned.ts";
import type { Currency, Day, Language } from "./types.ts";

export interface Account {
  readonly iban: string;
  readonly bic: string | null;
}

export interface Person {
  readonly name: string;
  readonly address: string;
}

/** Under which somebody writes for the creditor (on_behalf_of). */
export interface Mandate {
  readonly collector: string;
  readonly address: readonly string[];
  readonly date: Day;
  readonly reference: string | null;
}

export const LETTER_LAYOUTS = [
  "fr-window",
  "be-left",
  "be-right",
  "din-5008-a",
  "din-5008-b",
  "ch-left",
  "ch-right",
] as const;

/** A layout of one's own: a norm, with the address elsewhere. Millimetres from the left and the top edge. */
export interface OwnLayout {
  readonly like: (typeof LETTER_LAYOUTS)[number];
  readonly address: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  /** Top of the subject line, null where the norm's stays. */
  readonly subject: number | null;
}

/** How letters look. */
export interface Stationery {
  readonly layout: (typeof LETTER_LAYOUTS)[number] | "own";
  readonly own: OwnLayout | null;
  /** A PDF that lies under the pages: its first page under the first one, its second (else nothing) under the others. */
  readonly letterhead: Uint8Array | null;
}

export interface Company {
  readonly name: string;
  readonly address: readonly string[];
  readonly country: string;
  readonly vat: string | null;
  readonly enterpriseNumber: string | null;
  /** Legal form, capital and register, as the company words them (FR: Code de commerce R123-237 and R123-238). */
  readonly legalLine: string | null;
  /** Null: the creditor writes itself. */
  readonly mandate: Mandate | null;
  /** What it supplies to consumers, in the languages in which it has said so. */
  readonly supplies: Readonly<Partial<Record<Language, string>>>;
  readonly language: Language;
  readonly currency: Currency;
  readonly payment: PaymentSettings;
  /** By currency: where debtors pay. */
  readonly accounts: Readonly<Record<Currency, Account>>;
  readonly email: string;
  readonly phone: string | null;
  readonly signatory: { readonly name: string; readonly role: string | null };
  /** PNG or JPEG bytes of the logo, read at the edge. */
  readonly logo: Uint8Array | null;
  readonly stationery: Stationery;
  readonly from: Person;
  /** Null: answers go to whoever signs. */
  readonly replyTo: string | null;
  /** Named senders of the configuration. */
  readonly senders: Readonly<Record<string, Person>>;
}

/** A file that goes with an e-mail. */
export interface Attachment {
  /** As the reader sees it. */
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Content-ID of a picture that the text shows; null: a file of its own. */
  readonly cid: string | null;
  readonly about: AttachmentSubject;
}
/** What a file is, for whoever checks whether it belongs to the message. */
export type AttachmentSubject =
  | { readonly kind: "code" }
  | { readonly kind: "invoice"; readonly number: string }
  /** With all that can be read in it. */
  | { readonly kind: "statement"; readonly text: string };

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
  readonly attachments: readonly Attachment[];
  /** What the code to scan says, null where there is none. */
  readonly paymentCode: string | null;
}
