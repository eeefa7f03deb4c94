import { describe, expect, test } from "vitest";
import type * as z from "zod/mini";
import { checkConfig } from "../src/config/config.ts";
import * as scalar from "../src/config/scalars.ts";
import { changed, folderWith, SMALL } from "./support/config.ts";

/** What a value becomes, or the code of its mistake. */
function read(kind: z.ZodMiniType, value: unknown): unknown {
  const result = kind.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return issue?.code === "custom" ? issue.params?.["code"] : issue?.code;
}

describe.each<[string, z.ZodMiniType, readonly (readonly [unknown, unknown])[]]>([
  [
    "days",
    scalar.days(1, 90),
    [
      ["1d", 1],
      ["90d", 90],
      ["0d", "bad-duration"],
      ["91d", "bad-duration"],
      ["5", "bad-duration"],
      ["5 d", "bad-duration"],
      ["-5d", "bad-duration"],
      ["1.5d", "bad-duration"],
      ["5h", "bad-duration"],
      [5, "invalid_type"],
      [null, "invalid_type"],
    ],
  ],
  [
    "patience",
    scalar.patience(),
    [
      ["30s", 30_000],
      ["5m", 300_000],
      ["0s", "bad-duration"],
      ["5d", "bad-duration"],
    ],
  ],
  [
    "share",
    scalar.share(),
    [
      ["0%", 0],
      ["30%", 0.3],
      ["100%", 1],
      ["101%", "bad-percentage"],
      ["30", "bad-percentage"],
      [0.3, "invalid_type"],
    ],
  ],
  [
    "terms",
    scalar.terms(),
    [
      ["30d", "30d"],
      ["45d end-of-month", "45d end-of-month"],
      ["45d end of month", "bad-terms"],
      ["1000d", "bad-terms"],
    ],
  ],
  [
    "email",
    scalar.email(),
    [
      ["compta@exemple.test", "compta@exemple.test"],
      ["a.b+c'd@sub.exemple.test", "a.b+c'd@sub.exemple.test"],
      ["compta@société.test", "compta@société.test"],
      [`${"a".repeat(64)}@exemple.test`, `${"a".repeat(64)}@exemple.test`],
      [`${"a".repeat(65)}@exemple.test`, "bad-email"],
      ["compta@exemple", "bad-email"],
      ["compta@exemple.test, x@exemple.test", "bad-email"],
      ["Claire <compta@exemple.test>", "bad-email"],
      ["compta@exemple.test\nBcc: x@exemple.test", "bad-email"],
      ['"compta"@exemple.test', "bad-email"],
      [".compta@exemple.test", "bad-email"],
      ["compta@-exemple.test", "bad-email"],
      ["compta@192.0.2.1", "bad-email"],
      ["compta@exemple.test.", "bad-email"],
      ["compta@exem%70le.test", "bad-email"],
      ["é@exemple.test", "bad-email"],
      ["@exemple.test", "bad-email"],
      ["", "bad-email"],
    ],
  ],
  [
    "iban",
    scalar.iban(),
    [
      ["FR1420041010050500013M02606", "FR1420041010050500013M02606"],
      ["BE68 5390 0754 7034", "BE68539007547034"],
      ["be68539007547034", "BE68539007547034"],
      ["BE68539007547035", "bad-iban"],
      ["BE6853900754703", "bad-iban"],
      ["XX68539007547034", "bad-iban"],
      ["", "bad-iban"],
    ],
  ],
  [
    "bic",
    scalar.bic(),
    [
      ["AGRIFRPP", "AGRIFRPP"],
      ["AGRIFRPPXXX", "AGRIFRPPXXX"],
      ["AGRIFRPPX", "bad-bic"],
      ["AGRI1RPP", "bad-bic"],
    ],
  ],
  [
    "country",
    scalar.country(),
    [
      ["FR", "FR"],
      ["RE", "RE"],
      ["fr", "bad-country"],
      ["EU", "bad-country"],
      ["ZZ", "bad-country"],
      ["FRA", "bad-country"],
    ],
  ],
  [
    "currency",
    scalar.currency(),
    [
      ["EUR", "EUR"],
      ["TND", "TND"],
      ["eur", "bad-currency"],
      ["EURO", "bad-currency"],
      ["QQQ", "bad-currency"],
    ],
  ],
  [
    "time zone",
    scalar.timeZone(),
    [
      ["Europe/Paris", "Europe/Paris"],
      ["Indian/Reunion", "Indian/Reunion"],
      ["Asia/Calcutta", "Asia/Calcutta"],
      ["Europe/Paname", "bad-timezone"],
      ["CET", "bad-timezone"],
      ["+02:00", "bad-timezone"],
    ],
  ],
  [
    "closing days",
    scalar.closing(),
    [
      ["2026-12-24", "2026-12-24"],
      ["2026-12-24..2027-01-01", "2026-12-24..2027-01-01"],
      ["2027-01-01..2026-12-24", "bad-date"],
      ["2026-02-29", "bad-date"],
      ["24/12/2026", "bad-date"],
    ],
  ],
  [
    "name",
    scalar.name("a step"),
    [
      ["last-warning", "last-warning"],
      ["rappel_1é", "rappel_1é"],
      ["a".repeat(60), "a".repeat(60)],
      ["a".repeat(61), "bad-name"],
      ["-a", "bad-name"],
      ["a b", "bad-name"],
      ["../a", "bad-name"],
      ["a/b", "bad-name"],
    ],
  ],
  [
    "one line",
    scalar.line("a name", 5),
    [
      ["abcde", "abcde"],
      ["abcdef", "bad-text"],
      [" ", "bad-text"],
      ["a\nb", "bad-text"],
      ["a\u2028b", "bad-text"],
    ],
  ],
  [
    "whole number",
    scalar.whole(1, 10),
    [
      [1, 1],
      [10, 10],
      [0, "too_small"],
      [11, "too_big"],
      [1.5, "invalid_type"],
      ["1", "invalid_type"],
    ],
  ],
  [
    "amount",
    scalar.amount(),
    [
      [0, 0],
      [12.5, 12.5],
      [-0.01, "too_small"],
      [1e9 + 1, "too_big"],
      [Number.NaN, "invalid_type"],
    ],
  ],
])("%s", (_what, kind, rows) => {
  test.each(rows)("%j: %j", (given, expected) => {
    expect(read(kind, given)).toEqual(expected);
  });
});

