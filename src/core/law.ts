import type { DayCount } from "./interest.ts";
import type { LegalText } from "./law-texts.ts";
import type { Rate } from "./rates.ts";
import type { Currency } from "./types.ts";

/** Where a rate comes from: a published one, with points on top. */
export interface RateSource {
  readonly kind: string;
  readonly points: Rate;
}

/** What a creditor may claim beside the principal, by the law of its country and the kind of debtor. */
export interface Law {
  readonly country: string;
  readonly kind: "business" | "consumer";
  /** Null: no interest without more than this program knows; `why` says it. */
  readonly interest: null | {
    readonly source: RateSource;
    /**
     * due: from the day after the due date; notice: from the day after a formal notice was received; first-reminder: Belgian
     * consumers, after a free first reminder and 14 days.
     */
    readonly from: "due" | "notice" | "first-reminder";
    readonly text: LegalText;
    /** Whether a rate of the contract takes its place; floor: not below that published rate. */
    readonly contract: "no" | "yes" | { readonly floor: string } | { readonly cap: string };
    /** The rate of the half-year in which the debt became late stays (UK). */
    readonly frozen: boolean;
    readonly compounds: boolean;
  };
  readonly compensation: null | {
    readonly how: "european" | "british" | "dutch" | "belgian-consumer";
    readonly currency: Currency;
    readonly from: "due" | "notice-and-14-days" | "first-reminder";
    readonly text: LegalText;
  };
  readonly dayCount: DayCount;
  /** Whether the day on which the money arrives bears interest. */
  readonly paymentDay: boolean;
  /** A due date on a day without work moves to the next working day. */
  readonly rolls: boolean;
  /** Why something is not claimed, for people. */
  readonly why: string | null;
}

const points = (percent: number): Rate => (percent * 10_000) as Rate;
const simple = { frozen: false, compounds: false } as const;
const usual = { dayCount: "actual/365", paymentDay: true, rolls: false, why: null } as const;
const flat = (text: LegalText) => ({ how: "european", currency: "EUR", from: "due", text }) as const;

const LAWS: readonly Law[] = [
  {
    ...usual,
    country: "FR",
    kind: "business",
    interest: {
      ...simple,
      source: { kind: "b2b_default_ecb_plus_10", points: points(0) },
      from: "due",
      text: "fr-business-interest",
      contract: { floor: "b2b_contract_floor_3x_legal" },
    },
    compensation: flat("fr-business-compensation"),
  },
  {
    ...usual,
    country: "FR",
    kind: "consumer",
    interest: {
      ...simple,
      // A business creditor has the low rate, whoever owes: the high one is for private creditors.
      source: { kind: "legal_rate_creditor_other_incl_business", points: points(0) },
      from: "notice",
      text: "fr-consumer-interest",
      contract: "no",
    },
    compensation: null,
    why: "a consumer in France owes no fixed compensation and no collection costs (C. com. D441-5; CPCE L111-8)",
  },
  {
    ...usual,
    country: "BE",
    kind: "business",
    interest: {
      ...simple,
      source: { kind: "b2b_late_payment_act_2002", points: points(0) },
      from: "due",
      text: "be-business-interest",
      contract: "yes",
    },
    compensation: flat("be-business-compensation"),
  },
  {
    ...usual,
    country: "BE",
    kind: "consumer",
    interest: {
      ...simple,
      source: { kind: "civil_legal_rate", points: points(0) },
      from: "first-reminder",
      text: "be-consumer-interest",
      contract: { cap: "b2b_late_payment_act_2002" },
    },
    compensation: {
      how: "belgian-consumer",
      currency: "EUR",
      from: "first-reminder",
      text: "be-consumer-compensation",
    },
  },
  {
    ...usual,
    country: "LU",
    kind: "business",
    interest: {
      ...simple,
      source: { kind: "b2b_late_payment", points: points(0) },
      from: "due",
      text: "lu-business-interest",
      contract: "yes",
    },
    compensation: flat("lu-business-compensation"),
  },
  {
    ...usual,
    country: "LU",
    kind: "consumer",
    interest: null,
    compensation: null,
    why: "against a consumer in Luxembourg interest needs an invoice within the month that announces it: nothing is claimed",
  },
  {
    ...usual,
    country: "NL",
    kind: "business",
    interest: {
      source: { kind: "handelsrente_b2b", points: points(0) },
      from: "due",
      text: "nl-business-interest",
      contract: "yes",
      frozen: false,
      compounds: true,
    },
    compensation: { how: "dutch", currency: "EUR", from: "due", text: "nl-compensation" },
  },
  {
    ...usual,
    country: "NL",
    kind: "consumer",
    interest: {
      source: { kind: "wettelijke_rente_b2c", points: points(0) },
      from: "due",
      text: "nl-consumer-interest",
      contract: "no",
      frozen: false,
      compounds: true,
    },
    compensation: { how: "dutch", currency: "EUR", from: "notice-and-14-days", text: "nl-compensation" },
  },
  {
    ...usual,
    country: "DE",
    kind: "business",
    paymentDay: false,
    rolls: true,
    interest: {
      ...simple,
      source: { kind: "base_rate_247_bgb", points: points(9) },
      from: "due",
      text: "de-business-interest",
      contract: "yes",
    },
    compensation: flat("de-business-compensation"),
  },
  {
    ...usual,
    country: "DE",
    kind: "consumer",
    paymentDay: false,
    rolls: true,
    interest: {
      ...simple,
      source: { kind: "base_rate_247_bgb", points: points(5) },
      from: "notice",
      text: "de-consumer-interest",
      contract: "no",
    },
    compensation: null,
    why: "a consumer in Germany owes no fixed compensation (§ 288 (5) BGB)",
  },
  {
    ...usual,
    country: "GB",
    kind: "business",
    interest: {
      source: { kind: "boe_reference_rate_half_year", points: points(8) },
      from: "due",
      text: "gb-business-interest",
      contract: "yes",
      frozen: true,
      compounds: false,
    },
    compensation: { how: "british", currency: "GBP", from: "due", text: "gb-business-compensation" },
  },
  {
    ...usual,
    country: "GB",
    kind: "consumer",
    interest: null,
    compensation: null,
    why: "the British act on late payment is about businesses only: nothing is claimed",
  },
  ...(["business", "consumer"] as const).map(
    (kind): Law => ({
      ...usual,
      country: "CH",
      kind,
      paymentDay: false,
      interest: {
        ...simple,
        source: { kind: "or_104_default", points: points(0) },
        from: "notice",
        text: "ch-interest",
        contract: "yes",
      },
      compensation: null,
      why: "Swiss law has no fixed compensation",
    }),
  ),
];

/** Null: this program knows no law of that country. */
export const lawOf = (country: string, kind: "business" | "consumer"): Law | null =>
  LAWS.find((law) => law.country === country && law.kind === kind) ?? null;

export const LAW_COUNTRIES: readonly string[] = [...new Set(LAWS.map(({ country }) => country))];
