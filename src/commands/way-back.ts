import { existsSync } from "node:fs";
import { join } from "node:path";
import { EXIT, Failure } from "../problem.ts";
import { listBackups } from "../store/backups.ts";
import { JOURNAL } from "./sent-journal.ts";

/** In the company folder: the copies that are made before imports and migrations. */
export const BACKUPS = "backups";

/** What to do where the store of a company is gone or damaged; null: there is no copy of it here. */
function wayBack(folder: string): string | null {
  const [newest] = listBackups(join(folder, BACKUPS));
  return newest === undefined
    ? null
    : `put dunning.db away, with any dunning.db-wal, -shm and -journal beside it, copy ${newest.file} to dunning.db, then: dunning doctor --replay-journal`;
}

/** A store that is not there in a company that had one. Null: nothing speaks of one. */
export function goneStore(folder: string): Failure | null {
  const file = join(folder, "dunning.db");
  if (existsSync(file)) return null;
  const back = wayBack(folder);
  const journal = existsSync(join(folder, JOURNAL));
  if (back === null && !journal) return null;
  return new Failure(EXIT.missing, {
    code: "store-missing",
    where: { file },
    message: "the store is gone",
    found: [...(journal ? [JOURNAL] : []), ...(back === null ? [] : [`copies in ${BACKUPS}/`])].join(", "),
    expected: "dunning.db, which knows what has been sent",
    fix: back ?? "put dunning.db back from a backup of the folder, then: dunning doctor --replay-journal",
  });
}

/** With the way back that this folder offers, where the store is damaged; any other error as it is. */
export function withWayBack(folder: string, error: unknown): unknown {
  const back = wayBack(folder);
  if (!(error instanceof Failure) || error.problems[0].code !== "store-damaged" || back === null)
    return error;
  return new Failure(error.exit, { ...error.problems[0], fix: back });
}
