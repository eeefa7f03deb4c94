import { describe, expect, test } from "vitest";
import { PLAIN_TERMS } from "../src/core/charges.ts";
import { cents } from "../src/core/money.ts";
import { plan } from "../src/core/plan.ts";
import type { Action, Day, Debtor, OpenItem, Rules, Step } from "../src/core/types.ts";
import {
  aged,
  at,
  credit,
  day,
  dossier,
  euros,
  item,
  ledger,
  rules,
  scenario,
  step,
} from "./support/ledger.ts";

// A Wednesday, in a semester whose rates are known.
const TODAY = day("2026-04-15");
const notice = (on: string, by: "post" | "email" = "post") => ({ day: day(on), by });

interface Asked {
  readonly items: readonly OpenItem[];
  readonly step?: Partial<Step>;
  readonly debtor?: Partial<Debtor>;
  readonly rules?: Partial<Rules>;
  readonly today?: Day;
}

function actionOf({ items, step: over, debtor: who, rules: more, today = TODAY }: Asked): Action {
  const one = step("firm", 10, 3, { channel: "letter", templates: ["firm"], charges: "claimed", ...over });
  const using = rules(more ?? {}, scenario({ approveAbove: null, steps: [one] }));
  const home = { country: using.charges.country, kind: "business" as const };
  const { actions } = plan([ledger([dossier(items)], { ...home, ...who })], using, at(today));
  expect(actions).toHaveLength(1);
  return actions[0] as Action;
}
const belgian = (more: Partial<Rules["charges"]["terms"]> = {}): Partial<Rules> => {
  const { charges } = rules();
  return { charges: { ...charges, country: "BE", terms: { ...PLAIN_TERMS, consumerClause: true, ...more } } };
};
/** Due 31 December 2025: 105 days late on 15 April 2026. */
const invoice = (amount: number, over: Partial<OpenItem> = {}): OpenItem =>
  item({ due: day("2025-12-31"), open: euros(amount), ...over });

describe("what a step claims", () => {
  test("interest and 40 EUR per late invoice, itemised, and the total holds them", () => {
    const { charges, ...action } = actionOf({
      items: [invoice(10_000), aged(TODAY, 10, { open: euros(1000) })],
    });
    // 10,000 x 12.15 % x 105 / 365 and 1,000 x 12.15 % x 10 / 365.
    expect(charges?.items.map(({ interest, compensation }) => [interest, compensation])).toEqual([
      [34_952, 4000],
      [333, 4000],
    ]);
    expect([action.interest, action.compensation]).toEqual([35_285, 8000]);
    expect(action.total).toBe(euros(11_000) + 35_285 + 8000);
    expect(action.claimed).toBe(euros(11_000));
    expect(action.reason).toMatch(/interest 352\.85 EUR and compensation 80\.00 EUR claimed/);
    expect(charges?.items[0]?.segments).toMatchObject([{ from: "2026-01-01", to: TODAY, days: 105 }]);
  });

  test.each([
    ["none", null, 0],
    ["shown", "shown", 0],
    ["claimed", "claimed", 34_952 + 4000],
  ] as const)("charges: %s", (mode, said, more) => {
    const action = actionOf({ items: [invoice(10_000)], step: { charges: mode } });
    expect(action.charges?.mode ?? null).toBe(said);
    expect(action.total - action.claimed).toBe(more);
    expect(action.interest + action.compensation).toBe(more);
  });

  test("credits cover the oldest first: what they cover bears nothing", () => {
    const { charges } = actionOf({
      items: [
        invoice(1000, { number: "OLD" }),
        invoice(2000, { number: "NEW", due: day("2026-01-31") }),
        credit(1500),
      ],
    });
    expect(charges?.items.map(({ number, principal }) => [number, principal])).toEqual([
      ["NEW", euros(1500)],
    ]);
    expect(charges?.compensation).toBe(4000);
  });

  test.each([
    ["a debit", { type: "debit" }],
    ["what is disputed whole", { disputed: euros(10_000) }],
  ] as const)("%s bears nothing", (_, over) => {
    const { charges } = actionOf({ items: [invoice(10_000, over), invoice(500, { number: "B" })] });
    expect(charges?.items.map(({ number }) => number)).toEqual(["B"]);
  });

  test("a disputed part bears no interest", () => {
    const { charges } = actionOf({ items: [invoice(10_000, { disputed: euros(4000) })] });
    expect(charges?.items[0]?.principal).toBe(euros(6000));
  });

  test("a balance without invoices bears nothing", () => {
    const { charges } = actionOf({
      items: [item({ type: "balance", number: "", due: day("2025-12-31"), open: euros(5000) })],
      step: { channel: "email" },
    });
    expect(charges).toMatchObject({ items: [], interest: 0, compensation: 0 });
  });

  test("never twice: interest goes on after what was claimed, compensation was asked once", () => {
    const charged = {
      interest: euros(300),
      compensation: euros(40),
      until: day("2026-04-05"),
      day: day("2026-04-05"),
    };
    const { charges, total } = actionOf({ items: [invoice(10_000, { charged })] });
    expect(charges?.items[0]?.segments).toMatchObject([{ from: "2026-04-06", to: TODAY, days: 10 }]);
    expect([charges?.compensation, charges?.interest]).toEqual([0, 3329]);
    expect(charges?.before).toEqual({ amount: euros(340), day: "2026-04-05" });
    expect(total).toBe(euros(10_000) + 3329);
  });

  test("a semester without a rate is left out and said, the earlier one stays", () => {
    const { charges, warnings } = actionOf({
      items: [invoice(10_000, { due: day("2026-05-31") })],
      today: day("2026-09-15"),
    });
    expect(charges?.items[0]?.segments.map(({ to }) => to)).toEqual(["2026-06-30"]);
    expect(charges?.leftOut).toEqual([{ from: "2026-07-01", to: "2026-09-15" }]);
    expect(warnings.join()).toMatch(
      /no rate is known from 2026-07-01 to 2026-09-15, its interest is left out: dunning rates check/,
    );
  });
});

