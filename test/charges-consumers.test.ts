import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { business, CLIENT, COLUMNS, company, DAY, restore, row, run } from "./support/charging.ts";
import { dunning, takeBalance } from "./support/company.ts";

test("a French consumer: interest from the noted receipt of the formal notice; cancelled, none", async () => {
  const consumer = business.replace("default_kind: business", "default_kind: consumer");
  const folder = await company(consumer, [CLIENT]);
  expect((await run(folder, DAY, "--dry-run"))[0]?.interest).toBe("0.00");
  const noted = await dunning(folder, DAY, "notice", "add", "C1", "--date", "2026-03-31", "--json");
  expect(noted.json["notice"]).toMatchObject({
    id: "N1",
    debtor: "C1",
    day: "2026-03-31",
    by: "post",
    invoices: ["FA-1"],
  });
  // 15 days at 2.62 %.
  expect((await run(folder, DAY, "--dry-run"))[0]).toMatchObject({ interest: "10.77", compensation: "0.00" });
  expect((await dunning(folder, DAY, "notice", "cancel", "N1")).exit).toBe(0);
  expect((await run(folder, DAY, "--dry-run"))[0]?.interest).toBe("0.00");
  expect((await dunning(folder, DAY, "notice", "list")).stdout).toMatch(/No notices/);
  expect(
    (await dunning(folder, DAY, "notice", "list", "C1", "--ended", "--json")).json["notices"],
  ).toHaveLength(1);
  expect((await dunning(folder, DAY, "notice", "cancel", "N1")).exit).toBe(2);
  const late = await dunning(folder, DAY, "notice", "add", "C1", "--date", "2026-04-16");
  expect([late.exit, late.stderr]).toEqual([2, expect.stringMatching(/once it has been received/)]);
});

test("a notice that came before an invoice was late is none of it", async () => {
  const consumer = business.replace("default_kind: business", "default_kind: consumer");
  const folder = await company(consumer, [CLIENT, row("C1", "FA-2", "10/04/2026", "500,00")]);
  const add = (...words: string[]) => dunning(folder, DAY, "notice", "add", "C1", "--json", ...words);
  expect((await add("--date", "2025-12-31")).json["error"]).toMatchObject({ code: "notice-before-due" });
  const named = await add("--date", "2026-03-31", "--invoice", "FA-1", "--invoice", "FA-2");
  expect([named.exit, named.json["error"]]).toEqual([
    2,
    expect.objectContaining({ found: expect.stringMatching(/^FA-2, due 2026-04-10/) }),
  ]);
  // Of all that is owed: what was late by then.
  expect((await add("--date", "2026-03-31")).json["notice"]).toMatchObject({ invoices: ["FA-1"] });
});

test("a notice does not reach an invoice whose due date was moved behind it", async () => {
  const consumer = business.replace("default_kind: business", "default_kind: consumer");
  const folder = await company(consumer, [CLIENT]);
  expect((await dunning(folder, DAY, "notice", "add", "C1", "--date", "2026-02-10")).exit).toBe(0);
  const interest = async (due: string) => {
    await takeBalance(folder, "2026-04-16", COLUMNS, [row("C1", "FA-1", due, "10000,00")]);
    return (await run(folder, "2026-04-16", "--dry-run"))[0]?.charges;
  };
  expect((await interest("09/02/2026"))?.items).toHaveLength(1);
  expect((await interest("10/02/2026"))?.refused[0]?.why).toMatch(/none is known since it is late/);
});

