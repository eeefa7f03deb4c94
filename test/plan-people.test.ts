import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { planLedger } from "../src/core/plan.ts";
import type { Action, Debtor, Dossier, Refusal, Rules, Task } from "../src/core/types.ts";
import {
  aged,
  at,
  contact,
  day,
  dossier,
  euros,
  ledger,
  rules,
  scenario,
  standardSteps,
  step,
  task,
} from "./support/ledger.ts";
import { verdict } from "./support/verdict.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const ago = (days: number): string => addDays(TODAY, -days);
const says = (of: Dossier, over: Partial<Debtor> = {}, using: Rules = rules()): string =>
  verdict(ledger([of], over), using, at(TODAY));
const first = (of: Dossier, over: Partial<Debtor> = {}): Action => {
  const [action] = planLedger(ledger([of], over), rules(), at(TODAY)).actions;
  if (action === undefined) throw new Error("no action");
  return action;
};

/** A formal notice is due: warned 20 days ago, the deadline has run. */
const formal = (tasks: readonly Task[] = [], over: Partial<Dossier> = {}): Dossier =>
  dossier([aged(TODAY, 60, { level: 40, open: euros(500) })], {
    contacts: [contact("last-warning", ago(20), { level: 40, finalWarning: true, deadline: day(ago(12)) })],
    tasks,
    ...over,
  });
const approval = (state: Task["state"], maximum: number | null, over: Partial<Task> = {}): Task =>
  task("approval", "formal-notice", ago(3), {
    state,
    maximum: maximum === null ? null : euros(maximum),
    decided: state === "open" ? null : day(ago(1)),
    ...over,
  });
const ASK = "formal-notice: awaiting-approval by registered-letter, 500.00 EUR";
const GO = "formal-notice: due by registered-letter, 500.00 EUR";

const called = (tasks: readonly Task[], over: Partial<Dossier> = {}): Dossier =>
  dossier([aged(TODAY, 30, { level: 10 })], { tasks, ...over });
const withCall = (over: Partial<ReturnType<typeof step>>): Rules => {
  const steps = standardSteps().map((each) => (each.id === "call" ? { ...each, ...over } : each));
  return rules({}, scenario({ steps }));
};
const visited = (tasks: readonly Task[]) => dossier([aged(TODAY, 30)], { tasks });
const letter = (fallback: "email" | null): Rules =>
  rules({}, scenario({ steps: [step("firm", 10, 3, { channel: "letter", fallback })] }));
const refusal = (from: string, over: Partial<Refusal> = {}): Refusal => ({
  step: "reminder",
  cycle: 1,
  channel: "email",
  to: "compta@dupont.example",
  from: day(from),
  ...over,
});
const late = (over: Partial<Dossier> = {}): Dossier => dossier([aged(TODAY, 10)], over);

describe("9. who must approve", () => {
  test.each([
    { open: 20_000, expected: "due", why: "at approve_above" },
    { open: 20_000.01, expected: "awaiting-approval", why: "above it" },
  ])("a claim of $open with approve_above 20000: $expected ($why)", ({ open, expected }) => {
    const action = first(dossier([aged(TODAY, 10, { open: euros(open) })]));
    expect([action.state, action.task]).toEqual([expected, expected === "due" ? null : "approval"]);
  });

  test("no ceiling, no question", () => {
    const using = rules({}, scenario({ approveAbove: null }));
    expect(says(dossier([aged(TODAY, 10, { open: euros(99_999) })]), {}, using)).toMatch(/^reminder: due/);
  });

  test("a reminder before the due date is not a claim, but a strategic debtor's waits all the same", () => {
    const soon = dossier([aged(TODAY, -3, { open: euros(30_000) })]);
    expect(says(soon)).toBe("courtesy: due by email, 30000.00 EUR");
    expect(says(soon, { strategic: true })).toBe("courtesy: awaiting-approval by email, 30000.00 EUR");
  });

  test("strategic debtors: messages wait, calls are a person's work anyway", () => {
    expect(says(dossier([aged(TODAY, 10)]), { strategic: true })).toMatch(/^reminder: awaiting-approval/);
    expect(says(dossier([aged(TODAY, 30, { level: 10 })]), { strategic: true })).toMatch(/^call: listed/);
  });

  test.each([
    { tasks: [], expected: ASK, why: "nobody was asked" },
    { tasks: [approval("open", 500)], expected: "waiting-for-approval", why: "asked for as much" },
    { tasks: [approval("open", 499.99)], expected: ASK, why: "the claim has grown over what was asked" },
    { tasks: [approval("granted", 500)], expected: GO, why: "granted up to the claim" },
    { tasks: [approval("granted", 499.99)], expected: ASK, why: "granted for less" },
    { tasks: [approval("granted", null)], expected: GO, why: "granted without a limit" },
    { tasks: [approval("rejected", 500)], expected: "approval-rejected", why: "rejected" },
    {
      tasks: [approval("rejected", 499.99)],
      expected: ASK,
      why: "the claim has grown over what was rejected",
    },
    { tasks: [approval("expired", 500)], expected: ASK, why: "expired" },
    { tasks: [approval("granted", 500, { cycle: 2 })], expected: ASK, why: "granted in another cycle" },
    { tasks: [approval("granted", 500, { step: "firm" })], expected: ASK, why: "granted for another step" },
    {
      tasks: [approval("rejected", 500, { decided: day(ago(2)) }), approval("granted", 500)],
      expected: GO,
      why: "the newest decision counts",
    },
  ])("$why: $expected", ({ tasks, expected }) => {
    expect(says(formal(tasks))).toBe(expected);
  });

  test("a grant is used up by the message that left under it", () => {
    const used = contact("formal-notice", ago(1), { level: 50, formalNotice: true });
    const one = formal([approval("granted", 500)]);
    const using = rules({ contactCap: 0 }, scenario({ gap: 0 }));
    expect(says({ ...one, contacts: [...one.contacts, used] }, {}, using)).toBe(ASK);
    const before = { ...used, day: day(ago(2)) };
    expect(says({ ...one, contacts: [...one.contacts, before] }, {}, using)).toBe(GO);
  });

  test("the question names its cause", () => {
    expect(first(formal()).reason).toMatch(/approval needed: step formal-notice asks for approval$/);
    expect(first(dossier([aged(TODAY, 10)]), { strategic: true }).reason).toMatch(/: strategic debtor$/);
    const large = dossier([aged(TODAY, 10, { open: euros(20_001) })]);
    expect(first(large).reason).toMatch(/: claim above 20000.00 EUR$/);
  });
});

