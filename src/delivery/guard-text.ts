import type { ParsedMail } from "mailparser";
import { sum } from "../core/money.ts";
import type { Action, ActionItem, Currency, DebtorId, Finished } from "../core/types.ts";
import type { GuardFacts, Owner } from "./guard.ts";
import { chargeAmounts } from "./guard-charges.ts";

/** What the guard reads in the words of a message, as whoever gets it would. */

export interface Words {
  readonly foreign: ReadonlyMap<string, ReadonlySet<DebtorId>>;
  readonly harmless: ReadonlySet<string>;
  readonly constants: ReadonlySet<string>;
}

const UNFINISHED = /\{\{|\}\}|\bundefined\b|\bNaN\b|\[object |__[A-Z][A-Z_]*__/;

/** What stands in a message: nothing unfinished, nothing of anybody else, no amount that is not this debtor's. */
export function textFault(
  action: Action,
  texts: readonly string[],
  owner: Owner,
  words: Words,
): string | null {
  const allowed = amountsOf(action);
  for (const amount of owner.promised) allowed.add(String(amount));
  return strangeIn(texts, owner, { allowed, currency: action.currency }, words);
}

/** The same of a statement of account: its amounts are those of what is open, and sums of them. */
export function statementFault(text: string, owner: Owner, currency: Currency, words: Words): string | null {
  const allowed = new Set<string>();
  const add = (amount: number): void => void allowed.add(String(Math.abs(amount)));
  const items = owner.items.filter((item) => item.currency === currency);
  const disputed = (item: Owner["items"][number]): number =>
    Math.min(Math.max(0, item.open), Math.max(0, item.disputed ?? 0));
  const rest = (item: Owner["items"][number]): number => Math.max(0, item.open) - disputed(item);
  for (const item of items) for (const amount of [item.open, disputed(item), rest(item)]) add(amount);
  add(items.reduce((all, { open }) => all + open, 0));
  add(items.reduce((all, { open }) => all + Math.min(0, open), 0));
  add(items.reduce((all, item) => all + disputed(item), 0));
  // What is due on a day, and what is not: the day may be any.
  const dated = [...items].sort((a, b) => ((a.due ?? "9999") < (b.due ?? "9999") ? -1 : 1));
  const whole = dated.reduce((all, item) => all + rest(item), 0);
  let due = 0;
  add(whole);
  for (const item of dated) {
    due += rest(item);
    add(due);
    add(whole - due);
  }
  return strangeIn([text], owner, { allowed, currency }, words);
}

function strangeIn(
  texts: readonly string[],
  owner: Owner,
  { allowed, currency }: { readonly allowed: ReadonlySet<string>; readonly currency: Currency },
  words: Words,
): string | null {
  const own = new Set(
    [owner.debtor, ...owner.addresses, ...owner.items.map(({ number }) => number), ...owner.texts].flatMap(
      wordsIn,
    ),
  );
  for (const text of texts) {
    const hole = UNFINISHED.exec(text)?.[0];
    if (hole !== undefined && !owner.texts.some((each) => each.includes(hole))) return `it says "${hole}"`;
    for (const word of wordsIn(text)) {
      const others = words.foreign.get(word);
      if (others !== undefined && !others.has(owner.debtor) && !own.has(word) && !words.harmless.has(word))
        return `it names ${word}, which is ${[...others][0]}'s`;
    }
    const amounts = amountsIn(without(text, owner.texts), currency);
    const strange = amounts.find((each) => !each.some((one) => allowed.has(one) || words.constants.has(one)));
    if (strange !== undefined)
      return `it names an amount (${strange.join(" or ")} in the smallest unit) that is none of its own`;
  }
  return null;
}

/** A name such as "24 EUR" is no amount. */
const without = (text: string, own: readonly string[]): string =>
  own.filter(({ length }) => length > 2).reduce((rest, each) => rest.replaceAll(each, " "), text);

/** Subject first, then each of the texts that the reader may be shown. */
export function textsOf({ subject, text }: Finished, mail: ParsedMail | null): string[] {
  if (mail === null) return [subject, text];
  return [mail.subject ?? "", mail.text ?? "", typeof mail.html === "string" ? bareHtml(mail.html) : ""];
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  nbsp: "\u00a0",
};

/** Our own HTML as text: cells and lines apart. */
function bareHtml(html: string): string {
  return html
    .replace(/<(style|head)[^]*?<\/\1>/gi, " ")
    .replace(/<[^>]+>/g, "\n")
    .replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

/** Words that could be a code, a document number or an address: what is shorter says nothing. */
export function wordsIn(text: string): string[] {
  return (text.match(/[\p{L}\d][\p{L}\d@._/+-]*[\p{L}\d]/gu) ?? []).filter(isTelling);
}

const isTelling = (word: string): boolean => word.length >= 5 && /\d|@/.test(word);

export function tokensOf(owners: GuardFacts["owners"]): Map<string, Set<DebtorId>> {
  const tokens = new Map<string, Set<DebtorId>>();
  for (const { debtor, addresses, items } of owners.values()) {
    for (const token of [debtor, ...addresses, ...items.map(({ number }) => number)]) {
      if (!isTelling(token)) continue;
      const known = tokens.get(token);
      if (known === undefined) tokens.set(token, new Set([debtor]));
      else known.add(debtor);
    }
  }
  return tokens;
}

const SYMBOLS: Readonly<Record<string, string>> = { EUR: "€|EUR", GBP: "£|GBP", USD: "US\\$|\\$|USD" };
const NUMBER = "\\d(?:[\\d.,\\u00a0\\u202f'’]*\\d)?";

/**
 * Amounts of a currency (null: of any) as digits of its smallest unit, without sign: of each sign the numbers beside it, since
 * it stands after its number in one language and before it in another.
 */
export function amountsIn(text: string, currency: Currency | null): string[][] {
  const symbol =
    currency === null ? `${Object.values(SYMBOLS).join("|")}|[A-Z]{3}` : (SYMBOLS[currency] ?? currency);
  // A sign of letters is a word of its own, on the line of its number.
  const sign = `(?<!\\p{L})(?:${symbol})(?!\\p{L})`;
  const found = text.matchAll(
    new RegExp(`(?:(?<before>${NUMBER})[ \\u00a0]?)?${sign}(?:[ \\u00a0]?-?(?<after>${NUMBER}))?`, "gu"),
  );
  return [...found]
    .map(({ groups = {} }) =>
      [groups["before"], groups["after"]].flatMap((each) => (each ? [digits(each)] : [])),
    )
    .filter(({ length }) => length > 0);
}

const digits = (text: string): string => text.replace(/\D/g, "").replace(/^0+(?=\d)/, "");

/** What an announcement comes to: nothing is claimed yet. */
export function shownTotal({ items }: Action): number {
  return Math.abs(sum(items.map(({ open }) => open)));
}

const isCredit = ({ role }: ActionItem): boolean => role === "credit";

/** Every amount that a message about this action may show: its documents, sums of them from the first on, its totals. */
function amountsOf(action: Action): Set<string> {
  const { items, total, claimed, interest, compensation, credits } = action;
  const allowed = new Set<string>();
  const add = (amount: number): void => void allowed.add(String(Math.abs(amount)));
  for (const each of chargeAmounts(action)) add(each);
  for (const each of [total, claimed, interest, compensation, credits, shownTotal(action)]) add(each);
  for (const item of items) for (const each of [item.open, item.claimed, item.disputed]) add(each);
  // Sums go on from what is claimed, or announced, through the credits.
  for (const role of ["claimed", "information"] as const) {
    let shown = 0;
    let open = 0;
    for (const item of [...items.filter((each) => each.role === role), ...items.filter(isCredit)]) {
      shown += isCredit(item) ? item.open : item.claimed;
      open += item.open;
      add(shown);
      add(open);
    }
  }
  return allowed;
}
