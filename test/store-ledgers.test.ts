import { describe, expect, test } from "vitest";
import type { DebtorKey, ItemKey, Ledger } from "../src/core/types.ts";
import { openDatabase } from "../src/store/database.ts";
import type { Store } from "../src/store/store.ts";
import { day, debtorId, importBalance, newStore, type Row, reject } from "./store-fixture.ts";

interface Sent {
  readonly id: string;
  readonly state?: string;
  readonly step?: string;
  readonly cycle?: number;
  readonly sentOn?: string | null;
  readonly cameBackOn?: string | null;
  readonly items?: readonly ItemKey[];
  readonly currency?: string;
  readonly more?: string;
}

/** Writes messages past the outbox, in any state: what the ledgers read is only the tables. */
function messages(file: string, debtor: DebtorKey, list: readonly Sent[]): void {
  const db = openDatabase(file, "write");
  db.exec(
    "INSERT OR IGNORE INTO run (id, name, at, as_of, snapshot, plan_hash) VALUES (1, 'abcd', 'x', '2026-02-10', 1, 'x')",
  );
  for (const each of list) {
    const { id, state = "sent", step = "reminder", cycle = 1, currency = "EUR", items = [] } = each;
    db.prepare(
      `INSERT INTO message (id, run, debtor, currency, cycle, segment, scenario, step, level, channel, transport, recipient,
         template, language, subject, state, claimed, total, snapshot, planned_on, not_after, deadline, final_warning,
         formal_notice, sha256, queued_at, sent_on, sent_at, came_back_on)
       VALUES (?, 1, ?, ?, ?, 'all', 'standard', ?, 10, 'email', 'smtp', ?, 't', 'fr', 's', ?, 1, 1, 1, '2026-02-10',
         '2026-02-12', '2026-02-20', 1, 0, 'x', 'x', ?, ?, ?)`,
    ).run(
      id,
      debtor,
      currency,
      cycle,
      step,
      `${id}@example.com`,
      state,
      each.sentOn ?? null,
      each.sentOn ?? null,
      each.cameBackOn ?? null,
    );
    for (const item of items) {
      db.prepare("INSERT INTO message_item VALUES (?, ?, 'claimed', 1, 10, NULL)").run(id, item);
    }
  }
  db.close();
}

const only = (store: Store, id = "C1"): Ledger => {
  const [ledger] = store.ledgers({ debtors: [debtorId(id)] });
  if (ledger === undefined) throw new Error("no ledger");
  return ledger;
};

async function opened(rows: readonly Row[] = [{ open: 100 }]) {
  const kit = newStore();
  await importBalance(kit.store, kit.folder, { asOf: "2026-02-10", rows });
  return kit;
}

describe("who is in the ledgers", () => {
  test("debtors with open items, by id, in chunks of any size", async () => {
    const ids = Array.from({ length: 1203 }, (_, n) => `C${String(n).padStart(5, "0")}`);
    const { store } = await opened(ids.toReversed().map((debtor) => ({ debtor, open: 5 })));
    expect([...store.ledgers()].map(({ debtor }) => debtor.id)).toEqual(ids);
  });

  test("those without open items only where they are asked for", async () => {
    const { store, folder } = await opened([{ open: 1 }, { open: 1, debtor: "C2" }]);
    await importBalance(store, folder, { asOf: "2026-02-20", rows: [{ open: 1, debtor: "C2" }] });
    expect([...store.ledgers()].map(({ debtor }) => debtor.id)).toEqual(["C2"]);
    expect(only(store).dossiers).toEqual([]);
    expect(
      [...store.ledgers({ debtors: [debtorId("C2"), debtorId("C1"), debtorId("C9")] })].map(
        ({ debtor }) => debtor.id,
      ),
    ).toEqual(["C1", "C2"]);
  });

  test("a walk that is broken off leaves the store usable", async () => {
    const { store } = await opened([{ open: 1 }, { open: 1, debtor: "C2" }]);
    for (const ledger of store.ledgers()) {
      expect(ledger.debtor.id).toBe("C1");
      break;
    }
    store.runs.start({ asOf: day("2026-02-10"), snapshot: 1, planHash: "x" });
  });

  test("all of one moment, whatever is imported meanwhile", async () => {
    const ids = Array.from({ length: 900 }, (_, n) => `C${String(n).padStart(5, "0")}`);
    const { store, file, folder } = await opened(ids.map((debtor) => ({ debtor, open: 5 })));
    const other = newStore(folder);
    expect(other.file).toBe(file);
    const seen: number[] = [];
    for (const { dossiers } of store.ledgers()) {
      if (seen.length === 0)
        await importBalance(other.store, folder, {
          asOf: "2026-02-20",
          rows: ids.map((debtor) => ({ debtor, open: 3 })),
        });
      seen.push(dossiers[0]?.items[0]?.open ?? 0);
    }
    expect(new Set(seen)).toEqual(new Set([5]));
    expect(new Set([...store.ledgers()].map(({ dossiers }) => dossiers[0]?.items[0]?.open))).toEqual(
      new Set([3]),
    );
  });
});

