import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonSchema } from "../src/config/json-schema.ts";

const shipped = join(import.meta.dirname, "..", "schema", "dunning.schema.json");

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
}

/** `company.name` and so on, with what its description says. */
function described(node: Node, path: string): [string, string | undefined][] {
  const inside = Object.entries(node.properties ?? {}).flatMap(([name, each]) => {
    const key = path === "" ? name : `${path}.${name}`;
    return [[key, each.description] as [string, string | undefined], ...described(each, key)];
  });
  const more =
    typeof node.additionalProperties === "object" ? described(node.additionalProperties, `${path}.*`) : [];
  const items = node.items === undefined ? [] : described(node.items, `${path}#`);
  return [...inside, ...more, ...items, ...(node.anyOf ?? []).flatMap((each) => described(each, path))];
}

test("the shipped JSON Schema is that of the program (UPDATE=1 writes it)", () => {
  const schema = jsonSchema();
  if (process.env["UPDATE"] === "1") {
    mkdirSync(dirname(shipped), { recursive: true });
    writeFileSync(shipped, schema);
  }
  expect(readFileSync(shipped, "utf8")).toBe(schema);
});

describe("the schema", () => {
  const keys = described(JSON.parse(jsonSchema()) as Node, "");

  test("says of every key what it is for", () => {
    expect(keys.length).toBeGreaterThan(90);
    expect(keys.filter(([, about]) => about === undefined || about.length < 3)).toEqual([]);
  });

  test("knows the keys that are a contract, as they are written", () => {
    const names = keys.map(([name]) => name);
    for (const key of [
      "company.signatory.role",
      "company.accounts.*.iban",
      "import.max_balance_age_formal",
      "import.hold_if_missing",
      "profiles.*.columns",
      "calendar.closed",
      "segments#.when",
      "scenarios.*.approve_above",
      "scenarios.*.steps#.skip_after",
      "scenarios.*.steps#.final_warning",
      "email.smtp.timeouts.reply",
      "letters.folder",
      "limits.contact_cap",
      "seed",
    ])
      expect(names).toContain(key);
  });

  test("durations are text, as written, with their defaults", () => {
    const { properties } = JSON.parse(jsonSchema()) as { properties: { limits: { properties: object } } };
    expect(properties.limits.properties).toMatchObject({
      contact_cap: { type: "string", pattern: "^[0-9]{1,4}d$", default: "5d" },
    });
  });
});
