import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { eventsOf } from "../../src/store/events.ts";
import { logicalHash } from "../../src/store/logical-hash.ts";
import { migrations } from "../../src/store/migrations.ts";
import type { TransportName } from "../../src/store/outbox-states.ts";
import { loadSqlite } from "../../src/store/sqlite.ts";

export interface Message {
  readonly id: string;
  readonly debtor: string;
  readonly step: string;
  readonly transport: TransportName;
  readonly state: string;
  readonly sha256: string;
  readonly file: string | null;
  readonly messageId: string | null;
}

/** What a company folder says, read without the program's own doors; opening the store settles what a kill left. */
export interface Books {
  /** Debtors, items, dossiers; "" where the store is of an older layout, nothing was taken in, or there is none. */
  readonly content: string;
  readonly messages: readonly Message[];
  /** All that two ways to the same end must have in common; no names, times and numbers that a run gives. */
  readonly summary: string;
  /** Sentences about what is not sound. */
  readonly wrong: readonly string[];
}

const NOTHING: Books = { content: "", messages: [], summary: "", wrong: [] };

const MESSAGES = `SELECT m.id, d.id AS debtor, m.step, m.transport, m.state, m.sha256, m.file, m.message_id AS messageId
  FROM message m JOIN debtor d ON d.key = m.debtor ORDER BY d.id, m.id`;
const ALIKE: Readonly<Record<string, string>> = {
  messages: `SELECT d.id, m.step, m.level, m.channel, m.recipient, m.state, m.claimed FROM message m
    JOIN debtor d ON d.key = m.debtor ORDER BY 1, 2, 3, 4, 5, 6`,
  levels: `SELECT d.id, i.number, l.level, l.step, l.day FROM item_level l JOIN item i ON i.key = l.item
    JOIN debtor d ON d.key = i.debtor ORDER BY 1, 2, 3`,
  imports: "SELECT file, sha256, as_of, state FROM snapshot ORDER BY id",
  tasks:
    "SELECT d.id, t.kind, t.step, t.state FROM task t JOIN debtor d ON d.key = t.debtor ORDER BY 1, 2, 3, 4",
  rejected: "SELECT line, field, reason FROM rejected_row ORDER BY 1, 2",
};
/** The same, in tables that older layouts do not have. */
const ALIKE_NOW: Readonly<Record<string, string>> = {
  returned:
    "SELECT d.id, m.came_back_on, m.came_back FROM message m JOIN debtor d ON d.key = m.debtor ORDER BY 1, 2, 3",
  answers: "SELECT d.id, a.day, a.subject FROM answer a JOIN debtor d ON d.key = a.debtor ORDER BY 1, 2, 3",
  badAddresses: "SELECT address, since FROM bad_email ORDER BY 1",
};
const SCHEMA = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2";

export function booksOf(file: string): Books {
  if (!existsSync(file) || statSync(file).size === 0) return NOTHING;
  const db = new (loadSqlite())(file);
  try {
    const all = (sql: string): unknown[] => db.prepare<[]>(sql).raw().all();
    const version = Number(db.pragma("user_version", { simple: true }));
    const integrity = String(db.pragma("integrity_check", { simple: true }));
    const pointless = db.pragma("foreign_key_check") as readonly unknown[];
    const wrong: string[] = [];
    if (integrity !== "ok") wrong.push(`the store is damaged: ${integrity}`);
    if (pointless.length > 0) wrong.push(`${pointless.length} rows of the store point nowhere`);
    if (version === 0) {
      if (all(SCHEMA).length > 0) wrong.push("the store is half made");
      return { ...NOTHING, wrong };
    }
    const { broken } = eventsOf(db, () => new Date()).verify();
    if (broken !== null) wrong.push(`event ${broken.seq}: ${broken.reason}`);
    const newest = version === migrations.length;
    const taken = all("SELECT 1 FROM snapshot").length > 0;
    const content = newest && taken ? logicalHash(db) : "";
    const asked = newest ? { ...ALIKE, ...ALIKE_NOW } : ALIKE;
    const alike = Object.entries(asked).map(([name, sql]) => [name, all(sql)]);
    const schema = createHash("sha256")
      .update(JSON.stringify(all(SCHEMA)))
      .digest("hex");
    return {
      content,
      messages: db.prepare<[], Message>(MESSAGES).all(),
      summary: JSON.stringify({ version, schema, content, ...Object.fromEntries(alike) }, null, 1),
      wrong,
    };
  } finally {
    db.close();
  }
}

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Paths of files, with "/". Hidden ones are what is being written. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .split(sep)
        .join("/"),
    );

