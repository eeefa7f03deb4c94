import { workCalendar } from "../core/calendar.ts";
import { fromMajor } from "../core/money.ts";
import type { Postage } from "../core/postage.ts";
import type { Cents, Company, Language, Rule, Rules, Scenario, Step, WorkCalendar } from "../core/types.ts";
import { publicHolidays } from "./holidays.ts";
import { compileRule, DEBTOR_FACTS, DOSSIER_FACTS, type FactTable } from "./rules.ts";
import { levelsOf } from "./scenario-checks.ts";
import type { Config, StepConfig } from "./schema.ts";

const CALL_TIMEOUT = 5;

function ruleOf(text: string, facts: FactTable): Rule {
  const compiled = compileRule(text, facts);
  if ("mistake" in compiled) throw new Error(`a rule was not checked: ${text}`);
  return compiled.rule;
}

function stepOf(step: StepConfig, level: number | null): Step {
  const call = step.channel === "call";
  return {
    id: step.id,
    level,
    day: step.day,
    channel: step.channel,
    templates: step.template,
    when: step.when === null ? null : ruleOf(step.when, DOSSIER_FACTS),
    gap: step.gap,
    deadline: step.deadline,
    timeout: step.timeout ?? (call ? CALL_TIMEOUT : null),
    fallback: step.fallback ?? (call ? "email" : null),
    finalWarning: step.final_warning,
    formalNotice: step.formal_notice,
    approve: step.approve,
    skipAfter: step.skip_after,
    senders: step.sender,
    addressees: step.addressee,
    onBrokenPromise: step.on_broken_promise,
    attach: step.attach,
    // A formal notice names what is owed with everything that belongs to it; before it nothing is threatened.
    charges: step.charges ?? (step.formal_notice ? "claimed" : "none"),
  };
}

function scenarioOf(name: string, scenario: Config["scenarios"][string]): Scenario {
  const levels = levelsOf(scenario.steps);
  return {
    name,
    follow: scenario.follow,
    minAmount: scenario.min_amount,
    minItem: scenario.min_item,
    approveAbove: scenario.approve_above,
    grace: scenario.grace,
    gap: scenario.gap,
    entry: scenario.entry,
    cadence: scenario.cadence,
    jitter: scenario.jitter,
    steps: scenario.steps.map((step, at) => stepOf(step, levels[at] ?? null)),
  };
}

const PAYER_FACTS = ["payer_class", "average_days_late"];

/** Whether anything looks at how debtors pay: what they paid is read only then. */
function asksPayers({ segments, scenarios, campaigns }: Config): boolean {
  const asks = (text: string | null, facts: FactTable): boolean => {
    if (text === null) return false;
    const compiled = compileRule(text, facts);
    return "rule" in compiled && compiled.rule.facts.some((name) => PAYER_FACTS.includes(name));
  };
  return (
    [...segments, ...Object.values(campaigns)].some(({ when }) => asks(when, DEBTOR_FACTS)) ||
    Object.values(scenarios).some(
      ({ cadence, steps }) =>
        Object.keys(cadence).length > 0 || steps.some(({ when }) => asks(when, DOSSIER_FACTS)),
    )
  );
}

const LANGUAGES = ["fr", "nl", "de", "en"] as const;

function suppliesOf({ supplies }: Config["charges"]): Company["supplies"] {
  return Object.fromEntries(
    LANGUAGES.flatMap((language) => {
      const said = typeof supplies === "string" ? supplies : (supplies?.[language] ?? null);
      return said === null ? [] : [[language, said]];
    }),
  );
}

/** Of these languages, those in which a first reminder to Belgian consumers can say what was supplied. */
export function suppliedIn({ charges }: Config, languages: readonly Language[]): readonly Language[] {
  const supplies = suppliesOf(charges);
  return languages.filter((language) => supplies[language] !== undefined);
}

function chargesOf({ charges, company }: Config): Pick<Rules["charges"], "country" | "terms"> {
  return {
    country: charges.country === "auto" ? company.country : charges.country,
    terms: {
      contractRate: charges.contract_rate,
      compensation: charges.compensation,
      consumerClause: charges.consumer_clause,
      small: charges.small_creditor,
      allocation: "capital",
      dayCount: charges.day_count === "auto" ? null : charges.day_count,
    },
  };
}

