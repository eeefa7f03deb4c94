import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { checkConfig, loadConfig } from "../src/config/config.ts";
import { defaultConfig } from "../src/config/default.ts";
import { placeholders } from "../src/config/placeholders.ts";
import { folderWith } from "./support/config.ts";

const days = (min: number, max: number) => fc.integer({ min, max });
const written = (value: number | undefined) => (value === undefined ? {} : `${value}d`);

describe("properties", () => {
  const name = fc.stringMatching(/^[A-Za-zÀ-ÿ0-9][A-Za-zÀ-ÿ0-9 '":#,{}&*!%@-]{0,30}$/);
  const step = fc.record({
    level: fc.constant(undefined),
    gap: fc.option(days(0, 365), { nil: undefined }),
    deadline: fc.option(days(1, 90), { nil: undefined }),
    approve: fc.option(fc.boolean(), { nil: undefined }),
    sender: fc.constantFrom(undefined, "manager"),
    template: fc.constantFrom("reminder-a", ["reminder-a", "reminder-b"]),
    channel: fc.constantFrom("email", "letter", "registered-letter"),
  });
  const values = fc.record({
    name,
    signatory: name,
    address: fc.array(name, { minLength: 1, maxLength: 5 }),
    vat: fc.option(name, { nil: null }),
    cap: days(0, 90),
    messages: fc.integer({ min: 1, max: 100_000 }),
    minimum: fc.integer({ min: 0, max: 1_000_000 }).map((cents) => cents / 100),
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
    sender: name,
  });
  test("what was written is what is loaded, however it is written", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 4 }), fc.boolean(), (given, indent, flow) => {
        const steps = given.steps.map(({ gap, deadline, ...rest }, at) => ({
          id: `step-${at}`,
          day: at * 3,
          ...JSON.parse(JSON.stringify(rest)),
          ...(gap === undefined ? {} : { gap: written(gap) }),
          ...(deadline === undefined ? {} : { deadline: written(deadline) }),
        }));
        const raw = {
          version: 1,
          company: {
            name: given.name,
            address: given.address,
            country: "FR",
            language: "fr",
            vat: given.vat,
            accounts: { EUR: { iban: "FR1420041010050500013M02606" } },
            email: "compta@exemple.test",
            signatory: { name: given.signatory },
          },
          segments: [{ name: "everybody", when: "true", scenario: "standard" }],
          scenarios: { standard: { min_amount: given.minimum, steps } },
          email: { senders: { manager: { name: given.sender, address: "direction@exemple.test" } } },
          limits: { contact_cap: `${given.cap}d`, max_messages: given.messages },
        };
        const yaml = stringify(raw, {
          indent,
          collectionStyle: flow ? "flow" : "block",
          lineWidth: flow ? 0 : 80,
        });
        const { config, rules, company } = loadConfig(folderWith({ "dunning.yaml": yaml }));
        expect(company).toMatchObject({ name: given.name, address: given.address, vat: given.vat });
        expect(company.signatory.name).toBe(given.signatory);
        expect(company.senders["manager"]?.name).toBe(given.sender);
        expect(config.limits).toMatchObject({ contact_cap: given.cap, max_messages: given.messages });
        expect(rules.scenarios.get("standard")?.minAmount).toBe(given.minimum);
        expect(
          rules.scenarios.get("standard")?.steps.map((each) => ({
            gap: each.gap,
            deadline: each.deadline,
            approve: each.approve,
            sender: each.senders[0] ?? null,
            channel: each.channel,
          })),
        ).toEqual(
          given.steps.map((each) => ({
            gap: each.gap ?? null,
            deadline: each.deadline ?? null,
            approve: each.approve ?? false,
            sender: each.sender ?? null,
            channel: each.channel,
          })),
        );
      }),
      { numRuns: 40 },
    );
  });

  test("no damage to a file makes the check throw or point outside of it", () => {
    const made = placeholders("en", "BE");
    const whole = defaultConfig({
      ...made,
      country: "BE",
      language: "en",
      kind: "unknown",
      profile: "auto",
      schema: null,
    });
    const lines = whole.split("\n");
    const damage = fc.record({
      line: fc.integer({ min: 0, max: lines.length - 1 }),
      how: fc.constantFrom("remove", "double", "cut", "shift", "swap"),
      at: fc.integer({ min: 0, max: 120 }),
      with: fc.constantFrom(
        "",
        " ",
        ":",
        "'",
        '"',
        "{",
        "]",
        "- ",
        "#",
        "null",
        "5",
        "\u0000",
        "&a",
        "*a",
        "!!x",
        "|",
      ),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        const damaged = [...lines];
        for (const { line, how, at, with: put } of damages) {
          const old = damaged[line] ?? "";
          if (how === "remove") damaged[line] = "";
          else if (how === "double") damaged[line] = `${old}\n${old}`;
          else if (how === "cut") damaged[line] = old.slice(0, at) + put;
          else if (how === "shift") damaged[line] = ` ${old}`;
          else damaged[line] = old.slice(0, at) + put + old.slice(at + 1);
        }
        const text = damaged.join("\n");
        const { findings, loaded } = checkConfig(folderWith({ "dunning.yaml": text }));
        expect(loaded === null).toBe(findings.some(({ severity }) => severity === "error"));
        const count = text.split("\n").length;
        for (const { where } of findings) {
          expect(where?.file).toBe("dunning.yaml");
          expect(where?.line).toBeGreaterThanOrEqual(1);
          expect(where?.line).toBeLessThanOrEqual(count);
        }
      }),
      { numRuns: 100 },
    );
  });
});
