import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../src/store/database.ts";
import { dunning } from "./support/company.ts";
import {
  balance,
  brief,
  company,
  DAY,
  kindsOf,
  ok,
  planned,
  type Row,
  shownBy,
  TWO,
  worklist,
} from "./support/people.ts";

describe("promises", () => {
  const promised = async (...more: string[]): Promise<string> => {
    const folder = await company();
    await ok(
      folder,
      DAY,
      "promise",
      "add",
      "00012",
      "--date",
      "2026-11-24",
      "--amount",
      "500",
      "--by",
      "Mme Durand",
      ...more,
    );
    return folder;
  };
  const stateOf = async (folder: string, day: string) =>
    (
      (await ok(folder, day, "promise", "list", "--ended", "--json")).json["promises"] as {
        state: string;
        paid: string;
      }[]
    ).map(({ state, paid }) => `${state} ${paid}`);

  test("pauses until its date and the grace are over; then a newer balance must tell", async () => {
    const folder = await promised();
    expect(brief(await planned(folder))).toEqual(["promised 2026-11-27"]);
    expect(brief(await planned(folder, "2026-11-26"))).toEqual(["promised 2026-11-27"]);
    // The balance is of the 20th.
    expect(brief(await planned(folder, "2026-11-27"))).toEqual(["promise-undecided -"]);
    expect(await stateOf(folder, "2026-11-27")).toEqual(["open 0.00"]);
  });

  test("a second one broken: its call is one of its own, and runs out like any other", async () => {
    const folder = await company();
    const days = ["2026-11-30=250", "2026-12-07=250"].flatMap((each) => ["--instalment", each]);
    await ok(folder, DAY, "instalments", "add", "00012", ...days);
    const stepsOn = async (day: string) => {
      await dunning(folder, day, "import", balance(folder, day, TWO));
      const { json } = await dunning(folder, day, "run", "--json");
      return (json["actions"] as { step: string }[]).map(({ step }) => step);
    };
    expect(await stepsOn("2026-12-04")).toEqual(["broken-promise"]);
    expect(await stepsOn("2026-12-11")).toEqual(["broken-promise"]);
    expect(brief(await planned(folder, "2026-12-11"))).toEqual(["waiting-for-call 2026-12-16"]);
    expect(await stepsOn("2026-12-14")).toEqual([]);
    expect(await stepsOn("2026-12-16")).not.toContain("broken-promise");
  });

  test("not kept: a call first, then the scenario goes on where it was; the call counts", async () => {
    const folder = await promised();
    const imported = await ok(folder, "2026-11-27", "import", balance(folder, "2026-11-27", TWO));
    expect(imported.stdout).toContain("Promise P1: broken");
    expect(await stateOf(folder, "2026-11-27")).toEqual(["broken 0.00"]);
    expect(brief(await planned(folder, "2026-11-27"))).toEqual(["broken-promise call 500.00"]);
    expect(await worklist(folder, "2026-11-27")).toMatchObject([
      { kind: "call", debtor: "00012", step: "broken-promise" },
    ]);
    expect((await dunning(folder, "2026-11-27", "run")).exit).toBe(4);
    expect((await dunning(folder, "2026-11-27", "status")).stdout).toContain("broken promises 1");
    const [task] = await worklist(folder, "2026-11-27");
    expect(task?.reason).toContain("1 broken promise; call listed on 2026-11-27");
    await ok(folder, "2026-11-27", "log", "call", "00012", "--outcome", "will-check", "--next", "scenario");
    expect(await worklist(folder, "2026-11-27")).toEqual([]);
    expect(brief(await planned(folder, "2026-11-30"))).toEqual(["gap 2026-12-04"]);
    expect(brief(await planned(folder, "2026-12-04"))).toEqual(["firm email 500.00"]);
    expect(kindsOf(folder)).toEqual(
      expect.arrayContaining([
        "promise-given",
        "promise-broken",
        "task-listed",
        "contact-logged",
        "task-done",
      ]),
    );
  });

  test.each([
    { why: "paid", rows: [], expected: "kept 500.00" },
    { why: "paid in part", rows: [TWO[1] as Row], expected: "partly-kept 300.00" },
    {
      why: "a payment on account",
      rows: [...TWO, { number: "RG-9", due: "2026-11-25", open: "-500,00" }],
      expected: "kept 500.00",
    },
  ])("$why: $expected", async ({ rows, expected }) => {
    const other = { number: "FA-8", due: "2026-12-20", open: "80,00", debtor: "00019" };
    const folder = await company([...TWO, other]);
    await ok(folder, DAY, "promise", "add", "00012", "--date", "2026-11-24", "--amount", "500");
    await ok(folder, "2026-11-27", "import", balance(folder, "2026-11-27", [...rows, other]));
    expect(await stateOf(folder, "2026-11-27")).toEqual([expected]);
  });

  test("an import that is taken back takes its decisions back", async () => {
    const folder = await promised();
    await ok(folder, "2026-11-27", "import", balance(folder, "2026-11-27", TWO));
    await ok(folder, "2026-11-27", "import", "undo", "2");
    expect(await stateOf(folder, "2026-11-27")).toEqual(["open 0.00"]);
    expect(brief(await planned(folder, "2026-11-27"))).toEqual(["promise-undecided -"]);
  });

  test("cancelled: as if it had not been given", async () => {
    const folder = await promised();
    await ok(folder, DAY, "promise", "cancel", "P1");
    expect(brief(await planned(folder))).toEqual(["firm email 500.00"]);
    expect((await dunning(folder, DAY, "promise", "cancel", "P1")).exit).toBe(2);
  });

  test("the names and notes of persons stay out of the event chain", async () => {
    const folder = await promised("--note", "very personal");
    await ok(folder, DAY, "log", "note", "00012", "--note", "even more personal");
    const db = openDatabase(join(folder, "dunning.db"), "read");
    const told = db.prepare<[], string>("SELECT group_concat(data) FROM event").pluck().get();
    db.close();
    expect(told).toContain('"promise":"P1"');
    expect(told).not.toMatch(/Durand|personal/);
    expect((await ok(folder, DAY, "debtor", "show", "00012")).stdout).toMatch(
      /promise given 500.00 EUR for 2026-11-24: Mme Durand: very personal/,
    );
  });

  test("instalments: each one is followed; a missed one is a broken promise, the others are waited for", async () => {
    const folder = await company();
    const plan = await ok(
      folder,
      DAY,
      "instalments",
      "add",
      "00012",
      "--instalment",
      "2026-12-15=250",
      "--instalment",
      "2026-11-24=250",
      "--json",
    );
    expect(shownBy(plan, "instalments")).toMatchObject({
      id: "I1",
      promises: [{ date: "2026-11-24", until: "2026-11-26" }, { date: "2026-12-15" }],
    });
    expect(brief(await planned(folder))).toEqual(["promised 2026-11-27"]);
    await ok(folder, "2026-11-27", "import", balance(folder, "2026-11-27", TWO));
    expect(await stateOf(folder, "2026-11-27")).toEqual(["broken 0.00", "open 0.00"]);
    expect(brief(await planned(folder, "2026-11-27"))).toEqual(["broken-promise call 250.00"]);
    const cancelled = await ok(folder, "2026-11-27", "instalments", "cancel", "I1", "--json");
    expect(shownBy(cancelled, "instalments")).toMatchObject({ state: "ended" });
    expect(brief(await planned(folder, "2026-11-27"))).toEqual(["broken-promise call 500.00"]);
    expect((await ok(folder, "2026-11-27", "instalments", "list")).stdout).toBe(
      "There are no instalment plans.\n",
    );
  });
});

