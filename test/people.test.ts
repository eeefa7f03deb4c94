import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dunning } from "./support/company.ts";
import {
  balance,
  brief,
  company,
  DAY,
  kindsOf,
  ok,
  type Planned,
  planned,
  type Row,
  shownBy,
  TWO,
  worklist,
} from "./support/people.ts";

describe("holds", () => {
  test("set, listed, over by itself, released", async () => {
    const folder = await company();
    expect(brief(await planned(folder))).toEqual(["firm email 500.00"]);
    const set = await ok(
      folder,
      DAY,
      "hold",
      "set",
      "00012",
      "--reason",
      "new manager",
      "--until",
      "2026-11-24",
      "--author",
      "Claire",
      "--json",
    );
    expect(shownBy(set, "hold")).toMatchObject({
      id: "H1",
      debtor: "00012",
      invoices: [],
      reason: "new manager",
      author: "Claire",
      since: DAY,
      until: "2026-11-24",
      state: "running",
    });
    expect(brief(await planned(folder))).toEqual(["on-hold 2026-11-25"]);
    expect(brief(await planned(folder, "2026-11-24"))).toEqual(["on-hold 2026-11-25"]);
    expect(brief(await planned(folder, "2026-11-25"))).toEqual(["firm email 500.00"]);
    expect((await ok(folder, "2026-11-25", "hold", "list")).stdout).toBe("Nothing is on hold.\n");
    expect((await ok(folder, "2026-11-25", "hold", "list", "--ended")).stdout).toContain("new manager");
    await ok(folder, DAY, "hold", "release", "h1");
    expect(brief(await planned(folder))).toEqual(["firm email 500.00"]);
  });

  test("of one document: the other goes on; of everybody: nothing leaves", async () => {
    const folder = await company();
    await ok(folder, DAY, "hold", "set", "00012", "--invoice", "FA-1", "--reason", "checked");
    expect((await planned(folder)).actions[0]?.items.map(({ number }) => number)).toEqual(["FA-2"]);
    await ok(folder, DAY, "hold", "set", "--all", "--reason", "moving house", "--until", "2026-11-23");
    expect(brief(await planned(folder))).toEqual(["on-hold 2026-11-24"]);
    expect((await dunning(folder, DAY, "status")).stdout).toContain("everybody: dunning hold list");
  });
});

describe("disputes", () => {
  test("a part: the rest goes on; rejected: claimed again", async () => {
    const folder = await company();
    const opened = await ok(
      folder,
      DAY,
      "dispute",
      "open",
      "00012",
      "--invoice",
      "FA-1",
      "--amount",
      "120.50",
      "--reason",
      "price",
      "--note",
      "says 10 % too much",
      "--owner",
      "Paul",
      "--expected",
      "2026-11-23",
      "--json",
    );
    expect(shownBy(opened, "dispute")).toMatchObject({
      id: "D1",
      invoices: ["FA-1"],
      amount: "120.50",
      open: "300.00",
      reason: "price",
      owner: "Paul",
      state: "open",
      days: 0,
    });
    const { actions } = await planned(folder);
    expect(actions[0]?.items.map(({ number, disputed, claimed }) => [number, disputed, claimed])).toEqual([
      ["FA-1", "120.50", "179.50"],
      ["FA-2", "0.00", "200.00"],
    ]);
    const listed = await ok(folder, "2026-11-28", "dispute", "list", "--json");
    expect(listed.json["ageing"]).toContainEqual({
      label: "8-30",
      count: 1,
      totals: [{ currency: "EUR", amount: "120.50" }],
    });
    await ok(folder, DAY, "dispute", "close", "D1", "--outcome", "rejected");
    expect(brief(await planned(folder))).toEqual(["firm email 500.00"]);
  });

  test("accepted: not claimed again, until the books have deducted it", async () => {
    const folder = await company();
    await ok(
      folder,
      DAY,
      "dispute",
      "open",
      "00012",
      "--invoice",
      "FA-1",
      "--amount",
      "100",
      "--reason",
      "quality",
    );
    await ok(folder, DAY, "dispute", "close", "D1", "--outcome", "accepted");
    expect(brief(await planned(folder))).toEqual(["firm email 400.00"]);
    const file = balance(folder, "2026-11-23", [
      { number: "FA-1", due: "2026-10-27", open: "200,00" },
      TWO[1] as Row,
    ]);
    await ok(folder, "2026-11-23", "import", file);
    expect(brief(await planned(folder, "2026-11-30"))).toEqual(["firm email 400.00"]);
  });

  test("one whose answer is late is on the worklist", async () => {
    const folder = await company();
    await ok(
      folder,
      DAY,
      "dispute",
      "open",
      "00012",
      "--invoice",
      "FA-1",
      "--reason",
      "price",
      "--owner",
      "Paul",
      "--expected",
      "2026-11-23",
    );
    const disputes = async (day: string) => await worklist(folder, day, "--kind", "dispute");
    expect(await disputes("2026-11-22")).toEqual([]);
    expect(await disputes("2026-11-23")).toMatchObject([{ id: "D1", owner: "Paul", due: "2026-11-23" }]);
  });
});

