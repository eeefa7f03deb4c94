import * as z from "zod/mini";
import { choice, key, list, otherwise, section } from "./keys.ts";
import { accountPrefix, currency, flag, line, name, whole } from "./scalars.ts";

const columnChoice = () =>
  z.union([line("a header"), whole(1, 1000)], { error: "a header, or the number of a column" });

/** How one layout of exports is read; what is left out is found out from the file. The importer has the last word. */
export const profile = section({
  format: key("Kind of file", otherwise(choice("csv", "workbook", "fec"), "csv")),
  title: key("The program and its report, for people", z.optional(line("a text", 80))),
  headers: key(
    "How the layout is known: column names that a file has, all of one list",
    z.optional(
      list(
        list(z.string({ error: "a column name" }), 2, 50, "two or more column names"),
        1,
        20,
        "lists of names",
      ),
    ),
  ),
  encoding: key("Encoding: utf-8, windows-1252, cp850 ...", z.optional(line("an encoding", 40))),
  sheet: key("Sheet of a workbook", z.optional(line("the name of a sheet"))),
  delimiter: key("Character between two columns, or tab", z.optional(line("one character, or tab", 3))),
  dates: key(
    "Form of dates: dd/MM/yyyy, yyyy-MM-dd ...; for all, or by column",
    z.optional(
      z.union(
        [
          line("a form of dates", 20),
          section({
            issued: key("Of the invoice date", z.optional(line("a form of dates", 20))),
            due: key("Of the due date", z.optional(line("a form of dates", 20))),
          }),
        ],
        { error: "a form of dates such as dd/MM/yyyy, or one for issued and due" },
      ),
    ),
  ),
  decimal: key("Decimal mark", z.optional(choice(",", "."))),
  header: key(
    "Line of the column names (0: none), or their fingerprint",
    z.optional(z.union([whole(0, 1000), line("a fingerprint")], { error: "a line number or a fingerprint" })),
  ),
  columns: key(
    "Which column holds what: role and header, or its number",
    z.optional(
      z.record(
        name("a role"),
        z.union([columnChoice(), list(columnChoice(), 1, 20, "headers")], {
          error: "a header, or a list of them",
        }),
        { error: "a header for each role, such as number: N° pièce" },
      ),
    ),
  ),
  others: key(
    "Columns that are not named there: left out, or found by-name",
    z.optional(choice("ignore", "by-name")),
  ),
  attributes: key(
    "Further columns that are kept as attr.",
    z.optional(list(columnChoice(), 0, 50, "a list of headers")),
  ),
  shape: key("One row per item, or one per customer", z.optional(choice("items", "summary"))),
  groups: key(
    "Where customers stand: none (on every row), carried, or rows of their own",
    z.optional(
      z.union(
        [
          z.enum(["none", "carried"]),
          section({
            columns: key(
              "Columns that such a row may fill",
              list(whole(1, 1000), 1, 50, "numbers of columns"),
            ),
            split: key("The first one holds code and name", flag()),
            amounts: key("Such a row carries the customer's total", flag()),
          }),
        ],
        { error: "none, carried, or { columns, split, amounts }" },
      ),
    ),
  ),
  buckets: key(
    "Ageing columns: least days late by header, or not-due",
    z.optional(
      z.record(
        line("a header"),
        z.union([whole(1, 3650), z.literal("not-due")], { error: "days, or not-due" }),
        {
          error: "least days late by header",
        },
      ),
    ),
  ),
  basis: key("From which date the ageing columns count", z.optional(choice("due", "document"))),
  sign: key("How debts are printed", z.optional(choice("owed-positive", "owed-negative", "by-side"))),
  accounts: key(
    "Of a journal (FEC): the customers' accounts, by their first digits",
    z.optional(list(accountPrefix(), 1, 20, 'prefixes in quotes, such as ["411", "416"]')),
  ),
  terms: key("Payment terms, where a row has no due date", z.optional(line("terms such as 30d", 40))),
  currency: key("Currency, where no column says it", z.optional(currency())),
  control: key(
    "When a printed total differs: check holds the balance back, warn goes on",
    z.optional(choice("check", "warn")),
  ),
  total: key("Whether a complete file ends in a line of totals", z.optional(choice("line", "none"))),
});
