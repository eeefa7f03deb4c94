import {
  balanceOf,
  type Entry,
  grouped,
  type Part,
  paymentsOf,
  type Settlement,
  settleAccount,
} from "./lettering.ts";
import { plus } from "./money.ts";
import { dueUnder, parseTerms, type Terms } from "./terms.ts";
import type {
  Cents,
  Currency,
  Day,
  DebtorId,
  Doubt,
  IncomingItem,
  IncomingPayment,
  ItemType,
} from "./types.ts";
import { continueYear } from "./years.ts";

/** What a financial year holds of customers. */
export interface Year {
  readonly entries: readonly Entry[];
  /** Some line bears a letter. */
  readonly lettered: boolean;
  /** It carries balances over from the year before. */
  readonly opened: boolean;
}

export interface JournalSetting {
  readonly currency: Currency;
  /** Terms in words for a customer, from the most to the least particular. */
  readonly termsOf: (debtor: DebtorId, account: string) => readonly string[];
  /** An account that no single customer stands behind: takings, passers-by. */
  readonly isMany: (name: string) => boolean;
}

/** The open items of all customers, and what the lettering tells besides. */
export interface Derived {
  readonly items: readonly IncomingItem[];
  readonly doubts: readonly Doubt[];
  readonly payments: readonly IncomingPayment[];
  readonly settled: number;
  readonly unbalanced: number;
  /** Customers whose opening lines are not what the year before left open. */
  readonly disagreeing: readonly DebtorId[];
  /** Customers whose opening balance is one sum without documents. */
  readonly lumps: number;
  /** Terms that cannot be read: the next ones were taken. */
  readonly oddTerms: ReadonlySet<string>;
}

function typeOf({ entry, open }: Part): ItemType {
  if (open < 0) return entry.kind === "money" || entry.kind === "opening" ? "payment" : "credit-note";
  return entry.kind === "sale" || (entry.kind !== "money" && entry.named) ? "invoice" : "debit";
}

/** Due dates: no journal has them. */
class Terming {
  readonly odd = new Set<string>();
  readonly #setting: JournalSetting;
  readonly #known = new Map<string, Terms>();

  constructor(setting: JournalSetting) {
    this.#setting = setting;
  }

  due({ debtor, account, issued }: Entry): Day {
    const key = `${debtor}\n${account}`;
    let terms = this.#known.get(key);
    if (terms === undefined) this.#known.set(key, (terms = this.#find(debtor, account)));
    return dueUnder(terms, issued);
  }

  #find(debtor: DebtorId, account: string): Terms {
    for (const text of this.#setting.termsOf(debtor, account)) {
      const terms = parseTerms(text);
      if (terms !== null) return terms;
      this.odd.add(text);
    }
    return { days: 30, endOfMonth: "none" };
  }
}

function itemOf(part: Part, terming: Terming, currency: Currency): IncomingItem {
  const { entry, open } = part;
  return {
    debtor: entry.debtor,
    name: entry.name,
    number: entry.number,
    type: typeOf(part),
    issued: entry.issued,
    due: open > 0 ? terming.due(entry) : null,
    dueDerived: open > 0,
    mark: null,
    original: entry.original,
    open,
    currency,
    master: null,
    line: entry.line,
  };
}

interface Combined {
  readonly byDebtor: ReadonlyMap<string, readonly Entry[]>;
  readonly doubts: readonly Doubt[];
  readonly disagreeing: readonly DebtorId[];
  /** What each year but the newest settled. */
  readonly before: readonly Settlement[];
}

/** Years one after the other, each taking over what the one before left open. */
function combine(years: readonly Year[], currency: Currency): Combined {
  let byDebtor = new Map<string, readonly Entry[]>();
  const doubts: Doubt[] = [];
  const disagreeing: DebtorId[] = [];
  const settled: Settlement[] = [];
  for (const [at, { entries, lettered, opened }] of years.entries()) {
    const own = grouped(entries, ({ debtor }) => debtor);
    const before = byDebtor;
    byDebtor = new Map(own);
    if (at === 0) continue;
    for (const debtor of new Set([...before.keys(), ...own.keys()])) {
      const how = { lettered: years[at - 1]?.lettered ?? lettered, currency, opened };
      const next = continueYear(before.get(debtor) ?? [], own.get(debtor) ?? [], how);
      byDebtor.set(debtor, next.entries);
      settled.push(next.before);
      if (next.agrees === false) disagreeing.push(debtor as DebtorId);
      doubts.push(...next.doubts.map((doubt) => ({ ...doubt, debtor: debtor as DebtorId })));
    }
  }
  return { byDebtor, doubts, disagreeing, before: settled };
}

function doubtsOf(
  settlement: Settlement,
  entries: readonly Entry[],
  isMany: JournalSetting["isMany"],
): Omit<Doubt, "debtor">[] {
  const doubts = [...settlement.doubts];
  const name = entries.find((entry) => entry.name !== null)?.name ?? "";
  if (isMany(name))
    doubts.push({
      code: "not-one-customer",
      reason: `"${name}" is no single customer: nobody can be written to`,
    });
  const foreign = settlement.parts.find(({ entry }) => entry.foreign);
  if (foreign !== undefined) {
    const reason = `${foreign.entry.number || "an item"} was booked from another currency: what the customer owes in it is not known`;
    doubts.push({ code: "foreign-currency", reason });
  }
  return doubts;
}

/**
 * What customers owe by journals of one or several years, the oldest first. Per customer the items add up to the balance
 * of its account; who is doubtful is named and must be left alone.
 */
export function deriveItems(years: readonly Year[], setting: JournalSetting): Derived {
  const { currency } = setting;
  const lettered = years.at(-1)?.lettered ?? false;
  const combined = combine(years, currency);
  const terming = new Terming(setting);
  const items: IncomingItem[] = [];
  const doubts: Doubt[] = [...combined.doubts];
  const payments: IncomingPayment[] = [];
  const pay = ({ paid }: Settlement): void => {
    payments.push(...paymentsOf(paid, currency, (entry) => terming.due(entry)));
  };
  combined.before.forEach(pay);
  let settled = combined.before.reduce((all, each) => all + each.settled, 0);
  let [unbalanced, lumps] = [0, 0];
  for (const [debtor, entries] of combined.byDebtor) {
    const settlement = settleAccount(entries, { lettered, currency });
    items.push(...settlement.parts.map((part) => itemOf(part, terming, currency)));
    pay(settlement);
    settled += settlement.settled;
    unbalanced += settlement.unbalanced;
    if (settlement.parts.length === 0) continue;
    const own = doubtsOf(settlement, entries, setting.isMany);
    doubts.push(...own.map((doubt) => ({ ...doubt, debtor: debtor as DebtorId })));
    if (settlement.parts.some(({ entry }) => entry.kind === "opening" && !entry.named)) lumps++;
  }
  const { disagreeing } = combined;
  return { items, doubts, payments, settled, unbalanced, disagreeing, lumps, oddTerms: terming.odd };
}

/** Debit - credit that the items must add up to: the newest year's, with those before it where it carries nothing over. */
export function controlOfYears(years: readonly Year[]): Cents {
  let control = 0 as Cents;
  for (const { entries, opened } of years) {
    const own = balanceOf(entries);
    control = opened ? own : plus(control, own);
  }
  return control;
}
