import { mkdirSync } from "node:fs";
import type { Context } from "../context.ts";
import { plus } from "../core/money.ts";
import type { Cents, Currency, Day } from "../core/types.ts";
import type { Balance, BalanceOptions, BalanceSink, ReadReport } from "../intake/balance.ts";
import type { Profile } from "../intake/profile.ts";
import { EXIT, Failure } from "../problem.ts";
import type { SnapshotRecord } from "../store/snapshots.ts";
import type { Company } from "./company.ts";
import { knownProfiles, profileNamed } from "./layouts.ts";

export interface ReadingOptions {
  readonly balanceDate?: Day;
  readonly profile?: string;
  readonly encoding?: string;
  readonly sheet?: string;
  readonly accounts?: readonly string[];
  readonly expectTotal?: string;
  readonly expectRows?: number;
}

/** Half of what a payment term is for: used only where an export has no due dates and the configuration says nothing. */
const DEFAULT_TERMS = "30d";

/** The terms of a customer, else of its account's group, the longest prefix first. */
function termsOf({ config, store }: Company): NonNullable<BalanceOptions["termsOf"]> {
  const groups = Object.entries(config.import.terms_by_account).sort(([a], [b]) => b.length - a.length);
  return (debtor, account) => {
    const own = store.debtors.get(debtor)?.master["terms"] ?? null;
    const group = groups.find(([prefix]) => account.startsWith(prefix))?.[1];
    return [own, group].filter((text): text is string => typeof text === "string" && text !== "");
  };
}

const BAR = 24;

/** `[######......] 25 % of 101 MB, 18.2 MB/s, 4 s left`; rate and time once there is something to judge by. */
export function readingProgress(bytes: number, total: number, seconds: number): string {
  const share = Math.min(1, bytes / Math.max(1, total));
  const filled = Math.round(share * BAR);
  const bar = `[${"#".repeat(filled)}${".".repeat(BAR - filled)}]`;
  const done = `${bar} ${Math.floor(share * 100)} % of ${Math.max(1, Math.round(total / 1e6))} MB`;
  if (seconds < 0.5 || bytes === 0) return done;
  const rate = bytes / seconds;
  return `${done}, ${(rate / 1e6).toFixed(1)} MB/s, ${Math.ceil((total - bytes) / rate)} s left`;
}

/** How a balance of this company is read. */
export function balanceOptions(context: Context, company: Company, options: ReadingOptions): BalanceOptions {
  const { config } = company;
  let shownAt = 0;
  let begunAt: number | null = null;
  let last = 0;
  const known = knownProfiles(context, config.profiles);
  const profile = profileNamed(company.file, known, options.profile ?? config.import.profile);
  const { accounts = config.import.accounts } = options;
  return {
    known,
    // What the command line says goes before a profile.
    profile: profile === null || options.accounts === undefined ? profile : { ...profile, accounts },
    accounts,
    termsOf: termsOf(company),
    anyTerms: () =>
      Object.keys(config.import.terms_by_account).length > 0 || company.store.debtors.anyTerms(),
    balanceDate: options.balanceDate ?? null,
    asOf: context.globals.asOf,
    terms: config.import.terms ?? DEFAULT_TERMS,
    currency: config.company.currency,
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    ...(options.sheet === undefined ? {} : { sheet: options.sheet }),
    ...(options.expectTotal === undefined ? {} : { expectTotal: options.expectTotal }),
    ...(options.expectRows === undefined ? {} : { expectRows: options.expectRows }),
    onProgress: (bytes, total) => {
      const now = context.now().getTime();
      if (begunAt === null || bytes < last) begunAt = now;
      last = bytes;
      if (now - shownAt < 200) return;
      shownAt = now;
      context.out.progress(readingProgress(bytes, total, (now - begunAt) / 1000));
    },
  };
}

/** The files of a snapshot, as they were kept, opened as they were read then. `folder` is made for them. */
export async function reopened(
  context: Context,
  company: Company,
  snapshot: SnapshotRecord,
  folder: string,
): Promise<readonly [Balance, ...Balance[]]> {
  const { openBalance } = await import("../intake/balance.ts");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const profiles = snapshot.profile as readonly Profile[];
  const balances: Balance[] = [];
  for (const [at, path] of company.store.imports.content(snapshot.id, folder).entries()) {
    const reading = { ...balanceOptions(context, company, {}), profile: profiles[at] ?? null };
    balances.push(await openBalance(path, { ...reading, balanceDate: null, asOf: snapshot.asOf }));
  }
  const [first, ...rest] = balances;
  if (first === undefined) throw new Error(`snapshot ${snapshot.id} kept no file`);
  return [first, ...rest];
}

/** Reads one or several files into one sink; reports of balances are added up per currency, journals are put together. */
export async function readTogether(
  balances: readonly [Balance, ...Balance[]],
  sink: BalanceSink,
): Promise<ReadReport> {
  const [first, ...rest] = balances;
  if (first.kind === "journal") return await first.read(sink, rest);
  let report = await first.read(sink);
  for (const balance of rest) {
    const restart = () => {
      throw new Failure(EXIT.input, {
        code: "files-together-ambiguous",
        where: { file: balance.path },
        message:
          "the notation of this file is only clear from its end, so it cannot be read together with others",
        fix: `dunning inspect ${balance.path} --save-profile NAME, then import with --profile NAME`,
      });
    };
    report = sumOf(report, await balance.read({ ...sink, restart }));
  }
  return report;
}

function sumOf(a: ReadReport, b: ReadReport): ReadReport {
  const rows = Object.fromEntries(
    Object.entries(a.rows).map(([key, count]) => [key, count + b.rows[key as keyof ReadReport["rows"]]]),
  ) as unknown as ReadReport["rows"];
  const totals = new Map<Currency, ReadReport["totals"][number]>();
  for (const each of [...a.totals, ...b.totals]) {
    const known = totals.get(each.currency);
    const sum = (key: "debit" | "credit" | "open" | "overdue"): Cents =>
      known === undefined ? each[key] : plus(known[key], each[key]);
    totals.set(each.currency, {
      currency: each.currency,
      debit: sum("debit"),
      credit: sum("credit"),
      open: sum("open"),
      overdue: sum("overdue"),
    });
  }
  return {
    ...a,
    rows,
    totals: [...totals.values()],
    control: a.control.kind === "none" ? b.control : a.control,
    holds: [...new Set([...a.holds, ...b.holds])],
    warnings: [...a.warnings, ...b.warnings],
  };
}