describe("the debtor", () => {
  test("everything that is known", async () => {
    const { store, file } = await opened([
      {
        open: 1,
        name: "Dupont SARL",
        master: {
          email: "compta@example.com",
          address: "12 rue des Essais\nBP 4",
          postcode: "69003",
          city: "Lyon",
          country: "fr",
          language: "FR",
          kind: "business",
          strategic: "oui",
          "attr.agence": "Lyon",
        },
      },
    ]);
    expect(only(store).debtor).toMatchObject({
      id: "C1",
      name: "Dupont SARL",
      kind: "business",
      email: "compta@example.com",
      emailBad: false,
      address: ["12 rue des Essais", "BP 4"],
      postcode: "69003",
      country: "FR",
      language: "fr",
      channel: null,
      strategic: true,
      insured: false,
      insolvent: false,
      attrs: { agence: "Lyon" },
    });
    const db = openDatabase(file, "write");
    db.exec("INSERT INTO bad_email SELECT lower(email), '2026-02-10', 'no such user' FROM debtor");
    expect(only(store).debtor.emailBad).toBe(true);
    db.close();
    store.debtors.set("C1", { email: "other@example.com" }, day("2026-02-11"));
    expect(only(store).debtor.emailBad).toBe(false);
  });

  test("nothing is known: its code is its name", async () => {
    const { store } = await opened();
    expect(only(store).debtor).toMatchObject({
      name: "C1",
      kind: "unknown",
      email: null,
      address: [],
      attrs: {},
      language: null,
    });
  });

  test.each([
    { asOf: "2026-05-21", first: "2026-02-20", isNew: true, why: "90 days" },
    { asOf: "2026-05-22", first: "2026-02-20", isNew: false, why: "91 days" },
    { asOf: "2026-02-20", first: "2026-02-20", isNew: true, why: "today" },
  ])("new for 90 days: $why", async ({ asOf, first, isNew }) => {
    const { store, folder } = await opened([{ open: 1, debtor: "OLD" }]);
    await importBalance(store, folder, { asOf: first, rows: [{ open: 1 }], bytes: "first" });
    if (asOf !== first) await importBalance(store, folder, { asOf, rows: [{ open: 1 }] });
    expect(only(store).debtor.newCustomer).toBe(isNew);
  });

  test("debtors of the very first balance are not called new: nobody knows", async () => {
    const { store } = await opened();
    expect(only(store).debtor.newCustomer).toBe(false);
  });

  test("rows that could not be read", async () => {
    const { store, folder } = await opened();
    await importBalance(store, folder, {
      asOf: "2026-02-20",
      rows: [{ open: 1 }],
      rejected: [reject("C1"), reject("C1")],
    });
    expect(only(store).unreadRows).toBe(2);
  });
});

