/** What `doctor` finds, and what becomes of its findings. */

/** unknown: it could not be found out, which is no fault. */
export type Health = "ok" | "warn" | "fail" | "unknown";

export interface Check {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly state: Health;
  /** One sentence without a full stop: what was found. */
  readonly found: string;
  /** The next command to type, or what to change; null where nothing is to be done. */
  readonly fix: string | null;
  /** Of a `fail`: the exit code of the contract. */
  readonly exit?: 5 | 69 | 73 | 74 | 78;
}

export const ok = (id: string, found: string): Check => ({ id, state: "ok", found, fix: null });
export const unknown = (id: string, found: string, fix: string | null = null): Check => ({
  id,
  state: "unknown",
  found,
  fix,
});
export const warn = (id: string, found: string, fix: string): Check => ({ id, state: "warn", found, fix });
export const broken = (id: string, exit: NonNullable<Check["exit"]>, found: string, fix: string): Check => ({
  id,
  state: "fail",
  found,
  fix,
  exit,
});

/** The gravest first: a store that is unfit, then the configuration, then what is outside. */
const GRAVITY = [5, 78, 74, 73, 69] as const;

/** 0 where nothing fails. */
export function exitOfChecks(checks: readonly Check[]): 0 | NonNullable<Check["exit"]> {
  const failed = new Set(checks.filter(({ state }) => state === "fail").map(({ exit }) => exit));
  return GRAVITY.find((code) => failed.has(code)) ?? 0;
}

/** WAL databases of earlier versions can be damaged when two connections write at once (sqlite.org, "WAL-reset bug"). */
export const SQLITE_AT_LEAST = "3.51.3";

/** Versions such as 3.53.4, number by number. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) => text.split(".").map(Number));
  for (const [at, wanted] of (want ?? []).entries()) {
    const found = have?.[at] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return true;
}

/** `f_type` of statfs(2), Linux: file systems on which SQLite's locks cannot be relied on (sqlite.org/wal.html, sqlite.org/faq.html#q5). */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x5346414f, "AFS"],
  [0x73757245, "Coda"],
  [0x00c36400, "Ceph"],
  [0x01021997, "9P"],
  [0x65735546, "FUSE"],
]);

/** The name of a network file system, or of one that may be; null for a local disk. Takes the type signed or not. */
export const networkFileSystem = (type: number): string | null => NETWORK.get(type >>> 0) ?? null;

const MEGABYTE = 1_000_000;

/** Room for the store, a copy of it and its journal; below the store's own size an import may end in the middle. */
export function freeSpace(free: number, store: number): Check {
  const said = `${Math.floor(free / MEGABYTE)} MB free, the store has ${Math.ceil(store / MEGABYTE)} MB`;
  if (free < store + 20 * MEGABYTE)
    return broken("disk", 74, said, "free some space: delete old files of backups/, letters/ and drafts/");
  if (free < 3 * store + 100 * MEGABYTE)
    return warn("disk", said, "free some space: an import with its backup needs three times the store");
  return ok("disk", said);
}
