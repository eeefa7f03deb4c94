import type { Context, Outcome } from "../context.ts";
import { stageOf, standingOf } from "../core/candidates.ts";
import { cents, fromMajor, toDecimal } from "../core/money.ts";
import { paymentDelay } from "../core/payment-delay.ts";
import type { Person } from "../core/person.ts";
import { type PlanningDay, planningDay } from "../core/planning-day.ts";
import { decided } from "../core/promise.ts";
import { segmentOf } from "../core/segment.ts";
import { parseTerms } from "../core/terms.ts";
import type { Cents, Currency, Day, Ledger } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { HistoryEntry } from "../store/history.ts";
import type { PeopleEntry } from "../store/people-history.ts";
import { table } from "../table.ts";
import { type Company, ledgersOf, withCompany } from "./company.ts";
import { shown, shownTotals } from "./plan-document.ts";
import { momentOf, newestBalance } from "./run-plan.ts";

interface Balance {
  readonly currency: Currency;
  readonly open: Cents;
  readonly overdue: Cents;
  readonly credits: Cents;
  readonly items: number;
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly segment: string | null;
  readonly stage: number;
  readonly lastContact: Day | null;
  readonly balances: readonly Balance[];
}

/** One debtor as `debtors` lists it: `overdue` counts owed items past their due date, credits not deducted. */
function listed(company: Company, ledger: Ledger, day: PlanningDay): Listed {
  const { rules, today } = company;
  const { segment, scenario } = segmentOf(ledger, rules, today);
  let stage = 0;
  let lastContact: Day | null = null;
  const withItems = ledger.dossiers.filter(({ items }) => items.length > 0);
  const balances = withItems.map((dossier) => {
    const standing = standingOf(day, dossier, fromMajor(scenario?.minItem ?? 0, dossier.currency));
    stage = Math.max(stage, stageOf(standing.counting));
    const last = dossier.contacts.at(-1)?.day ?? null;
    if (last !== null && (lastContact === null || last > lastContact)) lastContact = last;
    let [open, overdue, credits] = [0, 0, 0];
    for (const item of dossier.items) {
      open += item.open;
      if (item.open < 0) credits -= item.open;
      else if (item.due !== null && item.due < today) overdue += item.open;
    }
    return {
      currency: dossier.currency,
      open: cents(open),
      overdue: cents(overdue),
      credits: cents(credits),
      items: dossier.items.length,
    };
  });
  return {
    id: ledger.debtor.id,
    name: ledger.debtor.name,
    segment: segment?.name ?? null,
    stage,
    lastContact,
    balances,
  };
}

const balanceDocument = ({ currency, open, overdue, credits, items }: Balance) => ({
  currency,
  open: toDecimal(open, currency),
  overdue: toDecimal(overdue, currency),
  credits: toDecimal(credits, currency),
  items,
});

/** `dunning debtors`: everyone with open items. */
export async function debtors(context: Context): Promise<Outcome> {
  return await withCompany(context, "read", (company) => {
    const day = planningDay(company.rules, momentOf(company, newestBalance(company)));
    const all: Listed[] = [];
    for (const ledger of ledgersOf(company)) all.push(listed(company, decided(day, ledger), day));
    const columns = [
      { header: "debtor", whole: true },
      { header: "name", flexible: true },
      { header: "segment" },
      { header: "open", align: "right" as const },
      { header: "overdue", align: "right" as const },
      { header: "items", align: "right" as const },
      { header: "last contact" },
    ];
    const rows = all.flatMap(({ id, name, segment, lastContact, balances }) =>
      balances.map((each) => [
        id,
        name,
        segment ?? "-",
        shown(each.open, each.currency),
        shown(each.overdue, each.currency),
        String(each.items),
        lastContact ?? "",
      ]),
    );
    if (!context.globals.json) {
      context.out.say(rows.length === 0 ? "Nobody has open items." : table(columns, rows, context.out.width));
    }
    const totals = shownTotals(
      all.flatMap(({ balances }) => balances.map(({ currency, open }) => [currency, open] as const)),
    );
    if (rows.length > 0) context.out.say(`\n${all.length} debtors, open ${totals}`);
    const document = {
      debtors: all.map((each) => ({ ...each, balances: each.balances.map(balanceDocument) })),
    };
    return { exit: EXIT.done, company: company.company.name, asOf: company.today, document };
  });
}