describe("items", () => {
  test("levels of this life only, the highest; a courtesy for the due date that it has", async () => {
    const { store, folder, file } = await opened([{ open: 100 }, { open: 5, number: "FA-2", due: null }]);
    const [first, second] = only(store).dossiers[0]?.items ?? [];
    if (first === undefined || second === undefined) throw new Error("no items");
    messages(file, only(store).debtor.key, [{ id: "m1", sentOn: "2026-02-11" }]);
    const db = openDatabase(file, "write");
    db.exec(`INSERT INTO item_level VALUES (${first.key}, 1, 10, 'reminder', 'm1', NULL, '2026-02-11');
      INSERT INTO item_level VALUES (${first.key}, 1, 30, 'firm', 'm1', NULL, '2026-02-12');
      INSERT INTO item_level VALUES (${first.key}, 2, 20, 'call', 'm1', NULL, '2026-02-12');
      INSERT INTO item_courtesy VALUES (${first.key}, '2026-01-15', 'm1');`);
    const shown = (): unknown =>
      only(store).dossiers[0]?.items.map(({ number, level, courtesyFor }) => [number, level, courtesyFor]);
    expect(shown()).toEqual([
      ["FA-1", 30, null],
      ["FA-2", 0, null],
    ]);
    db.exec(`INSERT INTO item_courtesy VALUES (${first.key}, '2026-01-31', 'm1')`);
    db.close();
    expect(shown()).toEqual([
      ["FA-1", 30, "2026-01-31"],
      ["FA-2", 0, null],
    ]);
    // Gone, and back after more than 30 days: a new life, whose levels are its own.
    await importBalance(store, folder, {
      asOf: "2026-02-20",
      rows: [{ open: 5, number: "FA-2", due: null }],
    });
    await importBalance(store, folder, { asOf: "2026-04-20", rows: [{ open: 100 }] });
    expect(shown()).toEqual([["FA-1", 20, "2026-01-31"]]);
  });

  test("dossiers by currency", async () => {
    const { store } = await opened([
      { open: 1, currency: "USD" },
      { open: 2 },
      { open: 3, number: "FA-2" },
      { open: 4, currency: "CHF" },
    ]);
    expect(
      only(store).dossiers.map(({ currency, items }) => [currency, items.map(({ open }) => open)]),
    ).toEqual([
      ["CHF", [4]],
      ["EUR", [2, 3]],
      ["USD", [1]],
    ]);
  });
});

