import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkConfig, loadConfig } from "../src/config/config.ts";
import { defaultConfig } from "../src/config/default.ts";
import { placeholders } from "../src/config/placeholders.ts";
import { withProfile } from "../src/config/profiles.ts";
import { folderWith, SMALL } from "./support/config.ts";

const profile = { format: "csv", delimiter: ";", header: 4, columns: { debtor: "Code", number: "N° pièce" } };
const DEFAULT = defaultConfig({
  ...placeholders("fr", "FR"),
  country: "FR",
  language: "fr",
  kind: "unknown",
  profile: "auto",
  schema: null,
});

/** The lines of `after` that are not in `before`; the others must be there in the same order. */
function added(before: string, after: string): string[] {
  const old = before.split("\n");
  const more: string[] = [];
  for (const line of after.split("\n")) {
    if (line === old[0]) old.shift();
    else more.push(line);
  }
  expect(old.filter((line) => line !== "")).toEqual([]);
  return more;
}

describe("a profile is added", () => {
  test.each([
    { before: DEFAULT, why: "to a file without profiles" },
    {
      before: `${SMALL}profiles:\n  caisse: { format: csv } # ours\n\n# the end\nseed: x\n`,
      why: "below another one",
    },
    {
      before: `${SMALL}profiles:\n    caisse:\n        format: csv # ours\nseed: x\n`,
      why: "in the file's own indentation",
    },
    {
      before: `${SMALL}profiles:\n  caisse: { format: csv }`,
      why: "at the end of a file without a last line end",
    },
  ])("$why: everything else stays as it was", ({ before }) => {
    const after = withProfile(before, "sage", profile);
    expect(added(before, after).join("\n")).toMatch(/^(\n?profiles:\n)? +sage:\n/);
    expect(loadConfig(folderWith({ "dunning.yaml": after })).config.profiles["sage"]).toEqual(profile);
  });

  test.each([
    { before: `${SMALL}profiles: {}\n`, why: "an empty section" },
    { before: `${SMALL}profiles:\n`, why: "a section without a value" },
    { before: `${SMALL}profiles: { caisse: { format: csv } }\n`, why: "a section in braces" },
    { before: `${SMALL}profiles:\n  sage: { format: csv, decimal: "," }\n`, why: "one of the same name" },
  ])("$why", ({ before }) => {
    const after = withProfile(before, "sage", profile);
    expect(loadConfig(folderWith({ "dunning.yaml": after })).config.profiles["sage"]).toEqual(profile);
  });

  test("a broken file is refused and named", () => {
    expect(() => withProfile("a: [", "sage", profile)).toThrow("dunning.yaml: the profile cannot be written");
    expect(() => withProfile("", "sage", profile)).toThrow("this is no configuration");
  });
});

test("any header comes back as it was", () => {
  const header = fc
    .string({ unit: "binary", minLength: 1, maxLength: 40 })
    .filter((text) => text.trim() !== "" && !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufeff\ufffe\uffff]/u.test(text));
  fc.assert(
    fc.property(header, header, (debtor, number) => {
      const columns = { debtor, number: [number, 3] };
      const after = withProfile(SMALL, "sage", { format: "csv", columns });
      const { findings, loaded } = checkConfig(folderWith({ "dunning.yaml": after }));
      expect(findings).toEqual([]);
      expect(loaded?.config.profiles["sage"]?.columns).toEqual(columns);
    }),
  );
});

test("evidence stands above a profile as comments, whatever it holds", () => {
  const after = withProfile(SMALL, "sage", profile, ['decimal: "1,5"\nline 3', "debtor: # Code"]);
  expect(after).toContain('\n  sage:\n    # decimal: "1,5" line 3\n    # debtor: # Code\n    format: csv\n');
  expect(loadConfig(folderWith({ "dunning.yaml": after })).config.profiles["sage"]).toEqual(profile);
});

test("what a replaced profile keeps, keeps its comments", () => {
  const before = `${SMALL}profiles:\n  sage:\n    # from the accountant\n    format: csv # ours\n    decimal: "," # always\n    terms: 30d\n`;
  const after = withProfile(before, "sage", { format: "csv", decimal: ",", control: "warn" }, ["import 3"]);
  expect(after).toContain("# from the accountant\n    # import 3\n    format: csv # ours\n");
  expect(after).toContain('decimal: "," # always\n');
  expect(loadConfig(folderWith({ "dunning.yaml": after })).config.profiles["sage"]).toEqual({
    format: "csv",
    decimal: ",",
    control: "warn",
  });
});