describe("where in a rule", () => {
  test.each([
    { when: "'items > 1 && balnce > 1'", at: "balnce", why: "single quotes" },
    { when: '"items > 1 && balnce > 1"', at: "balnce", why: "double quotes" },
    { when: "items > 1 || balnce > 1", at: "balnce", why: "no quotes" },
    { when: '"\\x69tems > 1 && balnce > 1"', at: '"', why: "an escape before it: where the rule starts" },
  ])("$why", ({ when, at }) => {
    const everybody = "  - { name: everybody, when: 'true', scenario: standard }\n";
    const own = `  - { name: a, when: ${when}, scenario: standard }`;
    const text = changed(everybody, `${own}\n${everybody}`);
    const [finding] = checkConfig(folderWith({ "dunning.yaml": text })).findings;
    expect(finding).toMatchObject({
      code: "rule-unknown-fact",
      where: { line: 11, column: own.indexOf(at) + 1 },
    });
  });

  test("over several lines: where the rule starts", () => {
    const text = SMALL.replace(
      "  - { name: everybody",
      "  - name: a\n    when: >\n      items > 1\n      && balnce > 1\n    scenario: standard\n  - { name: everybody",
    );
    const [finding] = checkConfig(folderWith({ "dunning.yaml": text })).findings;
    expect(finding).toMatchObject({ code: "rule-unknown-fact", where: { line: 12, column: 11 } });
  });
});