describe("what has happened", () => {
  test("contacts: what was sent in this cycle, and the last one before it", async () => {
    const { store, file } = await opened([{ open: 1 }, { open: 2, currency: "CHF" }]);
    const { debtor, dossiers } = only(store);
    const item = dossiers.find(({ currency }) => currency === "EUR")?.items[0]?.key as ItemKey;
    const db = openDatabase(file, "write");
    db.prepare("INSERT INTO dossier VALUES (?, 'EUR', 3, '2026-02-09')").run(debtor.key);
    db.close();
    messages(file, debtor.key, [
      { id: "a", cycle: 1, sentOn: "2026-01-02" },
      { id: "b", cycle: 2, sentOn: "2026-01-03" },
      { id: "c", cycle: 3, sentOn: "2026-02-09", cameBackOn: "2026-01-25" },
      { id: "d", cycle: 3, sentOn: "2026-02-11", items: [item] },
      { id: "e", cycle: 3, sentOn: "2026-02-10" },
      { id: "f", cycle: 3, state: "void", sentOn: "2026-02-12" },
      { id: "g", cycle: 1, currency: "CHF", sentOn: "2026-02-01" },
    ]);
    const eur = only(store).dossiers.find(({ currency }) => currency === "EUR");
    const days = [eur?.contacts, eur?.cameBack].map((list) => list?.map((each) => each.day).join());
    expect(days).toEqual(["2026-01-03,2026-02-10,2026-02-11", "2026-02-09"]);
    expect(eur?.contacts.at(-1)).toEqual({
      scenario: "standard",
      step: "reminder",
      level: 10,
      channel: "email",
      day: "2026-02-11",
      deadline: "2026-02-20",
      finalWarning: true,
      formalNotice: false,
      cycle: 3,
      automatic: true,
      items: [item],
    });
    expect([eur?.cycle, eur?.partPaid]).toEqual([3, "2026-02-09"]);
    expect(only(store).dossiers.find(({ currency }) => currency === "CHF")?.contacts).toHaveLength(1);
  });

  test("messages on their way, and those that were refused", async () => {
    const { store, file } = await opened();
    messages(file, only(store).debtor.key, [
      { id: "a", state: "queued", step: "one" },
      { id: "b", state: "sending", step: "two" },
      { id: "c", state: "committing", step: "three" },
      { id: "d", state: "deferred", step: "four" },
      { id: "e", state: "uncertain", step: "five" },
      { id: "f", state: "superseded", step: "six" },
      { id: "g", state: "refused", step: "seven", cameBackOn: "2026-02-28" },
      { id: "h", state: "refused", step: "eight", cycle: 9, cameBackOn: "2026-02-28" },
      { id: "i", state: "sent", step: "nine", sentOn: "2026-02-20", cameBackOn: "2026-03-01" },
    ]);
    const [dossier] = only(store).dossiers;
    expect(dossier?.inFlight.map(({ id, step, state }) => `${id} ${step} ${state}`)).toEqual([
      "a one queued",
      "b two sending",
      "c three committing",
      "d four deferred",
      "e five uncertain",
    ]);
    expect(dossier?.refusals.map((each) => Object.values(each).join(" "))).toEqual([
      "seven 1 email g@example.com 2026-03-01",
      "nine 1 email i@example.com 2026-03-02",
    ]);
    expect(dossier?.contacts).toEqual([]);
  });

  test("tasks of this cycle, open ones of any; a call that was made is a contact", async () => {
    const { store, file } = await opened();
    const { debtor } = only(store);
    const db = openDatabase(file, "write");
    db.prepare("INSERT INTO dossier VALUES (?, 'EUR', 2, NULL)").run(debtor.key);
    const task = db.prepare(
      `INSERT INTO task VALUES (?, ?, ${debtor.key}, 'EUR', ?, 'standard', 'call', 20, 'call', '[[1, 20]]', 5, NULL,
         ?, 'x', ?, ?, NULL, NULL, 1)`,
    );
    task.run("t1", "call", 1, "2026-01-05", "expired", "2026-01-10");
    task.run("t2", "address", 1, "2026-01-05", "open", null);
    task.run("t3", "call", 2, "2026-02-05", "done", "2026-02-07");
    task.run("t4", "approval", 2, "2026-02-08", "rejected", "2026-02-09");
    db.close();
    const [dossier] = only(store).dossiers;
    expect(dossier?.tasks.map(({ id, state, decided }) => [id, state, decided])).toEqual([
      ["t2", "open", null],
      ["t3", "done", "2026-02-07"],
      ["t4", "rejected", "2026-02-09"],
    ]);
    expect(dossier?.contacts).toMatchObject([
      { step: "call", channel: "call", day: "2026-02-07", automatic: false, items: [1] },
    ]);
  });
});

test("a currency in which all is paid keeps its contacts: the contact cap counts them", async () => {
  const { store, file } = await opened([{ open: 100 }]);
  messages(file, only(store).debtor.key, [{ id: "m1", currency: "CHF", sentOn: "2026-02-09" }]);
  expect(
    only(store).dossiers.map(({ currency, items, contacts }) => [currency, items.length, contacts.length]),
  ).toEqual([
    ["CHF", 0, 1],
    ["EUR", 1, 0],
  ]);
});

test("a contact of a later cycle, left by an import that was taken back, still counts", async () => {
  const { store, file } = await opened([{ open: 100 }]);
  messages(file, only(store).debtor.key, [{ id: "m1", cycle: 2, sentOn: "2026-02-10" }]);
  expect(only(store).dossiers[0]?.contacts.map(({ day: sent, cycle }) => [sent, cycle])).toEqual([
    ["2026-02-10", 2],
  ]);
});
