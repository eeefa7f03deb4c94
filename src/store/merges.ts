import type { Database } from "better-sqlite3";
import { freeOrdinal, type MergingItem, type Moved, movedItems } from "../core/merge.ts";
import type { Cents, Day, DebtorId, DebtorKey } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { tried } from "./atomic.ts";
import { type DebtorRow, debtorRows } from "./debtor-rows.ts";
import { noSuchDebtor } from "./debtors.ts";
import type { Events } from "./events.ts";
import { dossierMover, runner } from "./merge-dossiers.ts";
import { mergeMaster } from "./merge-master.ts";
import { type Proposals, proposalsOf } from "./one-customer.ts";

export interface MergeOptions {
  readonly day: Day;
  readonly dryRun: boolean;
  /** One of the two codes is in no balance yet. */
  readonly coming: boolean;
}

export interface Merged {
  readonly from: DebtorId;
  readonly into: DebtorId;
  /** renamed: only one of the two codes was known. */
  readonly how: "merged" | "renamed";
  /** What moved to `into`. */
  readonly items: number;
  readonly open: number;
  readonly messages: number;
  /** Documents that stood under both codes, one after the other: what they were told goes on. */
  readonly moved: number;
  /** Documents that stand open under both, alike: what they say is owed twice. */
  readonly doubled: readonly string[];
  /** Values of master data that `into` did not have. */
  readonly taken: readonly string[];
  /** Values in which the two differ; those of `into` stay. */
  readonly differing: readonly { readonly key: string; readonly from: string; readonly into: string }[];
}

export interface Merges {
  /**
   * Everything of one debtor becomes another's, now and in balances to come. Throws a Failure: 2 for a code that is not
   * known, that is merged already, or the same; 4 where messages of either are on their way. Cannot be taken back.
   */
  readonly merge: (from: string, into: string, options: MergeOptions) => Merged;
  readonly proposals: Proposals;
}

const ON_THE_WAY = ["queued", "sending", "committing", "printed", "deferred", "uncertain"];
/** What says whose a record is, and nothing else of the debtor. */
const OWNED = ["hold", "dispute", "instalments", "promise", "log_entry", "answer", "notice"];
/** What a balance tells beside its items, by code. */
const NAMED = ["rejected_row", "doubt", "payment"];

const ITEMS = `
SELECT i.key, i.number, i.issued, i.currency, i.ordinal, i.type, i.due, i.state, i.settled_on AS settledOn, f.as_of AS firstDay, i.open
FROM item i JOIN snapshot f ON f.id = i.first_snapshot WHERE i.debtor = ? ORDER BY i.key`;

const CARRY_ON = [
  `INSERT INTO item_level (item, life, level, step, message, task, day)
   SELECT t.key, t.life, l.level, l.step, l.message, l.task, l.day FROM item_level l
   JOIN item f ON f.key = l.item AND f.life = l.life JOIN item t ON t.key = @to
   WHERE l.item = @from ON CONFLICT DO NOTHING`,
  `INSERT INTO item_courtesy (item, due, message) SELECT @to, due, message FROM item_courtesy WHERE item = @from
   ON CONFLICT DO NOTHING`,
  "INSERT OR IGNORE INTO moved_item (gone, here) VALUES (@from, @to)",
  // The money that a promise seemed to bring was the document that moved.
  `UPDATE promise SET state = 'open', paid = 0, decided_on = NULL, cycle = NULL, snapshot = NULL
   WHERE state IN ('kept', 'partly-kept') AND cancelled_on IS NULL
     AND EXISTS (SELECT 1 FROM json_each(promise.items) WHERE value ->> 0 = @from)
     AND snapshot IN (SELECT snapshot FROM change WHERE item = @from AND kind = 'settled')`,
];

/** Sums and promises first: they look at both claims as they were. */
const FOLD = [
  `UPDATE promise SET items = (
     SELECT json_group_array(CASE WHEN e.value ->> 0 IN (@from, @to) THEN
       json_array(e.value ->> 0, (e.value ->> 1) + (SELECT o.open FROM item o WHERE o.key IN (@from, @to) AND o.key <> e.value ->> 0), e.value ->> 2)
       ELSE json(e.value) END) FROM json_each(promise.items) e)
   WHERE EXISTS (SELECT 1 FROM json_each(promise.items) WHERE value ->> 0 IN (@from, @to)) AND @day IS NOT NULL`,
  `UPDATE item SET open = open + (SELECT f.open FROM item f WHERE f.key = @from),
     due = (SELECT min(o.due) FROM item o WHERE o.key IN (@from, @to)) WHERE key = @to AND @day IS NOT NULL`,
  "UPDATE item SET state = 'settled', settled_on = @day WHERE key = @from AND @to IS NOT NULL",
];

type ItemRow = Omit<MergingItem, "state"> & {
  readonly state: "open" | "settled" | "absent";
  readonly open: Cents;
};

/** As importers take codes from cells. */
const oneLine = (code: string): string => code.replaceAll(/\s+/g, " ").trim();

