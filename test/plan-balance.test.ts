import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { plan, planEach, planLedger } from "../src/core/plan.ts";
import { REASONS } from "../src/core/reasons.ts";
import type { Debtor, DebtorId, Dossier, OpenItem, SnapshotInfo } from "../src/core/types.ts";
import {
  aged,
  at,
  contact,
  credit,
  day,
  dossier,
  euros,
  inCurrency,
  ledger,
  rules,
  scenario,
  step,
  task,
} from "./support/ledger.ts";
import { verdict } from "./support/verdict.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const ago = (days: number) => addDays(TODAY, -days);
const says = (of: Dossier, over: Partial<SnapshotInfo> = {}): string =>
  verdict(ledger([of]), rules(), at(TODAY, over));
const formal = (): Dossier =>
  dossier([aged(TODAY, 60, { level: 40 })], {
    contacts: [contact("last-warning", ago(20), { level: 40, finalWarning: true, deadline: ago(12) })],
  });
const bucket = (age: number, over: Partial<OpenItem> = {}): Dossier =>
  dossier([aged(TODAY, age, { number: "", type: "balance", issued: null, ...over })]);

const late = (): Dossier => dossier([aged(TODAY, 10)]);
const many = () =>
  ["B", "A", "C"].map((id) =>
    ledger([dossier([aged(TODAY, id === "C" ? 1 : 10, { number: "1" })])], { id: id as DebtorId }),
  );
const hashOf = (
  over: Partial<Debtor> = {},
  open = 100,
  info: Partial<SnapshotInfo> = {},
  force = false,
): string =>
  plan(
    [ledger([dossier([aged(TODAY, 10, { number: "1", open: euros(open) })])], over)],
    rules(),
    at(TODAY, info, force),
  ).hash;
const id = (over: Partial<OpenItem>, tasks: Dossier["tasks"] = []) =>
  planLedger(
    ledger([dossier([aged(TODAY, 30, { number: "1", level: 10, ...over })], { tasks })]),
    rules(),
    at(TODAY),
  ).actions[0]?.id;

const lateDebtor = (over: Partial<Debtor>, unreadRows = 0) => ledger([late()], over, unreadRows);

describe("the balance must be fresh before anything is planned", () => {
  test.each([
    { days: 7, expected: "reminder: due by email, 100.00 EUR" },
    { days: 8, expected: "balance-too-old" },
  ])("a balance $days days old: $expected", ({ days, expected }) => {
    expect(says(dossier([aged(TODAY, 10)]), { asOf: ago(days) })).toBe(expected);
  });

  test.each([
    { days: 4, expected: "formal-notice: awaiting-approval by registered-letter, 100.00 EUR" },
    { days: 5, expected: "balance-too-old" },
  ])("a formal notice on a balance $days days old: $expected", ({ days, expected }) => {
    expect(says(formal(), { asOf: ago(days) })).toBe(expected);
  });

  test("tasks too, and --force changes nothing", () => {
    const call = dossier([aged(TODAY, 30, { level: 10 })]);
    expect(says(call, { asOf: ago(8) })).toBe("balance-too-old");
    expect(verdict(ledger([call]), rules(), at(TODAY, { asOf: ago(8) }, true))).toBe("balance-too-old");
  });

  test("a reason that has nothing to do with the balance stays", () => {
    expect(says(dossier([aged(TODAY, 2)]), { asOf: ago(30) })).toBe("too-early until 2026-11-25");
  });

  test("a newer balance on hold stops everything", () => {
    const { notActed } = planLedger(
      ledger([dossier([aged(TODAY, 10)])]),
      rules(),
      at(TODAY, { newerOnHold: 14 }),
    );
    expect(notActed.map(({ code, reason }) => [code, reason])).toEqual([
      ["newer-balance-on-hold", "balance 14 waits: dunning import accept 14"],
    ]);
  });

  test("what a stale balance holds back takes no place from the debtor's other currency", () => {
    const chf = inCurrency("CHF", aged(TODAY, 10, { open: euros(50) }));
    const notice = formal();
    const granted = task("approval", "formal-notice", ago(1), { state: "granted", decided: ago(1) });
    const eur = { ...notice, tasks: [granted] };
    expect(verdict(ledger([chf, eur]), rules(), at(TODAY, { asOf: ago(5) }))).toBe(
      "reminder: due by email, 50.00 CHF; balance-too-old",
    );
  });
});

describe("13. a balance without invoices", () => {
  test.each([
    { level: 0, age: 31, expected: "reminder: due by email, 100.00 EUR", why: "e-mail steps" },
    { level: 10, age: 31, expected: "call: listed as call, 100.00 EUR", why: "calls" },
    { level: 20, age: 31, expected: "firm: due by email, 100.00 EUR", why: "e-mail steps" },
    { level: 30, age: 61, expected: "detail-needed", why: "no letters" },
    { level: 40, age: 61, expected: "no-final-warning", why: "nothing formal" },
  ])("level $level: $expected ($why)", ({ level, age, expected }) => {
    expect(says(bucket(age, { level }))).toBe(expected);
  });

  test("e-mails use the statement wording; its age is the lower bound of the bucket", () => {
    const [action] = planLedger(ledger([bucket(31)]), rules(), at(TODAY)).actions;
    expect(action).toMatchObject({ template: "statement", leader: "", age: 31 });
    expect(action?.reason).toMatch(
      /^the balance is at least 31 days late, step reminder starts at day 3, last contact none$/,
    );
  });

  test("a final warning by e-mail is a formal step, a letter is no way out for an address", () => {
    const steps = [step("warning", 10, 3, { finalWarning: true })];
    expect(verdict(ledger([bucket(31)]), rules({}, scenario({ steps })), at(TODAY))).toBe("detail-needed");
    const lost = verdict(ledger([bucket(31)], { email: null }), rules(), at(TODAY));
    expect(lost).toBe("reminder: listed as address, 100.00 EUR");
  });

  test("the not-due part has no due date: nothing happens before it has", () => {
    expect(says(bucket(0, { due: null }))).toBe("nothing-overdue");
  });
});

