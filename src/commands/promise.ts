import type { Context, Outcome } from "../context.ts";
import { agreedOn } from "../core/agreed.ts";
import { cents, sum, toDecimal } from "../core/money.ts";
import { type PlanningDay, planningDay } from "../core/planning-day.ts";
import { promiseLimit } from "../core/promise.ts";
import type { Cents, Currency, Day, Dossier, PromisedItem } from "../core/types.ts";
import type { NewPromise, PromiseRecord } from "../store/promises.ts";
import { table } from "../table.ts";
import type { Company } from "./company.ts";
import { shown } from "./plan-document.ts";
import { promisesToday, settlePromises } from "./promises-settled.ts";
import {
  amountFrom,
  dossierMeant,
  invoicesText,
  itemsNamed,
  notPast,
  type Owing,
  owedIn,
  owingOf,
  recording,
  textOf,
  within,
} from "./recording.ts";
import { momentOf } from "./run-plan.ts";

/** Where a new promise takes the place of an old one. */
const BEFORE = "dunning promise list, dunning promise cancel ID";

/** What was owed when a promise was given. */
interface Basis {
  readonly currency: Currency;
  readonly items: readonly PromisedItem[];
  readonly credits: Cents;
  /** What is open of what it is about, and what of that is promised already. */
  readonly open: Cents;
  readonly taken: Cents;
}

/** The documents that are named, else all that is owed in the dossier: the oldest are covered first. */
function basisOf(
  company: Company,
  owing: Owing,
  { invoice: numbers, currency }: Pick<PromiseOptions, "invoice" | "currency">,
): Basis {
  const named = numbers === undefined ? null : itemsNamed(owing, numbers);
  const dossier: Dossier = dossierMeant(owing, named, currency);
  const meant = new Set((named ?? owedIn(dossier)).map(({ key }) => key));
  const items = owedIn(dossier).map(({ key, open }) => ({ key, open, meant: meant.has(key) }));
  const credits = dossier.items.reduce((total, { open }) => total - Math.min(0, open), 0);
  const open = sum(items.filter((item) => item.meant).map((item) => item.open));
  const before = agreedOn(dayIn(company), dossier).dossier.items;
  const taken = sum(before.filter(({ key }) => meant.has(key)).map(({ promised }) => promised));
  return { currency: dossier.currency, items, credits: cents(credits), open, taken };
}

function documentOf({ currency, amount, paid, ...rest }: PromiseRecord, until: Day) {
  return { ...rest, currency, amount: toDecimal(amount, currency), paid: toDecimal(paid, currency), until };
}

/** The last day on which a promise for a date is waited for. */
function limitIn(company: Company): (date: Day) => Day {
  const day = dayIn(company);
  return (date) => promiseLimit(day, { date });
}

function dayIn(company: Company): PlanningDay {
  const snapshot = company.store.imports.info();
  const moment = momentOf(
    company,
    snapshot ?? { id: 0, asOf: company.today, kind: "balance", newerOnHold: null },
  );
  return planningDay(company.rules, moment);
}

export interface PromiseOptions {
  readonly date: Day;
  readonly amount: string;
  readonly invoice?: readonly string[];
  readonly currency?: string;
  readonly by?: string;
  readonly how?: string;
  readonly note?: string;
}

/** Records a promise in the transaction that is open; used by `log call --promise` too. */
export function givePromise(company: Company, owing: Owing, options: PromiseOptions): PromiseRecord {
  const { date, by, how, note } = options;
  notPast(date, company, "the promised date");
  const { open, taken, ...basis } = basisOf(company, owing, options);
  const amount = amountFrom(options.amount, basis.currency);
  within(amount, { open, taken }, basis.currency, { what: "the promised amount", fix: BEFORE });
  const texts = { by: textOf(by), how: textOf(how), note: textOf(note) };
  return company.store.promises.give({
    debtor: owing.found.key,
    ...basis,
    date,
    amount,
    ...texts,
    day: company.today,
  });
}

/** `dunning promise add DEBTOR --date D --amount A`: what it covers is left alone until its date and the grace are over. */
export async function promiseAdd(
  context: Context,
  debtor: string,
  options: PromiseOptions,
): Promise<Outcome> {
  return await recording(context, "write", (company) => {
    settlePromises(company);
    const promise = givePromise(company, owingOf(company, debtor), options);
    const until = limitIn(company)(promise.date);
    const { id, currency, amount, date } = promise;
    context.out.say(`${id}: ${shown(amount, currency)} promised for ${date}, waited for until ${until}`);
    return { promise: documentOf(promise, until) };
  });
}

/** `dunning promise cancel ID`: what it covered is claimed again. */
export async function promiseCancel(context: Context, id: string): Promise<Outcome> {
  return await recording(context, "write", (company) => {
    settlePromises(company);
    const promise = company.store.promises.cancel(id, company.today);
    const others = company.store.promises
      .list()
      .filter(
        ({ debtor, state, currency }) =>
          debtor === promise.debtor && currency === promise.currency && state === "open",
      )
      .map((each) => each.id);
    context.out.say(
      `${promise.id} cancelled: what it covered is claimed again${others.length === 0 ? "" : `, but for what ${others.join(", ")} covers`}.`,
    );
    return { promise: documentOf(promise, limitIn(company)(promise.date)) };
  });
}