function postageOf({ letters: { postage }, company: { currency } }: Config): Postage | null {
  if (postage === null) return null;
  const price = (amount: number | null): Cents | null =>
    amount === null ? null : fromMajor(amount, currency);
  const prices = Object.entries(postage.prices).map(
    ([country, each]) =>
      [
        country,
        { letter: price(each.letter), "registered-letter": price(each["registered-letter"]) },
      ] as const,
  );
  const printing = fromMajor(postage.printing, currency);
  return { prices: new Map(prices), printing, share: postage.share, tooDear: postage.too_dear };
}

/** What the engine needs of a configuration that was checked. `languages`: those in which every text exists. */
export function toRules(
  config: Config,
  languages: readonly Language[],
  texts: Pick<Rules["charges"], "table" | "firstReminder">,
): Rules {
  const { company, calendar, limits } = config;
  const at = calendar.country ?? company.country;
  const own = workCalendar({
    country: at,
    region: calendar.region,
    closed: calendar.closed,
    holidays: publicHolidays(at, calendar.region),
  });
  const abroad = new Map<string, WorkCalendar>();
  return {
    currency: company.currency,
    country: company.country,
    language: company.language,
    defaultKind: company.default_kind,
    segments: config.segments.map(({ name, when, scenario }) => ({
      name,
      scenario,
      when: ruleOf(when, DEBTOR_FACTS),
    })),
    scenarios: new Map(
      Object.entries(config.scenarios).map(([name, scenario]) => [name, scenarioOf(name, scenario)]),
    ),
    campaigns: new Map(
      Object.entries(config.campaigns).map(
        ([name, { when, template, counts_as_step: countsAsStep, ...rest }]) => [
          name,
          { ...rest, countsAsStep, name, when: ruleOf(when, DEBTOR_FACTS), templates: template },
        ],
      ),
    ),
    calendar: own,
    calendarOf: (country) => {
      if (country === null || country === at) return own;
      let found = abroad.get(country);
      if (found === undefined)
        abroad.set(
          country,
          (found = workCalendar({
            country,
            region: null,
            closed: [],
            holidays: publicHolidays(country, null),
          })),
        );
      return found;
    },
    languages,
    contactCap: limits.contact_cap,
    charges: { ...chargesOf(config), ...texts },
    promiseGrace: config.promises.grace,
    postage: postageOf(config),
    answerPause: limits.answer_pause,
    payerLimits: config.payer_classes,
    confirmations: {
      promise: config.confirmations.promise,
      instalments: config.confirmations.instalments,
      broken: config.confirmations.broken_promise,
      thanks: config.confirmations.thanks,
    },
    insurerDays: config.insurance.notify_within,
    asksPayers: asksPayers(config),
    maxBalanceAge: config.import.max_balance_age,
    maxBalanceAgeFormal: config.import.max_balance_age_formal,
    seed: config.seed,
  };
}

/** Who writes. The bytes are those of the files that it names, null where it names none. */
export function toCompany(
  { company, email, charges, payment, letters, on_behalf_of: mandate }: Config,
  { logo, letterhead }: { readonly logo: Uint8Array | null; readonly letterhead: Uint8Array | null },
): Company {
  const from = email.from ?? { name: company.signatory.name, address: company.email };
  return {
    name: company.name,
    address: company.address,
    country: company.country,
    vat: company.vat,
    enterpriseNumber: company.enterprise_number,
    legalLine: company.legal_line,
    mandate:
      mandate === null
        ? null
        : {
            collector: mandate.name,
            address: mandate.address,
            date: mandate.mandate_date,
            reference: mandate.mandate_reference,
          },
    supplies: suppliesOf(charges),
    language: company.language,
    currency: company.currency,
    accounts: company.accounts,
    payment,
    email: company.email,
    phone: company.phone,
    signatory: company.signatory,
    logo,
    stationery: { layout: letters.layout, own: letters.own, letterhead },
    from,
    replyTo: email.reply_to,
    senders: email.senders,
  };
}
