import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { demoCompany, dunning } from "./support/company.ts";

const DAY = "2026-11-20";

test("what was looked through is what is carried out; else it says what changed, and nothing leaves", async () => {
  const folder = demoCompany();
  await dunning(folder, DAY, "import", "contacts", "contacts.csv");
  await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
  const dry = await dunning(folder, DAY, "run", "--dry-run", "--save-plan", "plan.json", "--json");
  const saved = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as {
    hash: string;
    actions: { debtor: string; channel: string }[];
  };
  expect(saved.hash).toBe(dry.json["planHash"]);
  const mailed = saved.actions.find(({ channel }) => channel === "email")?.debtor ?? "";
  await dunning(folder, DAY, "debtor", "set", mailed, "email=other@x.example");
  await dunning(
    folder,
    DAY,
    "hold",
    "set",
    saved.actions.findLast(({ debtor, channel }) => debtor !== mailed && channel === "email")?.debtor ?? "",
    "--reason",
    "calls",
  );
  const changed = await dunning(folder, DAY, "run", "--approve", "plan.json", "--json");
  expect(changed.exit).toBe(4);
  expect(changed.json["stopped"]).toMatchObject({
    code: "plan-changed",
    changed: [
      expect.stringMatching(/^changed: .* is now .* to other@x\.example,/),
      expect.stringMatching(/^gone: /),
    ],
  });
  expect((await dunning(folder, DAY, "outbox", "list", "--json")).json["messages"]).toEqual([]);
  await dunning(folder, DAY, "run", "--dry-run", "--save-plan", "plan.json");
  const ran = await dunning(folder, DAY, "run", "--approve", "plan.json", "--json");
  expect((ran.json["counts"] as { drafted: number }).drafted).toBeGreaterThan(10);
  const tomorrow = await dunning(folder, "2026-11-23", "run", "--approve", "plan.json", "--json");
  expect((tomorrow.json["stopped"] as { changed: string[] }).changed[0]).toBe(
    "the plan was of 2026-11-20, today is 2026-11-23",
  );
});

test("what was narrowed to a channel approves that channel alone", async () => {
  const folder = demoCompany();
  await dunning(folder, DAY, "import", "contacts", "contacts.csv");
  await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
  const dry = await dunning(folder, DAY, "run", "--dry-run", "--only", "call", "--save-plan", "p.json");
  expect(dry.stdout).toContain("dunning run --only call --approve p.json");
  const whole = await dunning(folder, DAY, "run", "--approve", "p.json", "--json");
  expect([whole.exit, whole.json["stopped"]]).toMatchObject([4, { code: "plan-changed" }]);
  expect((await dunning(folder, DAY, "outbox", "list", "--json")).json["messages"]).toEqual([]);
  const same = await dunning(folder, DAY, "run", "--approve", "p.json", "--only", "call", "--json");
  expect(same.json["stopped"]).toBeUndefined();
});

test.each([
  ["run", "--approve", "nothing.json"],
  ["backtest", "--scenario", "nothing.yaml"],
])("%s %s: a file that is not there", async (...words) => {
  const folder = demoCompany();
  await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
  const { exit, stderr } = await dunning(folder, DAY, ...words);
  expect([exit, stderr]).toEqual([66, expect.stringContaining("there is no such file")]);
});

test.each([
  ["run", "--dry-run", "--save-plan"],
  ["simulate", "--until", "2026-12-31", "-o"],
])("%s writes over nothing of another kind", async (...words) => {
  const folder = demoCompany();
  await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
  for (const file of ["dunning.yaml", "dunning.db", "sent.jsonl", "balance-agee-2026-11-20.csv"]) {
    const { exit, json } = await dunning(folder, DAY, ...words, file, "--json");
    expect([exit, json["error"]]).toMatchObject([2, { code: "output-kind" }]);
  }
  expect((await dunning(folder, DAY, "check")).exit).toBe(0);
  expect((await dunning(folder, DAY, "status")).exit).not.toBe(5);
});
