import type { Database } from "better-sqlite3";
import { BROKEN_PROMISE } from "../core/broken-promise.ts";
import type { Action, Cents, Channel, Currency, Day, DebtorId, DebtorKey, Task } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { atomic } from "./atomic.ts";
import type { Events } from "./events.ts";

/** A task with all that a list of work shows. */
export interface TaskRecord extends Task {
  readonly debtor: DebtorId;
  readonly debtorKey: DebtorKey;
  readonly name: string;
  readonly currency: Currency;
  readonly scenario: string;
  readonly level: number | null;
  readonly channel: Channel;
  readonly claimed: Cents;
  readonly snapshot: number;
}

export interface Tasks {
  /** Oldest first. */
  readonly all: (only?: {
    readonly state?: Task["state"];
    readonly kind?: Task["kind"];
  }) => readonly TaskRecord[];
  readonly get: (id: string) => TaskRecord | null;
  /**
   * Lists what a plan leaves to a person (state listed or awaiting-approval). Where the same task of this dossier, cycle
   * and step is open already, that one takes the new amounts. `isNew`: it was not in the list before.
   */
  readonly list: (
    action: Action,
    at: { readonly day: Day; readonly snapshot: number },
  ) => { readonly id: string; readonly isNew: boolean };
  /** Approves the claim that the task names, and nothing above it. Throws a Failure (2) where nothing waits. */
  readonly grant: (id: string, day: Day) => TaskRecord;
  readonly reject: (id: string, day: Day, reason: string) => TaskRecord;
  /** A person has done it: it counts as its step carried out, and what it was about has been told as much. */
  readonly finish: (id: string, day: Day) => TaskRecord;
  /** What was done by mistake waits again, and what it told is not told: the level comes back by itself. */
  readonly reopen: (id: string, day: Day) => TaskRecord;
  /** Open calls and visits whose step went on without them, and all that belongs to a cycle that has ended. */
  readonly expire: (day: Day) => readonly string[];
  /** Whether the approval that a waiting message came from was rejected after the message was queued. */
  readonly rejectedSince: (message: string) => boolean;
}

const SELECT = `
SELECT t.id, t.kind, t.step, t.cycle, t.listed_on AS listed, t.state, t.maximum, t.decided_on AS decided, t.reason,
  d.id AS debtor, t.debtor AS debtorKey, CASE d.name WHEN '' THEN d.id ELSE d.name END AS name,
  t.currency, t.scenario, t.level, t.channel, t.snapshot,
  -- Paid since it was listed: nobody is asked for more than what is open.
  max(0, min(t.claimed, coalesce((SELECT sum(i.open) FROM item i
    WHERE i.debtor = t.debtor AND i.currency = t.currency AND i.state = 'open'), 0))) AS claimed
FROM task t JOIN debtor d ON d.key = t.debtor`;

const INSERT = `
INSERT INTO task (id, kind, debtor, currency, cycle, scenario, step, level, channel, items, claimed, maximum,
  listed_on, listed_at, state, snapshot)
VALUES (@id, @kind, @debtor, @currency, @cycle, @scenario, @step, @level, @channel, @items, @claimed, @maximum,
  @day, @at, 'open', @snapshot)`;

const OVERTAKEN = `
SELECT t.id FROM task t LEFT JOIN dossier o ON o.debtor = t.debtor AND o.currency = t.currency
WHERE t.state = 'open' AND (
  (t.kind <> 'address' AND t.cycle < coalesce(o.cycle, 1))
  OR (t.kind IN ('call', 'visit', 'address') AND EXISTS (SELECT 1 FROM message m
    WHERE m.debtor = t.debtor AND m.currency = t.currency AND m.cycle = t.cycle
      AND (m.step = t.step OR m.level >= coalesce(t.level, 0)) AND m.state = 'sent' AND m.came_back_on IS NULL
      AND m.sent_on > t.listed_on)))
ORDER BY t.id`;

const TOLD = `
INSERT INTO item_level (item, life, level, step, task, day)
SELECT i.key, i.life, e.value ->> 1, t.step, t.id, @day
FROM task t JOIN json_each(t.items) e JOIN item i ON i.key = e.value ->> 0
WHERE t.id = @id AND e.value ->> 1 IS NOT NULL
ON CONFLICT (item, life, level) DO NOTHING`;

function refused(id: string, found: string, what: string): Failure {
  return new Failure(EXIT.usage, {
    code: "no-such-approval",
    message: `${id} cannot be ${what}`,
    found,
    expected: "an approval that waits",
    fix: "dunning status",
  });
}

/** The amount that a person agrees to: what the debtor would be asked for. */
const maximumOf = (action: Action): Cents | null => (action.task === "approval" ? action.claimed : null);

