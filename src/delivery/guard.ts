import { createHash } from "node:crypto";
import { domainToASCII } from "node:url";
import { type ParsedMail, simpleParser } from "mailparser";
import { sum } from "../core/money.ts";
import type { Action, ActionItem, Cents, Currency, Day, DebtorId, Finished } from "../core/types.ts";
import { type Chargeable, chargeFault } from "./guard-charges.ts";
import {
  amountsIn,
  shownTotal,
  statementFault,
  textFault,
  textsOf,
  tokensOf,
  type Words,
  wordsIn,
} from "./guard-text.ts";

/** What the store says of a debtor, read again by its code alone. */
export interface Owner extends Chargeable {
  readonly debtor: DebtorId;
  /** Name, street, town ...: what may stand in a message to this debtor whatever else it resembles. */
  readonly texts: readonly string[];
  /** Every e-mail address at which somebody is known there. */
  readonly addresses: readonly string[];
  /** What was promised: a message may remind of it. */
  readonly promised: readonly Cents[];
  readonly items: readonly (Chargeable["items"][number] & {
    readonly currency: Currency;
    readonly disputed?: Cents;
    readonly due?: Day | null;
  })[];
}

export interface GuardFacts {
  /** Of everybody who gets a message of this run. */
  readonly owners: ReadonlyMap<DebtorId, Owner>;
  /** Addresses from which we write and at which we read answers. */
  readonly ours: readonly string[];
  /** Where we are paid. */
  readonly accounts: readonly string[];
  /** The copy of a document of a debtor, looked up once more; null: there is none. */
  readonly copyOf?: (debtor: DebtorId, number: string) => Uint8Array | null;
  /** What the code to scan of an action says, worked out once more for its debtor alone; null: it has none. */
  readonly codeOf?: (action: Action) => string | null;
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
      codeFault(message, facts) ??
      attachmentFault(message, mail) ??
      enclosureFault(message, owner, facts, { foreign, harmless, constants }) ??
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
    const [{ disputed = 0 } = {}] = left.splice(at, 1);
    if (item.claimed < 0 || item.claimed > Math.max(0, item.open))
      return `${nameOf(item)} is claimed above what is open`;
    if (item.claimed > Math.max(0, item.open - disputed)) return `${nameOf(item)} is claimed, and disputed`;
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

/** What the code to scan would transfer: to us, what the message asks for, with the debtor's own reference. */
function codeFault({ paymentCode, action }: Finished, { accounts, codeOf }: GuardFacts): string | null {
  if (paymentCode === null) return null;
  const lines = paymentCode.split("\n");
  const swiss = lines[0] === "SPC";
  const iban = lines[swiss ? 3 : 6] ?? "";
  const [currency, amount = ""] = swiss ? [lines[19], lines[18]] : ["EUR", lines[7]?.replace(/^EUR/, "")];
  if (!accounts.includes(iban)) return `its code pays to ${iban}`;
  const asked = action.items.some(({ role }) => role === "claimed") ? action.total : shownTotal(action);
  const [whole = "", fraction = ""] = amount.split(".");
  const coded = Number(whole + fraction.padEnd(2, "0"));
  if (currency !== action.currency || coded !== asked)
    return `its code pays ${amount} ${currency}, ${asked} is asked for`;
  return codeOf === undefined || codeOf(action) === paymentCode
    ? null
    : "its code quotes what is not this debtor's";
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

/** Each file that goes with it belongs to this message, or is the debtor's own statement. */
function enclosureFault(
  { action, attachments }: Finished,
  owner: Owner,
  { copyOf }: GuardFacts,
  words: Words,
): string | null {
  for (const { name, bytes, about } of attachments) {
    if (about.kind === "code") continue;
    if (about.kind === "statement") {
      const fault = action.attach.includes("statement")
        ? statementFault(about.text, owner, action.currency, words)
        : "its step asks for none";
      if (fault !== null) return `its statement of account: ${fault}`;
      continue;
    }
    const { number } = about;
    const listed = action.items.some((item) => item.number === number);
    if (!action.attach.includes("invoices") || !listed) return `${name} is none of its documents`;
    const again = copyOf?.(action.debtor, number) ?? null;
    if (again === null || hashOf(again) !== hashOf(bytes)) return `${name} is not the copy of ${number}`;
  }
  return null;
}