describe("a Belgian consumer's way", () => {
  const config = business
    .replace("default_kind: business", 'default_kind: consumer\n  enterprise_number: "0123.456.789"')
    .replace("country: FR", "country: BE")
    .concat("charges: { consumer_clause: true, supplies: mazout de chauffage }\n")
    .replace(
      "      - { id: warning,",
      "      - { id: reminder, day: 3, channel: email, template: reminder-a }\n      - { id: warning,",
    );
  const small = row("C1", "FA-1", "31/12/2025", "215,00");

  test.each([
    ["09/01/2026", false],
    ["10/01/2026", true],
  ])("a reminder noted for 10 January, due %s: the free one is still to come: %s", async (due, comes) => {
    const folder = await company(config, [small]);
    expect((await dunning(folder, DAY, "notice", "add", "C1", "--date", "2026-01-10")).exit).toBe(0);
    await takeBalance(folder, "2026-04-16", COLUMNS, [row("C1", "FA-1", due, "215,00")]);
    const [action] = await run(folder, "2026-04-16", "--dry-run");
    expect(action?.template === "first-reminder-be-consumer").toBe(comes);
    expect(action?.compensation).toBe("0.00");
  });

  test("free reminder first, nothing in the 14 days, the capped indemnity after them", async () => {
    const folder = await company(config, [small]);
    const [first] = await run(folder, DAY);
    expect(first).toMatchObject({
      step: "reminder",
      template: "first-reminder-be-consumer",
      total: "215.00",
    });
    // Until 29 April the deadline that the letter has set runs; the grace of two days as well.
    await takeBalance(folder, "2026-04-30", COLUMNS, [small]);
    expect(await run(folder, "2026-04-30", "--dry-run")).toEqual([]);
    await takeBalance(folder, "2026-05-04", COLUMNS, [small]);
    const [second] = await run(folder, "2026-05-04", "--dry-run");
    // From 1 May on, four days at the civil rate of 4.50 %.
    expect(second).toMatchObject({
      step: "warning",
      compensation: "36.50",
      interest: "0.11",
      total: "251.61",
    });
  });

  test.each([
    ["the enterprise number", '\n  enterprise_number: "0123.456.789"'],
    ["what was supplied", ", supplies: mazout de chauffage"],
    ["what was supplied, in its language", "mazout de chauffage", "{ nl: stookolie }"],
  ])(
    "without %s no reminder is the one of the law, and nothing is claimed after it",
    async (_, element, instead = "") => {
      const folder = await company(config.replace(element, instead), [small]);
      expect((await run(folder, DAY))[0]).toMatchObject({ step: "reminder", template: "reminder-a" });
      await takeBalance(folder, "2026-05-04", COLUMNS, [small]);
      const [second] = await run(folder, "2026-05-04", "--dry-run");
      expect(second).toMatchObject({ step: "warning", total: "215.00" });
      expect(second?.charges?.refused[0]?.why).toMatch(/a free first reminder comes first/);
    },
  );

  test("what was supplied is said in the language of the reminder", async () => {
    const words = "supplies: { fr: mazout, nl: stookolie }";
    const folder = await company(config.replace("supplies: mazout de chauffage", words), [small]);
    await dunning(folder, DAY, "debtor", "set", "C1", "language=nl");
    const [first] = await run(folder, DAY);
    expect(first).toMatchObject({ template: "first-reminder-be-consumer", language: "nl" });
    const mails = readdirSync(join(folder, "drafts"), { recursive: true, encoding: "utf8" });
    const mail = mails.find((each) => each.endsWith(".eml")) as string;
    const text = readFileSync(join(folder, "drafts", mail), "utf8");
    expect(text).toMatch(/stookolie/);
    expect(text).not.toMatch(/mazout/);
  });

  test("a restored store that has replayed the journal knows of the free reminder", async () => {
    const folder = await company(config, [small]);
    const then = readFileSync(join(folder, "dunning.db"));
    await run(folder, DAY);
    restore(folder, then);
    expect((await dunning(folder, DAY, "doctor", "--replay-journal")).exit).toBe(0);
    await takeBalance(folder, "2026-05-04", COLUMNS, [small]);
    const [second] = await run(folder, "2026-05-04", "--dry-run");
    expect(second).toMatchObject({ step: "warning", compensation: "36.50" });
  });

  test("a reminder that was taken back is none", async () => {
    const folder = await company(config, [small]);
    const [first] = await run(folder, DAY);
    await dunning(folder, DAY, "outbox", "void", first?.id ?? "");
    await takeBalance(folder, "2026-05-04", COLUMNS, [small]);
    expect((await run(folder, "2026-05-04", "--dry-run"))[0]?.template).toBe("first-reminder-be-consumer");
  });
});
