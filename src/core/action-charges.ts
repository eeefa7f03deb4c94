import { type Charges, chargesOf, type Refused } from "./charges.ts";
import { belgianConsumer, dutch } from "./compensation.ts";
import { belgianChargesFrom } from "./consumer-notice.ts";
import { addDays } from "./day.ts";
import { fraction, roundedParts } from "./fraction.ts";
import { type Law, lawOf } from "./law.ts";
import { cents, sum, ZERO } from "./money.ts";
import type { Case } from "./next-step.ts";
import { kindKnown } from "./segment.ts";
import type {
  Action,
  ActionCharges,
  ActionItem,
  Cents,
  Channel,
  Day,
  FirstReminder,
  ItemCharges,
  Language,
  OpenItem,
  Step,
} from "./types.ts";

/** The text of the free first reminder to a Belgian consumer: it takes the place of a step's own. */
export const FIRST_REMINDER = "first-reminder-be-consumer";

/** An invoice that may bear charges: claimed, late, with what credits leave of it. */
interface Bearing {
  readonly line: ActionItem;
  readonly item: OpenItem;
  readonly due: Day;
  readonly principal: Cents;
}

/**
 * Claimed and late invoices. Credits cover the oldest first; debits and balances bear nothing: nobody knows what they hold.
 */
function bearingOf({ standing }: Case, lines: readonly ActionItem[]): Bearing[] {
  const items = new Map(standing.dossier.items.map((item) => [item.key, item]));
  let credit: number = standing.creditTotal;
  return lines.flatMap((line): Bearing[] => {
    const item = items.get(line.key);
    if (line.role !== "claimed" || item === undefined) return [];
    const covered = Math.min(credit, line.claimed);
    credit -= covered;
    const principal = cents(line.claimed - covered);
    if (principal === 0 || line.type !== "invoice" || line.due === null || line.daysOverdue <= 0) return [];
    return [{ line, item, due: line.due, principal }];
  });
}

/** The law that counts for a dossier, or why nothing but the principal may be asked. */
function lawFor({ day, ledger }: Case): Law | string {
  const { debtor } = ledger;
  const { country } = day.rules.charges;
  if (debtor.insolvent) return "the debtor is insolvent: the principal is declared, nothing is added";
  if (debtor.chargesWaived)
    return "waived for this debtor (dunning debtor set ... charges=claimed ends that)";
  const kind = kindKnown(debtor, day.rules);
  if (kind === null)
    return "nobody has said whether the debtor is a business, so it is treated as a consumer (dunning debtor set ... kind=business)";
  // Rome I, art. 6 (2): the choice of a law takes nothing from a consumer that the law of its home gives.
  if (kind === "consumer" && debtor.country !== null && debtor.country !== country)
    return `the law of ${debtor.country} protects a consumer who lives there, whatever that of ${country} allows (Rome I, art. 6)`;
  return lawOf(country, kind) ?? `this program does not know the law of ${country}`;
}

/** Interest up to today and fixed compensation of what a step claims; null: the step says nothing of them. */
export function chargesFor(of: Case, step: Step, lines: readonly ActionItem[]): ActionCharges | null {
  if (step.charges === "none") return null;
  const mode = step.charges;
  const { day } = of;
  const { country } = day.rules.charges;
  const law = lawFor(of);
  const bearing = bearingOf(of, lines);
  const before = beforeOf(bearing);
  const plain = { mode, country, before, items: [], interest: ZERO, compensation: ZERO, leftOut: [] };
  if (typeof law === "string")
    return { ...plain, interestText: null, compensationText: null, refused: bothRefused(law) };
  const found = oncePerInvoice(
    of,
    law,
    bearing.map((each) => ({ ...each, charges: chargesOn(of, law, each) })),
  );
  const compensations = pooled(law, found);
  const items = found.map(({ line, principal, charges }, at): ItemCharges => {
    const { segments, interest } = charges;
    const compensation = compensations[at] ?? charges.compensation;
    const shown = segments.map(({ rate, from, to, days, principal: base, amount }) => ({
      from,
      to,
      days,
      rate: rate.rate,
      principal: base,
      amount,
      because: rate.because,
    }));
    const { key, number, type } = line;
    return { key, number, type, principal, interest, compensation, segments: shown };
  });
  return {
    ...plain,
    items: items.filter(({ interest, compensation }) => interest + compensation > 0),
    interest: sum(items.map((each) => each.interest)),
    compensation: sum(items.map((each) => each.compensation)),
    interestText: law.interest?.text ?? null,
    compensationText: law.compensation?.text ?? null,
    refused: once(
      found.flatMap(({ charges }) => charges.refused),
      ({ what, why }) => `${what} ${why}`,
    ),
    leftOut: once(
      found.flatMap(({ charges }) => charges.gaps.map(({ from, to }) => ({ from, to }))),
      ({ from, to }) => `${from} ${to}`,
    ),
  };
}

const bothRefused = (why: string): Refused[] => [
  { what: "interest", why },
  { what: "compensation", why },
];

function once<T>(list: readonly T[], by: (each: T) => string): T[] {
  return [...new Map(list.map((each) => [by(each), each])).values()];
}

function beforeOf(bearing: readonly Bearing[]): ActionCharges["before"] {
  const earlier = bearing.flatMap(({ item }) => item.charged ?? []);
  if (earlier.length === 0) return null;
  const amount = sum(earlier.flatMap(({ interest, compensation }) => [interest, compensation]));
  return { amount, day: earlier.map((each) => each.day).reduce((a, b) => (a >= b ? a : b)) };
}

