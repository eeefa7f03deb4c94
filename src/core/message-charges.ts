import { interestBasis, legalText } from "./law-texts.ts";
import { cents, minus } from "./money.ts";
import type { Action, ActionCharges, Cents, Company, Day, Language } from "./types.ts";
import type { MessageView } from "./vocabulary.ts";
import { amountText, longDate, NBSP, rateInWords, shortDate, WORDS } from "./wording.ts";

type Clean = (text: string) => string;

const EMPTY: MessageView["charges"] = {
  claimed: false,
  shown: false,
  interest: "",
  compensation: "",
  total: "",
  principal: "",
  with_principal: "",
  rows: [],
  lines: [],
  interest_basis: "",
  compensation_basis: "",
  left_out: "",
  before: "",
  before_date: "",
};

const becauseOf = ({ items }: ActionCharges) =>
  items.flatMap(({ segments }) => segments.map(({ because }) => because));

/** What a message says of interest and fixed compensation; all empty where its step says nothing of them. */
export function chargesView(action: Action, clean: Clean): MessageView["charges"] {
  const { charges, language, currency } = action;
  if (charges === null) return EMPTY;
  const { mode, interest, compensation, before } = charges;
  const money = (amount: Cents): string => (amount === 0 ? "" : amountText(amount, currency, language));
  const words = WORDS[language];
  const both = cents(interest + compensation);
  const principal = minus(action.total, cents(action.interest + action.compensation));
  const named = ({ number, type }: (typeof charges.items)[number]) => {
    const plain = clean(number);
    return { number: plain, name: plain === "" ? words.item[type] : `${words.item[type]} ${plain}` };
  };
  return {
    claimed: mode === "claimed" && both > 0,
    shown: mode === "shown" && both > 0,
    interest: money(interest),
    compensation: money(compensation),
    total: money(both),
    principal: both === 0 ? "" : money(principal),
    with_principal: both === 0 ? "" : money(cents(principal + both)),
    rows: charges.items.map((each) => ({
      ...named(each),
      principal: amountText(each.principal, currency, language),
      interest: money(each.interest),
      compensation: money(each.compensation),
      total: money(cents(each.interest + each.compensation)),
    })),
    lines: charges.items.flatMap((each) =>
      each.segments.map((segment) => ({
        ...named(each),
        principal: amountText(segment.principal, currency, language),
        from: shortDate(segment.from, language),
        to: shortDate(segment.to, language),
        days: words.days(segment.days),
        rate: rateInWords(segment.rate, language),
        amount: amountText(segment.amount, currency, language),
      })),
    ),
    interest_basis:
      interest > 0 && charges.interestText !== null
        ? interestBasis(charges.interestText, becauseOf(charges), language)
        : "",
    compensation_basis:
      compensation > 0 && charges.compensationText !== null
        ? legalText(charges.compensationText, language)
        : "",
    left_out: charges.leftOut
      .map(({ from, to }) => words.period(longDate(from, language), longDate(to, language)))
      .join(", "),
    before: before === null ? "" : money(before.amount),
    before_date: before === null ? "" : longDate(before.day, language),
  };
}

/** What Belgian law wants in the free first reminder of a consumer. */
export function firstReminderView(
  { firstReminder, currency, language }: Action,
  { enterpriseNumber, supplies }: Company,
  clean: Clean,
): MessageView["first_reminder"] {
  if (firstReminder === null)
    return { given: false, indemnity: "", deadline: "", enterprise_number: "", supplies: "" };
  const { indemnity, freeUntil } = firstReminder;
  return {
    given: true,
    indemnity: indemnity === 0 ? "" : amountText(indemnity, currency, language),
    deadline: longDate(freeUntil, language),
    enterprise_number: clean(enterpriseNumber ?? ""),
    supplies: clean(supplies[language] ?? ""),
  };
}

/** Code des procédures civiles d'exécution, art. L111-8, paragraphs 2 and 3: to be reproduced as they stand (R124-4). */
const COSTS_LAW =
  "Les frais de recouvrement entrepris sans titre exécutoire restent à la charge du créancier, sauf s’ils concernent un acte dont l’accomplissement est prescrit par la loi au créancier. Toute stipulation contraire est réputée non écrite, sauf disposition législative contraire. Cependant, le créancier qui justifie du caractère nécessaire des démarches entreprises pour recouvrer sa créance peut demander au juge de l’exécution de laisser tout ou partie des frais ainsi exposés à la charge du débiteur de mauvaise foi.";

/** The collector with its address: R124-4, 1°. */
const STATEMENT: Readonly<Record<Language, (collector: string, creditor: string) => string>> = {
  fr: (collector, creditor) =>
    `${collector}, exerce une activité de recouvrement amiable et vous écrit au nom et pour le compte de son mandant, ${creditor}, en vertu d’un mandat écrit.`,
  nl: (collector, creditor) =>
    `${collector}, oefent een activiteit van minnelijke invordering uit en schrijft u in naam en voor rekening van ${creditor}, krachtens een schriftelijke opdracht.`,
  de: (collector, creditor) =>
    `${collector}, ist in der außergerichtlichen Einziehung von Forderungen tätig und schreibt Ihnen im Namen und für Rechnung von ${creditor}, aufgrund einer schriftlichen Vollmacht.`,
  en: (collector, creditor) =>
    `${collector}, carries out amicable debt collection and writes to you in the name and on behalf of ${creditor}, under a written mandate.`,
};

/** Who writes for the creditor; all empty where it writes itself. `first`: the day of the first message in this matter. */
export function mandateView(
  language: Language,
  company: Company,
  first: Day | null,
  clean: Clean,
): MessageView["mandate"] {
  const { mandate } = company;
  const name = clean(company.name);
  const collector = clean(mandate?.collector ?? "");
  const given = mandate !== null;
  const line = (lines: readonly string[]): string => lines.map(clean).join(", ");
  return {
    given,
    collector,
    collector_address: line(mandate?.address ?? []),
    creditor: given ? name : "",
    creditor_address: given ? line(company.address) : "",
    date: mandate === null ? "" : longDate(mandate.date, language),
    reference: clean(mandate?.reference ?? ""),
    statement: given ? STATEMENT[language](line([mandate.collector, ...mandate.address]), name) : "",
    costs_law: given && company.country === "FR" ? COSTS_LAW.replace(/ (?=[:;!?])/g, NBSP) : "",
    first_date: given && first !== null ? longDate(first, language) : "",
  };
}
