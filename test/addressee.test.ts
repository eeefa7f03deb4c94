import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { addresseeOf } from "../src/core/claim.ts";
import { type PersonRole, readerOf } from "../src/core/person.ts";
import { planningDay } from "../src/core/planning-day.ts";
import type { DebtorId } from "../src/core/types.ts";
import { dunning } from "./support/company.ts";
import { changed, folderWith } from "./support/config.ts";
import { at, debtor, rules, step } from "./support/ledger.ts";

const person = (role: PersonRole | null, over: object = {}) => ({
  name: `the ${role}`,
  role,
  email: `${role}@x.example`,
  phone: null,
  language: null,
  ...over,
});
const known = debtor({
  contact: "the accounting",
  email: "accounting@x.example",
  persons: [
    person("accounting"),
    person("management", { language: "nl" }),
    person("purchasing", { email: null }),
  ],
});

describe("who reads a message", () => {
  test.each([
    ["nobody in particular", null, true, "the accounting", "accounting@x.example", null],
    ["the manager", "management", true, "the management", "management@x.example", "nl"],
    ["a role that nobody has", "other", true, "the accounting", "accounting@x.example", null],
    [
      "a person without an address, by e-mail",
      "purchasing",
      true,
      "the accounting",
      "accounting@x.example",
      null,
    ],
    ["the same, by letter", "purchasing", false, "the purchasing", null, null],
  ] as const)("%s", (_name, role, byEmail, name, email, language) => {
    expect(readerOf(known, role, byEmail)).toEqual({ name, email, language });
  });

  test("an address that came back is not used, whoever has it", () => {
    const bad = { ...known, emailBad: true };
    expect(readerOf(bad, null, true).email).toBeNull();
    expect(readerOf(bad, "management", true).email).toBe("management@x.example");
    expect(
      readerOf({ ...bad, persons: [person("management", { email: bad.email })] }, "management", true).email,
    ).toBeNull();
  });

  test("several take turns by debtor and step, the same one every time", () => {
    const day = planningDay(rules(), at("2026-11-25"));
    const turn = (id: string, code: string) =>
      addresseeOf(step(id, 1, 3, { addressees: ["accounting", "management"] }), code as DebtorId, day);
    const turns = Array.from({ length: 40 }, (_, n) => turn("a", `D${n}`));
    expect(new Set(turns)).toEqual(new Set(["accounting", "management"]));
    expect(Array.from({ length: 40 }, (_, n) => turn("a", `D${n}`))).toEqual(turns);
    expect(Array.from({ length: 40 }, (_, n) => turn("b", `D${n}`))).not.toEqual(turns);
  });
});

test("through the commands: the second step goes to the manager, by name, in her language; a letter names her too", async () => {
  const folder = folderWith({
    "dunning.yaml": changed(
      "template: reminder-a }",
      "template: reminder-a }\n      - { id: again, day: 20, channel: email, template: firm, addressee: management }",
    ),
    "balance.csv":
      "Balance au 25/11/2026\nCode client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû\nA1;Un;F-1;25/09/2026;15/11/2026;100,00\n",
    "contacts.csv":
      "Code client;Contact;Fonction;E-mail;Langue\nA1;Anne Comptable;Comptabilité;anne@un.example;fr\nA1;Ms Maud Manager;Direction;maud@un.example;en\n",
  });
  await dunning(folder, "2026-11-25", "import", "balance.csv");
  expect((await dunning(folder, "2026-11-25", "import", "contacts", "contacts.csv")).exit).toBe(0);
  const sent = async (day: string) => {
    const { json } = await dunning(folder, day, "run", "--json");
    return (json["actions"] as Record<string, unknown>[]).map(
      ({ step: id, contact, to, language, languageFrom }) => [id, contact, to, language, languageFrom],
    );
  };
  expect(await sent("2026-11-25")).toEqual([
    ["reminder", "Anne Comptable", "anne@un.example", "fr", "debtor"],
  ]);
  writeFileSync(
    join(folder, "balance.csv"),
    readFileSync(join(folder, "balance.csv"), "utf8").replace("25/11/2026", "14/12/2026"),
  );
  await dunning(folder, "2026-12-14", "import", "balance.csv");
  expect(await sent("2026-12-14")).toEqual([
    ["again", "Ms Maud Manager", "maud@un.example", "en", "contact"],
  ]);
});
