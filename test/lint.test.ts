import { describe, expect, test } from "vitest";
import { checkConfig } from "../src/config/config.ts";
import { isPersonName } from "../src/config/person-name.ts";
import { folderWith, SMALL } from "./support/config.ts";

const FORMAL = `      - { id: last, day: 35, channel: letter, template: last-warning, final_warning: true, deadline: 8d }
`;
const found = (steps: string, more: (yaml: string) => string = (yaml) => yaml): string[] => {
  const yaml = more(SMALL.replace(/ {6}- \{ id: reminder.*\n/, steps));
  return checkConfig(folderWith({ "dunning.yaml": yaml }), { lint: true }).findings.map(
    ({ code, where }) => `${code} ${where?.line}`,
  );
};
const step = (id: string, day: number, channel: string, more = ""): string =>
  `      - { id: ${id}, day: ${day}, channel: ${channel}, template: ${channel === "agency" ? "null" : "reminder-a"}${more} }\n`;
const mail = (id: string, day: number, more = ""): string => step(id, day, "email", more);

describe("habits of a scenario", () => {
  test.each<[string, string, string[]]>([
    ["a short one", mail("a", 3), []],
    ["e-mail, call, e-mail, letter", mail("a", 3) + step("b", 10, "call") + mail("c", 20) + FORMAL, []],
    ["three e-mails", mail("a", 3) + mail("b", 12) + mail("c", 22), ["one-channel 13"]],
    ["two of them", mail("a", 3) + mail("b", 12), ["same-again 16"]],
    ["two e-mails, then a letter", mail("a", 3) + mail("b", 12) + FORMAL, ["same-again 16"]],
    ["a reminder before the due date does not count", mail("before", -5) + mail("a", 3), []],
    ["closer than the cap", mail("a", 3) + step("b", 6, "letter", ", gap: 4d"), ["closer-than-cap 16"]],
    ["as close as the cap", mail("a", 3) + step("b", 6, "letter", ", gap: 5d"), []],
    ["days keep them apart", mail("a", 3) + step("b", 8, "letter", ", gap: 1d"), []],
    [
      "the deadline keeps them apart",
      mail("a", 3, ", deadline: 5d") + step("b", 4, "letter", ", gap: 1d"),
      [],
    ],
    ["handed over after a warning", mail("a", 3) + FORMAL + step("z", 60, "agency"), []],
    ["handed over without one", mail("a", 3) + step("z", 60, "agency"), ["hand-over-unwarned 16"]],
    [
      "a step after the hand-over",
      mail("a", 3) + FORMAL + step("z", 60, "agency") + mail("late", 90),
      ["step-after-end 18"],
    ],
  ])("%s", (_name, steps, expected) => {
    expect(found(steps)).toEqual(expected);
  });

  test("another sender is another voice", () => {
    const senders = (yaml: string) =>
      `${yaml}email: { senders: { boss: { name: Paul Exemple, address: paul@exemple.test } } }\n`;
    expect(found(mail("a", 3) + mail("b", 12, ", sender: boss"), senders)).toEqual([]);
  });

  test("two scenarios with one chain", () => {
    const twice = (yaml: string) =>
      yaml
        .replace("segments:\n", "segments:\n  - { name: big, when: 'balance > 1000', scenario: other }\n")
        .concat(`  other:\n    steps:\n${mail("x", 5)}${step("y", 20, "letter")}`);
    const levels = (text: string) =>
      text.replaceAll(/\{ id: (\w+), day: (\d+)/g, "{ id: $1, level: $2, day: $2");
    expect(found(mail("a", 3) + step("b", 15, "letter"), (yaml) => levels(twice(yaml)))).toEqual([
      "same-chain 14",
    ]);
    expect(found(mail("a", 3) + step("b", 15, "call"), (yaml) => levels(twice(yaml)))).toEqual([]);
  });
});

test.each([
  ["Claire Exemple", true],
  ["Jean-Luc d'Essai", true],
  ["Claire", false],
  ["Service comptabilité", false],
  ["Le Service Clients", false],
  ["Accounts Receivable", false],
  ["Atelier Exemple SARL", false],
  ["Atelier Exemple", false],
  ["Buchhaltung Muster", false],
  ["Élise Saunier", true],
  ["Marie Sarlat", true],
])("%s: %s", (name, expected) => {
  expect(isPersonName(name, "Atelier Exemple")).toBe(expected);
});
