import { createHash } from "node:crypto";
import { domainToASCII } from "node:url";
import { type ParsedMail, simpleParser } from "mailparser";
import { sum } from "../core/money.ts";
import type { Action, ActionItem, Cents, Currency, DebtorId, Finished } from "../core/types.ts";
import { type Chargeable, chargeAmounts, chargeFault } from "./guard-charges.ts";

/** What the store says of a debtor, read again by its code alone. */
export interface Owner extends Chargeable {
  readonly debtor: DebtorId;
  /** Name, street, town ...: what may stand in a message to this debtor whatever else it resembles. */
  readonly texts: readonly string[];
  /** Every e-mail address at which somebody is known there. */
  readonly addresses: readonly string[];
  /** What was promised: a message may remind of it. */
  readonly promised: readonly Cents[];
  readonly items: readonly (Chargeable["items"][number] & { readonly currency: Currency })[];
}

export interface GuardFacts {
  /** Of everybody who gets a message of this run. */
  readonly owners: ReadonlyMap<DebtorId, Owner>;
  /** Addresses from which we write and at which we read answers. */
  readonly ours: readonly string[];
  /** Where we are paid. */
  readonly accounts: readonly string[];
  /** Our own name, address, numbers, accounts; and the texts of the templates. */
  readonly texts: readonly string[];
}

/** Why a message must not leave: a mistake of the program, or of a text. Null: it may. */
export type Guard = (message: Finished) => Promise<string | null>;

/**
 * Reads a finished message once more, as whoever gets it would, and compares it with the store. Of the texts it knows only which
 * words and amounts stand in them as they are.
 */
export function guardOf(facts: GuardFacts): Guard {
  const foreign = tokensOf(facts.owners);
  const harmless = new Set(facts.texts.flatMap(wordsIn));
  const constants = new Set(facts.texts.flatMap((text) => amountsIn(text, null).flat()));
  return async (message) => {
    const { action, bytes } = message;
    const owner = facts.owners.get(action.debtor);
    if (owner === undefined) return "nobody of that code is in the store";
    const mail =
      action.channel === "email"
        ? await simpleParser(Buffer.from(bytes), { skipTextToHtml: true, keepCidLinks: true })
        : null;
    return (
      bytesFault(message) ??
      (mail === null ? postFault(message) : envelopeFault(message, mail, owner, facts.ours)) ??
      claimFault(action, owner) ??
      chargeFault(action, owner) ??
      codeFault(message, facts.accounts) ??
      attachmentFault(message, mail) ??
      textFault(action, textsOf(message, mail), owner, { foreign, harmless, constants })
    );
  };
}

function bytesFault({ bytes, sha256 }: Finished): string | null {
  return hashOf(bytes) === sha256 ? null : "its bytes are not those that were hashed";
}

const postFault = ({ recipient }: Finished): string | null =>
  recipient === "post" ? null : `a letter to ${recipient}`;

/** One recipient, the debtor's own; from us, answers to us. */
function envelopeFault(
  { recipient, messageId }: Finished,
  mail: ParsedMail,
  owner: Owner,
  ours: readonly string[],
): string | null {
  const to = mailboxes(mail.to);
  if (to.length !== 1 || mail.cc !== undefined || mail.bcc !== undefined)
    return "it has more than one recipient";
  const [reader = ""] = to;
  if (!isAmong(reader, [recipient])) return `it is addressed to ${reader}, and would be sent to ${recipient}`;
  if (!isAmong(recipient, owner.addresses)) return `${recipient} is no address of ${owner.debtor}`;
  const from = [...mailboxes(mail.from), ...mailboxes(mail.replyTo)];
  const stranger = from.find((address) => !isAmong(address, ours));
  if (stranger !== undefined || from.length < 2) return `it comes from ${stranger ?? "nobody"}`;
  return mail.messageId === `<${messageId}>` ? null : "it has another Message-ID";
}

/** Domains are the same in capitals and in both spellings of IDNA (RFC 5890); what stands before them is not. */
function isAmong(address: string, known: readonly string[]): boolean {
  const spelt = (text: string): string => {
    const at = text.lastIndexOf("@");
    return `${text.slice(0, at)}@${domainToASCII(text.slice(at + 1))}`;
  };
  return known.some((each) => spelt(each) === spelt(address));
}

const mailboxes = (field: ParsedMail["to"]): string[] =>
  (field === undefined ? [] : Array.isArray(field) ? field : [field]).flatMap(({ value }) =>
    value.map(({ address }) => address ?? ""),
  );

