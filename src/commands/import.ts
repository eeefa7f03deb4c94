import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Context, Outcome } from "../context.ts";
import type { Proposal } from "../core/one-customer.ts";
import { holdReasons } from "../core/snapshot.ts";
import type { Day, Doubt, RejectedRow } from "../core/types.ts";
import type { Balance, ReadReport } from "../intake/balance.ts";
import type { Profile } from "../intake/profile.ts";
import { EXIT, Failure } from "../problem.ts";
import type { ImportResult } from "../store/importer.ts";
import type { SnapshotRecord } from "../store/snapshots.ts";
import { type Company, dayIn, withCompany, withLockedCompany } from "./company.ts";
import { archive, openAll, writeRejects } from "./import-files.ts";
import { type ReadingOptions, readTogether } from "./import-reading.ts";
import { exitOf, importDocument, sayImport, summaryOf } from "./import-report.ts";
import { type Layout, layoutOf, refuseGuess } from "./layouts.ts";
import { proposalText } from "./merge.ts";
import { settlePromises } from "./promises-settled.ts";

export interface ImportOptions extends ReadingOptions {
  readonly dryRun?: boolean;
  readonly together?: boolean;
  readonly refresh?: boolean;
  /** A folder to which what counts is moved. */
  readonly archive?: string;
}

/** What is kept of a reading, and shown. */
export type Told = Omit<ReadReport, "holds">;

/** One snapshot, as far as a command knows it: for the report. */
export interface Imported {
  readonly balances: readonly [Balance, ...Balance[]];
  readonly layout: Layout;
  /** Where the same bytes count already: as it was told when they were read. */
  readonly report: Told;
  readonly rejected: readonly RejectedRow[];
  readonly doubts: readonly Doubt[];
  readonly result: ImportResult;
}

/** `dunning import FILE...`: several files one after the other by date, or as one balance with `--together`. */
export async function importBalance(
  context: Context,
  files: readonly string[],
  options: ImportOptions,
): Promise<Outcome> {
  const work = (company: Company) => importAll(context, company, files, options);
  if (options.dryRun === true) return await withCompany(context, dryMode(context), work);
  return await withLockedCompany(context, "import", "create", work);
}

async function importAll(
  context: Context,
  company: Company,
  files: readonly string[],
  options: ImportOptions,
): Promise<Outcome> {
  const { balances, left } = await openAll(context, company, files, options);
  if (options.accounts !== undefined && balances.every(({ kind }) => kind !== "journal"))
    throw noJournal(balances);
  const future = balances.find(({ asOf }) => asOf > company.today);
  if (future !== undefined) throw notYet(future, company.today);
  const named = options.profile ?? company.config.import.profile;
  if (context.globals.noInput)
    for (const balance of balances)
      refuseGuess(balance, layoutOf(named, balance), company.store.imports.newest());
  if (options.dryRun !== true) company.store.backupBefore();
  const imported: Imported[] = [];
  for (const group of groups(balances, options)) imported.push(await take(context, company, group, options));
  for (const each of imported) sayImport(context, company, each, options.dryRun === true);
  const last = imported.at(-1);
  if (last === undefined) throw new Error("an import without a file");
  const promises = options.dryRun === true ? [] : settlePromises(company);
  for (const { id, state } of promises) context.out.say(`Promise ${id}: ${state}`);
  const proposals = options.dryRun === true ? [] : proposalsAfter(company, last.result);
  for (const each of proposals.slice(0, PROPOSALS_SAID))
    context.out.note(`${context.out.paint("warn", "look at")} ${proposalText(each)}`);
  if (proposals.length > PROPOSALS_SAID)
    context.out.note(`... and ${proposals.length - PROPOSALS_SAID} more: dunning debtor merge`);
  const exit = Math.max(...imported.map(exitOf));
  const written = options.dryRun === true ? [] : await writeFiles(context, company, imported, options);
  const documents = imported.map((each) => importDocument(each, options.dryRun === true));
  return {
    exit: exit as Outcome["exit"],
    company: company.company.name,
    asOf: company.today,
    summary: imported.map(summaryOf).join("; "),
    warnings: imported.flatMap(({ report }) => report.warnings),
    document: {
      ...documents.at(-1),
      ...(documents.length > 1 ? { imports: documents } : {}),
      files: written,
      proposals,
      left: left.map(({ file, reason }) => ({ file: basename(file), reason })),
    },
  };
}

const PROPOSALS_SAID = 5;

/** Whether customers whom this balance brings may be known under another code; of a first balance nobody is. */
function proposalsAfter({ store }: Company, { state, id, asOf, debtors }: ImportResult): readonly Proposal[] {
  if (state !== "accepted" || debtors.new === 0 || (store.imports.get(id)?.previous ?? null) === null)
    return [];
  return store.merges.proposals(asOf);
}

/** What an import leaves beside the store: the rejected rows, and in the archive the files that count. */
async function writeFiles(
  context: Context,
  company: Company,
  imported: readonly Imported[],
  { archive: folder }: ImportOptions,
): Promise<string[]> {
  const written: string[] = [];
  for (const { balances, rejected, result } of imported) {
    const path = rejected.length === 0 ? null : await writeRejects(company, balances, rejected, result.state);
    if (path !== null) {
      context.out.say(`Rejected rows: ${path}`);
      written.push(path);
    }
    if (folder !== undefined && result.state !== "held") written.push(...archive(context, folder, balances));
  }
  return written;
}