const FLAGS: ReadonlySet<string> = new Set(["strategic", "insured", "insolvent"]);

/** Master data as people and documents have it: an address as lines, flags as yes or no. */
function masterValue(
  key: string,
  value: string | number | null,
): string | number | boolean | null | readonly string[] {
  if (key === "address") return JSON.parse(String(value)) as string[];
  return FLAGS.has(key) ? value === 1 : value;
}

function entryText(entry: HistoryEntry): string {
  switch (entry.kind) {
    case "item": {
      const was =
        entry.before === null || entry.before === entry.open
          ? ""
          : `${shown(entry.before, entry.currency)} -> `;
      return `${entry.change.padEnd(10)} ${entry.number || "(balance)"}  ${was}${shown(entry.open, entry.currency)}  (import ${entry.snapshot})`;
    }
    case "message":
      return `${entry.step} by ${entry.channel} to ${entry.to}, ${entry.state} (${entry.transport}), ${shown(entry.claimed, entry.currency)}  (${entry.id})`;
    case "task":
      return `${entry.task} for ${entry.step}: ${entry.state}${entry.decided === null ? "" : ` on ${entry.decided}`}${entry.reason === null ? "" : `, ${entry.reason}`}  (${entry.id})`;
    case "takeover":
      return `${entry.step} by an older tool (import history), ${entry.currency}`;
    case "merged":
      return `${entry.from} merged into this customer`;
    case "hold":
    case "dispute":
    case "promise":
    case "log":
      return peopleText(entry);
    case "master":
      return `master data: ${entry.keys.join(", ")} (by ${entry.by === "person" ? "debtor set" : "an import"})`;
  }
}

function peopleText({ kind, id, what, amount, currency, date, text }: PeopleEntry): string {
  const money = amount === null || currency === null ? "" : ` ${shown(amount, currency)}`;
  const when = date === null ? "" : ` ${kind === "hold" ? "until" : "for"} ${date}`;
  return `${kind === "log" ? what : `${kind} ${what}`}${money}${when}${text === null ? "" : `: ${text}`}  (${id})`;
}

function entryDocument(entry: HistoryEntry): Record<string, unknown> {
  if (entry.kind === "item") {
    const { currency, before, open } = entry;
    return {
      ...entry,
      before: before === null ? null : toDecimal(before, currency),
      open: toDecimal(open, currency),
    };
  }
  if ("amount" in entry) {
    const { amount, currency } = entry;
    return { ...entry, amount: amount === null || currency === null ? null : toDecimal(amount, currency) };
  }
  return entry.kind === "message"
    ? { ...entry, claimed: toDecimal(entry.claimed, entry.currency) }
    : { ...entry };
}

function delayText(count: number, days: number): string {
  const late = days === 0 ? "on the due date" : `${Math.abs(days)} days ${days > 0 ? "late" : "early"}`;
  return `Paid so far: ${count} ${count === 1 ? "invoice" : "invoices"}, on average ${late} (weighted by amount)`;
}

const personText = ({ name, role, email, phone, language }: Person): string =>
  [name, role, email, phone, language].filter((each) => each !== null).join(", ");

