import { cleanLine } from "./clean-line.ts";
import { chargesView, firstReminderView, mandateView } from "./message-charges.ts";
import { cents, minus, sum } from "./money.ts";
import { type Payment, paymentOf } from "./payment.ts";
import { attentionLine, opening } from "./salutation.ts";
import type { Action, ActionItem, Cents, Company, Day, Debtor, Language, PromiseToPay } from "./types.ts";
import type { MessageRow, MessageView } from "./vocabulary.ts";
import { amountText, dateList, longDate, NBSP, shortDate, WORDS, type Written } from "./wording.ts";

export { cleanLine } from "./clean-line.ts";
export type { MessageView } from "./vocabulary.ts";

/** A message of the same matter that has left. */
export interface PreviousMessage {
  readonly day: Day;
  readonly channel: Written;
  /** Without angle brackets; null for letters. */
  readonly messageId: string | null;
}

/** Money that was promised in the same matter and has not come, or not all of it. */
export type LastPromise = Pick<PromiseToPay, "date" | "amount" | "given">;

/** What a message says beyond the action itself. */
export interface MessageExtra {
  /** The day of the message. */
  readonly today: Day;
  /** What the debtor quotes when paying or answering, e.g. its account. */
  readonly reference: string;
  /** The messages of this dossier and cycle that left before, oldest first. */
  readonly previous: readonly PreviousMessage[];
  readonly lastPromise?: LastPromise | null;
  /** What a confirmation confirms, in order: one promise, or the instalments of a plan. */
  readonly agreed?: readonly Pick<PromiseToPay, "date" | "amount">[];
}

/** So many earlier messages are named. */
const PREVIOUS_LIMIT = 4;

/** The channel of an action that becomes a text. Throws for calls and hand-overs: a bug of ours. */
export function writtenChannel(action: Action): Written {
  const { channel } = action;
  if (channel === "email" || channel === "letter" || channel === "registered-letter") return channel;
  throw new RangeError(`nothing is written for a ${channel}`);
}

function rowOf(item: ActionItem, amount: Cents, carried: Cents | null, action: Action): MessageRow {
  const { language, currency } = action;
  const words = WORDS[language];
  const number = cleanLine(item.number);
  const label = words.item[item.type];
  const bare = item.type === "balance" ? words.balance : label;
  return {
    name: number === "" ? bare : `${label} ${number}`,
    number: number === "" ? bare : number,
    issued: item.issued === null ? "" : shortDate(item.issued, language),
    due: item.due === null ? "" : shortDate(item.due, language),
    late: item.daysOverdue > 0 ? words.days(item.daysOverdue) : "",
    amount: amountText(amount, currency, language),
    carried: carried === null ? "" : amountText(carried, currency, language),
  };
}

interface Listed {
  /** The first of the items, its dates in words. */
  readonly oldest: MessageView["oldest"];
  readonly items: MessageRow[];
  readonly credits: MessageRow[];
  readonly others: MessageRow[];
  readonly subtotal: Cents;
  readonly deducted: Cents;
  readonly total: Cents;
}

/** The rows and their sums. Throws where they do not give the action's total: such a message must never leave. */
function listed(action: Action): Listed {
  const claimed = action.items.filter((item) => item.role === "claimed");
  const information = action.items.filter((item) => item.role === "information");
  const credits = action.items.filter((item) => item.role === "credit");
  // Before the due date nothing is claimed yet: what is announced is the message.
  const announced = claimed.length === 0;
  const main = announced ? information : claimed;
  let carried = 0;
  const row = (item: ActionItem, amount: Cents): MessageRow => {
    carried += amount;
    return rowOf(item, amount, cents(carried), action);
  };
  const amounts = main.map((item) => (announced ? item.open : item.claimed));
  const first = main[0];
  if (first === undefined) throw new RangeError(`action ${action.id} lists nothing`);
  const rows = main.map((item, at) => row(item, amounts[at] ?? item.open));
  const creditRows = credits.map((item) => row(item, item.open));
  const subtotal = sum(amounts);
  const deducted = sum(credits.map((item) => item.open));
  const total = announced ? cents(subtotal + deducted) : action.total;
  if (
    !announced &&
    cents(subtotal + deducted) !== minus(minus(action.total, action.interest), action.compensation)
  )
    throw new RangeError(
      `action ${action.id}: the items give ${subtotal + deducted}, the total is ${action.total}`,
    );
  const { language } = action;
  const inWords = (day: Day | null): string => (day === null ? "" : longDate(day, language));
  const { name, number, late, amount } = rows[0] ?? rowOf(first, first.open, null, action);
  return {
    oldest: { name, number, late, amount, issued: inWords(first.issued), due: inWords(first.due) },
    items: rows,
    credits: creditRows,
    others: announced ? [] : information.map((item) => rowOf(item, item.open, null, action)),
    subtotal,
    deducted,
    total,
  };
}