/** Numbers of documents with the same date, due date and amount on both sides. */
function doubledIn(theirs: readonly ItemRow[], ours: readonly ItemRow[]): string[] {
  const same = ({ number, issued, currency, due, open, type }: ItemRow): string =>
    JSON.stringify([number, issued, currency, due, open, type]);
  const isOpen = ({ state, number }: ItemRow): boolean => state === "open" && number !== "";
  const here = new Set(ours.filter(isOpen).map(same));
  return theirs.filter((each) => isOpen(each) && here.has(same(each))).map(({ number }) => number);
}

function refused(code: string, message: string, found: string, fix: string, exit: 2 | 4 = EXIT.usage): never {
  throw new Failure(exit, { code, message, found, fix });
}

export function mergesOf(db: Database, now: () => Date, events: Events): Merges {
  const table = debtorRows(db);
  const run = runner(db);

  const moveDossiers = dossierMover(db);

  const refuseOnTheWay = (keys: readonly DebtorKey[]): void => {
    const waiting = db
      .prepare<[string, string], { id: string; state: string; debtor: string }>(
        `SELECT m.id, m.state, d.id AS debtor FROM message m JOIN debtor d ON d.key = m.debtor
         WHERE m.debtor IN (SELECT value FROM json_each(?)) AND m.state IN (SELECT value FROM json_each(?)) LIMIT 1`,
      )
      .get(JSON.stringify(keys), JSON.stringify(ON_THE_WAY));
    if (waiting === undefined) return;
    const { id, state, debtor } = waiting;
    refused(
      "message-on-its-way",
      "a message must have ended first",
      `${id} to ${debtor} is ${state}`,
      `dunning outbox show ${id}`,
      EXIT.person,
    );
  };

  const renameIn = (from: string, into: string): void => {
    for (const each of NAMED)
      run(`UPDATE ${each} SET debtor_id = @into WHERE debtor_id = @from`, { from, into });
  };

  /** Both codes are known: everything of the one moves. */
  const join = (from: DebtorRow, into: DebtorRow, day: Day): Omit<Merged, "from" | "into" | "how"> => {
    refuseOnTheWay([from.key, into.key]);
    const all = db.prepare<[number], ItemRow>(ITEMS);
    const [theirs, ours] = [all.all(from.key), all.all(into.key)];
    const here = (items: readonly ItemRow[]): MergingItem[] =>
      items.flatMap((item) => (item.state === "absent" ? [] : [{ ...item, state: item.state }]));
    const moved = movedItems(here(theirs), here(ours));
    raiseCredits(from.key, into.key);
    foldClaims(theirs, ours, day);
    moveItems(theirs, ours, into.key);
    const messages = moveDossiers(from.key, into.key, moved);
    for (const each of OWNED)
      run(`UPDATE ${each} SET debtor = @into WHERE debtor = @from`, { from: from.key, into: into.key });
    // Behind those whom the customer's own code names.
    run(
      `UPDATE person SET debtor = @into,
         position = position + 1 + coalesce((SELECT max(o.position) FROM person o WHERE o.debtor = @into), -1)
       WHERE debtor = @from`,
      { from: from.key, into: into.key },
    );
    closeTwins(into.key, day);
    for (const pair of moved) carryOn(pair);
    renameIn(from.id, into.id);
    const master = mergeMaster(table, from, into);
    return {
      items: theirs.length,
      open: theirs.filter(({ state }) => state === "open").length,
      messages,
      moved: moved.length,
      doubled: doubledIn(theirs, ours),
      ...master,
    };
  };

  /** What the other code had in its favour was there when a promise was given: it is not the promised money. */
  const raiseCredits = (from: DebtorKey, into: DebtorKey): void => {
    for (const [own, other] of [
      [from, into],
      [into, from],
    ] as const)
      run(
        `UPDATE promise SET credits = credits + coalesce((SELECT -sum(i.open) FROM item i
           WHERE i.debtor = @other AND i.currency = promise.currency AND i.state = 'open' AND i.open < 0), 0)
         WHERE debtor = @own`,
        { own, other },
      );
  };

  /** Balances without invoices show one claim a customer: two open ones become one, told as much as either. */
  const foldClaims = (theirs: readonly ItemRow[], ours: readonly ItemRow[], day: Day): void => {
    for (const gone of theirs) {
      if (gone.ordinal >= 0 || gone.state !== "open") continue;
      const same = ({ ordinal, currency }: ItemRow): boolean =>
        ordinal === gone.ordinal && currency === gone.currency;
      const kept = ours.find((each) => same(each) && each.state === "open");
      if (kept === undefined) {
        // The next balance looks for the open one where it has always been.
        for (const away of ours.filter(same))
          run("UPDATE item SET ordinal = @ordinal WHERE key = @key", {
            key: away.key,
            ordinal: freeOrdinal(away.ordinal, new Set([...theirs, ...ours].map(({ ordinal }) => ordinal))),
          });
        continue;
      }
      const pair = { from: gone.key, to: kept.key };
      for (const sql of FOLD) run(sql, { ...pair, day });
      carryOn({ ...pair, currency: gone.currency });
    }
  };

  const moveItems = (theirs: readonly ItemRow[], ours: readonly ItemRow[], into: DebtorKey): void => {
    const identity = ({ number, issued, currency }: ItemRow): string =>
      JSON.stringify([number, issued, currency]);
    const taken = new Map<string, Set<number>>();
    const hold = (key: string, ordinal: number): void => {
      const held = taken.get(key);
      if (held === undefined) taken.set(key, new Set([ordinal]));
      else held.add(ordinal);
    };
    for (const item of ours) hold(identity(item), item.ordinal);
    const move = db.prepare("UPDATE item SET debtor = ?, ordinal = ? WHERE key = ?");
    for (const item of theirs) {
      const key = identity(item);
      const ordinal = freeOrdinal(item.ordinal, taken.get(key) ?? new Set());
      hold(key, ordinal);
      move.run(into, ordinal, item.key);
    }
  };

  /** One open task for one step. */
  const closeTwins = (debtor: DebtorKey, day: Day): void => {
    run(
      `UPDATE task SET state = 'expired', decided_on = @day, decided_at = @at, reason = 'merged'
       WHERE debtor = @debtor AND state = 'open' AND EXISTS (SELECT 1 FROM task o WHERE o.debtor = task.debtor
         AND o.currency = task.currency AND o.cycle = task.cycle AND o.step = task.step AND o.kind = task.kind
         AND o.state = 'open' AND (o.listed_at, o.id) < (task.listed_at, task.id))`,
      { debtor, day, at: now().toISOString() },
    );
  };

  /** What an item was told, and what was settled about it, holds for the one that it has become. */
  const carryOn = ({ from, to }: Moved): void => {
    for (const sql of CARRY_ON) run(sql, { from, to });
  };

  /** Addresses that do not work. */
  const moveBadPlaces = (from: DebtorKey, into: DebtorKey): void => {
    run(
      "INSERT OR IGNORE INTO bad_place SELECT @into, place, since, reason, message FROM bad_place WHERE debtor = @from",
      { from, into },
    );
    run("DELETE FROM bad_place WHERE debtor = @from", { from });
  };

  const retire = (from: DebtorKey, into: DebtorKey): void => {
    run("UPDATE debtor SET merged_into = @into WHERE key = @from OR merged_into = @from", { from, into });
  };

  const NOTHING = { items: 0, open: 0, messages: 0, moved: 0, doubled: [], taken: [], differing: [] };

  /** Only one of the codes is known: that customer gets a second one, or another one. */
  const rename = (from: string, into: string, known: DebtorRow): Merged => {
    const other = (known.id === into ? from : known.id) as DebtorId;
    if (known.id !== into) {
      run("UPDATE debtor SET id = @into WHERE key = @key", { into, key: known.key });
      renameIn(from, into);
    }
    table.insert(other, {});
    run("UPDATE debtor SET merged_into = @key WHERE id = @other", { key: known.key, other });
    const open = db
      .prepare<[number], number>("SELECT count(*) FROM item WHERE debtor = ? AND state = 'open'")
      .pluck()
      .get(known.key);
    return { from: from as DebtorId, into: into as DebtorId, how: "renamed", ...NOTHING, open: open ?? 0 };
  };

  const both = (first: string, second: string, { day, coming }: MergeOptions): Merged => {
    const [given, target] = [oneLine(first), oneLine(second)];
    if (given === "" || target === "") throw noSuchDebtor(db, given === "" ? first : second);
    const [from, into] = [table.customer(given), table.customer(target)];
    const raw = table.byId(given);
    if (raw !== null && raw.mergedInto !== null && from !== null)
      refused(
        "merged-already",
        `${given} has been merged before`,
        `it is ${from.id} now`,
        `dunning debtor show ${from.id}`,
      );
    const known = from ?? into;
    if (known === null || ((from === null || into === null) && !coming))
      throw noSuchDebtor(db, from === null ? given : target);
    if (from === null || into === null) return rename(given, into === null ? target : into.id, known);
    if (from.key === into.key)
      refused(
        "same-debtor",
        "a debtor cannot be merged into itself",
        `${given} and ${target}`,
        "dunning debtors",
      );
    const joined = join(from, into, day);
    moveBadPlaces(from.key, into.key);
    retire(from.key, into.key);
    return { from: from.id, into: into.id, how: "merged", ...joined };
  };

  const merge: Merges["merge"] = (from, into, options) => {
    const done = both(from, into, options);
    const { key } = table.byId(done.into) ?? {};
    const { how, items, moved } = done;
    // Codes are personal data: the keys tell which they were.
    const data = { how, items, moved, from: table.byId(done.from)?.key ?? null };
    events.append({
      kind: "debtor-merged",
      day: options.day,
      ...(key === undefined ? {} : { debtor: key }),
      data,
    });
    return done;
  };
  return {
    proposals: proposalsOf(db),
    merge: (from, into, options) => tried(db, options.dryRun, () => merge(from, into, options)),
  };
}