describe("an invoice that is paid in parts", () => {
  const part = (over: Partial<OpenItem>) =>
    invoice(1000, { number: "FA-1", issued: day("2025-12-01"), ...over });
  const compensations = (items: readonly OpenItem[]) => {
    const { charges } = actionOf({ items });
    return [charges?.items.map(({ compensation }) => compensation), charges?.refused.map(({ why }) => why)];
  };
  const later = { due: day("2026-03-31") };
  const charged = { interest: cents(0), compensation: cents(4000), until: null, day: TODAY };
  const once = "an invoice that is paid in parts bears it once";

  test("its oldest part bears the flat sum", () =>
    expect(compensations([part({}), part(later)])).toEqual([[4000, 0], [once]]));
  test("also where that was claimed before the next part was late", () =>
    expect(compensations([part({ charged }), part(later)])).toEqual([
      [0, 0],
      ["it was claimed before", once],
    ]));
  test.each([
    ["another number", { number: "FA-2" }],
    ["the number of another year", { issued: day("2025-01-31") }],
  ])("%s is another invoice", (_, over) =>
    expect(compensations([part({}), part({ ...later, ...over })])).toEqual([[4000, 4000], []]),
  );
  test("documents without a number are one each", () =>
    expect(compensations([part({ number: "" }), part({ number: "", ...later })])).toEqual([
      [4000, 4000],
      [],
    ]));
});

describe("what is refused, and why", () => {
  test.each([
    ["nobody has said what it is", { kind: "unknown" }, {}, /treated as a consumer/],
    ["waived", { chargesWaived: true }, {}, /waived for this debtor/],
    ["a consumer abroad", { kind: "consumer", country: "BE" }, {}, /the law of BE protects a consumer/],
    [
      "a law that nobody knows",
      {},
      { charges: { ...rules().charges, country: "ES" } },
      /does not know the law of ES/,
    ],
  ] as const)("%s", (_, who, more, why) => {
    const action = actionOf({ items: [invoice(10_000)], debtor: who, rules: more });
    expect([action.interest, action.compensation, action.total]).toEqual([0, 0, euros(10_000)]);
    expect(action.charges?.items).toEqual([]);
    expect(action.reason).toMatch(why);
    expect(action.warnings.join()).toMatch(/nothing is claimed beside the principal/);
  });

  test("a Belgian contract claims nothing of a consumer in France, and gives no Belgian first reminder", () => {
    const items = [invoice(215, { notice: notice("2026-01-05") })];
    const [home, abroad] = (["BE", "FR"] as const).map((country) =>
      actionOf({ items, rules: belgian(), debtor: { kind: "consumer", country } }),
    );
    expect([home?.compensation, abroad?.compensation, abroad?.interest]).toEqual([3650, 0, 0]);
    const fresh = {
      items: [invoice(215)],
      rules: belgian(),
      debtor: { kind: "consumer", country: "FR" },
    } as const;
    expect(actionOf(fresh).firstReminder).toBeNull();
  });

  test("two reasons are two sentences, each with what it is about", () => {
    const action = actionOf({ items: [invoice(10_000)], debtor: { kind: "consumer" } });
    expect([action.interest, action.compensation]).toEqual([0, 0]);
    expect(action.warnings).toEqual([
      expect.stringMatching(/^no interest is claimed: it runs only from the receipt of a formal notice/),
      expect.stringMatching(/^no compensation is claimed: a consumer in France/),
    ]);
  });

  test("default_kind speaks for those of whom nobody does", () => {
    const action = actionOf({
      items: [invoice(10_000)],
      debtor: { kind: "unknown" },
      rules: { defaultKind: "business" },
    });
    expect(action.compensation).toBe(4000);
  });

  test("a French consumer pays interest from the receipt of the formal notice on, and no compensation", () => {
    const action = actionOf({
      items: [invoice(10_000, { notice: notice("2026-03-31") })],
      debtor: { kind: "consumer" },
    });
    expect(action.charges?.items[0]?.segments).toMatchObject([
      { from: "2026-04-01", days: 15, rate: 26_200 },
    ]);
    expect(action.compensation).toBe(0);
    expect(action.reason).toMatch(/no compensation: a consumer in France owes no fixed compensation/);
  });

  test("an insolvent debtor gets no message at all", () => {
    const one = step("firm", 10, 3, { channel: "letter", templates: ["firm"], charges: "claimed" });
    const using = rules({}, scenario({ steps: [one] }));
    const { actions } = plan(
      [ledger([dossier([invoice(10_000)])], { kind: "business", insolvent: true })],
      using,
      at(TODAY),
    );
    expect(
      actions.map(({ task, interest, compensation, charges }) => [task, interest, compensation, charges]),
    ).toEqual([["declare-claim", 0, 0, null]]);
  });
});

