import type { Currency, Day } from "../core/types.ts";
import type { Progress } from "./csv.ts";
import type { Profile } from "./profile.ts";
import type { Control, Total } from "./tally.ts";

export interface BalanceOptions {
  readonly profile: Profile | null;
  /** `--balance-date`. */
  readonly balanceDate: Day | null;
  /** `--as-of`. */
  readonly asOf: Day | null;
  /** Where neither the file nor the profile has due dates: 30d, 30d end-of-month ... */
  readonly terms: string;
  /** The company's own, where the file names none. */
  readonly currency: Currency;
  readonly encoding?: string;
  /** In the file's currency, in any notation that is not ambiguous. */
  readonly expectTotal?: string;
  /** Rows of items, rejected ones included. */
  readonly expectRows?: number;
  readonly onProgress?: Progress;
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
}
