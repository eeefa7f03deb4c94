import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { demoCompany, dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-20";
type Day = {
  readonly date: string;
  readonly actions: readonly { debtor: string; step: string; channel: string; claimed: string }[];
};
const lines = (json: Readonly<Record<string, unknown>>): string[] =>
  (json["days"] as Day[]).flatMap(({ date, actions }) =>
    actions.map(({ debtor, step, channel }) => `${date} ${debtor} ${step} ${channel}`),
  );

async function company(steps: string): Promise<string> {
  const rows = "A1;Un;F-1;18/09/2026;18/11/2026;100,00\nB2;Deux;F-2;18/09/2026;15/12/2026;50,00\n";
  const folder = folderWith({
    "dunning.yaml": SMALL.replace(/ {6}- \{ id: reminder.*\n/, steps),
    "balance.csv": `Balance au 20/11/2026\nCode client;Nom;N° pièce;Date pièce;Échéance;Restant dû\n${rows}`,
  });
  await dunning(folder, DAY, "import", "balance.csv");
  for (const code of ["A1", "B2"])
    await dunning(folder, DAY, "debtor", "set", code, `email=${code.toLowerCase()}@x.example`);
  return folder;
}
const STEPS = `      - { id: reminder, day: 3, channel: email, template: reminder-a }
      - { id: firm, day: 15, channel: email, template: firm }
`;

describe("simulate", () => {
  test("day by day, what the runs of those days then do", async () => {
    const folder = await company(STEPS);
    const { exit, json } = await dunning(folder, DAY, "simulate", "--until", "2027-01-05", "--json");
    expect([exit, lines(json), json["totals"]]).toEqual([
      0,
      [
        "2026-11-23 A1 reminder email",
        "2026-12-03 A1 firm email",
        "2026-12-18 B2 reminder email",
        "2026-12-30 B2 firm email",
      ],
      [{ channel: "email", count: 4, cost: null }],
    ]);
    expect(await dunning(folder, DAY, "outbox", "list", "--json")).toMatchObject({ json: { messages: [] } });
    for (const line of lines(json)) {
      const [day = "", ...action] = line.split(" ");
      const fresh = await dunning(folder, day, "import", "balance.csv", "--refresh", "--json");
      expect(fresh.exit).toBe(0);
      const ran = await dunning(folder, day, "run", "--json");
      expect(
        (ran.json["actions"] as Day["actions"]).map(
          ({ debtor, step, channel }) => `${debtor} ${step} ${channel}`,
        ),
      ).toEqual([action.join(" ")]);
    }
  });

  test("payments, one debtor, costs", async () => {
    const folder = await company(STEPS);
    const paid = await dunning(
      folder,
      DAY,
      "simulate",
      "--until",
      "2027-01-05",
      "--paid-after",
      "10",
      "--cost",
      "email=0.10",
      "--json",
    );
    expect(lines(paid.json)).toEqual(["2026-11-23 A1 reminder email", "2026-12-18 B2 reminder email"]);
    expect(paid.json["totals"]).toEqual([{ channel: "email", count: 2, cost: "0.20" }]);
    const one = await dunning(folder, DAY, "simulate", "--until", "2027-01-05", "--debtor", "B2", "--json");
    expect(lines(one.json)).toEqual(["2026-12-18 B2 reminder email", "2026-12-30 B2 firm email"]);
  });

  test.each([
    ["2026-11-19", 2],
    ["2026-11-20", 0],
    ["2027-12-25", 0],
    ["2027-12-26", 2],
  ])("until %s: %d", async (until, exit) => {
    expect((await dunning(await company(STEPS), DAY, "simulate", "--until", until)).exit).toBe(exit);
  });

  test("a page with each debtor, whatever the names hold", async () => {
    const folder = await company(STEPS);
    await dunning(folder, DAY, "debtor", "set", "A1", "name=<script>alert(1)</script> & Cie");
    const { stdout } = await dunning(
      folder,
      DAY,
      "simulate",
      "--until",
      "2027-01-05",
      "-o",
      "page.html",
      "--cost",
      "email=0.10",
    );
    expect(stdout).toContain("Totals on 4 days, at most 1 on");
    const page = readFileSync(join(folder, "page.html"), "utf8");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Cie");
    expect(page).not.toContain("<script");
    expect(page).toContain("email: 4 (0.40 EUR)");
    expect(page.match(/class="dot email"/g)).toHaveLength(4);
  });
});

describe("backtest", () => {
  test("the same rules, run every day of the past: nothing differs; others: what does, and for whom", async () => {
    const folder = await company(STEPS);
    const until = "2026-12-04";
    for (
      let day = DAY;
      day <= until;
      day = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
    ) {
      if (day > DAY) {
        const text = readFileSync(join(folder, "balance.csv"), "utf8").replace(
          /au \d\d\/\d\d\/\d{4}/,
          `au ${day.split("-").reverse().join("/")}`,
        );
        writeFileSync(join(folder, "balance.csv"), text);
        await dunning(folder, day, "import", "balance.csv");
      }
      await dunning(folder, day, "run");
    }
    const same = await dunning(folder, until, "backtest", "--scenario", "dunning.yaml", "--json");
    expect(same.json).toMatchObject({ from: DAY, to: until, balances: 15 });
    expect(same.json["would"]).toEqual(same.json["did"]);
    expect(
      (same.json["did"] as { day: string; step: string }[]).map(({ day, step }) => `${day} ${step}`),
    ).toEqual(["2026-11-23 reminder", "2026-12-03 firm"]);
    writeFileSync(
      join(folder, "quick.yaml"),
      readFileSync(join(folder, "dunning.yaml"), "utf8").replace("day: 15", "day: 10"),
    );
    const { json } = await dunning(folder, until, "backtest", "--scenario", "quick.yaml", "--json");
    expect(
      (json["would"] as { day: string; step: string }[]).map(({ day, step }) => `${day} ${step}`),
    ).toEqual(["2026-11-23 reminder", "2026-11-30 firm"]);
    expect(json["counts"]).toEqual([
      { channel: "email", step: "firm", would: 1, did: 1 },
      { channel: "email", step: "reminder", would: 1, did: 1 },
    ]);
    const { stdout } = await dunning(folder, until, "backtest", "--scenario", "quick.yaml");
    expect(stdout).toContain("2026-11-30  would  A1");
    expect(stdout).toContain("2026-12-03  did    A1");
  });

  test("balances of all kinds are read again as they were", async () => {
    const folder = demoCompany();
    await dunning(folder, DAY, "import", "contacts", "contacts.csv");
    await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
    const { exit, json } = await dunning(folder, DAY, "backtest", "--scenario", "dunning.yaml", "--json");
    const planned = await dunning(folder, DAY, "run", "--dry-run", "--json");
    expect(exit).toBe(0);
    // All of them but the search for an address, which is no step.
    expect((json["would"] as unknown[]).length).toBe((planned.json["actions"] as unknown[]).length - 1);
  });

  test("a period without a balance is refused, not called the same", async () => {
    const folder = await company(STEPS);
    const words = ["--from", "2026-01-01", "--to", "2026-06-30"];
    const { exit } = await dunning(folder, DAY, "backtest", "--scenario", "dunning.yaml", ...words);
    expect(exit).toBe(2);
  });

  test("a customer of two codes is one, as in what was done", async () => {
    const folder = await company(STEPS);
    await dunning(folder, "2026-11-23", "import", "balance.csv");
    await dunning(folder, "2026-11-23", "run");
    const text = readFileSync(join(folder, "balance.csv"), "utf8");
    writeFileSync(join(folder, "later.csv"), text.replace("20/11", "24/11").replace("A1;Un", "A1N;Un"));
    await dunning(folder, "2026-11-24", "debtor", "merge", "A1", "A1N", "--new", "--yes");
    await dunning(folder, "2026-11-24", "import", "later.csv");
    await dunning(folder, "2026-11-24", "run");
    const { json } = await dunning(folder, "2026-11-24", "backtest", "--scenario", "dunning.yaml", "--json");
    expect((json["would"] as { day: string }[]).map(({ day }) => day)).toEqual(["2026-11-23"]);
    expect(json["would"]).toEqual(json["did"]);
  });
});

test("what waits for approval already is approved on the first day", async () => {
  const folder = await company(STEPS.replace("reminder-a }", "reminder-a, approve: true }"));
  await dunning(folder, "2026-11-23", "run");
  const { json } = await dunning(folder, "2026-11-23", "simulate", "--until", "2026-12-05", "--json");
  expect(lines(json)).toEqual(["2026-11-23 A1 reminder email", "2026-12-03 A1 firm email"]);
});
