import { createRequire } from "node:module";
import type Database from "better-sqlite3";
import { EXIT, Failure } from "../problem.ts";

/** The driver: `new Sqlite(file, options)`. */
export type Sqlite = typeof Database;

const require = createRequire(import.meta.url);

/** Version 13 ends a Node 20 process with a segmentation fault, without a word: it must not even be tried there. */
const candidates = (nodeMajor: number): readonly string[] =>
  nodeMajor >= 22 ? ["better-sqlite3-13", "better-sqlite3"] : ["better-sqlite3"];

function unusable(reasons: readonly string[]): Failure {
  return new Failure(EXIT.store, {
    code: "sqlite-missing",
    message: "the SQLite library of this installation cannot be loaded",
    found: reasons.join("; "),
    expected: "better-sqlite3 with its native file for this version of Node",
    fix: "npm rebuild better-sqlite3 (in the folder of dunning; it needs a C++ compiler), or use Node 22 or newer and npm ci",
  });
}

let loaded: Sqlite | null = null;

/**
 * The SQLite driver that this version of Node can run; loaded once. Throws a Failure (5) that says what to do
 * where none has its native file. `nodeMajor` and `load` are given by tests only.
 */
export function loadSqlite(
  nodeMajor = Number(process.versions.node.split(".")[0]),
  load: (name: string) => unknown = require,
): Sqlite {
  if (loaded !== null && load === require) return loaded;
  const reasons: string[] = [];
  for (const name of candidates(nodeMajor)) {
    try {
      const Driver = load(name) as Sqlite;
      // The native file is looked for when the first database is opened, not when the package is loaded.
      new Driver(":memory:").close();
      if (load === require) loaded = Driver;
      return Driver;
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  throw unusable(reasons);
}
