import { statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Loaded, loadConfig } from "../config/config.ts";
import type { Context, Outcome } from "../context.ts";
import { FRESH_DAYS } from "../core/confirmation.ts";
import { addDays, parseDay } from "../core/day.ts";
import { freeSpace } from "../core/health.ts";
import type { Day, DebtorId, Ledger } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { diskOf } from "../store/disk.ts";
import { lockStore } from "../store/lock.ts";
import { openStore, type Store } from "../store/store.ts";
import { watched } from "./watched.ts";
import { BACKUPS, goneStore, withWayBack } from "./way-back.ts";

/** A company folder, opened: its configuration, its store and the day for which a command works. */
export interface Company extends Loaded {
  readonly store: Store;
  readonly today: Day;
  /** Absolute paths. */
  readonly folder: string;
  readonly storeFile: string;
}

/** memory: a store that nobody keeps, for a dry run before there is one. */
export type Mode = "create" | "write" | "read" | "memory";

/** The civil date of a moment in a time zone (IANA name). */
export function dayIn(timezone: string, moment: Date): Day {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: timezone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(moment);
  const day = parseDay(parts);
  if (day === null) throw new Error(`the clock gives no date: ${parts}`);
  return day;
}

/**
 * Reads the configuration and opens the store. Throws a Failure: 78 where the configuration is wrong, 66 where there is
 * no store yet ("create" makes one), 5 where it is unfit. The caller closes the store.
 */
function openCompany(context: Context, mode: Mode): Company {
  const folder = context.globals.dir;
  const loaded = loadConfig(folder);
  const storeFile = join(folder, "dunning.db");
  const backups = { folder: join(folder, BACKUPS), keep: loaded.config.backups.keep };
  const gone = mode === "read" || mode === "write" ? goneStore(folder) : null;
  if (gone !== null) throw gone;
  let store: Store;
  try {
    store =
      mode === "memory"
        ? openStore(":memory:", { mode: "create", now: context.now })
        : openStore(storeFile, { mode, now: context.now, backups });
  } catch (error) {
    throw withWayBack(folder, error);
  }
  const today = context.globals.asOf ?? dayIn(loaded.config.company.timezone, context.now());
  return { ...loaded, store, today, folder, storeFile };
}

/** The ledgers that the rules of this company need: with what was paid only where somebody asks how debtors pay. */
export function ledgersOf({ store, rules }: Company, debtors?: readonly DebtorId[]): Iterable<Ledger> {
  return store.ledgers({ ...(debtors === undefined ? {} : { debtors }), paid: rules.asksPayers });
}

/** The same for a plan: also debtors who owe nothing any more, where they are thanked for it. */
export function ledgersToPlan(
  { store, rules, today }: Company,
  debtors?: readonly DebtorId[],
): Iterable<Ledger> {
  return store.ledgers({
    ...(debtors === undefined ? {} : { debtors }),
    paid: rules.asksPayers,
    paidOffSince: rules.confirmations.thanks === null ? null : addDays(today, -FRESH_DAYS),
  });
}

/** Opens a company for one command and closes it whatever happens. */
export async function withCompany<T>(
  context: Context,
  mode: Mode,
  work: (company: Company) => T | Promise<T>,
): Promise<T> {
  const company = openCompany(context, mode);
  try {
    return await work(company);
  } finally {
    company.store.close();
  }
}

/** Errors of a full disk are survived, but in the middle of a run they cost certainty. Throws a Failure (74) before it begins. */
function refuseFullDisk({ folder, storeFile }: Company): void {
  const { state, found, fix } = freeSpace(diskOf(folder).free, statSync(storeFile).size);
  if (state !== "fail") return;
  const message = "the disk is nearly full, so nothing is begun";
  throw new Failure(EXIT.io, {
    code: "disk",
    where: { file: folder },
    message,
    found,
    ...(fix === null ? {} : { fix }),
  });
}

/**
 * The same for a command that changes what a run works with: one at a time. Throws a Failure: 75 that says who holds
 * the lock, 74 where the disk has no room; reading commands are never blocked, once a store has its first balance.
 */
export async function withLockedCompany(
  context: Context,
  command: string,
  mode: "create" | "write",
  work: (company: Company) => Outcome | Promise<Outcome>,
): Promise<Outcome> {
  return await withCompany(context, mode, (company) =>
    watched(context, company, command, async () => {
      refuseFullDisk(company);
      const lock = lockStore(join(company.folder, "dunning.lock"), {
        pid: process.pid,
        host: hostname(),
        command: `dunning ${command}`,
        since: context.now().toISOString(),
      });
      try {
        return await work(company);
      } finally {
        lock.release();
      }
    }),
  );
}