test.each([
  ["promise", ["add", "--date", "2026-12-04", "--amount", "100"], ["--amount", "500"]],
  ["instalments", ["add", "--instalment", "2026-12-04=100"], ["--instalment", "2026-12-04=500"]],
  ["dispute", ["open", "--invoice", "FA-1", "--amount", "100", "--reason", "price"], ["--amount", "300"]],
])("%s: what is settled already cannot be settled twice", async (command, [verb = "", ...words], more) => {
  const folder = await company();
  await ok(folder, DAY, command, verb, "00012", ...words);
  const again = await dunning(folder, DAY, command, verb, "00012", ...words, ...more, "--json");
  expect(again.json["error"]).toMatchObject({
    code: "amount-above-open",
    found: expect.stringContaining("beside 100.00 EUR of before"),
  });
});

test("a dispute without an amount beside one of a part is about the rest", async () => {
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
    "price",
  );
  const { json } = await ok(
    folder,
    DAY,
    "dispute",
    "open",
    "00012",
    "--invoice",
    "FA-1",
    "--reason",
    "quality",
    "--json",
  );
  expect(json["dispute"]).toMatchObject({ amount: "200.00" });
  const again = await dunning(
    folder,
    DAY,
    "dispute",
    "open",
    "00012",
    "--invoice",
    "FA-1",
    "--reason",
    "price",
    "--json",
  );
  expect([again.exit, again.json["error"]]).toMatchObject([2, { code: "disputed-already" }]);
});