describe("Belgian consumers", () => {
  const consumer = { kind: "consumer", country: "BE", language: "fr" } as const;
  const plain = {
    items: [invoice(215)],
    debtor: consumer,
    rules: belgian(),
    step: { charges: "none", deadline: 8 },
  } as const;

  test.each([
    // 15 April 2026: by e-mail 14 days from the 16th, by post from Monday the 20th, and a day of margin.
    ["email", "2026-04-30"],
    ["letter", "2026-05-04"],
  ] as const)("the first reminder by %s: what will be claimed, and the 14 days", (channel, freeUntil) => {
    const action = actionOf({ ...plain, step: { ...plain.step, channel } });
    expect(action.template).toBe("first-reminder-be-consumer");
    expect(action.firstReminder).toEqual({ indemnity: euros(36.5), freeUntil });
    expect(action.deadline).toBe(freeUntil);
    expect(action.total).toBe(euros(215));
  });

  test("it is free, also where an older invoice beside it had its own before", () => {
    const older = invoice(215, { notice: notice("2026-02-02", "email") });
    const items = [older, invoice(100, { number: "FA-2" })];
    const action = actionOf({ ...plain, items, step: { ...plain.step, charges: "claimed" } });
    expect(action.firstReminder?.indemnity).toBe(euros(20));
    expect([action.charges, action.total]).toEqual([null, euros(315)]);
  });

  test("a longer deadline of the step stays", () => {
    expect(actionOf({ ...plain, step: { ...plain.step, channel: "email", deadline: 30 } }).deadline).toBe(
      "2026-05-15",
    );
  });

  test.each([
    ["every invoice had one", { items: [invoice(215, { notice: notice("2026-02-02", "email") })] }],
    ["the contract provides for nothing", { rules: belgian({ consumerClause: false }) }],
    ["a business", { debtor: { ...consumer, kind: "business" } }],
    ["nobody has said", { debtor: { ...consumer, kind: "unknown" } }],
    [
      "no text in its language",
      { rules: { ...belgian(), charges: { ...(belgian().charges as Rules["charges"]), firstReminder: [] } } },
    ],
  ] as const)("the step's own text: %s", (_, more) => {
    const action = actionOf({ ...plain, ...(more as Partial<Asked>) });
    expect([action.template, action.firstReminder]).toEqual(["firm", null]);
  });

  test.each([
    ["before the first reminder", null, 0, 0],
    ["on the last free day", notice("2026-03-31", "email"), 0, 0],
    ["on the first day after", notice("2026-03-30", "email"), 36.5, 0.03],
  ] as const)("%s", (_, told, indemnity, interest) => {
    const action = actionOf({
      ...plain,
      items: [invoice(215, { notice: told })],
      step: { charges: "claimed", channel: "letter", formalNotice: false, finalWarning: true },
    });
    expect([action.compensation, action.interest]).toEqual([euros(indemnity), euros(interest)]);
    expect(action.reason.includes("no compensation")).toBe(indemnity === 0);
  });

  test("the cap is about the balance, not about each invoice", () => {
    const told = notice("2026-02-02", "email");
    const action = actionOf({
      ...plain,
      items: [invoice(400, { notice: told }), invoice(400, { notice: told, number: "B" })],
      step: { charges: "claimed", finalWarning: true },
    });
    // 65 + 5 % of 300, shared by amount.
    expect(action.charges?.items.map(({ compensation }) => compensation)).toEqual([4000, 4000]);
    expect(action.compensation).toBe(euros(80));
  });
});

test("NL: the collection costs of a letter are about its sum", () => {
  const { charges } = rules();
  const action = actionOf({
    items: [invoice(2000), invoice(1000, { number: "B" })],
    rules: { charges: { ...charges, country: "NL" } },
  });
  // 375 + 10 % of 500.
  expect(action.charges?.items.map(({ compensation }) => compensation)).toEqual([14_167, 28_333]);
  expect(action.compensation).toBe(euros(425));
});