function chargesOn({ day, standing }: Case, law: Law, { item, due, principal }: Bearing): Charges {
  const { charges, calendarOf } = day.rules;
  const { charged, notice } = item;
  return chargesOf({
    law,
    amount: principal,
    currency: standing.dossier.currency,
    due,
    until: day.today,
    payments: [],
    notice,
    terms: charges.terms,
    table: charges.table(),
    calendar: calendarOf(law.country),
    ...(charged === null
      ? {}
      : { before: { interestUntil: charged.until, compensation: charged.compensation > 0 } }),
  });
}

/** Parts of one invoice have the same number and day. */
const invoiceOf = ({ key, number, issued }: Pick<OpenItem, "key" | "number" | "issued">): string =>
  JSON.stringify(number === "" ? key : [number, issued]);

/**
 * A flat sum is owed for an invoice (CJEU C-585/20), also where it is paid in parts that are late one by one: its oldest part
 * bears it. Scales on the claim are shared out instead.
 */
function oncePerInvoice<T extends Bearing & { readonly charges: Charges }>(
  { standing }: Case,
  law: Law,
  found: readonly T[],
): readonly T[] {
  const how = law.compensation?.how;
  if (how !== "european" && how !== "british") return found;
  const borne = new Set(
    standing.dossier.items
      .filter(({ charged, compensated }) => compensated === true || (charged?.compensation ?? 0) > 0)
      .map(invoiceOf),
  );
  return found.map((each): T => {
    const { charges, item } = each;
    if (charges.compensation === 0) return each;
    const invoice = invoiceOf(item);
    if (!borne.has(invoice)) {
      borne.add(invoice);
      return each;
    }
    const why = "an invoice that is paid in parts bears it once";
    return {
      ...each,
      charges: {
        ...charges,
        compensation: ZERO,
        total: cents(charges.total - charges.compensation),
        refused: [...charges.refused, { what: "compensation", why }],
      },
    };
  });
}

/**
 * Scales on the claim are about all invoices of a letter together, not one by one: the sum is asked once and shared out by
 * amount. Null per invoice: its own figure stands.
 */
function pooled(
  law: Law,
  found: readonly { readonly principal: Cents; readonly charges: Charges }[],
): readonly (Cents | undefined)[] {
  const scale =
    law.compensation?.how === "dutch"
      ? dutch
      : law.compensation?.how === "belgian-consumer"
        ? belgianConsumer
        : null;
  if (scale === null) return [];
  const base = sum(found.map(({ principal, charges }) => (charges.compensation > 0 ? principal : ZERO)));
  const whole = scale(base);
  return roundedParts(
    found.map(({ principal, charges }) =>
      charges.compensation > 0 ? fraction(BigInt(whole) * BigInt(principal), BigInt(base)) : fraction(0),
    ),
  );
}

/**
 * Belgian consumers whose contract provides for an indemnity hear first, free of charge, what will be asked after 14 days. Null:
 * no such reminder is due with this step, since all its invoices had one, or since it is no plain written reminder.
 */
export function firstReminderOf(
  of: Case,
  step: Step,
  { channel, language }: { readonly channel: Channel; readonly language: Language },
  lines: readonly ActionItem[],
): FirstReminder | null {
  const { day, standing } = of;
  const { terms, firstReminder } = day.rules.charges;
  if (step.level === null || step.finalWarning || step.formalNotice || standing.balanceOnly) return null;
  if (channel === "call" || channel === "visit" || channel === "agency") return null;
  if (!terms.consumerClause || !firstReminder.includes(language)) return null;
  const law = lawFor(of);
  if (typeof law === "string" || law.interest?.from !== "first-reminder") return null;
  const fresh = bearingOf(of, lines).filter(({ item }) => item.notice === null);
  if (fresh.length === 0) return null;
  const sent = { day: day.today, by: channel === "email" ? ("email" as const) : ("post" as const) };
  return {
    indemnity: terms.compensation ? belgianConsumer(sum(fresh.map(({ principal }) => principal))) : ZERO,
    freeUntil: addDays(belgianChargesFrom(sent, day.rules.calendarOf("BE")), -1),
  };
}

/** An item after a message about it has left on a day: what was claimed of it, and whether it was a Belgian first reminder. */
export function chargedBy(
  item: OpenItem,
  { charges, firstReminder, channel, items }: Action,
  day: Day,
): OpenItem {
  const claimed = charges?.mode === "claimed" ? charges.items : [];
  const own = claimed.find(({ key }) => key === item.key);
  const bearers = claimed.filter(({ compensation }) => compensation > 0).map(({ key }) => key);
  const otherPart = items.some(
    (line) => bearers.includes(line.key) && line.key !== item.key && invoiceOf(line) === invoiceOf(item),
  );
  const reminded =
    firstReminder !== null && items.some(({ key, role }) => key === item.key && role === "claimed");
  if (own === undefined && !reminded && !otherPart) return item;
  const { charged } = item;
  return {
    ...item,
    ...(otherPart ? { compensated: true } : {}),
    charged:
      own === undefined
        ? charged
        : {
            interest: cents((charged?.interest ?? 0) + own.interest),
            compensation: cents((charged?.compensation ?? 0) + own.compensation),
            until: own.segments.at(-1)?.to ?? charged?.until ?? null,
            day,
          },
    notice: reminded ? (item.notice ?? { day, by: channel === "email" ? "email" : "post" }) : item.notice,
  };
}