function countryLine(debtor: Debtor, company: Company): string[] {
  const code = debtor.country?.toUpperCase() ?? company.country;
  if (code === company.country) return [];
  if (!/^[A-Z]{2}$/.test(code)) return [cleanLine(code)];
  // The carrier of the sender's country reads this line.
  const name = new Intl.DisplayNames([company.language], { type: "region" }).of(code) ?? code;
  return [name.toUpperCase()];
}

/** British post wants the town and, below it, the postcode on a line of its own. */
function placeLines({ postcode, city, country }: Debtor, company: Company): string[] {
  const british = (country?.toUpperCase() ?? company.country) === "GB";
  const lines = british ? [city ?? "", postcode ?? ""] : [`${postcode ?? ""} ${city ?? ""}`];
  return lines.map((line) => cleanLine(line).toUpperCase());
}

/** Name, attention line, street lines, postcode and town, country where it is abroad. */
function envelope(contact: string, debtor: Debtor, company: Company, language: Language): string[] {
  const name = cleanLine(debtor.name);
  const place = placeLines(debtor, company);
  const attention = contact === "" || contact === name ? "" : attentionLine(contact, language);
  const lines = [
    name,
    attention,
    ...debtor.address.map(cleanLine),
    ...place,
    ...countryLine(debtor, company),
  ];
  return lines.filter((line) => line !== "");
}

/** `Lyon` from `69003 Lyon Cedex 03`; "" where the last line of the address is something else. */
function townOf(company: Company): string {
  const last = cleanLine(company.address.at(-1) ?? "");
  const match = /^(?:[A-Z]{1,2}[- ])?\d{4,5}\s+(\D+)/.exec(last);
  return (match?.[1] ?? "").replace(/\bcedex\b.*/i, "").trim();
}

function legalLine(company: Company, language: Language): string {
  const words = WORDS[language];
  const register = company.country === "FR" ? "SIREN" : words.enterpriseNumber;
  const parts = [
    company.name,
    company.legalLine ?? "",
    company.address.join(", "),
    company.vat === null ? "" : `${words.vat}${NBSP}${company.vat}`,
    company.enterpriseNumber === null ? "" : `${register}${NBSP}${company.enterpriseNumber}`,
  ];
  return parts
    .map(cleanLine)
    .filter((part) => part !== "")
    .join(" · ");
}

function letterhead(
  debtor: Debtor,
  company: Company,
  language: Language,
  channel: Written,
  extra: MessageExtra,
): MessageView["letter"] {
  const words = WORDS[language].letter;
  const town = townOf(company);
  const day = longDate(extra.today, language);
  const references = [`${words.reference} ${cleanLine(extra.reference)}`];
  if (debtor.id !== extra.reference) references.push(`${words.account} ${cleanLine(debtor.id)}`);
  return {
    placeAndDate: (town === "" ? `${words.on} ${day}` : `${town}${words.at} ${day}`).trim(),
    subject: words.subject,
    references,
    mention: channel === "registered-letter" ? words.registered : "",
  };
}

function earlier(previous: readonly PreviousMessage[], language: Language): MessageView["previous"] {
  const last = previous.at(-1);
  const words = WORDS[language];
  const days = [...new Set(previous.map(({ day }) => day))].slice(-PREVIOUS_LIMIT);
  return {
    last:
      last === undefined ? "" : `${words.sentBy[last.channel]} ${words.of} ${longDate(last.day, language)}`,
    dates: days.length === 0 ? "" : dateList(days, language),
    many: days.length > 1,
  };
}