describe("log", () => {
  const EARLY: readonly Row[] = [{ number: "FA-1", due: "2026-11-05", open: "300,00" }];

  test("a call before the run counts as the step; its next step comes back on its day", async () => {
    const folder = await company(EARLY);
    expect(brief(await planned(folder))).toEqual(["call call 300.00"]);
    const logged = await ok(
      folder,
      DAY,
      "log",
      "call",
      "00012",
      "--outcome",
      "will-check",
      "--person",
      "Mme Durand",
      "--next",
      "call",
      "--next-date",
      "2026-11-23",
      "--author",
      "Claire",
      "--json",
    );
    expect(shownBy(logged, "entry")).toMatchObject({
      id: "L1",
      kind: "call",
      outcome: "will-check",
      next: "call",
      nextOn: "2026-11-23",
      promise: null,
    });
    expect((shownBy(logged, "entry")["tasks"] as string[]).length).toBe(1);
    expect(brief(await planned(folder))).toEqual(["gap 2026-11-27"]);
    expect(await worklist(folder, DAY)).toEqual([]);
    expect(await worklist(folder, DAY, "--until", "2026-11-23")).toHaveLength(1);
    expect(await worklist(folder, "2026-11-23")).toMatchObject([
      { id: "L1", kind: "call", due: "2026-11-23", owner: "Claire" },
    ]);
    await ok(
      folder,
      "2026-11-23",
      "log",
      "call",
      "00012",
      "--outcome",
      "promised",
      "--promise",
      "2026-11-30=300",
    );
    expect(await worklist(folder, "2026-11-23")).toEqual([]);
    expect(brief(await planned(folder, "2026-11-24"))).toEqual(["promised 2026-12-03"]);
  });

  test.each(["not-reached", "left-message"])(
    "%s: nobody was spoken to, the call stays on the list",
    async (outcome) => {
      const folder = await company(EARLY);
      await dunning(folder, DAY, "run");
      await ok(
        folder,
        DAY,
        "log",
        "call",
        "00012",
        "--outcome",
        outcome,
        "--next",
        "call",
        "--next-date",
        "2026-11-23",
      );
      expect(await worklist(folder, DAY)).toMatchObject([{ kind: "call", step: "call" }]);
      expect(brief(await planned(folder))).toEqual(["waiting-for-call 2026-11-25"]);
    },
  );

  test("a call that is on the list and logged leaves its level, so that it is not made twice", async () => {
    const folder = await company(EARLY);
    await dunning(folder, DAY, "run");
    await ok(folder, DAY, "log", "call", "00012", "--outcome", "reached", "--next", "scenario");
    const { json } = await ok(folder, DAY, "explain", "00012", "--json");
    expect(json["stage"]).toBe(20);
  });

  test.each([
    { line: ["call", "00012", "--outcome", "reached"], missing: "--next KIND" },
    { line: ["visit", "00012", "--next", "scenario"], missing: "--outcome CODE" },
    { line: ["call", "00012", "--outcome", "reached", "--next", "call"], missing: "--next-date DATE" },
    { line: ["note", "00012"], missing: "--note TEXT" },
  ])("refused: $line", async ({ line, missing }) => {
    const folder = await company();
    const ran = await dunning(folder, DAY, "log", ...line);
    expect([ran.exit, ran.stderr]).toEqual([2, expect.stringContaining(missing)]);
    expect(kindsOf(folder)).not.toContain("contact-logged");
  });

  test("a letter by hand keeps the gap; a note does not", async () => {
    const folder = await company();
    await ok(folder, DAY, "log", "note", "00012", "--note", "rang, engaged");
    expect(brief(await planned(folder))).toEqual(["firm email 500.00"]);
    await ok(folder, DAY, "log", "letter", "00012", "--note", "wrote to the manager");
    expect(brief(await planned(folder))).toEqual(["gap 2026-11-27"]);
  });
});

test("what was queued before something was settled does not leave as it is", async () => {
  const folder = await company();
  const config = join(folder, "dunning.yaml");
  const text = readFileSync(config, "utf8");
  // A mail server that is not there: the message stays queued.
  writeFileSync(
    config,
    text.replace(
      /transport: drafts/,
      "transport: smtp\n  smtp: { host: 127.0.0.1, port: 9, encryption: none }",
    ),
  );
  expect((await dunning(folder, DAY, "run", "--yes")).exit).toBe(69);
  await ok(folder, DAY, "dispute", "open", "00012", "--invoice", "FA-1", "--reason", "price");
  writeFileSync(config, text);
  const second = (await dunning(folder, DAY, "run", "--json")).json as unknown as Planned & {
    warnings: string[];
  };
  expect(second.warnings.join()).toContain(
    "superseded: agreed-since: a promise, a dispute or a hold has come since",
  );
  const { json } = await ok(folder, DAY, "outbox", "list", "--json");
  const states = (json["messages"] as { state: string }[]).map(({ state }) => state);
  expect(states).toEqual(["superseded"]);
});

test("the most important first: amount, age, broken promises", async () => {
  const rows = [
    { number: "A-1", due: "2026-11-05", open: "300,00", debtor: "00012" },
    { number: "B-1", due: "2026-11-05", open: "900,00", debtor: "00019" },
    { number: "C-1", due: "2026-11-05", open: "500,00", debtor: "00027" },
  ];
  const folder = await company(rows);
  const tasks = await worklist(folder, DAY);
  expect(tasks.map(({ debtor, kind }) => [debtor, kind])).toEqual([
    ["00019", "call"],
    ["00027", "call"],
    ["00012", "call"],
  ]);
  expect(tasks.map(({ priority }) => priority)).toEqual([1350, 750, 450]);
  expect(await worklist(folder, DAY, "--kind", "approval")).toEqual([]);
});
