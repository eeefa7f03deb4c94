import { interestBasis, legalText } from "../core/law-texts.ts";
import { toDecimal } from "../core/money.ts";
import { rateText } from "../core/rates.ts";
import type { Action, ActionCharges, ActionItem, Cents, Currency, NotActed } from "../core/types.ts";

/** An action as the JSON contract of `run` has it: amounts are strings in the dossier's currency. */
export function actionDocument(action: Action, state: string = action.state): Record<string, unknown> {
  const money = (amount: Cents): string => toDecimal(amount, action.currency);
  const item = (each: ActionItem): Record<string, unknown> => ({
    number: each.number,
    issued: each.issued,
    due: each.due,
    daysOverdue: each.daysOverdue,
    open: money(each.open),
    disputed: money(each.disputed),
    claimed: money(each.claimed),
    role: each.role,
    level: each.level,
  });
  return {
    id: action.id,
    debtor: action.debtor,
    name: action.name,
    segment: action.segment,
    scenario: action.scenario,
    step: action.step,
    level: action.level,
    channel: action.channel,
    language: action.language,
    languageFrom: action.languageFrom,
    template: action.template,
    contact: action.contact,
    to: action.to,
    currency: action.currency,
    items: action.items.map(item),
    claimed: money(action.claimed),
    interest: money(action.interest),
    compensation: money(action.compensation),
    charges: action.charges === null ? null : chargesDocument(action.charges, money),
    firstReminder:
      action.firstReminder === null
        ? null
        : { indemnity: money(action.firstReminder.indemnity), freeUntil: action.firstReminder.freeUntil },
    credits: money(action.credits),
    total: money(action.total),
    leader: action.leader,
    deadline: action.deadline,
    reason: action.reason,
    state,
    warnings: action.warnings,
  };
}

function chargesDocument(charges: ActionCharges, money: (amount: Cents) => string): Record<string, unknown> {
  const { mode, country, items, interest, compensation, before, refused, leftOut } = charges;
  const basis = (text: ActionCharges["compensationText"]) => (text === null ? null : legalText(text, "en"));
  return {
    mode,
    country,
    interest: money(interest),
    compensation: money(compensation),
    interestBasis:
      charges.interestText === null
        ? null
        : interestBasis(
            charges.interestText,
            items.flatMap(({ segments }) => segments.map(({ because }) => because)),
            "en",
          ),
    compensationBasis: basis(charges.compensationText),
    items: items.map((each) => ({
      number: each.number,
      principal: money(each.principal),
      interest: money(each.interest),
      compensation: money(each.compensation),
      segments: each.segments.map(({ from, to, days, rate, principal, amount, because }) => ({
        from,
        to,
        days,
        rate: rateText(rate),
        principal: money(principal),
        amount: money(amount),
        because,
      })),
    })),
    before: before === null ? null : { amount: money(before.amount), day: before.day },
    refused,
    leftOut,
  };
}

export function notActedDocument(each: NotActed): Record<string, unknown> {
  const { debtor, currency, code, reason, facts, nextPossible } = each;
  return { debtor, currency, code, reason, facts, nextPossible };
}

/** `1 250.00 EUR`: an amount on a screen, the same in every locale. */
export function shown(amount: Cents, currency: Currency): string {
  const [whole = "", fraction] = toDecimal(amount, currency).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, " ");
  return `${fraction === undefined ? grouped : `${grouped}.${fraction}`} ${currency}`;
}

/** Sums per currency, never across: `1 250.00 EUR + 300.00 CHF`. */
export function shownTotals(amounts: Iterable<readonly [Currency, Cents]>): string {
  const totals = new Map<Currency, number>();
  for (const [currency, amount] of amounts) totals.set(currency, (totals.get(currency) ?? 0) + amount);
  return [...totals].map(([currency, amount]) => shown(amount as Cents, currency)).join(" + ");
}
