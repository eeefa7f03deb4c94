import { join } from "node:path";
import { broken, type Check, isAtLeast, ok, SQLITE_AT_LEAST, unknown, warn } from "../core/health.ts";
import { toDecimal } from "../core/money.ts";
import type { Cents, Currency } from "../core/types.ts";
import { journalLines } from "../delivery/journal.ts";
import { EXIT, Failure } from "../problem.ts";
import { engine, type StoreHealth } from "../store/health.ts";
import { lockHolder } from "../store/lock.ts";
import type { Store } from "../store/store.ts";
import type { Told } from "./import.ts";
import { JOURNAL } from "./sent-journal.ts";

const RESTORE = "put a sound copy in its place while nothing runs: the newest of backups/";

/** A failure as a check, with its own exit code where that is about the disk; what is no failure of ours is thrown on. */
export function asCheck(id: string, error: unknown, usual: NonNullable<Check["exit"]>): Check {
  if (!(error instanceof Failure)) throw error;
  const exit = error.exit === EXIT.cannotCreate || error.exit === EXIT.io ? error.exit : usual;
  const { message, found, fix } = error.problems[0];
  const said = found === undefined ? message : `${message} (${found})`;
  return broken(id, exit, said, fix ?? "dunning doctor");
}

/** The SQLite of this installation, tried on a scratch store. */
export function engineChecks(): readonly Check[] {
  try {
    const { version, synchronous, journal } = engine();
    return [
      isAtLeast(version, SQLITE_AT_LEAST)
        ? ok("sqlite", `SQLite ${version}`)
        : broken(
            "sqlite",
            5,
            `SQLite ${version} can damage a store that two programs write to; ${SQLITE_AT_LEAST} or later is needed`,
            "install dunning again (npm ci), with its own SQLite",
          ),
      synchronous === 2 && journal === "wal"
        ? ok("durability", "every commit reaches the disk (WAL, synchronous=FULL)")
        : broken(
            "durability",
            5,
            `commits may be lost at a power cut (journal ${journal}, synchronous ${synchronous})`,
            "this is a bug of dunning: please report it",
          ),
    ];
  } catch (error) {
    return [asCheck("sqlite", error, 5)];
  }
}

const decimalOf = (open: number, currency: Currency): string =>
  `${toDecimal(open as Cents, currency)} ${currency}`;

/** What is open in the store beside what the file of the balance added up to. */
function totals(store: Store, health: StoreHealth): Check {
  const id = "totals";
  const newest = store.imports.newest();
  if (newest === null) return unknown(id, "no balance counts yet");
  const { totals: read } = newest.report as unknown as Partial<Pick<Told, "totals">>;
  const left = store.imports.rejected(newest.id).length;
  if (left > 0)
    return unknown(id, `${left} rows of the balance could not be read: its total cannot be compared`);
  if (read === undefined) return unknown(id, "the balance was taken in without a total");
  const own = new Map<Currency, number>(health.totals.map(({ currency, open }) => [currency, open]));
  const wrong = read.filter(({ currency, open }) => (own.get(currency) ?? 0) !== open);
  const more = [...own].filter(
    ([currency, open]) => open !== 0 && !read.some((each) => each.currency === currency),
  );
  if (wrong.length + more.length === 0)
    return ok(id, `the open items add up to the balance of ${newest.asOf}`);
  const said = wrong.map(
    ({ currency, open }) =>
      `${decimalOf(own.get(currency) ?? 0, currency)} instead of ${decimalOf(open, currency)}`,
  );
  return broken(
    id,
    5,
    `the open items do not add up to the balance of ${newest.asOf}: ${[...said, ...more.map(([currency, open]) => decimalOf(open, currency))].join(", ")}`,
    RESTORE,
  );
}

function kept({ changed: { messages, imports } }: StoreHealth): Check {
  const id = "kept-bytes";
  const said = [
    ...(messages.length > 0 ? [`messages ${messages.slice(0, 5).join(", ")}`] : []),
    ...(imports.length > 0 ? [`the files of import ${imports.join(", ")}`] : []),
  ];
  return said.length === 0
    ? ok(id, "messages and files are as they were queued and read")
    : broken(id, 5, `these are not what was queued or read: ${said.join("; ")}`, RESTORE);
}

export function storeChecks(store: Store, now: Date): readonly Check[] {
  let health: StoreHealth;
  try {
    health = store.health();
  } catch (error) {
    return [asCheck("integrity", error, 5)];
  }
  const { journal, damage, dangling, chain, lastEvent } = health;
  return [
    journal === "wal"
      ? ok("wal", "the store is in WAL mode")
      : warn(
          "wal",
          `the store is in ${journal} mode, as a copy is`,
          "nothing to do: the next command that writes changes it",
        ),
    damage.length === 0
      ? ok("integrity", "every page and index of the store is sound")
      : broken("integrity", 5, `the store is damaged: ${damage.join("; ")}`, RESTORE),
    dangling === 0
      ? ok("references", "no row points nowhere")
      : broken("references", 5, `${dangling} rows of the store point nowhere`, RESTORE),
    chain.broken === null
      ? ok("events", `${chain.events} events, all of them as they were written`)
      : broken(
          "events",
          5,
          `event ${chain.broken.seq}: ${chain.broken.reason}`,
          `dunning audit verify; ${RESTORE}`,
        ),
    kept(health),
    totals(store, health),
    lastEvent !== null && lastEvent > now.toISOString()
      ? warn(
          "clock",
          `the clock says ${now.toISOString().slice(0, 16)}, but something was recorded at ${lastEvent.slice(0, 16)} UTC`,
          "set this machine's clock",
        )
      : ok("clock", `${now.toISOString().slice(0, 16).replace("T", " ")} UTC`),
  ];
}

/** The sent journal beside the store: `storeSeq` is null where there is no store to compare with. */
export function journalCheck(folder: string, storeSeq: number | null): Check {
  const id = "sent-journal";
  try {
    let last = 0;
    let lines = 0;
    for (const { seq } of journalLines(join(folder, JOURNAL))) {
      lines += 1;
      last = seq;
    }
    if (storeSeq === null) return unknown(id, `${lines} lines, and no store to compare them with`);
    if (last > storeSeq)
      return broken(
        id,
        5,
        `the store is behind ${JOURNAL} (line ${last}, the store knows of ${storeSeq}): it is an old copy`,
        "put the newest dunning.db back, else: dunning doctor --replay-journal",
      );
    if (lines === 0 && storeSeq > 0)
      return warn(
        id,
        `${JOURNAL} is gone; a store restored from a backup would not be noticed`,
        `put ${JOURNAL} back from a backup of the folder`,
      );
    return ok(id, lines === 0 ? "nothing has left yet" : `${lines} lines, the store knows of all of them`);
  } catch (error) {
    return asCheck(id, error, 5);
  }
}

export function lockCheck(folder: string): Check {
  try {
    const holder = lockHolder(join(folder, "dunning.lock"));
    return ok("lock", holder === null ? "nobody is at work" : `at work: ${holder}`);
  } catch (error) {
    return asCheck("lock", error, 73);
  }
}
