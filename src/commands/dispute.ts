import type { Context, Outcome } from "../context.ts";
import { contested as withDisputes } from "../core/agreed.ts";
import { daysBetween } from "../core/day.ts";
import { cents, sum, toDecimal } from "../core/money.ts";
import type { Cents, Currency, Day, Dossier, OpenItem } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { DisputeRecord } from "../store/disputes.ts";
import { table } from "../table.ts";
import { shown, shownTotals } from "./plan-document.ts";
import {
  amountFrom,
  dossierMeant,
  invoicesText,
  itemsNamed,
  notPast,
  owingOf,
  recording,
  textOf,
  within,
} from "./recording.ts";

/** What is contested now: never more than what is open. */
const contested = ({ amount, open }: DisputeRecord): Cents =>
  amount === null ? open : cents(Math.min(amount, open));

type State = "open" | "accepted" | "rejected";
const stateOf = ({ outcome }: DisputeRecord): State => outcome ?? "open";

function documentOf(dispute: DisputeRecord, today: Day) {
  const { currency, amount, open } = dispute;
  return {
    ...dispute,
    amount: toDecimal(amount ?? open, currency),
    whole: amount === null,
    open: toDecimal(open, currency),
    state: stateOf(dispute),
    days: Math.max(0, daysBetween(dispute.opened, dispute.closed ?? today)),
  };
}

export interface DisputeOptions {
  readonly invoice: readonly string[];
  readonly amount?: string;
  readonly reason: string;
  readonly note?: string;
  readonly owner?: string;
  readonly expected?: Day;
}

/** What of these documents persons have opened a dispute about already. */
function contestedBefore(dossier: Dossier, named: readonly OpenItem[]): Cents {
  const keys = new Set(named.map(({ key }) => key));
  // Without what the books mark: a person may say which part of it is meant.
  const bare = dossier.items.map((item) => ({ ...item, disputed: cents(0) }));
  const { items } = withDisputes({ ...dossier, items: bare });
  return sum(items.filter(({ key }) => keys.has(key)).map(({ disputed }) => disputed));
}

const BEFORE = "dunning dispute list, dunning dispute close ID";

/** Null: the documents as a whole. Without an amount it is what is not disputed yet. Throws a Failure (2) where that is nothing. */
function amountMeant(
  given: string | undefined,
  rest: Cents,
  before: Cents,
  currency: Currency,
): Cents | null {
  if (given !== undefined) return amountFrom(given, currency);
  if (before === 0) return null;
  if (rest > 0) return rest;
  throw new Failure(EXIT.usage, {
    code: "disputed-already",
    message: "these documents are disputed as a whole already",
    found: shown(before, currency),
    fix: BEFORE,
  });
}

/** `dunning dispute open DEBTOR --invoice N`: the part is not claimed; the rest goes on. */
export async function disputeOpen(
  context: Context,
  debtor: string,
  options: DisputeOptions,
): Promise<Outcome> {
  return await recording(context, "write", (company) => {
    const { store, today } = company;
    const owing = owingOf(company, debtor);
    const named = itemsNamed(owing, options.invoice);
    const dossier = dossierMeant(owing, named, undefined);
    const { currency } = dossier;
    const open = sum(named.map((item) => item.open));
    const before = contestedBefore(dossier, named);
    const amount = amountMeant(options.amount, cents(open - before), before, currency);
    if (amount !== null)
      within(amount, { open, taken: before }, currency, { what: "the disputed amount", fix: BEFORE });
    if (options.expected !== undefined) notPast(options.expected, company, "the day of the answer");
    const dispute = store.disputes.open({
      debtor: owing.found.key,
      currency,
      items: named.map(({ key }) => key),
      amount,
      reason: options.reason,
      note: textOf(options.note),
      owner: textOf(options.owner),
      expected: options.expected ?? null,
      day: today,
    });
    const rest = cents(open - contested(dispute));
    const goesOn = rest > 0 ? `; ${shown(rest, currency)} go on` : "";
    context.out.say(
      `${dispute.id}: ${shown(contested(dispute), currency)} of ${invoicesText(dispute.invoices)} disputed (${dispute.reason})${goesOn}`,
    );
    return { dispute: documentOf(dispute, today) };
  });
}

/** `dunning dispute close ID`: rejected: claimed again; accepted: never again, until the books have deducted it. */
export async function disputeClose(
  context: Context,
  id: string,
  { outcome }: { outcome: "accepted" | "rejected" },
): Promise<Outcome> {
  return await recording(context, "write", ({ store, today }) => {
    const dispute = store.disputes.close(id, outcome, today);
    context.out.say(
      outcome === "rejected"
        ? `${dispute.id} rejected: the amount is claimed again.`
        : `${dispute.id} accepted: the amount stays out until the books have deducted it (credit note).`,
    );
    return { dispute: documentOf(dispute, today) };
  });
}

/** Age of open disputes, by days since they were opened. */
const AGES: readonly (readonly [label: string, most: number])[] = [
  ["0-7", 7],
  ["8-30", 30],
  ["31-60", 60],
  ["61-90", 90],
  ["91+", Infinity],
];

function ageing(disputes: readonly DisputeRecord[], today: Day) {
  return AGES.map(([label, most], at) => {
    const least = AGES[at - 1]?.[1] ?? -1;
    const own = disputes.filter(({ opened }) => {
      const days = Math.max(0, daysBetween(opened, today));
      return days > least && days <= most;
    });
    const totals = new Map<Currency, number>();
    for (const each of own) totals.set(each.currency, (totals.get(each.currency) ?? 0) + contested(each));
    return { label, count: own.length, totals: [...totals] as [Currency, Cents][] };
  });
}

/** `dunning dispute list`: the open ones and how old they are; `--ended`: all. */
export async function disputeList(context: Context, { ended }: { ended?: true }): Promise<Outcome> {
  return await recording(context, "read", ({ store, today }) => {
    const all = store.disputes.list();
    const running = all.filter(({ outcome }) => outcome === null);
    const shownOnes = ended === true ? all : running;
    const buckets = ageing(running, today);
    const columns = [
      { header: "id" },
      { header: "debtor", whole: true },
      { header: "documents", flexible: true },
      { header: "disputed", align: "right" as const },
      { header: "reason" },
      { header: "days", align: "right" as const },
      { header: "expected" },
      { header: "owner", flexible: true },
      ...(ended === true ? [{ header: "state" }] : []),
    ];
    const rows = shownOnes.map((each) => [
      each.id,
      each.debtor,
      invoicesText(each.invoices),
      shown(contested(each), each.currency),
      each.reason,
      String(documentOf(each, today).days),
      each.expected === null
        ? "-"
        : `${each.expected}${each.outcome === null && each.expected < today ? " !" : ""}`,
      each.owner ?? "-",
      ...(ended === true ? [stateOf(each)] : []),
    ]);
    const { out } = context;
    out.say(rows.length === 0 ? "Nothing is disputed." : table(columns, rows, out.width));
    if (running.length > 0) {
      out.say(`\n${out.paint("bold", "Days open")}`);
      for (const { label, count, totals } of buckets.filter(({ count: n }) => n > 0))
        out.say(`  ${label.padEnd(8)}${String(count).padStart(4)}   ${shownTotals(totals)}`);
    }
    return {
      disputes: shownOnes.map((each) => documentOf(each, today)),
      ageing: buckets.map(({ label, count, totals }) => ({
        label,
        count,
        totals: totals.map(([currency, amount]) => ({ currency, amount: toDecimal(amount, currency) })),
      })),
    };
  });
}
