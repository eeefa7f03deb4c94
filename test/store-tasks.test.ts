import { describe, expect, test } from "vitest";
import { cents } from "../src/core/money.ts";
import type { Action, DebtorKey, ItemKey, Task } from "../src/core/types.ts";
import { Failure } from "../src/problem.ts";
import { openDatabase } from "../src/store/database.ts";
import type { Store } from "../src/store/store.ts";
import { day, debtorId, importBalance, newStore } from "./store-fixture.ts";

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function action(kind: Task["kind"], more: Partial<Action> = {}): Action {
  return {
    id: "1a2b3c4d",
    debtor: debtorId("C1"),
    debtorKey: 1 as DebtorKey,
    name: "C1",
    currency: "EUR",
    cycle: 1,
    segment: "all",
    scenario: "standard",
    step: "formal",
    level: 50,
    channel: kind === "call" ? "call" : "registered-letter",
    language: "fr",
    languageFrom: "company",
    template: null,
    sender: null,
    contact: null,
    to: null,
    items: [
      {
        key: 1 as ItemKey,
        number: "FA-1",
        type: "invoice",
        issued: null,
        due: day("2026-01-31"),
        dueDerived: false,
        daysOverdue: 20,
        open: cents(100),
        disputed: cents(0),
        claimed: cents(100),
        role: "claimed",
        level: 50,
      },
    ],
    claimed: cents(100),
    interest: cents(0),
    compensation: cents(0),
    charges: null,
    firstReminder: null,
    credits: cents(0),
    total: cents(120),
    leader: "FA-1",
    age: 20,
    reason: "",
    deadline: null,
    attach: [],
    finalWarning: false,
    formalNotice: true,
    state: kind === "approval" ? "awaiting-approval" : "listed",
    task: kind,
    warnings: [],
    ...more,
  };
}

async function opened(): Promise<{ store: Store; file: string; folder: string }> {
  const kit = newStore();
  await importBalance(kit.store, kit.folder, {
    asOf: "2026-02-10",
    rows: [{ open: 200 }, { open: 1, debtor: "C2" }],
  });
  return kit;
}
const at = (text: string) => ({ day: day(text), snapshot: 1 });

describe("listing", () => {
  test("once per dossier, cycle and step, however often the plan says it; the newest amounts", async () => {
    const { store } = await opened();
    expect(store.tasks.list(action("approval"), at("2026-02-11"))).toEqual({ id: "1a2b3c4d", isNew: true });
    expect(store.tasks.list(action("approval", { claimed: cents(150) }), at("2026-02-12"))).toEqual({
      id: "1a2b3c4d",
      isNew: false,
    });
    expect(store.tasks.all()).toMatchObject([
      {
        id: "1a2b3c4d",
        debtor: "C1",
        kind: "approval",
        state: "open",
        listed: "2026-02-11",
        claimed: 150,
        maximum: 150,
      },
    ]);
  });
  test("paid since: nobody is asked for more than what is open", async () => {
    const { store, folder } = await opened();
    store.tasks.list(action("call", { level: 20 }), at("2026-02-11"));
    const claimed = store.tasks.all()[0]?.claimed;
    await importBalance(store, folder, {
      asOf: "2026-02-17",
      rows: [{ open: 40 }, { open: 1, debtor: "C2" }],
    });
    expect([claimed, store.tasks.all()[0]?.claimed]).toEqual([100, 40]);
  });

  test.each<[string, Partial<Action>]>([
    ["another step", { step: "warning" }],
    ["another cycle", { cycle: 2 }],
    ["another currency", { currency: "CHF" }],
    ["another debtor", { debtorKey: 2 as DebtorKey }],
  ])("%s is another task, with an id of its own", async (_what, more) => {
    const { store } = await opened();
    store.tasks.list(action("approval"), at("2026-02-11"));
    expect(store.tasks.list(action("approval", more), at("2026-02-11"))).toEqual({
      id: "1a2b3c4d-2",
      isNew: true,
    });
  });
  test("calls have no maximum; a message is no task", async () => {
    const { store } = await opened();
    store.tasks.list(action("call"), at("2026-02-11"));
    expect(store.tasks.get("1a2b3c4d")?.maximum).toBeNull();
    expect(() => store.tasks.list(action("call", { task: null }), at("2026-02-11"))).toThrow(/is a message/);
  });
  test("filters", async () => {
    const { store } = await opened();
    store.tasks.list(action("call"), at("2026-02-11"));
    store.tasks.list(action("approval", { step: "other" }), at("2026-02-10"));
    store.tasks.grant("1a2b3c4d-2", day("2026-02-11"));
    expect(store.tasks.all().map(({ id }) => id)).toEqual(["1a2b3c4d-2", "1a2b3c4d"]);
    expect(store.tasks.all({ state: "open" }).map(({ id }) => id)).toEqual(["1a2b3c4d"]);
    expect(store.tasks.all({ kind: "approval" }).map(({ id }) => id)).toEqual(["1a2b3c4d-2"]);
  });
});