/** Whether what is claimed is owed: each document by this debtor, the sum right and not above what is open. */
function claimFault(action: Action, { debtor, items }: Owner): string | null {
  const { currency, interest, compensation, total } = action;
  const own = items.filter((item) => item.currency === currency);
  const left = [...own];
  for (const item of action.items) {
    const at = left.findIndex(
      ({ number, type, open }) => number === item.number && type === item.type && open === item.open,
    );
    if (at === -1) return `${nameOf(item)} with ${item.open} open is none of ${debtor}`;
    left.splice(at, 1);
    if (item.claimed < 0 || item.claimed > Math.max(0, item.open))
      return `${nameOf(item)} is claimed above what is open`;
  }
  const of = (role: ActionItem["role"]) => action.items.filter((item) => item.role === role);
  const claimed = of("claimed");
  const credits = sum(of("credit").map(({ open }) => open));
  const main =
    claimed.length > 0
      ? sum(claimed.map((item) => item.claimed))
      : sum(of("information").map(({ open }) => open));
  const listed = main + credits + interest + compensation;
  if (claimed.length > 0 && listed !== total) return `its documents come to ${listed}, its total is ${total}`;
  const balance = Math.max(0, sum(own.map(({ open }) => open)));
  const principal = total - interest - compensation;
  if (principal > balance) return `${principal} is asked for, ${balance} is open`;
  return null;
}

/** What the code to scan would transfer: to us, and what the message asks for. */
function codeFault({ paymentCode, action }: Finished, accounts: readonly string[]): string | null {
  if (paymentCode === null) return null;
  const lines = paymentCode.split("\n");
  const swiss = lines[0] === "SPC";
  const iban = lines[swiss ? 3 : 6] ?? "";
  const [currency, amount = ""] = swiss ? [lines[19], lines[18]] : ["EUR", lines[7]?.replace(/^EUR/, "")];
  if (!accounts.includes(iban)) return `its code pays to ${iban}`;
  const asked = action.items.some(({ role }) => role === "claimed") ? action.total : shownTotal(action);
  const [whole = "", fraction = ""] = amount.split(".");
  const coded = Number(whole + fraction.padEnd(2, "0"));
  return currency === action.currency && coded === asked
    ? null
    : `its code pays ${amount} ${currency}, ${asked} is asked for`;
}

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Nothing goes with it but what was meant to. */
function attachmentFault({ attachments }: Finished, mail: ParsedMail | null): string | null {
  const meant = attachments.map(({ bytes }) => hashOf(bytes)).sort();
  const found = (mail?.attachments ?? []).map(({ content }) => hashOf(content)).sort();
  return mail === null || meant.join() === found.join()
    ? null
    : "its attachments are not those that it names";
}

const nameOf = ({ number, type }: ActionItem): string => `${type} ${number || "without a number"}`;

interface Words {
  readonly foreign: ReadonlyMap<string, ReadonlySet<DebtorId>>;
  readonly harmless: ReadonlySet<string>;
  readonly constants: ReadonlySet<string>;
}

const UNFINISHED = /\{\{|\}\}|\bundefined\b|\bNaN\b|\[object |__[A-Z][A-Z_]*__/;

/** What stands in it: nothing unfinished, nothing of anybody else, no amount that is not this debtor's. */
function textFault(action: Action, texts: readonly string[], owner: Owner, words: Words): string | null {
  const own = new Set(
    [owner.debtor, ...owner.addresses, ...owner.items.map(({ number }) => number), ...owner.texts].flatMap(
      wordsIn,
    ),
  );
  const allowed = amountsOf(action);
  for (const amount of owner.promised) allowed.add(String(amount));
  for (const text of texts) {
    const hole = UNFINISHED.exec(text)?.[0];
    if (hole !== undefined && !owner.texts.some((each) => each.includes(hole))) return `it says "${hole}"`;
    for (const word of wordsIn(text)) {
      const others = words.foreign.get(word);
      if (others !== undefined && !others.has(owner.debtor) && !own.has(word) && !words.harmless.has(word))
        return `it names ${word}, which is ${[...others][0]}'s`;
    }
    const amounts = amountsIn(without(text, owner.texts), action.currency);
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
function textsOf({ subject, text }: Finished, mail: ParsedMail | null): string[] {
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
function wordsIn(text: string): string[] {
  return (text.match(/[\p{L}\d][\p{L}\d@._/+-]*[\p{L}\d]/gu) ?? []).filter(isTelling);
}

const isTelling = (word: string): boolean => word.length >= 5 && /\d|@/.test(word);

function tokensOf(owners: GuardFacts["owners"]): Map<string, Set<DebtorId>> {
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
function amountsIn(text: string, currency: Currency | null): string[][] {
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
function shownTotal({ items }: Action): number {
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
