import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-12-01"; // a Tuesday
type Action = {
  readonly debtor: string;
  readonly step: string;
  readonly state: string;
  readonly template: string;
};
const actionsOf = (json: Readonly<Record<string, unknown>>): string[] =>
  (json["actions"] as Action[]).map(({ debtor, step, state }) => `${debtor} ${step} ${state}`);
const reasonsOf = (json: Readonly<Record<string, unknown>>): string[] =>
  (json["notActed"] as { debtor: string; code: string }[]).map(({ debtor, code }) => `${debtor} ${code}`);

const YAML = `${SMALL.replace("day: 3,", "day: 60,")}campaigns:
  small: { when: 'balance < 50', channel: email, template: [small-balance, reminder-b], from: 2026-12-01, until: 2026-12-15 }
  asked: { when: 'balance < 50', channel: email, template: small-balance, approve: true }
`;

async function company(
  rows = [
    "A1;F-1;20/11/2026;30,00",
    "B2;F-2;20/11/2026;20,00",
    "C3;F-3;20/11/2026;500,00",
    "D4;F-4;20/12/2026;10,00",
  ],
): Promise<string> {
  const folder = folderWith({ "dunning.yaml": YAML });
  await balance(folder, DAY, rows);
  for (const code of ["A1", "B2", "C3", "D4"])
    await dunning(folder, DAY, "debtor", "set", code, `email=${code.toLowerCase()}@x.example`);
  return folder;
}
async function balance(folder: string, day: string, rows: readonly string[]): Promise<void> {
  await takeBalance(folder, day, "Code client;N° pièce;Échéance;Restant dû", rows);
}

