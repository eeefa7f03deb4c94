import { isConfirmation } from "../core/confirmation.ts";
import { addDays, daysBetween } from "../core/day.ts";
import type { Person } from "../core/person.ts";
import { placeOf } from "../core/postal-place.ts";
import type { Contact, Day, Debtor, InFlight, ItemKey, OpenItem, Refusal, Task } from "../core/types.ts";
import type {
  Background,
  DebtorCells,
  ItemCells,
  MessageRow,
  TakeoverRow,
  TaskRow,
} from "./ledger-queries.ts";

const NEW_CUSTOMER_DAYS = 90;

function isNew(firstSeen: Day | null, { asOf, firstAsOf }: Background): boolean {
  if (firstSeen === null || asOf === null || firstSeen === firstAsOf) return false;
  return daysBetween(firstSeen, asOf) <= NEW_CUSTOMER_DAYS;
}

export function debtorOf(
  cells: DebtorCells,
  background: Background,
  persons: readonly Person[],
  badPlaces: readonly string[],
): Debtor {
  // biome-ignore format: a row of the table, in the order of its columns
  const [key, id, name, kind, contact, email, phone, address, postcode, city, country, language, vat, terms, channel, region,
    sector, salesperson, strategic, insured, insolvent, score, creditLimit, firstSeen, attrs, charges] = cells;
  const lines = address === "[]" ? [] : (JSON.parse(address) as string[]);
  const isBad = (mail: string | null): boolean =>
    mail !== null && background.badEmails.size > 0 && background.badEmails.has(mail.toLowerCase());
  return {
    key,
    id,
    name: name === "" ? id : name,
    kind: kind ?? "unknown",
    contact,
    email,
    emailBad: isBad(email),
    postBad: badPlaces.length > 0 && badPlaces.includes(placeOf({ address: lines, postcode, city })),
    phone,
    address: lines,
    postcode,
    city,
    country,
    language,
    vat,
    terms,
    channel,
    region,
    sector,
    salesperson,
    strategic: strategic === 1,
    insured: insured === 1,
    insolvent: insolvent === 1,
    chargesWaived: charges === "waived",
    persons: persons.map((each) => (isBad(each.email) ? { ...each, email: null } : each)),
    creditLimit: creditLimit === null ? null : Number(creditLimit),
    score,
    newCustomer: isNew(firstSeen, background),
    attrs: attrs === "{}" ? {} : (JSON.parse(attrs) as Record<string, string>),
  };
}

export function itemOf(cells: ItemCells): OpenItem {
  const [
    ,
    currency,
    key,
    number,
    type,
    issued,
    due,
    dueDerived,
    original,
    open,
    level,
    courtesy,
    mark,
    partPaid,
  ] = cells;
  return {
    key,
    number,
    type,
    issued: issued === "" ? null : issued,
    due,
    dueDerived: dueDerived === 1,
    original,
    open,
    currency,
    disputed: (mark === "disputed" && open > 0 ? open : 0) as OpenItem["disputed"],
    promised: 0 as OpenItem["promised"],
    excluded: mark === "direct-debit" ? mark : mark === "blocked" ? "hold" : null,
    sent: mark !== "not-sent",
    level: level ?? 0,
    courtesyFor: courtesy,
    partPaid,
    charged: null,
    notice: null,
  };
}

/** A message that left. */
export function messageContact(row: MessageRow, items: readonly ItemKey[]): Contact {
  return {
    scenario: row.scenario,
    step: row.step,
    level: row.level,
    channel: row.channel,
    day: row.sentOn as Day,
    deadline: row.deadline,
    finalWarning: row.finalWarning === 1,
    formalNotice: row.formalNotice === 1,
    cycle: row.cycle,
    automatic: !isConfirmation(row),
    items,
  };
}

/** A call or visit that was made: it sets no deadline, and is no automatic reminder. */
export function taskContact(row: TaskRow): Contact {
  return {
    scenario: row.scenario,
    step: row.step,
    level: row.level,
    channel: row.channel,
    day: row.decided ?? row.listed,
    deadline: null,
    finalWarning: false,
    formalNotice: false,
    cycle: row.cycle,
    automatic: false,
    items: (JSON.parse(row.items) as [ItemKey, number | null][]).map(([item]) => item),
  };
}

/** A step of an older tool counts as an automatic reminder of ours. */
export function takeoverContact({ finalWarning, formalNotice, items, ...row }: TakeoverRow): Contact {
  return {
    scenario: row.scenario,
    step: row.step,
    level: row.level,
    channel: row.channel,
    day: row.day,
    deadline: null,
    finalWarning: finalWarning === 1,
    formalNotice: formalNotice === 1,
    cycle: row.cycle,
    automatic: true,
    items: JSON.parse(items) as ItemKey[],
  };
}

export function taskOf(row: TaskRow): Task {
  const { id, kind, step, cycle, listed, state, maximum, decided, reason } = row;
  return { id, kind, step, cycle, listed, state, maximum, decided, reason };
}

/** A message on its way; null where it has ended. */
export function inFlightOf({ id, step, state }: MessageRow): InFlight | null {
  return state === "sent" || state === "refused" ? null : { id, step, state };
}

/** A message that was refused or came back: another channel is due from the day after; the planner knows working days. */
export function refusalOf({ step, cycle, channel, to, cameBackOn }: MessageRow): Refusal | null {
  return cameBackOn === null ? null : { step, cycle, channel, to, from: addDays(cameBackOn, 1) };
}
