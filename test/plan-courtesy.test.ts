import { describe, expect, test } from "vitest";
import { workCalendar } from "../src/core/calendar.ts";
import { addDays } from "../src/core/day.ts";
import { planLedger } from "../src/core/plan.ts";
import type { Dossier, OpenItem, Rules } from "../src/core/types.ts";
import {
  aged,
  at,
  contact,
  credit,
  day,
  dossier,
  euros,
  inCurrency,
  item,
  ledger,
  rules,
  scenario,
  standardSteps,
  step,
} from "./support/ledger.ts";
import { verdict } from "./support/verdict.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const says = (items: readonly OpenItem[], using: Rules = rules(), over: Partial<Dossier> = {}): string =>
  verdict(ledger([dossier(items, over)]), using, at(TODAY));
/** Due in so many days, large enough for the courtesy mail. */
const due = (days: number, over: Partial<OpenItem> = {}): OpenItem =>
  aged(TODAY, -days, { open: euros(1000), ...over });

const last = (days: number): Partial<Dossier> => ({
  contacts: [contact("courtesy", addDays(TODAY, -days))],
});

describe("7. before the due date", () => {
  test.each([
    { days: 8, expected: "nothing-overdue until 2026-11-25", why: "a day before the window" },
    { days: 7, expected: "courtesy: due by email, 1000.00 EUR", why: "the first day of [due - 7, due)" },
    { days: 1, expected: "courtesy: due by email, 1000.00 EUR", why: "the last day" },
    { days: 0, expected: "nothing-overdue until 2026-11-27", why: "the due date itself" },
  ])("due in $days days: $expected ($why)", ({ days, expected }) => {
    expect(says([due(days)])).toBe(expected);
  });

  test("once per item and due date: a new due date is a new reminder", () => {
    const told = due(3, { courtesyFor: addDays(TODAY, 3) });
    expect(says([told])).toBe("nothing-overdue until 2026-11-30");
    expect(says([{ ...told, due: addDays(TODAY, 5) }])).toBe("courtesy: due by email, 1000.00 EUR");
  });

  test("grouped in one message, without levels, the earliest due date first", () => {
    const items = [
      due(5, { number: "B" }),
      due(2, { number: "A" }),
      due(20, { number: "LATER" }),
      credit(300),
    ];
    const { actions } = planLedger(ledger([dossier(items)]), rules(), at(TODAY));
    expect(actions).toHaveLength(1);
    expect(actions[0]).toMatchObject({
      leader: "A",
      age: -2,
      level: null,
      claimed: euros(1700),
      credits: euros(300),
    });
    expect(actions[0]?.items.map(({ number, level, role }) => [number, level, role])).toEqual([
      ["A", null, "claimed"],
      ["B", null, "claimed"],
      [expect.any(String), null, "credit"],
    ]);
  });

  test.each([
    { open: 1000, expected: "courtesy: due by email, 1000.00 EUR" },
    { open: 999.99, expected: "nothing-overdue until 2026-11-30" },
  ])("its `when`: open >= 1000, $open is open: $expected", ({ open, expected }) => {
    expect(says([due(3, { open: euros(open) })])).toBe(expected);
  });

  test("a debtor who is late gets none, in no currency", () => {
    expect(says([due(3), aged(TODAY, 1)])).toBe("too-early until 2026-11-26");
    const chf = inCurrency("CHF", aged(TODAY, 1));
    expect(verdict(ledger([chf, dossier([due(3)])]), rules(), at(TODAY))).toBe(
      "too-early until 2026-11-26; late-elsewhere until 2026-11-30",
    );
  });

  test("a late item that credits cover does not count as late", () => {
    const items = [due(3, { open: euros(1500) }), aged(TODAY, 30), credit(100)];
    expect(says(items)).toBe("courtesy: due by email, 1400.00 EUR");
  });

  test("items on hold, disputed or below the minimum are not reminded of", () => {
    expect(says([due(3, { excluded: "hold" })])).toBe("nothing-overdue");
    expect(says([due(3), due(3, { number: "D", disputed: euros(1000) })])).toBe(
      "courtesy: due by email, 1000.00 EUR",
    );
  });

  test("it keeps to the contact cap, and to no gap", () => {
    expect(says([due(3)], rules(), last(4))).toBe("contact-cap until 2026-11-25");
    expect(says([due(3)], rules(), last(5))).toBe("courtesy: due by email, 1000.00 EUR");
  });

  test("with two such steps the first that applies reminds; each item once", () => {
    const steps = [step("early", null, -14), step("late", null, -3), ...standardSteps().slice(1)];
    const using = rules({}, scenario({ steps }));
    expect(says([due(2), due(10)], using)).toBe("early: due by email, 2000.00 EUR");
    expect(says([due(2, { courtesyFor: addDays(TODAY, 2) })], using)).toBe(
      "nothing-overdue until 2026-11-30",
    );
  });

  test("what is too small is not worth a reminder", () => {
    const steps = [step("courtesy", null, -7)];
    const using = rules({}, scenario({ steps }));
    expect(says([due(3, { open: euros(10) })], using)).toBe("nothing-overdue");
    expect(says([due(3, { open: euros(10.01) })], using)).toBe("courtesy: due by email, 10.01 EUR");
  });
});

describe("7. a window without a working day is served on the last working day before it", () => {
  // Closed from Saturday 2026-12-19 to Sunday 2027-01-03; the item is due on 2026-12-30, its window begins on 12-23.
  const calendar = workCalendar({ country: "FR", region: null, closed: ["2026-12-21..2027-01-01"] });
  const using = rules({ calendar });
  const soon = item({ due: day("2026-12-30"), open: euros(1000) });
  const plan = (today: string, force = false): string =>
    verdict(ledger([dossier([soon])]), using, at(today, {}, force));

  test.each([
    {
      today: "2026-12-17",
      expected: "nothing-overdue until 2026-12-18",
      why: "not the last working day before",
    },
    {
      today: "2026-12-18",
      expected: "courtesy: due by email, 1000.00 EUR",
      why: "the last working day before",
    },
    { today: "2026-12-19", expected: "nothing-overdue until 2027-01-04", why: "closed" },
    { today: "2026-12-23", expected: "not-working-day until 2027-01-04", why: "inside the window, closed" },
  ])("$today: $expected ($why)", ({ today, expected }) => {
    expect(plan(today)).toBe(expected);
  });

  test("forced, it is served inside its window", () => {
    expect(plan("2026-12-22", true)).toBe("nothing-overdue until 2027-01-04");
    expect(plan("2026-12-23", true)).toBe("courtesy: due by email, 1000.00 EUR");
  });

  test("a window that begins on the day before a week-end and ends in it", () => {
    const steps = [step("courtesy", null, -2)];
    const short = rules({}, scenario({ steps }));
    const monday = item({ due: day("2026-11-23"), open: euros(1000) });
    const on = (today: string): string => verdict(ledger([dossier([monday])]), short, at(today));
    expect(on("2026-11-19")).toBe("nothing-overdue until 2026-11-20");
    expect(on("2026-11-20")).toBe("courtesy: due by email, 1000.00 EUR");
  });
});
