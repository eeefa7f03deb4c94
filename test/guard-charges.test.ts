import { expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { cents } from "../src/core/money.ts";
import type { Action, ActionCharges, ActionItem, ItemCharges, ItemKey } from "../src/core/types.ts";
import { type Chargeable, chargeAmounts, chargeFault } from "../src/delivery/guard-charges.ts";
import { sampleFor } from "../src/render/sample.ts";
import { BUSINESS, someCharges } from "./support/action-charges.ts";
import { day } from "./support/ledger.ts";
import { TODAY } from "./support/rendering.ts";

const sample = sampleFor({ template: "firm", language: "fr", channel: "letter", today: TODAY }).action;
const [plainLine] = sample.items;
const [plainCharge] = someCharges.items;

interface Planted {
  readonly action?: Partial<Action>;
  readonly charges?: Partial<ActionCharges>;
  readonly item?: Partial<ItemCharges>;
  readonly line?: Partial<ActionItem>;
  readonly owner?: Partial<Chargeable>;
}

/** 10,000 EUR, 100 days late, with the charges of V9; each test plants one mistake. */
function faultOf({ action, charges, item, line, owner }: Planted): string | null {
  const late = {
    ...(plainLine as ActionItem),
    key: 1 as ItemKey,
    number: "FA-2026-0153",
    open: cents(1_000_000),
    claimed: cents(1_000_000),
    daysOverdue: 100,
    ...line,
  };
  const own = { ...(plainCharge as ItemCharges), ...item };
  const claimed = { ...someCharges, items: [own], ...charges };
  const { interest, compensation } = someCharges;
  const whole: Action = { ...sample, items: [late], charges: claimed, interest, compensation, ...action };
  const known = {
    key: 1 as ItemKey,
    number: late.number,
    type: late.type,
    open: late.open,
    charged: null,
    notice: null,
  };
  return chargeFault(whole, { ...BUSINESS, items: [known], ...owner });
}

const consumer = { kind: "consumer" } as const;
const noCompensation = {
  item: { compensation: cents(0) },
  charges: { compensation: cents(0) },
  action: { compensation: cents(0) },
};
const noticed = (on: string | null) => [
  {
    key: 1 as ItemKey,
    number: "FA-2026-0153",
    type: "invoice" as const,
    open: cents(1_000_000),
    charged: null,
    notice: on === null ? null : { day: day(on), by: "post" as const },
  },
];

/** Interest was claimed up to so many days after the first day of the charges. */
const before = (days: number, key = 1) =>
  noticed(null).map((each) => ({
    ...each,
    key: key as ItemKey,
    charged: {
      interest: cents(1),
      compensation: cents(key === 1 ? 0 : 4000),
      until: addDays((plainCharge as ItemCharges).segments[0]?.from ?? TODAY, days),
      day: day("2026-01-01"),
    },
  }));

test.each<[string, Planted, RegExp | null]>([
  ["what is right", {}, null],
  ["no charges at all", { action: { charges: null, interest: cents(0), compensation: cents(0) } }, null],
  [
    "shown ones, in no total",
    { charges: { mode: "shown" }, action: { interest: cents(0), compensation: cents(0) } },
    null,
  ],
  ["shown ones in the total", { charges: { mode: "shown" } }, /other interest/],
  ["interest that no invoice bears", { action: { interest: cents(26_122) } }, /other interest/],
  ["a compensation that no invoice bears", { action: { compensation: cents(8000) } }, /another compensation/],
  ["charges without a list", { action: { charges: null } }, /other interest/],
  ["negative interest", { action: { interest: cents(-1) } }, /negative/],
  ["a debtor of whom nobody has said", { owner: { kind: null } }, /nobody has said/],
  ["an insolvent debtor", { owner: { insolvent: true } }, /insolvent/],
  ["what was waived", { owner: { waived: true } }, /waived/],
  [
    "a compensation of a French consumer",
    { owner: { ...consumer, items: noticed("2026-01-01") } },
    /compensation of a consumer in FR/,
  ],
  ["a French consumer without a notice", { ...noCompensation, owner: consumer }, /has had no notice/],
  [
    "a French consumer with one",
    { ...noCompensation, owner: { ...consumer, items: noticed("2026-01-01") } },
    null,
  ],
  [
    "a Belgian consumer without a reminder",
    { charges: { country: "BE" }, owner: consumer },
    /has had no notice/,
  ],
  ...["DE", "CH"].map((country): [string, Planted, RegExp] => [
    `a consumer without a notice in ${country}`,
    { ...noCompensation, charges: { ...noCompensation.charges, country }, owner: consumer },
    /has had no notice/,
  ]),
  ...["GB", "LU"].map((country): [string, Planted, RegExp] => [
    `interest of a consumer in ${country}`,
    {
      ...noCompensation,
      charges: { ...noCompensation.charges, country },
      owner: { ...consumer, items: noticed("2026-01-01") },
    },
    /more than the principal of a consumer/,
  ]),
  [
    "collection costs of a Dutch consumer without a notice",
    { charges: { country: "NL" }, owner: consumer },
    /has had no notice/,
  ],
  [
    "interest of a Dutch consumer without one",
    {
      ...noCompensation,
      charges: { ...noCompensation.charges, country: "NL" },
      owner: { ...consumer, items: noticed(null) },
    },
    null,
  ],
  ["an invoice that is not claimed", { line: { key: 2 as ItemKey } }, /does not claim/],
  ["an invoice listed for information", { line: { role: "information" } }, /does not claim/],
  ["a debit", { line: { type: "debit" } }, /no late invoice/],
  ["an invoice that is not late", { line: { daysOverdue: 0 } }, /no late invoice/],
  ["more than is claimed", { line: { claimed: cents(999_999) } }, /more than is claimed/],
  [
    "parts that do not add up",
    { item: { segments: (plainCharge as ItemCharges).segments.slice(1) } },
    /sum of its parts/,
  ],
  [
    "a year's interest for ten days",
    { line: { daysOverdue: 3 } },
    /interest of .* more than any law or contract gives/,
  ],
  [
    "a compensation of a thousand",
    {
      item: { compensation: cents(160_000) },
      charges: { compensation: cents(160_000) },
      action: { compensation: cents(160_000) },
    },
    /compensation of FA-2026-0153 is more/,
  ],
  [
    "a compensation that was claimed before",
    {
      owner: {
        items: noticed(null).map((each) => ({
          ...each,
          charged: { interest: cents(0), compensation: cents(4000), until: null, day: day("2026-01-01") },
        })),
      },
    },
    /compensation of .* was claimed before/,
  ],
  [
    "a compensation that another part of the invoice bore",
    { owner: { items: noticed(null).map((each) => ({ ...each, compensated: true })) } },
    /compensation of .* was claimed before, with another part/,
  ],
  [
    "interest for days that was claimed before",
    { owner: { items: before(0) } },
    /interest of .* was claimed before/,
  ],
  ["interest from the day after", { owner: { items: before(-1) } }, null],
  [
    "what another part of the invoice, of the same amount, has borne",
    { owner: { items: [...before(0, 2), ...noticed(null)] } },
    null,
  ],
  [
    "the key of another document",
    { line: { number: "FA-2026-0154" }, owner: { items: noticed(null) } },
    /another document/,
  ],
])("%s", (_, planted, fault) => {
  if (fault === null) expect(faultOf(planted)).toBeNull();
  else expect(faultOf(planted)).toMatch(fault);
});

test("amounts that a text may show: parts, sums, what was claimed before, the indemnity to come", () => {
  const indemnity = { indemnity: cents(3650), freeUntil: day("2026-12-09") };
  const amounts = chargeAmounts({ ...sample, charges: someCharges, firstReminder: indemnity });
  expect(amounts).toEqual(expect.arrayContaining([26_121, 4000, 30_121, 10_808, 15_313, 15_000, 3650]));
});