/** `dunning debtor show ID`: master data, items and everything that happened. */
export async function debtorShow(context: Context, id: string): Promise<Outcome> {
  return await withCompany(context, "read", (company) => {
    const { store } = company;
    const found = store.debtors.find(id);
    const items = store.histories.items(found.key);
    const history = store.histories.of(found.key);
    const { out } = context;
    out.say(out.paint("bold", `${found.id} ${found.name}`));
    if (found.aliases.length > 0) out.say(`  ${"also".padEnd(12)} ${found.aliases.join(", ")}`);
    const master = Object.fromEntries(
      Object.entries(found.master).map(([key, value]) => [key, masterValue(key, value)]),
    );
    for (const [key, value] of Object.entries(master)) {
      const text = Array.isArray(value) ? value.join(", ") : value === true ? "yes" : String(value || "");
      if (text === "" || key === "name") continue;
      out.say(`  ${key.padEnd(12)} ${text}${found.saidBy[key] === "person" ? "  (set by hand)" : ""}`);
    }
    for (const person of found.persons) out.say(`  ${"person".padEnd(12)} ${personText(person)}`);
    const open = items.filter(({ state }) => state === "open");
    const columns = [
      { header: "document" },
      { header: "type" },
      { header: "issued" },
      { header: "due" },
      { header: "open", align: "right" as const },
    ];
    const rows = open.map((item) => [
      item.number || "(balance)",
      item.type,
      item.issued ?? "-",
      item.due ?? "-",
      shown(item.open, item.currency),
    ]);
    if (rows.length > 0) out.say(`\n${table(columns, rows, out.width)}`);
    const paid = paymentDelay(store.histories.payments(found.id));
    if (paid.days !== null) out.say(`\n${delayText(paid.count, paid.days)}`);
    if (history.length > 0) out.say(`\n${out.paint("bold", "History")}`);
    for (const entry of history) out.say(`  ${entry.day}  ${entryText(entry)}`);
    const document = {
      debtor: {
        id: found.id,
        name: found.name,
        aliases: found.aliases,
        firstSeen: found.firstSeen,
        ...master,
        saidBy: found.saidBy,
        persons: found.persons,
      },
      items: items.map(({ key: _key, ...item }) => ({
        ...item,
        open: toDecimal(item.open, item.currency),
        original: item.original === null ? null : toDecimal(item.original, item.currency),
      })),
      payments: { count: paid.count, meanDelay: paid.days },
      history: history.map(entryDocument),
    };
    return { exit: EXIT.done, company: company.company.name, asOf: company.today, document };
  });
}

/** What is kept for rules to come: nobody should believe that it does something today. */
function notUsedYet(key: string, value: string): string[] {
  if (value === "") return [];
  if (key === "terms" && parseTerms(value) === null)
    return ["terms is kept, but cannot be read: write 30d, 45d end-of-month or end-of-month 45d"];
  if (key === "channel" && value.trim().toLowerCase() !== "letter")
    return ["channel is kept; only letter changes anything yet: e-mails become letters"];
  return [];
}

/** `dunning debtor set ID KEY=VALUE...`: imports leave a value alone that a person has set. */
export async function debtorSet(context: Context, id: string, changes: readonly string[]): Promise<Outcome> {
  const wrong = changes.find((change) => !/^[a-z_]+(\.[^=]+)?=/.test(change));
  if (wrong !== undefined) {
    throw new Failure(EXIT.usage, {
      code: "debtor-change",
      message: "a change is written KEY=VALUE",
      found: wrong,
      expected: "such as email=compta@example.com; an empty value takes it away",
      fix: "dunning debtor set --help",
    });
  }
  const values = Object.fromEntries(
    changes.map((change) => [change.slice(0, change.indexOf("=")), change.slice(change.indexOf("=") + 1)]),
  );
  return await withCompany(context, "write", ({ store, company, today }) => {
    const changed = store.debtors.set(id, values, today);
    context.out.say(changed.length === 0 ? "Nothing changed." : `${id}: ${changed.join(", ")} set.`);
    const warnings = Object.entries(values).flatMap(([key, value]) => notUsedYet(key, value));
    for (const warning of warnings) context.out.note(`${context.out.paint("warn", "warning")} ${warning}`);
    return {
      exit: EXIT.done,
      company: company.name,
      asOf: today,
      warnings,
      document: { debtor: id, changed },
    };
  });
}