function taskStatements(db: Database) {
  const all = db.prepare<{ state: string | null; kind: string | null }, TaskRecord>(
    `${SELECT} WHERE (@state IS NULL OR t.state = @state) AND (@kind IS NULL OR t.kind = @kind)
     ORDER BY t.listed_on, t.listed_at, t.id`,
  );
  const one = db.prepare<[string], TaskRecord>(`${SELECT} WHERE t.id = ?`);
  const same = db
    .prepare<[number, string, number, string, string], string>(
      `SELECT id FROM task WHERE debtor = ? AND currency = ? AND cycle = ? AND step = ? AND kind = ? AND state = 'open'`,
    )
    .pluck();
  const insert = db.prepare(INSERT);
  const renew = db.prepare("UPDATE task SET claimed = ?, maximum = ?, items = ?, snapshot = ? WHERE id = ?");
  const decide = db.prepare(
    "UPDATE task SET state = ?, decided_on = ?, decided_at = ?, reason = ? WHERE id = ?",
  );
  const overtaken = db.prepare<[], string>(OVERTAKEN).pluck();
  const levels = db.prepare(TOLD);
  return { all, one, same, insert, renew, decide, overtaken, levels };
}

export function tasksOf(db: Database, now: () => Date, events: Events): Tasks {
  const { all, one, same, insert, renew, decide, overtaken, levels } = taskStatements(db);
  const rejectedSince = db
    .prepare<[string], number>(
      `SELECT count(*) FROM message m JOIN task t ON t.debtor = m.debtor AND t.currency = m.currency
         AND t.cycle = m.cycle AND t.step = m.step
       WHERE m.id = ? AND t.kind = 'approval' AND t.state = 'rejected'
         AND t.listed_at <= m.queued_at AND t.decided_at >= m.queued_at`,
    )
    .pluck();
  const get = (id: string): TaskRecord | null => one.get(id) ?? null;
  const tell = (kind: string, day: Day, task: TaskRecord): void => {
    const { id, kind: what, step, cycle, currency, claimed, maximum, snapshot, debtorKey } = task;
    events.append({
      kind,
      day,
      debtor: debtorKey,
      snapshot,
      data: { task: id, what, step, cycle, currency, claimed, maximum },
    });
  };
  const unusedId = (base: string): string => {
    let id = base;
    for (let n = 2; get(id) !== null; n++) id = `${base}-${n}`;
    return id;
  };
  const known = (id: string): TaskRecord => {
    const task = get(id);
    if (task === null) throw new Error(`task ${id} is gone`);
    return task;
  };

  const list: Tasks["list"] = (action, { day, snapshot }) => {
    const { task: kind, debtorKey, currency, cycle, scenario, step, level, channel, claimed } = action;
    if (kind === null) throw new Error(`action ${action.id} is a message, not a task`);
    const items = JSON.stringify(
      action.items.filter(({ role }) => role === "claimed").map((item) => [item.key, item.level]),
    );
    const maximum = maximumOf(action);
    const open = same.get(debtorKey, currency, cycle, step, kind);
    // The call after a broken promise is about that promise: an earlier one's says nothing of it.
    if (open !== undefined && step === BROKEN_PROMISE && open !== action.id) {
      decide.run("expired", day, now().toISOString(), null, open);
      tell("task-expired", day, known(open));
    } else if (open !== undefined) {
      renew.run(claimed, maximum, items, snapshot, open);
      return { id: open, isNew: false };
    }
    const id = unusedId(action.id);
    const at = now().toISOString();
    insert.run({
      id,
      kind,
      debtor: debtorKey,
      currency,
      cycle,
      scenario,
      step,
      level,
      channel,
      items,
      claimed,
      maximum,
      day,
      at,
      snapshot,
    });
    tell("task-listed", day, known(id));
    return { id, isNew: true };
  };

  const settle = (id: string, state: "granted" | "rejected", day: Day, reason: string | null): TaskRecord => {
    const what = state === "granted" ? "approved" : "rejected";
    const task = get(id);
    if (task === null) throw refused(id, "no such task", what);
    if (task.kind !== "approval" && task.kind !== "own-side") throw refused(id, `a ${task.kind}`, what);
    // A person may have second thoughts; what has run out cannot be decided any more.
    if (task.state === state || task.state === "expired" || task.state === "done")
      throw refused(id, task.state, what);
    decide.run(state, day, now().toISOString(), reason, id);
    const decided = known(id);
    tell(`task-${state}`, day, decided);
    return decided;
  };

  const finish = (id: string, day: Day): TaskRecord => {
    decide.run("done", day, now().toISOString(), null, id);
    levels.run({ id, day });
    const done = known(id);
    tell("task-done", day, done);
    return done;
  };

  const untold = db.prepare("DELETE FROM item_level WHERE task = ?");
  const reopen = (id: string, day: Day): TaskRecord => {
    db.prepare("UPDATE task SET state = 'open', decided_on = NULL, decided_at = NULL WHERE id = ?").run(id);
    untold.run(id);
    const again = known(id);
    tell("task-reopened", day, again);
    return again;
  };

  const expire = (day: Day): readonly string[] => {
    const ids = overtaken.all();
    for (const id of ids) {
      decide.run("expired", day, now().toISOString(), null, id);
      tell("task-expired", day, known(id));
    }
    return ids;
  };

  return {
    all: (only = {}) => all.all({ state: only.state ?? null, kind: only.kind ?? null }),
    get,
    list: atomic(db, list),
    grant: atomic(db, (id: string, day: Day) => settle(id, "granted", day, null)),
    reject: atomic(db, (id: string, day: Day, reason: string) => settle(id, "rejected", day, reason)),
    finish: atomic(db, finish),
    reopen: atomic(db, reopen),
    expire: atomic(db, expire),
    rejectedSince: (message) => (rejectedSince.get(message) ?? 0) > 0,
  };
}