function noJournal([first]: readonly Balance[]): Failure {
  return new Failure(EXIT.usage, {
    code: "accounts-without-journal",
    where: { file: first?.path ?? "" },
    message: "--accounts chooses the accounts of a journal, and this file is none",
    found: "a balance",
    expected: "a FEC",
    fix: "leave --accounts out",
  });
}

/** Ageing and "settled" rest on this date: one that has not come yet is a mistake of somebody's. */
function notYet({ path, asOf }: Balance, today: Day): Failure {
  return new Failure(EXIT.input, {
    code: "balance-in-the-future",
    where: { file: path },
    message: "this balance is of a day that has not come yet",
    found: asOf,
    expected: `${today} (today) or earlier`,
    fix: "export it again for today, or say the day for which you work: --as-of YYYY-MM-DD",
  });
}

/** A dry run needs a store to compare with; where there is none yet, it makes none. */
function dryMode(context: Context): "write" | "memory" {
  const file = resolve(context.globals.dir, "dunning.db");
  return statSync(file, { throwIfNoEntry: false }) === undefined ? "memory" : "write";
}

/**
 * Oldest balance first; with `--together` all files are one: of one day, or journals of several years, of which the
 * newest comes first because its day is that of the balance.
 */
function groups(balances: readonly Balance[], options: ImportOptions): [Balance, ...Balance[]][] {
  const sorted = [...balances].sort((a, b) => (a.asOf < b.asOf ? -1 : a.asOf > b.asOf ? 1 : 0));
  if (options.together !== true) return sorted.map((balance) => [balance]);
  const [first, ...rest] = sorted[0]?.kind === "journal" ? sorted.toReversed() : sorted;
  if (first === undefined) return [];
  const other = rest.find(
    ({ asOf, kind }) => kind !== first.kind || (kind !== "journal" && asOf !== first.asOf),
  );
  if (other !== undefined) {
    throw new Failure(EXIT.input, {
      code: "files-differ",
      where: { file: other.path },
      message: "files that are one balance must be of the same day and shape",
      found: `${first.kind} of ${first.asOf} and ${other.kind} of ${other.asOf}`,
      expected: `${first.kind} of ${first.asOf}, as in ${basename(first.path)}`,
      fix: "leave --together out: then each file is a balance of its own, the oldest first",
    });
  }
  return [[first, ...rest]];
}

async function take(
  context: Context,
  company: Company,
  balances: [Balance, ...Balance[]],
  options: ImportOptions,
): Promise<Imported> {
  const { store, config, today } = company;
  const [first, ...rest] = balances;
  const counts = store.imports.newest();
  const layout = layoutOf(options.profile ?? config.import.profile, first);
  const file = (balance: Balance) => ({ path: balance.path, sha256: balance.sha256 });
  const begun = store.imports.begin({
    kind: first.kind,
    asOf: first.asOf,
    files: [file(first), ...rest.map(file)],
    profile: balances.map(({ profile }) => profile),
    options: {
      balanceDate: options.balanceDate ?? null,
      expectTotal: options.expectTotal ?? null,
      expectRows: options.expectRows ?? null,
    },
    day: today,
    dryRun: options.dryRun === true,
    refresh: options.refresh === true ? { written: writtenOn(company, balances) } : null,
  });
  if (begun.state === "unchanged") {
    const { result } = begun;
    const report = store.imports.get(result.id)?.report as unknown as Told;
    const { id } = result;
    return {
      balances,
      layout,
      report,
      rejected: store.imports.rejected(id),
      doubts: store.imports.doubts(id),
      result,
    };
  }
  const rejected: RejectedRow[] = [];
  const doubts: Doubt[] = [];
  try {
    const report = await readTogether(balances, {
      item: begun.item,
      reject: (row) => {
        rejected.push(row);
        begun.reject(row);
      },
      doubt: (doubt) => {
        doubts.push(doubt);
        begun.doubt(doubt);
      },
      paid: begun.paid,
      restart: () => {
        rejected.length = 0;
        doubts.length = 0;
        begun.restart();
      },
    });
    const { holds, ...told } = report;
    const { control } = told;
    const result = await begun.finish({ ...told, layout, file: basename(first.path) }, (comparison) => {
      const guards = holdReasons(comparison, {
        ifMissing: config.import.hold_if_missing,
        controlled: control.difference === 0,
      });
      const cut = control.kind === "none" && endedInTotal(counts, first.profile) ? ["total-missing"] : [];
      return [...new Set([...guards, ...holds, ...cut])];
    });
    return { balances, layout, report, rejected, doubts, result };
  } catch (error) {
    begun.abort();
    throw error;
  } finally {
    context.out.progress("");
  }
}

/** A file that was cut off at the end of a row looks whole; only the last one of its layout tells. */
function endedInTotal(before: SnapshotRecord | null, { header }: Profile): boolean {
  if (before === null) return false;
  const { control } = before.report as unknown as Told;
  const [profile] = before.profile as readonly Profile[];
  return control.kind === "total-line" && profile?.header === header;
}

/** The day on which the newest of the files was written. */
function writtenOn(company: Company, balances: readonly Balance[]): Day {
  const times = balances.map(({ path }) => statSync(path).mtimeMs);
  return dayIn(company.config.company.timezone, new Date(Math.max(...times)));
}
