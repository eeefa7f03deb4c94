/** The part of dunning.yaml about interest and fixed compensation. */

import * as z from "zod/mini";
import { LAW_COUNTRIES } from "../core/law.ts";
import { choice, key, list, maybe, otherwise, section } from "./keys.ts";
import { date, flag, line, percentage } from "./scalars.ts";

const supplied = () => line("a few words such as heating oil");

export const charges = section({
  country: key(
    "Whose law counts; auto: that of the company's country",
    otherwise(choice("auto", ...LAW_COUNTRIES), "auto"),
  ),
  contract_rate: key(
    "Yearly rate that your terms agree with businesses, such as 12%; where left out, the statutory one. In France never below 3 x the legal rate",
    maybe(percentage()),
  ),
  compensation: key(
    "Whether fixed compensation is claimed (40 EUR per invoice, by the country's law)",
    otherwise(flag(), true),
  ),
  consumer_clause: key(
    "Belgium: your contract with consumers provides for interest and an indemnity; without it they owe neither",
    otherwise(flag(), false),
  ),
  small_creditor: key(
    "Belgium: you are a small or medium-sized business, whose interest may run from the day after the first reminder",
    otherwise(flag(), false),
  ),
  supplies: key(
    "Belgium: what you supply to consumers, in a few words; the law wants it in the first reminder. By language where you write in several: { fr: mazout, nl: stookolie }",
    maybe(
      z.union(
        [
          supplied(),
          section({
            fr: key("In French", maybe(supplied())),
            nl: key("In Dutch", maybe(supplied())),
            de: key("In German", maybe(supplied())),
            en: key("In English", maybe(supplied())),
          }),
        ],
        {
          error: "a few words such as heating oil, or { fr: ..., nl: ... }",
        },
      ),
    ),
  ),
  day_count: key(
    "How days become parts of a year; auto: by the country's usage",
    otherwise(choice("auto", "actual/365", "actual/actual", "30/360"), "auto"),
  ),
});

export const onBehalfOf = section({
  name: key("Who writes: you, not the creditor", line("your name or your firm's")),
  address: key(
    "Your postal address, line by line",
    list(line("a line of the address"), 1, 5, "a list of 1 to 5 lines"),
  ),
  mandate_date: key("The day of the written mandate", date()),
  mandate_reference: key("Its reference", maybe(line("a reference", 60))),
});
