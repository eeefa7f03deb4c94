import type { Currency, Day, DebtorId } from "../core/types.ts";
import type { Progress } from "./csv.ts";
import type { Scan } from "./encoding.ts";
import type { Profile } from "./profile.ts";
import type { KnownProfile } from "./recognise.ts";
import type { Control, Total } from "./tally.ts";

export interface BalanceOptions {
  /** How the file is read; null: as one of `known` says that it fits, else as the file itself proves. */
  readonly profile: Profile | null;
  readonly known?: readonly KnownProfile[];
  /** `--balance-date`. */
  readonly balanceDate: Day | null;
  /** `--as-of`. */
  readonly asOf: Day | null;
  /** Where neither the file nor the profile has due dates: 30d, 30d end-of-month ... */
  readonly terms: string;
  /** Of a journal: prefixes of the customers' accounts, and terms of a customer or an account before `terms`. */
  readonly accounts?: readonly string[];
  readonly termsOf?: (debtor: DebtorId, account: string) => readonly string[];
  /** Whether `termsOf` knows any at all, when the reading begins. */
  readonly anyTerms?: () => boolean;
  /** The company's own, where the file names none. */
  readonly currency: Currency;
  readonly encoding?: string;
  /** Of a workbook: `--sheet`. */
  readonly sheet?: string;
  /** In the file's currency, in any notation that is not ambiguous. */
  readonly expectTotal?: string;
  /** Rows of items, rejected ones included. */
  readonly expectRows?: number;
  readonly onProgress?: Progress;
  /** What the bytes of the file told, where they were looked at before. */
  readonly scan?: Scan;
}

export interface ReadReport {
  readonly rows: {
    /** Below the header. */
    readonly read: number;
    readonly items: number;
    readonly subtotals: number;
    readonly blank: number;
    readonly rejected: number;
  };
  readonly totals: readonly Total[];
  readonly control: Control;
  /** Reason codes for which the snapshot waits for a person. */
  readonly holds: readonly string[];
  readonly warnings: readonly string[];
  readonly journal?: JournalReport;
}

/** What a journal came to, besides its open items. */
export interface JournalReport {
  readonly accounts: readonly string[];
  /** Lines on these accounts. */
  readonly lines: number;
  /** Groups of letters that balance, and that do not. */
  readonly settled: number;
  readonly unbalanced: number;
  /** Invoices, or parts of them, whose payment is known. */
  readonly payments: number;
}
