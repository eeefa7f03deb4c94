import { describe, expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-23";
const COLUMNS =
  "Code client;Raison sociale;E-mail;Adresse;Code postal;Ville;Pays;N° pièce;Date pièce;Échéance;Restant dû";
const row = (amount: string, country = "FR", email = "a@x.example"): string =>
  `A1;Client;${email};1 rue X;75001;Paris;${country};F-1;25/09/2026;25/10/2026;${amount}`;
const config = (tooDear: string, step = "channel: letter"): string =>
  `${SMALL.replace("channel: email", step)}letters:
  postage:
    prices: { FR: { letter: 1.80, registered-letter: 6 }, other: { letter: 2.80 } }
    printing: 0.20
    share: 10%
    too_dear: ${tooDear}
`;

async function planned(yaml: string, line: string) {
  const folder = folderWith({ "dunning.yaml": yaml });
  await takeBalance(folder, DAY, COLUMNS, [line]);
  const { json } = await dunning(folder, DAY, "run", "--dry-run", "--json");
  const [action] = json["actions"] as { channel: string; to: string | null; reason: string }[];
  return { ...action, warnings: (json["warnings"] as string[]).filter((each) => each.includes("costs")) };
}

describe("a letter is weighed against the claim", () => {
  test.each<[string, string, string, string, number]>([
    // 1.80 + 0.20 is a tenth of 20.00.
    ["at the share", config("warn"), row("20,00"), "letter", 0],
    ["a cent below", config("warn"), row("19,99"), "letter", 1],
    ["an e-mail in its place", config("email"), row("19,99"), "email", 0],
    ["not at the share", config("email"), row("20,00"), "letter", 0],
    ["no address to write to", config("email"), row("19,99", "FR", ""), "letter", 1],
    ["abroad it costs more", config("email"), row("29,99", "DE"), "email", 0],
    ["abroad, at the share", config("email"), row("30,00", "DE"), "letter", 0],
    [
      "no price of registered letters there",
      config("email", "channel: registered-letter"),
      row("5,00", "DE"),
      "registered-letter",
      0,
    ],
    [
      "a registered letter stays one",
      config("email", "channel: registered-letter"),
      row("50,00"),
      "registered-letter",
      1,
    ],
    [
      "a last warning too",
      config("email", "final_warning: true, channel: letter"),
      row("19,99"),
      "letter",
      1,
    ],
    ["nothing is configured", SMALL.replace("channel: email", "channel: letter"), row("0,50"), "letter", 0],
  ])("%s", async (_, yaml, line, channel, warnings) => {
    const action = await planned(yaml, line);
    expect([action.channel, action.warnings.length]).toEqual([channel, warnings]);
  });

  test("what it costs is said", async () => {
    expect((await planned(config("warn"), row("19,99"))).warnings).toEqual([
      expect.stringContaining("a letter costs 2.00, 19.99 EUR would be claimed"),
    ]);
    expect(await planned(config("email"), row("19,99"))).toMatchObject({
      to: "a@x.example",
      reason: expect.stringContaining("a letter costs 2.00, 19.99 EUR would be claimed") as string,
    });
  });
});