/** As they stand today, whether a run has kept that already or not. */
function listed(company: Company): PromiseRecord[] {
  const today = promisesToday(company);
  return company.store.promises.list().map((promise) => {
    const found = today.get(promise.id);
    if (found === undefined) return promise;
    return { ...promise, state: found.state, paid: found.paid, ended: found.decided };
  });
}

function promiseTable(
  context: Context,
  promises: readonly PromiseRecord[],
  limit: (date: Day) => Day,
): string {
  const columns = [
    { header: "id" },
    { header: "debtor", whole: true },
    { header: "documents", flexible: true },
    { header: "date" },
    { header: "until" },
    { header: "promised", align: "right" as const },
    { header: "came", align: "right" as const },
    { header: "state" },
    { header: "by", flexible: true },
  ];
  const rows = promises.map(({ id, debtor, invoices, date, amount, paid, currency, state, by }) => [
    id,
    debtor,
    invoicesText(invoices),
    date,
    limit(date),
    shown(amount, currency),
    shown(paid, currency),
    state,
    by ?? "-",
  ]);
  return table(columns, rows, context.out.width);
}

/** `dunning promise list`: open ones and those that were not kept; `--ended`: all. Instalments are promises. */
export async function promiseList(context: Context, { ended }: { ended?: true }): Promise<Outcome> {
  return await recording(context, "read", (company) => {
    const limit = limitIn(company);
    const promises = listed(company).filter(
      ({ state }) => ended === true || (state !== "kept" && state !== "cancelled"),
    );
    context.out.say(promises.length === 0 ? "Nothing is promised." : promiseTable(context, promises, limit));
    return { promises: promises.map((each) => documentOf(each, limit(each.date))) };
  });
}

export interface InstalmentOptions extends Pick<PromiseOptions, "invoice" | "currency" | "by" | "note"> {
  readonly instalment: readonly (readonly [Day, string])[];
}

/** `dunning instalments add DEBTOR --instalment DATE=AMOUNT ...`: each one is a promise of its own. */
export async function instalmentsAdd(
  context: Context,
  debtor: string,
  { instalment, invoice, currency, by, note }: InstalmentOptions,
): Promise<Outcome> {
  return await recording(context, "write", (company) => {
    settlePromises(company);
    const owing = owingOf(company, debtor);
    const { open, taken, ...basis } = basisOf(company, owing, {
      ...(invoice === undefined ? {} : { invoice }),
      ...(currency === undefined ? {} : { currency }),
    });
    const texts = { by: textOf(by), how: null, note: textOf(note) };
    const all = [...instalment]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([date, amount]): NewPromise => {
        notPast(date, company, "the date of an instalment");
        const own = { date, amount: amountFrom(amount, basis.currency), ...texts };
        return { debtor: owing.found.key, ...basis, ...own, day: company.today };
      });
    within(sum(all.map(({ amount }) => amount)), { open, taken }, basis.currency, {
      what: "the sum of the instalments",
      fix: BEFORE,
    });
    const [first, ...rest] = all;
    if (first === undefined) throw new Error("an instalment plan without instalments");
    const plan = company.store.promises.plan([first, ...rest]);
    const limit = limitIn(company);
    context.out.say(`${plan.id}: ${plan.promises.length} instalments`);
    context.out.say(promiseTable(context, plan.promises, limit));
    return { instalments: planDocument(plan.id, plan.promises, limit) };
  });
}

function planDocument(id: string, promises: readonly PromiseRecord[], limit: (date: Day) => Day) {
  const state = promises.some((each) => each.state === "open") ? "open" : "ended";
  const { debtor, name } = promises[0] ?? { debtor: "", name: "" };
  return { id, debtor, name, state, promises: promises.map((each) => documentOf(each, limit(each.date))) };
}

/** `dunning instalments cancel ID`: what is left of the plan. */
export async function instalmentsCancel(context: Context, id: string): Promise<Outcome> {
  return await recording(context, "write", (company) => {
    settlePromises(company);
    const cancelled = company.store.promises.cancelPlan(id, company.today);
    const plan = cancelled[0]?.plan ?? id;
    context.out.say(`${plan} cancelled: ${cancelled.map((each) => each.id).join(", ")} are claimed again.`);
    const all = company.store.promises.list().filter((each) => each.plan === plan);
    return { instalments: planDocument(plan, all, limitIn(company)) };
  });
}

/** `dunning instalments list`: plans with instalments left; `--ended`: all. */
export async function instalmentsList(context: Context, { ended }: { ended?: true }): Promise<Outcome> {
  return await recording(context, "read", (company) => {
    const limit = limitIn(company);
    const all = listed(company);
    const ids = [...new Set(all.flatMap(({ plan }) => plan ?? []))];
    const plans = ids
      .map((id) =>
        planDocument(
          id,
          all.filter(({ plan }) => plan === id),
          limit,
        ),
      )
      .filter(({ state }) => ended === true || state === "open");
    if (plans.length === 0) context.out.say("There are no instalment plans.");
    for (const { id, debtor, name } of plans) {
      context.out.say(`${context.out.paint("bold", id)} ${debtor} ${name}`);
      context.out.say(
        promiseTable(
          context,
          all.filter(({ plan }) => plan === id),
          limit,
        ),
      );
    }
    return { instalments: plans };
  });
}
