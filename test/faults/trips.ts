import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { migrate } from "../../src/store/database.ts";
import { migrations } from "../../src/store/migrations.ts";
import { loadSqlite } from "../../src/store/sqlite.ts";
import { outbox, reply, report } from "../support/returned.ts";
import { DAY, FIRST, NEXT_DAY, SECOND, succeed, type Way, writeCompany } from "./company.ts";

/** One command that is ended at every point, and repeated until it ends by itself. */
export interface Trip {
  readonly name: string;
  /** Makes the company folder as it is before the command; without `transport`, e-mails are drafts. */
  readonly prepare: (folder: string) => Promise<void>;
  readonly transport?: Exclude<Way, "drafts">;
  readonly words: readonly string[];
  /** Exit codes with which the command is done; more of them where it had been done before it was ended. */
  readonly done: readonly number[];
  /** What else must hold once it is done: sentences about what does not. */
  readonly look?: (folder: string) => readonly string[];
}

const imported = async (folder: string, way: Way = "drafts"): Promise<void> => {
  writeCompany(folder, way);
  await succeed(folder, DAY, "import", "contacts", "contacts.csv");
  await succeed(folder, DAY, "import", FIRST);
};

/** What stands elsewhere in today's layout. */
const MOVED: Readonly<Record<string, string>> = {
  "message.bytes": "(SELECT b.bytes FROM now.message_bytes b WHERE b.message = message.id)",
};

/** A store with the rows of a real one, as an older program would have kept them. */
async function older(folder: string, version: number): Promise<void> {
  await imported(folder);
  await succeed(folder, DAY, "run");
  await succeed(folder, NEXT_DAY, "import", SECOND);
  const [file, now] = [join(folder, "dunning.db"), join(folder, "now.db")];
  renameSync(file, now);
  const Sqlite = loadSqlite();
  const db = new Sqlite(file);
  db.pragma("journal_mode = WAL");
  migrate(db, migrations.slice(0, version));
  db.pragma("foreign_keys = OFF");
  db.exec(`ATTACH '${now}' AS now`);
  const columns = (schema: string, table: string): string[] =>
    db
      .prepare<[string, string], string>("SELECT name FROM pragma_table_info(?, ?)")
      .pluck()
      .all(table, schema);
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .pluck()
    .all();
  for (const table of tables) {
    const known = new Set(columns("now", table));
    const both = columns("main", table).filter(
      (column) => known.has(column) || `${table}.${column}` in MOVED,
    );
    const values = both.map((column) => MOVED[`${table}.${column}`] ?? column);
    if (both.length > 0)
      db.exec(`INSERT INTO main.${table} (${both.join(", ")}) SELECT ${values.join(", ")} FROM now.${table}`);
  }
  db.exec("DETACH now");
  db.close();
  rmSync(now);
}

const migration = (version: number): Trip => ({
  name: `migration from ${version}`,
  prepare: async (folder) => await older(folder, version),
  words: ["--as-of", NEXT_DAY, "stop", "--reason", "essai"],
  done: [0],
});

function whole(folder: string, name: string, end: string): readonly string[] {
  const path = join(folder, name);
  if (!existsSync(path)) return [`${name} is missing`];
  return readFileSync(path, "utf8").trimEnd().endsWith(end) ? [] : [`${name} is half a file`];
}

export const TRIPS: readonly Trip[] = [
  {
    name: "first import",
    prepare: async (folder) => writeCompany(folder, "drafts"),
    words: ["--as-of", DAY, "import", FIRST],
    done: [0],
  },
  {
    name: "import",
    prepare: imported,
    words: ["--as-of", NEXT_DAY, "import", SECOND],
    // 0: taken in already.
    done: [0, 3],
    look: (folder) => whole(folder, SECOND.replace(".csv", ".rejects.csv"), ""),
  },
  {
    name: "import undo",
    prepare: async (folder) => {
      await imported(folder);
      await succeed(folder, NEXT_DAY, "import", SECOND);
    },
    words: ["--as-of", NEXT_DAY, "import", "undo", "2"],
    // 65: taken back already.
    done: [0, 65],
  },
  {
    name: "smtp",
    transport: "smtp",
    prepare: async (folder) => await imported(folder, "smtp"),
    words: ["--as-of", DAY, "--yes", "run", "--only", "email"],
    done: [0, 4],
  },
  {
    name: "command",
    transport: "command",
    prepare: async (folder) => await imported(folder, "command"),
    words: ["--as-of", DAY, "--yes", "run", "--only", "email"],
    done: [0, 4],
  },
  {
    name: "bounces",
    prepare: async (folder) => {
      await imported(folder);
      await succeed(folder, DAY, "run", "--only", "email");
      const [back, answered] = await outbox(folder, DAY);
      if (back === undefined || !answered?.messageId) throw new Error("two messages");
      writeFileSync(join(folder, "back.eml"), report({ ...back, recipient: back.to }));
      writeFileSync(join(folder, "answer.eml"), reply(answered.messageId));
    },
    words: ["--as-of", NEXT_DAY, "bounces", "back.eml", "answer.eml"],
    // 0: taken in already.
    done: [4, 0],
  },
  {
    name: "drafts",
    prepare: imported,
    words: ["--as-of", DAY, "run", "--only", "email"],
    done: [0, 4],
  },
  {
    name: "letters",
    prepare: imported,
    words: ["--as-of", DAY, "run", "--only", "letter"],
    done: [0, 4],
  },
  {
    name: "plan and preview",
    prepare: imported,
    words: ["--as-of", DAY, "run", "--dry-run", "--save-plan", "plan.json", "--preview", "preview"],
    done: [0],
    look: (folder) => [...whole(folder, "plan.json", "}"), ...whole(folder, "preview/index.html", "</html>")],
  },
  {
    name: "backup",
    prepare: async (folder) => {
      await imported(folder);
      await succeed(folder, DAY, "run");
    },
    words: ["--as-of", DAY, "backup", "copy.db"],
    // 73: the copy has its name already.
    done: [0, 73],
  },
  migration(1),
  migration(migrations.length - 1),
];