describe("deciding", () => {
  test("granted up to the amount that was asked for; above it the person is asked again", async () => {
    const { store } = await opened();
    store.tasks.list(action("approval"), at("2026-02-11"));
    expect(store.tasks.grant("1a2b3c4d", day("2026-02-12"))).toMatchObject({
      state: "granted",
      maximum: 100,
      decided: "2026-02-12",
    });
    expect(store.tasks.list(action("approval", { claimed: cents(101) }), at("2026-02-13"))).toEqual({
      id: "1a2b3c4d-2",
      isNew: true,
    });
    const [ledger] = store.ledgers({ debtors: [debtorId("C1")] });
    expect(ledger?.dossiers[0]?.tasks.map(({ state, maximum }) => [state, maximum])).toEqual([
      ["granted", 100],
      ["open", 101],
    ]);
  });
  test("rejected, with second thoughts; reasons stay out of the events", async () => {
    const { store, file } = await opened();
    store.tasks.list(action("approval"), at("2026-02-11"));
    store.tasks.reject("1a2b3c4d", day("2026-02-12"), "Madame Dupont called");
    expect(store.tasks.get("1a2b3c4d")).toMatchObject({ state: "rejected", reason: "Madame Dupont called" });
    store.tasks.grant("1a2b3c4d", day("2026-02-13"));
    expect(store.tasks.get("1a2b3c4d")).toMatchObject({ state: "granted", reason: null });
    const db = openDatabase(file, "read");
    const events = db.prepare("SELECT kind, data FROM event ORDER BY seq").all() as {
      kind: string;
      data: string;
    }[];
    db.close();
    expect(events.map(({ kind }) => kind)).toEqual([
      "import-accepted",
      "task-listed",
      "task-rejected",
      "task-granted",
    ]);
    expect(JSON.stringify(events)).not.toMatch(/Dupont/);
  });
  test.each<{ what: string; found: string; prepare: (store: Store) => void }>([
    { what: "no such task", found: "no such task", prepare: () => undefined },
    {
      what: "a call",
      found: "a call",
      prepare: (store) => store.tasks.list(action("call"), at("2026-02-11")),
    },
    {
      what: "approved already",
      found: "granted",
      prepare: (store) => {
        store.tasks.list(action("approval"), at("2026-02-11"));
        store.tasks.grant("1a2b3c4d", day("2026-02-12"));
      },
    },
  ])("cannot be approved: $what", async ({ found, prepare }) => {
    const { store } = await opened();
    prepare(store);
    const failure = failureOf(() => store.tasks.grant("1a2b3c4d", day("2026-02-13")));
    expect(failure.exit).toBe(2);
    expect(failure.problems[0].found).toBe(found);
  });
});

describe("expiring", () => {
  test("what belongs to a cycle that has ended; searches for an address go on", async () => {
    const { store, folder } = await opened();
    store.tasks.list(action("approval"), at("2026-02-11"));
    store.tasks.list(action("call", { step: "call" }), at("2026-02-11"));
    store.tasks.list(action("address", { step: "letter" }), at("2026-02-11"));
    expect(store.tasks.expire(day("2026-02-12"))).toEqual([]);
    await importBalance(store, folder, { asOf: "2026-02-20", rows: [{ open: 1, debtor: "C2" }] });
    expect(store.tasks.expire(day("2026-02-20"))).toEqual(["1a2b3c4d", "1a2b3c4d-2"]);
    expect(store.tasks.all().map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      "approval expired",
      "call expired",
      "address open",
    ]);
    expect(store.tasks.expire(day("2026-02-20"))).toEqual([]);
  });

  test.each([
    ["2026-02-11", "open"],
    ["2026-02-12", "expired"],
  ])("a call once its step has gone out by another channel, sent on %s: %s", async (sentOn, state) => {
    const { store, file } = await opened();
    store.tasks.list(action("call", { step: "call" }), at("2026-02-11"));
    const db = openDatabase(file, "write");
    db.exec(`INSERT INTO run (id, name, at, as_of, snapshot, plan_hash) VALUES (1, 'abcd', 'x', '2026-02-10', 1, 'x');
      INSERT INTO message (id, run, debtor, currency, cycle, segment, scenario, step, level, channel, transport, recipient,
         template, language, subject, state, claimed, total, snapshot, planned_on, not_after, final_warning,
         formal_notice, sha256, queued_at, sent_on)
       VALUES ('m', 1, 1, 'EUR', 1, 'all', 'standard', 'call', 10, 'email', 'smtp', 'a@example.com', 't', 'fr', 's', 'sent',
         1, 1, 1, '2026-02-10', '2026-02-12', 0, 0, 'x', 'x', '${sentOn}')`);
    db.close();
    store.tasks.expire(day("2026-02-13"));
    expect(store.tasks.get("1a2b3c4d")?.state).toBe(state);
  });
});

describe("runs", () => {
  test("names are short and never the same", async () => {
    const { store } = await opened();
    const start = (): string =>
      store.runs.start({ asOf: day("2026-02-11"), snapshot: 1, planHash: "x" }).name;
    const names = store.transaction(() => Array.from({ length: 400 }, start));
    expect(new Set(names).size).toBe(400);
    expect(names.every((name) => /^[0-9a-f]{4,}$/.test(name))).toBe(true);
  });
  test("one that has ended tells how", async () => {
    const { store } = await opened();
    expect(store.runs.last()).toBeNull();
    const { id } = store.runs.start({ asOf: day("2026-02-11"), snapshot: 1, planHash: "x" });
    expect(store.runs.last()).toMatchObject({ endedAt: null, counts: {} });
    store.runs.end(id, { due: 2, sent: 1 });
    expect(store.runs.list()).toMatchObject([
      { id, asOf: "2026-02-11", endedAt: "2026-11-22T08:00:00.000Z", counts: { due: 2, sent: 1 } },
    ]);
    expect(store.events.verify().broken).toBeNull();
  });
  test("the installation has one secret", () => {
    const { store, folder } = newStore();
    const { secret } = store;
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(newStore(folder).store.secret).toBe(secret);
    expect(newStore().store.secret).not.toBe(secret);
  });
});
