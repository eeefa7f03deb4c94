import { describe, expect, test } from "vitest";
import { planCampaign } from "../src/core/campaign.ts";
import type { Campaign, Channel, Dossier, OpenItem } from "../src/core/types.ts";
import { ago, ahead, dispute, hold, promise, TODAY } from "./support/agreements.ts";
import {
  aged,
  at,
  contact,
  credit,
  dossier,
  euros,
  inCurrency,
  ledger,
  rule,
  rules,
  scenario,
  step,
  task,
} from "./support/ledger.ts";

const campaign = (over: Partial<Campaign> = {}): Campaign => ({
  name: "small",
  when: rule("true", () => true),
  channel: "email",
  templates: ["small-balance"],
  from: null,
  until: null,
  approve: false,
  countsAsStep: false,
  ...over,
});

/** What a campaign does with one debtor: the step's level and state, or the code. */
function says(
  of: readonly Dossier[],
  { over = {}, using = rules() }: { over?: Partial<Campaign>; using?: ReturnType<typeof rules> } = {},
): string[] {
  const { actions, notActed } = planCampaign([ledger(of)], using, campaign(over), at(TODAY));
  return [
    ...actions.map(({ step: id, level, state, claimed }) => `${id} ${level} ${state} ${claimed}`),
    ...notActed.map(({ code }) => code),
  ];
}

const late = (age = 10, over: Partial<OpenItem> = {}): OpenItem => aged(TODAY, age, over);
const SENT = ["campaign-small null due 10000"];
const campaignContact = (when: string) => contact("campaign-small", when, { level: null });

describe("what stops a campaign", () => {
  const one = late();
  const broken = promise([one], 100, { state: "broken", decided: ago(1), cycle: 1 });
  const outOfDate = credit(100, { type: "payment", number: "P-1" });
  test.each<[string, readonly Dossier[], string[]]>([
    ["nothing", [dossier([one])], SENT],
    ["nothing is due yet", [dossier([late(-5)])], ["nothing-overdue"]],
    ["a hold", [dossier([one], { holds: [hold()] })], ["on-hold"]],
    ["a dispute", [dossier([one], { disputes: [dispute([one])] })], ["disputed"]],
    ["a promise", [dossier([one], { promises: [promise([one], 100, { date: ahead(3) })] })], ["promised"]],
    ["a broken promise: the call comes first", [dossier([one], { promises: [broken] })], ["call-first"]],
    [
      "the call was made",
      [
        dossier([one], {
          promises: [broken],
          contacts: [contact("call", ago(1), { channel: "call", automatic: false, level: null })],
        }),
      ],
      SENT,
    ],
    [
      "a payment that nobody has put against the invoice: asked about",
      [dossier([late(10, { open: euros(150) }), late(9), outOfDate])],
      ["own-side null listed 15000"],
    ],
    [
      "a person keeps it back",
      [
        dossier([late(10, { open: euros(150) }), late(9), outOfDate], {
          tasks: [task("own-side", "own-side", ago(30), { state: "rejected" })],
        }),
      ],
      ["own-side"],
    ],
    ["a message left today", [dossier([one], { contacts: [contact("reminder", TODAY)] })], ["contact-cap"]],
    ["it was heard of", [dossier([one], { contacts: [campaignContact(ago(20))] })], ["campaign-heard"]],
    [
      "it was heard of, about another currency",
      [dossier([one]), inCurrency("USD", late(40, { currency: "USD", open: euros(1) }))].map((each, n) =>
        n === 0 ? each : { ...each, contacts: [campaignContact(ago(20))] },
      ),
      ["campaign-heard"],
    ],
    [
      "above the amount that a person approves",
      [dossier([late(10, { open: euros(20001) })])],
      ["campaign-small null awaiting-approval 2000100"],
    ],
  ])("%s", (_name, of, expected) => {
    expect(says(of)).toEqual(expected);
  });

  test("without invoices a letter says nothing", () => {
    const balance = late(10, { type: "balance", number: "" });
    expect(says([dossier([balance])], { over: { channel: "letter" } })).toEqual(["detail-needed"]);
  });

  test("with no cap two messages on one day are refused all the same", () => {
    const told = dossier([one], { contacts: [contact("reminder", TODAY)] });
    expect(says([told], { using: rules({ contactCap: 0 }) })).toEqual(["contact-cap"]);
  });
});

describe("what it tells where it counts as a step", () => {
  const email = "email" as Channel;
  const steps = (channel = email, approve = false) =>
    rules(
      {},
      scenario({ steps: [step("a", 10, 3), step("b", 20, 12, { channel, approve }), step("c", 30, 20)] }),
    );
  test.each([
    ["before the first step", 2, steps(), 0, null],
    ["on its day", 3, steps(), 0, 10],
    ["the day before the second", 11, steps(), 0, 10],
    ["on its day", 12, steps(), 0, 20],
    ["all of them", 40, steps(), 0, 30],
    ["not above what was told", 19, steps(), 20, null],
    ["never past a call", 40, steps("call"), 0, 10],
    ["never past what is approved first", 40, steps(email, true), 0, 10],
    ["past a call that was made", 40, steps("call"), 20, 30],
  ])("%s (%d days late)", (_name, age, using, told, level) => {
    const item = late(age, { level: told });
    expect(says([dossier([item])], { over: { countsAsStep: true }, using })).toEqual([
      `campaign-small ${level} due 10000`,
    ]);
  });
});
