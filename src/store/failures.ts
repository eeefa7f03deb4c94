import { EXIT, type Exit, Failure, type Problem } from "../problem.ts";

interface Meaning {
  readonly exit: Exit;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

const DAMAGED: Meaning = {
  exit: EXIT.store,
  code: "store-damaged",
  message: "the store is damaged",
  fix: "restore it from a backup, or import the balances into a new store",
};

/** By the first letters of SQLite's result code. */
const MEANINGS: readonly (readonly [string, Meaning])[] = [
  [
    "SQLITE_BUSY",
    {
      exit: EXIT.busy,
      code: "busy",
      message: "another dunning process is writing to the store",
      fix: "wait until it has ended, then run the command again",
    },
  ],
  ["SQLITE_CORRUPT", DAMAGED],
  ["SQLITE_NOTADB", DAMAGED],
  [
    "SQLITE_FULL",
    { exit: EXIT.io, code: "disk", message: "the disk is full", fix: "free some space, then run it again" },
  ],
  [
    "SQLITE_IOERR",
    {
      exit: EXIT.io,
      code: "disk",
      message: "the disk reports an error",
      fix: "check the disk; nothing of this command was recorded",
    },
  ],
  ...["SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM"].map(
    (start) =>
      [
        start,
        {
          exit: EXIT.cannotCreate,
          code: "permission",
          message: "the store or its lock cannot be opened for this command",
          fix: "check the owner and mode of that file and of its folder, and that the disk has room",
        },
      ] as const,
  ),
];

/** What an SQLite error means to a user, as a Failure; null where it is none, or a bug of ours. */
export function storeFailure(error: unknown, file?: string): Failure | null {
  if (!(error instanceof Error) || error instanceof Failure) return null;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string") return null;
  const meaning = MEANINGS.find(([start]) => code.startsWith(start))?.[1];
  return meaning === undefined ? null : failureOf(meaning, `${error.message} (${code})`, file);
}

export const damaged = (file: string, found: string): Failure => failureOf(DAMAGED, found, file);

function failureOf({ exit, ...meaning }: Meaning, found: string, file: string | undefined): Failure {
  const problem: Problem = { ...meaning, found, ...(file === undefined ? {} : { where: { file } }) };
  return new Failure(exit, problem);
}

/** A statement that fits every store of this version does not fit this one: its schema is damaged. Null: it is not that. */
export function otherTables(error: unknown, file: string): Failure | null {
  if ((error as { code?: unknown } | null)?.code !== "SQLITE_ERROR") return null;
  return new Failure(EXIT.store, {
    code: "store-damaged",
    message: "the store is damaged: its tables are not those of its version",
    found: (error as Error).message,
    fix: "restore it from a backup, or import the balances into a new store",
    where: { file },
  });
}

/** The same functions; what SQLite reports about disk, lock and file reaches the caller as a Failure. */
export function translating<T extends object>(part: T, file: string): T {
  const rethrow = (error: unknown): never => {
    throw storeFailure(error, file) ?? error;
  };
  const wrap =
    (call: (...args: unknown[]) => unknown) =>
    (...args: unknown[]): unknown => {
      try {
        const result = call(...args);
        return result instanceof Promise ? result.catch(rethrow) : result;
      } catch (error) {
        return rethrow(error);
      }
    };
  const entries = Object.entries(part).map(([name, value]) => [
    name,
    typeof value === "function" ? wrap(value as (...args: unknown[]) => unknown) : (value as unknown),
  ]);
  return Object.fromEntries(entries) as T;
}