describe("9. calls", () => {
  const open = (days: number): Task => task("call", "call", ago(days));
  const LIST = "call: listed as call, 100.00 EUR";
  const FALL_BACK = "call: due by email, 100.00 EUR";

  test.each([
    { tasks: [], expected: LIST, why: "not listed yet" },
    { tasks: [open(0)], expected: "waiting-for-call until 2026-11-30", why: "listed today" },
    { tasks: [open(4)], expected: "waiting-for-call until 2026-11-25", why: "a day before its timeout" },
    { tasks: [open(5)], expected: FALL_BACK, why: "nobody logged it within 5 days" },
    { tasks: [task("call", "call", ago(2), { state: "expired" })], expected: FALL_BACK, why: "given up" },
    { tasks: [task("call", "call", ago(9), { cycle: 2 })], expected: LIST, why: "listed in another cycle" },
    { tasks: [task("visit", "call", ago(9))], expected: LIST, why: "that was a visit" },
  ])("$why: $expected", ({ tasks, expected }) => {
    expect(says(called(tasks))).toBe(expected);
  });

  test("the fallback's message is the step's own: its level, its template", () => {
    const action = first(called([open(5)]));
    expect(action).toMatchObject({ level: 20, template: "reminder-b", channel: "email", task: null });
    expect(action.reason).toMatch(/call listed on 2026-11-19 was not logged$/);
    expect(action.items[0]?.level).toBe(20);
  });

  test("a call that led to a message is over: the same step later lists a new one", () => {
    const sent = { contacts: [contact("call", ago(8), { level: 20 })] };
    expect(says(called([task("call", "call", ago(13), { state: "expired" })], sent))).toBe(LIST);
    expect(says(called([task("call", "call", ago(8))], sent)), "listed after it").toBe(FALL_BACK);
  });

  test("without a timeout a call waits, without a fallback the scenario goes on", () => {
    expect(says(called([open(300)]), {}, withCall({ timeout: null }))).toBe("waiting-for-call");
    expect(says(called([open(4)]), {}, withCall({ fallback: null }))).toMatch(/^waiting-for-call/);
    expect(says(called([open(5)]), {}, withCall({ fallback: null }))).toBe("firm: due by email, 100.00 EUR");
  });

  test("a visit is a task like a call", () => {
    const steps = [step("visit", 10, 3, { channel: "visit", timeout: 5, fallback: "letter" })];
    const using = rules({}, scenario({ steps }));
    expect(says(visited([]), {}, using)).toBe("visit: listed as visit, 100.00 EUR");
    expect(says(visited([task("visit", "visit", ago(4))]), {}, using)).toBe(
      "waiting-for-visit until 2026-11-25",
    );
    expect(says(visited([task("visit", "visit", ago(5))]), {}, using)).toBe(
      "visit: due by letter, 100.00 EUR",
    );
  });

  test("a call without a number is listed with a warning", () => {
    expect(first(called([]), { phone: null }).warnings).toEqual(["no telephone number is known"]);
    expect(first(called([])).warnings).toEqual([]);
  });
});