describe("a campaign", () => {
  test("reaches those whom its rule means, once in its period; the scenario goes on where it was", async () => {
    const folder = await company();
    const dry = await dunning(folder, DAY, "campaign", "run", "small", "--dry-run", "--json");
    expect([actionsOf(dry.json), reasonsOf(dry.json)]).toEqual([
      ["A1 campaign-small due", "B2 campaign-small due"],
      ["D4 nothing-overdue"],
    ]);
    const ran = await dunning(folder, DAY, "campaign", "run", "small", "--json");
    expect([ran.exit, (ran.json["counts"] as { drafted: number }).drafted]).toEqual([0, 2]);
    await balance(folder, "2026-12-09", [
      "A1;F-1;20/11/2026;30,00",
      "B2;F-2;20/11/2026;20,00",
      "D4;F-4;20/12/2026;10,00",
    ]);
    const second = await dunning(folder, "2026-12-09", "campaign", "run", "small", "--json");
    expect([actionsOf(second.json), reasonsOf(second.json)]).toEqual([
      [],
      ["A1 campaign-heard", "B2 campaign-heard", "D4 nothing-overdue"],
    ]);
    const { json } = await dunning(folder, "2026-12-09", "explain", "A1", "--json");
    expect(json["stage"]).toBe(0);
  });

  test("keeps to the contact cap, holds and promises", async () => {
    const folder = await company();
    await dunning(folder, DAY, "hold", "set", "A1", "--reason", "calls back");
    await dunning(folder, DAY, "promise", "add", "B2", "--date", "2026-12-04", "--amount", "20.00");
    const { json } = await dunning(folder, DAY, "campaign", "run", "small", "--dry-run", "--json");
    expect([actionsOf(json), reasonsOf(json)]).toEqual([
      [],
      ["A1 on-hold", "B2 promised", "D4 nothing-overdue"],
    ]);
    const other = await company();
    await dunning(other, DAY, "campaign", "run", "small");
    const soon = await dunning(other, "2026-12-03", "campaign", "run", "asked", "--dry-run", "--json");
    expect(actionsOf(soon.json)).toEqual(
      ["A1 campaign-asked awaiting-approval", "B2 campaign-asked awaiting-approval"].slice(0, 0),
    );
    expect(reasonsOf(soon.json)).toEqual(["A1 contact-cap", "B2 contact-cap", "D4 nothing-overdue"]);
  });

  test("waits for a person where it says so", async () => {
    const folder = await company();
    const { exit, json } = await dunning(folder, DAY, "campaign", "run", "asked", "--json");
    expect([exit, actionsOf(json)]).toEqual([
      4,
      ["A1 campaign-asked awaiting-approval", "B2 campaign-asked awaiting-approval"],
    ]);
    const [first, second] = json["actions"] as { id: string }[];
    for (const command of ["worklist", "status"]) {
      const { json: work } = await dunning(folder, DAY, command, "--json");
      const listed = (work["tasks"] as { id: string }[]).map(({ id }) => id);
      expect(new Set(listed)).toEqual(new Set([first?.id, second?.id]));
    }
    const approved = await dunning(folder, DAY, "approve", first?.id ?? "");
    expect(approved.stdout).toContain("leaves with the next run: dunning campaign run asked");
    const next = await dunning(folder, DAY, "campaign", "run", "asked", "--json");
    expect([actionsOf(next.json), (next.json["counts"] as { drafted: number }).drafted]).toEqual([
      ["A1 campaign-asked drafted"],
      1,
    ]);
  });

  test("above the cap the campaign's own command is named", async () => {
    const folder = await company();
    const yaml = `${YAML}email: { transport: smtp, smtp: { host: 127.0.0.1, port: 9 } }\n`;
    writeFileSync(join(folder, "dunning.yaml"), yaml);
    const { stdout } = await dunning(folder, DAY, "campaign", "run", "small", "--max-messages", "1", "--yes");
    expect(stdout).toMatch(/then: dunning campaign run small --approve [0-9a-f]{16}/);
  });

  test("what a dry run shows can be approved before it is asked", async () => {
    const folder = await company();
    const { json } = await dunning(folder, DAY, "campaign", "run", "asked", "--dry-run", "--json");
    const ids = (json["actions"] as { id: string }[]).map(({ id }) => id);
    expect((await dunning(folder, DAY, "approve", ...ids)).exit).toBe(0);
    const { json: run } = await dunning(folder, DAY, "campaign", "run", "asked", "--json");
    expect((run["counts"] as { drafted: number }).drafted).toBe(2);
  });

  test.each([
    ["2026-11-30", 2],
    ["2026-12-01", 0],
    ["2026-12-15", 0],
    ["2026-12-16", 2],
  ])("on %s: %d", async (day, exit) => {
    const folder = folderWith({ "dunning.yaml": YAML });
    await balance(folder, day, ["C3;F-3;20/11/2026;500,00"]);
    expect((await dunning(folder, day, "campaign", "run", "small")).exit).toBe(exit);
  });

  test("what came of it, text by text", async () => {
    const folder = await company();
    await dunning(folder, DAY, "campaign", "run", "small");
    await balance(folder, "2026-12-08", ["B2;F-2;20/11/2026;5,00", "C3;F-3;20/11/2026;500,00"]);
    const { json } = await dunning(folder, "2026-12-08", "campaign", "report", "small", "--json");
    const results = json["results"] as {
      template: string;
      sent: number;
      paid: number;
      part: number;
      claimed: string;
      received: string;
    }[];
    const sum = (key: "sent" | "paid" | "part") => results.reduce((total, each) => total + each[key], 0);
    expect([sum("sent"), sum("paid"), sum("part")]).toEqual([2, 1, 1]);
    expect(results.reduce((total, { received }) => total + Number(received), 0)).toBe(45);
    const { json: listed } = await dunning(folder, "2026-12-08", "campaign", "--json");
    expect(listed["campaigns"]).toMatchObject([
      { name: "small", sent: 2, runs: true },
      { name: "asked", sent: 0, runs: true },
    ]);
  });
});

test("the text of small balances, in both languages", async () => {
  const folder = await company();
  for (const [language, words] of [
    ["fr", "un petit solde à régulariser"],
    ["en", "a small balance to settle"],
  ]) {
    const { stdout } = await dunning(
      folder,
      DAY,
      "template",
      "preview",
      "small-balance",
      "--language",
      language ?? "",
    );
    expect(stdout).toContain(words);
  }
  expect(readFileSync(join(folder, "dunning.yaml"), "utf8")).toContain("campaigns");
});