describe("what stops a debtor as a whole", () => {
  test("rows that could not be read", () => {
    expect(verdict(lateDebtor({}, 1), rules(), at(TODAY))).toBe("unread-rows");
    const fresh = ledger([dossier([aged(TODAY, -30)])], {}, 2);
    expect(verdict(fresh, rules(), at(TODAY)), "even where nothing is overdue").toBe("unread-rows");
    expect(verdict(ledger([], {}, 1), rules(), at(TODAY)), "even without a readable row").toBe("unread-rows");
    expect(verdict(ledger([], {}, 0), rules(), at(TODAY))).toBe("");
  });

  test("insolvency", () => {
    expect(verdict(lateDebtor({ insolvent: true }), rules(), at(TODAY))).toBe(
      "declare-claim: listed as declare-claim, 100.00 EUR",
    );
  });

  test("no segment, or one whose scenario does not exist", () => {
    expect(verdict(lateDebtor({}), rules({ segments: [] }), at(TODAY))).toBe("no-segment");
    expect(verdict(lateDebtor({}), rules({ scenarios: new Map() }), at(TODAY))).toBe("no-segment");
    const quiet = ledger([dossier([aged(TODAY, -30)])]);
    expect(verdict(quiet, rules({ segments: [] }), at(TODAY))).toBe("nothing-overdue");
  });

  test("a dossier without open items is history: silent, but its contacts count", () => {
    const paid = dossier([], { currency: "CHF", contacts: [contact("reminder", ago(1))] });
    expect(verdict(ledger([paid, late()]), rules(), at(TODAY))).toBe("contact-cap until 2026-11-30");
  });
});

describe("the plan", () => {
  test("is sorted by debtor, streams, and names its snapshot and day", () => {
    function* streamed() {
      yield* many();
    }
    const made = plan(streamed(), rules(), at(TODAY));
    expect(made.actions.map(({ debtor }) => debtor)).toEqual(["A", "B"]);
    expect(made.notActed.map(({ debtor, code }) => [debtor, code])).toEqual([["C", "too-early"]]);
    expect([made.today, made.snapshot]).toEqual([TODAY, 1]);
    expect([...planEach(many(), rules(), at(TODAY))]).toHaveLength(3);
  });

  test("has a hash that follows what leaves, to whom, how much, from which balance and on which day", () => {
    expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf({}, 100, {}, true)).toBe(hashOf());
    const others = [hashOf({ email: "x@client.example" }), hashOf({}, 101), hashOf({}, 100, { id: 2 })];
    expect(new Set([hashOf(), ...others]).size).toBe(4);
  });

  test("ids come from the document, not from row keys, and differ between a task and the message after it", () => {
    expect(id({})).toMatch(/^[0-9a-f]{8}$/);
    expect(id({ key: 999 as never, open: euros(7000) })).toBe(id({}));
    expect(id({ number: "2" })).not.toBe(id({}));
    expect(id({}, [task("call", "call", ago(9))])).not.toBe(id({}));
  });

  test("deadlines are real dates that fall on working days", () => {
    const due = (days: number) => {
      const steps = [step("firm", 10, 3, { deadline: days })];
      return planLedger(ledger([dossier([aged(TODAY, 10)])]), rules({}, scenario({ steps })), at(TODAY))
        .actions[0]?.deadline;
    };
    expect(due(3), "a Friday").toBe("2026-11-27");
    expect(due(4), "a Saturday rolls to Monday").toBe("2026-11-30");
    expect(due(31), "Christmas and the week-end after it").toBe("2026-12-28");
    const [call] = planLedger(
      ledger([dossier([aged(TODAY, 30, { level: 10 })])]),
      rules(),
      at(TODAY),
    ).actions;
    expect(call?.deadline).toBeNull();
  });

  test("what it did not act on keeps count of what is overdue", () => {
    const items = [aged(TODAY, 2), aged(TODAY, 1, { excluded: "hold" }), aged(TODAY, -9), credit(20)];
    const [left] = planLedger(ledger([dossier(items)]), rules(), at(TODAY)).notActed;
    expect([left?.overdue, left?.items]).toEqual([euros(200), [items[0]?.key]]);
  });

  test("every reason that is explained can be given, and reads like a sentence", () => {
    const folder = join(import.meta.dirname, "..", "src", "core");
    const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "reasons.ts");
    const source = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    for (const code of Object.keys(REASONS)) expect(source).toContain(`"${code}"`);
    for (const { meaning, example } of Object.values(REASONS)) {
      expect(meaning).toMatch(/^[A-Z].*\.$/);
      expect(example.length).toBeGreaterThan(5);
    }
  });
});