const hidden = (path: string): boolean => path.split("/").some((part) => part.startsWith("."));

interface Manifest {
  readonly print: { readonly file: string; readonly sha256: string };
  readonly letters: readonly { readonly id: string; readonly file: string; readonly sha256: string }[];
}

/** A batch of letters is there with what its manifest names, all of it and nothing else, or not at all. */
function wrongBatch(folder: string, batch: string): string[] {
  const files = readdirSync(join(folder, batch));
  if (!files.includes("manifest.json")) return [`${batch} is half a batch`];
  const text = readFileSync(join(folder, batch, "manifest.json"), "utf8");
  const { print, letters } = JSON.parse(text) as Manifest;
  const named = [print, ...letters];
  const wrong = named.filter(
    ({ file, ...each }) => !files.includes(file) || sha256(join(folder, batch, file)) !== each.sha256,
  );
  return [
    ...wrong.map(({ file }) => `${batch}/${file} is not what the manifest says`),
    ...(files.length === named.length + 1 ? [] : [`${batch} holds more than its manifest says`]),
  ];
}

/** What is wrong with the drafts and letters that lie in a folder, at any moment, also after a kill. */
export function wrongFiles(folder: string, { messages }: Books): string[] {
  const known = new Map(messages.map((message) => [message.id, message]));
  const outgoing = filesIn(folder).filter((path) => /^(drafts|letters)\//.test(path) && !hidden(path));
  const seen = new Set<string>();
  const batches = new Set<string>();
  const wrong: string[] = [];
  for (const path of outgoing) {
    const name = basename(path);
    if (path.startsWith("letters/")) batches.add(dirname(path));
    if (name === "print.pdf" || name === "manifest.json") continue;
    const message = known.get(name.replace(/\.(eml|pdf)$/, ""));
    if (message === undefined) wrong.push(`${path} belongs to no message`);
    else if (seen.has(message.id)) wrong.push(`${path} is there twice`);
    else if (sha256(join(folder, path)) !== message.sha256) wrong.push(`${path} is half a file`);
    seen.add(message?.id ?? path);
  }
  wrong.push(...[...batches].flatMap((batch) => wrongBatch(folder, batch)));
  for (const { id, file, state, transport } of messages) {
    if (
      (transport === "drafts" || transport === "letters") &&
      state === "sent" &&
      !outgoing.includes(file ?? "")
    )
      wrong.push(`${id} is recorded as written, and ${file} is not there`);
  }
  return wrong;
}

const OURS =
  /^(dunning\.(db|yaml|lock)|contacts\.csv|balance-[\d-]+(\.rejects)?\.csv|sent\.jsonl|copy\.db|plan\.json|send|handed\.log|(back|answer)\.eml|backups\/[\dTZ-]+-[0-9a-f]{8}\.db)$/;

/** What a command that has ended leaves lying about. */
export const litter = (folder: string): string[] =>
  filesIn(folder)
    .filter((path) => !OURS.test(path) && !(/^(drafts|letters|preview)\//.test(path) && !hidden(path)))
    .map((path) => `${path} was left behind`);

interface Line {
  readonly seq: number;
  readonly what: string;
  readonly message: string;
}

/** The lines of the sent journal that count; the last one may be torn. */
export function journalOf(folder: string): readonly Line[] {
  const path = join(folder, "sent.jsonl");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}
