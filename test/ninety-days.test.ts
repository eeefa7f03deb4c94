import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import { toDecimal } from "../src/core/money.ts";
import { plan } from "../src/core/plan.ts";
import type {
  Action,
  ActionItem,
  Cents,
  Contact,
  Day,
  Debtor,
  DebtorId,
  DebtorKey,
  Dossier,
  ItemKey,
  ItemType,
  Ledger,
  NotActed,
  Rules,
} from "../src/core/types.ts";
import { at, contact, debtor, dossier, item, rule, rules, scenario, step } from "./support/ledger.ts";
import { type World, world } from "./support/simulate.ts";

const folder = join(import.meta.dirname, "..", "fixtures", "cases", "ninety-days");

interface CaseItem {
  readonly number: string;
  readonly issued: Day | null;
  readonly due: Day | null;
  readonly open: string;
  readonly currency?: string;
  readonly type?: ItemType;
  readonly level?: number;
}
type PersonDoes = { readonly on: Day } & (
  | { readonly step: string; readonly decides: "granted" | "rejected" }
  | { readonly email: string }
);
interface CaseDebtor {
  readonly id: DebtorId;
  readonly shows: string;
  readonly debtor?: Partial<Debtor>;
  readonly items: readonly CaseItem[];
  readonly contacts?: readonly (Pick<Contact, "step" | "level"> & { readonly day: string })[];
  readonly partPaid?: Day;
  readonly people?: readonly PersonDoes[];
}
interface Case {
  readonly start: Day;
  readonly days: number;
  readonly debtors: readonly CaseDebtor[];
}

function ledgerOf(one: CaseDebtor, index: number): Ledger {
  const items = one.items.map((each, place) =>
    item({
      key: (index * 100 + place) as ItemKey,
      number: each.number,
      issued: each.issued,
      due: each.due,
      open: Math.round(Number(each.open) * 100) as Cents,
      type: each.type ?? "invoice",
      currency: each.currency ?? "EUR",
      level: each.level ?? 0,
    }),
  );
  const currencies = [...new Set(items.map(({ currency }) => currency))].sort();
  const contacts = (one.contacts ?? []).map(({ step: id, day: when, level }) => contact(id, when, { level }));
  const dossiers = currencies.map(
    (currency): Dossier => ({
      ...dossier(items.filter((each) => each.currency === currency)),
      contacts,
      partPaid: one.partPaid ?? null,
    }),
  );
  const name = `${one.id.slice(0, 1)}${one.id.slice(1).toLowerCase()} SARL`;
  const identity = {
    id: one.id,
    key: (index + 1) as DebtorKey,
    name,
    email: `compta@${one.id.toLowerCase()}.example`,
  };
  return { debtor: debtor({ ...identity, ...one.debtor }), dossiers, unreadRows: 0, doubt: null };
}

function caseRules(): Rules {
  const standard = scenario();
  const gentle = scenario({
    name: "gentle",
    gap: 14,
    steps: [
      step("reminder", 10, 7, { templates: ["reminder-a"] }),
      step("firm", 30, 30, { deadline: 14 }),
      step("last-warning", 40, 60, { channel: "letter", deadline: 15, finalWarning: true }),
    ],
  });
  const byInvoice = scenario({ name: "by-invoice", follow: "invoice" });
  const consumer = rule('kind == "consumer"', ({ kind }) => kind === "consumer");
  const state = rule('sector == "public"', ({ sector }) => sector === "public");
  return rules({
    segments: [
      { name: "consumers", when: consumer, scenario: "gentle" },
      { name: "public", when: state, scenario: "by-invoice" },
      { name: "everybody", when: rule("true", () => true), scenario: "standard" },
    ],
    scenarios: new Map([standard, gentle, byInvoice].map((each) => [each.name, each])),
  });
}

/** What persons do today, before the plan. */
function peopleAct(all: World, one: CaseDebtor, today: Day): string[] {
  return (one.people ?? [])
    .filter(({ on }) => on === today)
    .map((does) => {
      if ("email" in does) {
        all.change(one.id, { email: does.email });
        return `person  found the address ${does.email}`;
      }
      expect(all.decide(one.id, does.step, does.decides, today), `${one.id} ${does.step} on ${today}`).toBe(
        true,
      );
      return `person  ${does.step} ${does.decides}`;
    });
}

const VERBS = { due: "send", "awaiting-approval": "ask ", listed: "list" } as const;

function itemText({ number, role, level }: ActionItem): string {
  const mark =
    role === "credit"
      ? " credit"
      : `${role === "information" ? " info" : ""}${level === null ? "" : ` ${level}`}`;
  return `${number === "" ? "balance" : number}${mark === "" ? "" : ` (${mark.trim()})`}`;
}

function actionText(action: Action): string {
  const { step: id, channel, task, claimed, currency, deadline, template, warnings } = action;
  const how = action.state === "listed" ? `(${task})` : `by ${channel}, ${template}`;
  const parts = [
    `${VERBS[action.state]}    ${id} ${how}`,
    `${toDecimal(claimed, currency)} ${currency}`,
    action.items.map(itemText).join(" + "),
    ...(deadline === null ? [] : [`until ${deadline}`]),
    ...warnings.map((warning) => `! ${warning}`),
  ];
  return parts.join(" | ");
}

function reasonText({ code, reason, nextPossible }: NotActed): string {
  return `wait    ${code}: ${reason}${nextPossible === null ? "" : ` -> ${nextPossible}`}`;
}

/** Who, in which currency, why: what counts as the same reason as yesterday. */
const reasonKey = ({ debtor: id, currency, code }: NotActed): string => `${id} ${currency} ${code}`;

/** Plans and carries out every day; the lines of each debtor, a reason only where it changed. */
function play({ start, days, debtors }: Case): Map<DebtorId, string[]> {
  const using = caseRules();
  const all = world(debtors.map(ledgerOf));
  const lines = new Map<DebtorId, string[]>(debtors.map(({ id }) => [id, []]));
  let yesterday = new Set<string>();
  for (let n = 0; n < days; n++) {
    const today = addDays(start, n);
    const say = (id: DebtorId, text: string): unknown => lines.get(id)?.push(`${today}  ${text}`);
    for (const one of debtors) for (const text of peopleAct(all, one, today)) say(one.id, text);
    const { actions, notActed } = plan(all.ledgers(), using, at(today));
    for (const action of actions) say(action.debtor, actionText(action));
    for (const each of notActed) if (!yesterday.has(reasonKey(each))) say(each.debtor, reasonText(each));
    yesterday = new Set(notActed.map(reasonKey));
    all.carryOut(actions, today);
    expect(plan(all.ledgers(), using, at(today)).actions, `a second run on ${today}`).toEqual([]);
  }
  return lines;
}

test("ninety days of a frozen ledger", async () => {
  const given = JSON.parse(readFileSync(join(folder, "debtors.json"), "utf8")) as Case;
  const lines = play(given);
  const blocks = given.debtors.map(({ id, shows }) =>
    [`${id}: ${shows}`, ...(lines.get(id) ?? [])].join("\n"),
  );
  await expect(`${blocks.join("\n\n")}\n`).toMatchFileSnapshot(join(folder, "expected", "timeline.txt"));
});
