import { expect, test, vi } from "vitest";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-23";
/** As if the program had mixed something up in the message to B2. */
vi.mock("../src/delivery/guard.ts", () => ({
  guardOf: () => (message: { action: { debtor: string } }) =>
    Promise.resolve(message.action.debtor === "B2" ? "it names F-1, which is A1's" : null),
}));

test("one message with a fault: nothing of the run is written, a dry run shows it", async () => {
  const folder = folderWith({
    "dunning.yaml": SMALL,
    "balance.csv":
      "Balance au 23/11/2026\nCode client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû\n" +
      "A1;Un;a@x.example;F-1;25/09/2026;25/10/2026;100,00\nB2;Deux;b@x.example;F-2;25/09/2026;25/10/2026;60,00\n",
  });
  await dunning(folder, DAY, "import", "balance.csv");
  const said = /message [0-9a-f]{8} to B2 must not leave: it names F-1, which is A1's/;
  const dry = await dunning(folder, DAY, "run", "--dry-run", "--json");
  expect([dry.exit, (dry.json["warnings"] as string[])[0]]).toEqual([0, expect.stringMatching(said)]);
  const ran = await dunning(folder, DAY, "run");
  expect([ran.exit, ran.stderr]).toEqual([1, expect.stringMatching(said)]);
  expect((await dunning(folder, DAY, "outbox", "list", "--json")).json["messages"]).toEqual([]);
  expect((await dunning(folder, DAY, "explain", "A1", "--json")).json["stage"]).toBe(0);
});