function promisedWords(
  promise: LastPromise | null,
  { currency, language }: Action,
): MessageView["last_promise"] {
  if (promise === null) return { date: "", amount: "", given: "" };
  return {
    date: longDate(promise.date, language),
    amount: amountText(promise.amount, currency, language),
    given: longDate(promise.given, language),
  };
}

function agreedWords(
  agreed: NonNullable<MessageExtra["agreed"]>,
  { currency, language }: Action,
): MessageView["instalments"] {
  return agreed.map(({ date, amount }) => ({
    day: longDate(date, language),
    amount: amountText(amount, currency, language),
  }));
}

/** What remains to be paid, in minor units: what is claimed; before the due date, what is announced. */
function askedOf(action: Action): Cents {
  return listed(action).total;
}

/** How the message of an action asks to be paid. */
export function paymentFor(action: Action, debtor: Debtor, company: Company, reference: string): Payment {
  return paymentOf(action, debtor, company, { amount: askedOf(action), code: reference });
}

function bankWords({ account, reference, code, link }: Payment, company: Company): MessageView["bank"] {
  return {
    holder: cleanLine(company.name),
    iban: (account?.iban ?? "").replace(/(.{4})(?=.)/g, "$1 "),
    bic: account?.bic ?? "",
    communication: reference.text,
    structured: reference.kind === "ogm",
    code: code !== null,
    link,
    unchanged: account !== null && company.payment.unchanged,
  };
}

/** Who signs: the named sender of the step, else the sender of e-mails or the signatory of letters. */
function signer(action: Action, company: Company, channel: Written): MessageView["sender"] {
  const named = action.sender === null ? undefined : company.senders[action.sender];
  const name = named?.name ?? (channel === "email" ? company.from.name : company.signatory.name);
  return {
    name: cleanLine(name),
    role: name === company.signatory.name ? cleanLine(company.signatory.role ?? "") : "",
    email: cleanLine(company.replyTo ?? (named ?? company.from).address),
  };
}

/**
 * The data of one message: ready-made texts of this debtor only, in the action's language.
 * Never the level, the step or the scenario. Throws RangeError where the rows do not add up to the total.
 */
export function messageView(
  action: Action,
  debtor: Debtor,
  company: Company,
  extra: MessageExtra,
): MessageView {
  const { language, currency } = action;
  const channel = writtenChannel(action);
  const rows = listed(action);
  const money = (amount: Cents): string => amountText(amount, currency, language);
  const contact = cleanLine(action.contact ?? "");
  const instalments = agreedWords(extra.agreed ?? [], action);
  return {
    date: longDate(extra.today, language),
    ...opening(contact, language, channel),
    reference: cleanLine(extra.reference),
    company: {
      name: cleanLine(company.name),
      address: company.address.map(cleanLine).join(", "),
      lines: company.address.map(cleanLine),
      email: cleanLine(company.email),
      // A number that breaks over two lines is misread.
      phone: cleanLine(company.phone ?? "").replaceAll(" ", NBSP),
      legal: legalLine(company, language),
    },
    debtor: {
      name: cleanLine(debtor.name),
      account: cleanLine(debtor.id),
      contact,
      lines: envelope(contact, debtor, company, language),
    },
    sender: signer(action, company, channel),
    items: rows.items,
    credits: rows.credits,
    others: rows.others,
    oldest: rows.oldest,
    single: rows.items.length === 1,
    several: rows.items.length > 1,
    count: String(rows.items.length),
    subtotal: money(rows.subtotal),
    deducted: rows.credits.length === 0 ? "" : money(rows.deducted),
    total: money(rows.total),
    deadline: action.deadline === null ? "" : longDate(action.deadline, language),
    charges: chargesView(action, cleanLine),
    first_reminder: firstReminderView(action, company, cleanLine),
    mandate: mandateView(language, company, extra.previous[0]?.day ?? null, cleanLine),
    bank: bankWords(paymentFor(action, debtor, company, extra.reference), company),
    previous: earlier(extra.previous, language),
    last_promise: promisedWords(extra.lastPromise ?? null, action),
    promise: instalments[0] ?? { day: "", amount: "" },
    instalments,
    byEmail: channel === "email",
    byLetter: channel !== "email",
    registered: channel === "registered-letter",
    swiss: ["CH", "LI"].includes(debtor.country ?? company.country),
    letter: letterhead(debtor, company, language, channel, extra),
  };
}