describe("9. addresses", () => {
  const none = { email: null, address: [], postcode: null, city: null };

  test.each([
    { over: {}, expected: "reminder: due by email, 100.00 EUR", why: "an e-mail address" },
    {
      over: { email: null },
      expected: "reminder: due by letter, 100.00 EUR",
      why: "none, but a postal address",
    },
    {
      over: { emailBad: true },
      expected: "reminder: due by letter, 100.00 EUR",
      why: "one that was refused",
    },
    { over: none, expected: "reminder: listed as address, 100.00 EUR", why: "neither" },
    {
      over: { ...none, address: ["1 rue X"] },
      expected: "reminder: listed as address, 100.00 EUR",
      why: "a street alone",
    },
    {
      over: { ...none, postcode: "75001" },
      expected: "reminder: listed as address, 100.00 EUR",
      why: "a place alone",
    },
    {
      over: { ...none, address: ["1 rue X", "75001 Paris"] },
      expected: "reminder: due by letter, 100.00 EUR",
      why: "two lines",
    },
    {
      over: { ...none, address: ["1 rue X"], city: "Paris" },
      expected: "reminder: due by letter, 100.00 EUR",
      why: "street and town",
    },
    {
      over: { channel: "letter" as const },
      expected: "reminder: due by letter, 100.00 EUR",
      why: "an e-mail address, but letters are agreed",
    },
    {
      over: { channel: "letter" as const, address: [] },
      expected: "reminder: listed as address, 100.00 EUR",
      why: "letters are agreed, and no postal address",
    },
    {
      over: { channel: "call" as const },
      expected: "reminder: due by email, 100.00 EUR",
      why: "another channel is agreed",
    },
  ])("$why: $expected", ({ over, expected }) => {
    expect(says(late(), over)).toBe(expected);
  });

  test("a step's own fallback comes first", () => {
    const steps = [step("reminder", 10, 3, { fallback: "call", timeout: 5 })];
    const using = rules({}, scenario({ steps }));
    expect(says(late(), { email: null }, using)).toBe("reminder: listed as call, 100.00 EUR");
    const waited = late({ tasks: [task("call", "reminder", ago(5))] });
    expect(says(waited, { email: null }, using)).toBe("reminder: due by letter, 100.00 EUR");
    expect(says(waited, none, using)).toBe("reminder: listed as address, 100.00 EUR");
  });

  test("a letter without a postal address takes its fallback, never an e-mail of its own accord", () => {
    expect(says(late(), { address: [] }, letter("email"))).toBe("firm: due by email, 100.00 EUR");
    expect(says(late(), { address: [] }, letter(null))).toBe("firm: listed as address, 100.00 EUR");
  });

  test("the search is listed once, for the debtor, and the step stays due", () => {
    const searched = late({ tasks: [task("address", "reminder", ago(2))] });
    expect(says(searched, none)).toBe("address-missing");
    expect(says(searched), "once found").toBe("reminder: due by email, 100.00 EUR");
    expect(says(late({ tasks: [task("address", "courtesy", ago(2))] }), none), "for another step").toBe(
      "address-missing",
    );
    expect(says(late({ tasks: [task("address", "reminder", ago(2), { state: "done" })] }), none)).toMatch(
      /^reminder: listed/,
    );
  });

  test("warnings: another channel is told in the reason, gaps in the address as warnings", () => {
    const action = first(late(), { email: null, postcode: null });
    expect(action.reason).toMatch(/no usable e-mail address$/);
    expect(action.warnings).toEqual(["the postal address has no postcode"]);
    expect([action.to, action.template]).toEqual([null, expect.stringMatching(/^reminder-[ab]$/)]);
  });
});

describe("messages that were refused or are under way", () => {
  test.each([
    {
      refusals: [refusal("2026-11-25")],
      expected: "message-refused until 2026-11-25",
      why: "until the next working day",
    },
    {
      refusals: [refusal("2026-11-24")],
      expected: "reminder: due by letter, 100.00 EUR",
      why: "from that day on",
    },
    {
      refusals: [refusal("2026-11-25", { cycle: 2 })],
      expected: "reminder: due by letter, 100.00 EUR",
      why: "another cycle",
    },
    {
      refusals: [refusal("2026-11-25", { step: "firm" })],
      expected: "reminder: due by letter, 100.00 EUR",
      why: "another step",
    },
  ])("refused, $why: $expected", ({ refusals, expected }) => {
    expect(says(late({ refusals }), { emailBad: true })).toBe(expected);
  });

  test.each([
    { state: "queued", code: "message-under-way" },
    { state: "sending", code: "message-under-way" },
    { state: "committing", code: "message-under-way" },
    { state: "deferred", code: "message-under-way" },
    { state: "uncertain", code: "uncertain-message" },
  ] as const)("a $state message stops the debtor: $code", ({ state, code }) => {
    const busy = late({ inFlight: [{ id: "8f3a12bc", step: "reminder", state }] });
    expect(says(busy)).toBe(code);
    const chf = dossier([aged(TODAY, 40, { currency: "CHF" })]);
    expect(verdict(ledger([busy, chf]), rules(), at(TODAY)), "in every currency").toBe(`${code}; ${code}`);
  });

  test("an uncertain one outranks the others, and says what to type", () => {
    const inFlight = [
      { id: "aaaaaaaa", step: "reminder", state: "deferred" },
      { id: "bbbbbbbb", step: "reminder", state: "uncertain" },
    ] as const;
    const [reason] = planLedger(ledger([late({ inFlight })]), rules(), at(TODAY)).notActed;
    expect(reason?.reason).toBe(
      "message bbbbbbbb of step reminder is uncertain: dunning outbox show bbbbbbbb",
    );
  });
});
