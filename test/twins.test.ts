import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cents } from "../src/core/money.ts";
import { type KnownTwin, matchTwins, type Twin } from "../src/core/twins.ts";
import type { Day } from "../src/core/types.ts";

const twin = (due: string | null, open: number, type: Twin["type"] = "invoice"): Twin => ({
  due: due === null ? null : (`2026-${due}` as Day),
  open: cents(open),
  type,
  original: null,
  mark: null,
  dueDerived: false,
});
const known = (ordinal: number, due: string | null, open: number, settled = false): KnownTwin => ({
  ...twin(due, open),
  ordinal,
  settled,
});

const three = [known(0, "01-31", 100), known(1, "02-28", 100), known(2, "03-31", 100)];

describe("which known item a row is", () => {
  test.each<{ what: string; known: KnownTwin[]; rows: Twin[]; ordinals: number[]; numbered?: false }>([
    {
      what: "nothing known: the due date orders",
      known: [],
      rows: [twin("02-28", 1), twin("01-31", 9)],
      ordinals: [1, 0],
    },
    {
      what: "nothing known, same due date: the amount orders",
      known: [],
      rows: [twin("01-31", 9), twin("01-31", 1)],
      ordinals: [1, 0],
    },
    {
      what: "without a due date: last",
      known: [],
      rows: [twin(null, 1), twin("01-31", 9)],
      ordinals: [1, 0],
    },
    {
      what: "the first instalment is paid",
      known: three,
      rows: [twin("02-28", 100), twin("03-31", 100)],
      ordinals: [1, 2],
    },
    {
      what: "the middle one is paid, the last in part",
      known: three,
      rows: [twin("03-31", 40), twin("01-31", 100)],
      ordinals: [2, 0],
    },
    {
      what: "one is moved: the one that is left over",
      known: three,
      rows: [twin("01-31", 100), twin("05-31", 100), twin("03-31", 100)],
      ordinals: [0, 1, 2],
    },
    {
      what: "a fourth one is new",
      known: three,
      rows: [twin("01-31", 100), twin("02-28", 100), twin("03-31", 100), twin("04-30", 100)],
      ordinals: [0, 1, 2, 3],
    },
    {
      what: "a settled one comes back, an open one goes",
      known: [known(0, "01-31", 100, true), known(1, "02-28", 100), known(2, "03-31", 100)],
      rows: [twin("01-31", 100), twin("03-31", 100)],
      ordinals: [0, 2],
    },
    {
      what: "the same due date: the open one before the settled one",
      known: [known(0, "01-31", 100, true), known(1, "01-31", 100)],
      rows: [twin("01-31", 100)],
      ordinals: [1],
    },
    {
      what: "another due date: the open one before the settled one",
      known: [known(0, "01-31", 100, true), known(1, "02-28", 100)],
      rows: [twin("06-30", 50)],
      ordinals: [1],
    },
    {
      what: "without a number, another due date is another item",
      known: [known(0, "01-31", -5)],
      rows: [twin("02-28", -5)],
      ordinals: [1],
      numbered: false,
    },
    {
      what: "without a number, the same due date is the same item",
      known: [known(0, "01-31", -5)],
      rows: [twin("01-31", -3)],
      ordinals: [0],
      numbered: false,
    },
    {
      what: "gaps are filled",
      known: [known(1, "02-28", 100)],
      rows: [twin("02-28", 100), twin("03-31", 1)],
      ordinals: [1, 0],
    },
    {
      what: "an invoice and its payment under one number",
      known: [
        { ...known(0, "01-31", 100) },
        { ...twin("01-31", -40, "payment"), ordinal: 1, settled: false },
      ],
      rows: [twin("01-31", -40, "payment"), twin("01-31", 60)],
      ordinals: [1, 0],
    },
    {
      what: "alike but for the original amount",
      known: [{ ...known(0, "01-31", 5), original: cents(9) }, known(1, "01-31", 5)],
      rows: [twin("01-31", 5)],
      ordinals: [1],
    },
  ])("$what", ({ known: items, rows, ordinals, numbered = true }) => {
    expect(matchTwins(items, rows, numbered)).toEqual(ordinals);
  });
});

const told = (some: readonly Twin[], ordinals: readonly number[]): string[] =>
  some.map((each, at) => `${Object.values(each).join(" ")} is ${ordinals[at]}`).sort();

describe("promises", () => {
  const row = fc.record({
    due: fc.constantFrom("2026-01-31" as Day, "2026-02-28" as Day, null),
    open: fc.integer({ min: -2, max: 3 }).map(cents),
    type: fc.constantFrom("invoice" as const, "payment" as const),
    original: fc.constantFrom(null, cents(7)),
    mark: fc.constantFrom(null, "disputed" as const),
    dueDerived: fc.boolean(),
  });
  const items = fc
    .array(fc.tuple(row, fc.boolean()), { maxLength: 6 })
    .map((list) => list.map(([each, settled], ordinal): KnownTwin => ({ ...each, settled, ordinal })));
  const rows = fc.array(row, { maxLength: 6 });

  test("every row gets an ordinal of its own", () => {
    fc.assert(
      fc.property(items, rows, fc.boolean(), (list, incoming, numbered) => {
        const ordinals = matchTwins(list, incoming, numbered);
        expect(ordinals).toHaveLength(incoming.length);
        expect(new Set(ordinals).size).toBe(incoming.length);
      }),
    );
  });

  test("the order of rows and of what is known never shows", () => {
    fc.assert(
      fc.property(items, rows, fc.boolean(), (list, incoming, numbered) => {
        const turned = incoming.toReversed();
        expect(told(turned, matchTwins(list.toReversed(), turned, numbered))).toEqual(
          told(incoming, matchTwins(list, incoming, numbered)),
        );
      }),
    );
  });

  test("the same rows again are the same items", () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (incoming, numbered) => {
        const ordinals = matchTwins([], incoming, numbered);
        const list = incoming.map((each, at) => ({
          ...each,
          ordinal: ordinals[at] as number,
          settled: false,
        }));
        expect(
          matchTwins(list, incoming, numbered).map((ordinal) =>
            list.find((each) => each.ordinal === ordinal),
          ),
        ).toEqual(incoming.map((each) => expect.objectContaining({ ...each }) as object));
      }),
    );
  });

  test("with a number, a new item is made only when all known ones are taken", () => {
    fc.assert(
      fc.property(items, rows, (list, incoming) => {
        const ordinals = new Set(matchTwins(list, incoming, true));
        const fresh = [...ordinals].some((ordinal) => ordinal >= list.length);
        expect(fresh && !list.every(({ ordinal }) => ordinals.has(ordinal))).toBe(false);
      }),
    );
  });
});
