import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { dismissReader, needsUs, type Outcome, type Reader, readerFor } from "./beside.ts";
import type { Scan } from "./encoding.ts";
import { recogniseFec } from "./fec.ts";
import { openJournal } from "./journal.ts";
import { look, nothingSeen, type Seen } from "./look.ts";
import type { BalanceOptions, ReadReport } from "./options.ts";
import type { Profile } from "./profile.ts";
import { type BalanceSink, NOWHERE, type Plan, readRows, refuseWrongLedger } from "./reader.ts";
import { reportOf } from "./report.ts";
import type { Tally } from "./tally.ts";
import { resolvedProfile, type Understanding, understandingOf } from "./understanding.ts";

export type { BalanceOptions, ReadReport } from "./options.ts";
export type { BalanceSink } from "./reader.ts";
export type { Control } from "./tally.ts";
export type { Understanding } from "./understanding.ts";

/** A balance that has been looked at and can be read. */
export interface Balance {
  /** As it was given. */
  readonly path: string;
  readonly sha256: string;
  readonly kind: "balance" | "buckets" | "journal";
  readonly asOf: Day;
  /** How it is read, in full: with this profile the same bytes are read the same way again. */
  readonly profile: Profile;
  /** What was found out so far; complete once it has been read. */
  readonly understanding: Understanding;
  /**
   * Gives all rows to the sink, in the order of the file. A journal takes over what journals of `earlier` years left open.
   * Throws Failure(65) for a file that must not be imported.
   */
  readonly read: (sink: BalanceSink, earlier?: readonly Balance[]) => Promise<ReadReport>;
}

/**
 * Looks at a balance: encoding, delimiter, header, columns, conventions, date. Nothing is given out yet.
 * Throws Failure(66) where there is no file and Failure(65) for every file that an import refuses at sight.
 */
export async function openBalance(path: string, options: BalanceOptions): Promise<Balance> {
  const fec = await recogniseFec(path);
  if (fec !== null) return await openJournal(path, fec, options);
  const thread = await readerFor(path, options);
  try {
    return await lookedAt(path, options, thread);
  } catch (error) {
    await thread?.dismiss();
    throw error;
  }
}

async function lookedAt(path: string, options: BalanceOptions, thread: Reader | null): Promise<Balance> {
  const seen = nothingSeen();
  const begin = (reader: Reader | null, scan: Scan | null, profile: Profile | null): void => {
    if (scan !== null && !needsUs(options)) reader?.begin(path, { ...options, profile, known: [], scan });
  };
  const plan = await look(path, options, seen, ({ scan }, profile) => begin(thread, scan, profile));
  if (seen.whole) await thread?.dismiss();
  const asOf = seen.asOf.value;
  if (asOf === null) throw dateMissing(path);
  const { table, source, given } = seen;
  if (table === null || source === null) throw new Error("a balance was opened without being looked at");
  let beside: Outcome | null = null;
  if (seen.whole && seen.tally !== null) refuseWrongLedger(plan, seen.tally, given?.sign !== undefined);
  return {
    path,
    sha256: table.sha256,
    kind: plan.layout.shape === "summary" ? "buckets" : "balance",
    asOf,
    get profile() {
      return beside?.understanding.profile ?? resolvedProfile(seen, options);
    },
    get understanding() {
      return beside === null
        ? understandingOf(path, seen, options, [])
        : { ...beside.understanding, match: seen.match };
    },
    read: async (sink) => {
      if (beside === null && !seen.whole) {
        let reader = thread;
        if (reader?.isReady() !== true) {
          await dismissReader();
          reader = await readerFor(path, options);
          begin(reader, table.scan, given);
        }
        // Terms that were learnt since it began would be missing.
        if (reader?.isReady() === true && !needsUs(options)) {
          beside = await reader.read(sink, options.onProgress);
          return beside.report;
        }
        await dismissReader();
      }
      const tally = await readRows(plan, source, sink, true);
      seen.tally = tally;
      seen.whole = true;
      refuseWrongLedger(plan, tally, given?.sign !== undefined);
      refuseEmpty(plan, tally);
      return reportOf(plan, seen, options, tally);
    },
  };
}

/** Looks at a file and reads it without giving anything out: for `inspect`. Says what an import would refuse instead of throwing it. */
export async function inspectBalance(path: string, options: BalanceOptions): Promise<Understanding> {
  const fec = await recogniseFec(path);
  if (fec !== null) return (await openJournal(path, fec, options)).understanding;
  const seen = nothingSeen();
  try {
    const plan = await look(path, options, seen);
    seen.tally = await readRows(plan, seen.source!, rejects(seen), true);
    refuseWrongLedger(plan, seen.tally, seen.given?.sign !== undefined);
    refuseEmpty(plan, seen.tally);
    const problems = seen.asOf.value === null ? dateMissing(path).problems : [];
    return understandingOf(path, seen, options, problems);
  } catch (error) {
    // Without a look at the bytes there is nothing to show.
    if (!(error instanceof Failure) || seen.table === null) throw error;
    return understandingOf(path, seen, options, error.problems);
  }
}

const REJECTS = 20;

function rejects(seen: Seen): BalanceSink {
  return {
    ...NOWHERE,
    reject: (row) => {
      if (seen.rejected.length < REJECTS) seen.rejected.push(row);
    },
    restart: () => {
      seen.rejected.length = 0;
    },
  };
}

function refuseEmpty({ file }: Plan, tally: Tally): void {
  if (tally.items > 0 || tally.rejected > 0) return;
  throw new Failure(EXIT.input, {
    code: "no-items",
    where: { file },
    message: "there is no open item in this file",
    found: `${tally.read} ${tally.read === 1 ? "row" : "rows"} below the header`,
    expected: "at least one row with an open amount",
    fix: `look at \`dunning inspect ${file}\`: the rows may be of a form that is not known`,
  });
}

function dateMissing(file: string): Failure {
  return new Failure(EXIT.input, {
    code: "balance-date-missing",
    where: { file },
    message: "nothing says of which day this balance is",
    expected: "the date above the rows, in an ageing column's header or in the file's name",
    fix: "say it: --balance-date YYYY-MM-DD (the day up to which payments are booked)",
  });
}
