import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  business,
  CLAIMING,
  CLIENT,
  COLUMNS,
  company,
  DAY,
  type Ran,
  restore,
  row,
  run,
} from "./support/charging.ts";
import { dunning, takeBalance } from "./support/company.ts";

describe("claimed once", () => {
  test("a second letter goes on where the first ended; taken back, the first has claimed nothing", async () => {
    const folder = await company(business, [CLIENT]);
    const [first] = await run(folder, DAY);
    expect(first).toMatchObject({
      step: "warning",
      interest: "349.52",
      compensation: "40.00",
      total: "10389.52",
    });
    await takeBalance(folder, "2026-04-27", COLUMNS, [CLIENT]);
    const [second] = await run(folder, "2026-04-27", "--dry-run");
    // Twelve days at 12.15 %.
    expect(second).toMatchObject({
      step: "again",
      interest: "39.95",
      compensation: "0.00",
      total: "10039.95",
    });
    expect(second?.charges?.before).toEqual({ amount: "389.52", day: DAY });
    const taken = await dunning(folder, "2026-04-27", "outbox", "void", first?.id ?? "");
    expect(taken.exit).toBe(0);
    const [again] = await run(folder, "2026-04-27", "--dry-run");
    expect(again).toMatchObject({ step: "warning", interest: "389.47", compensation: "40.00" });
  });

  test("parts of one invoice, alike but for the due date: the second is claimed, the flat sum is not claimed again", async () => {
    const rows = [CLIENT, row("C1", "FA-1", "20/04/2026", "10000,00")];
    const folder = await company(business, rows);
    expect((await run(folder, DAY))[0]).toMatchObject({ compensation: "40.00" });
    await takeBalance(folder, "2026-04-28", COLUMNS, rows);
    // 13 days and 8 days at 12.15 %.
    expect((await run(folder, "2026-04-28"))[0]).toMatchObject({ interest: "69.90", compensation: "0.00" });
  });

  test("the part that bore the flat sum is paid: the next part does not bear it again, unless that letter is taken back", async () => {
    const later = row("C1", "FA-1", "20/04/2026", "10000,00");
    const folder = await company(business, [CLIENT, later]);
    const [first] = await run(folder, DAY);
    expect(first).toMatchObject({ compensation: "40.00" });
    await takeBalance(folder, "2026-04-28", COLUMNS, [later]);
    const second = async () => (await run(folder, "2026-04-28", "--dry-run"))[0]?.compensation;
    expect(await second()).toBe("0.00");
    expect((await dunning(folder, "2026-04-28", "outbox", "void", first?.id ?? "")).exit).toBe(0);
    expect(await second()).toBe("40.00");
  });

  test("a dry run shows what the letter asks for, charges included", async () => {
    const folder = await company(business, [CLIENT]);
    const { stdout } = await dunning(folder, DAY, "run", "--dry-run");
    // 10,000.00 + 349.52 + 40.00, in the table and in the totals.
    expect(stdout.match(/10.389\.52/g)).toHaveLength(2);
  });

  test("an approval names what leaves, charges included", async () => {
    const folder = await company(
      business.replace("final_warning: true,", "final_warning: true, approve: true,"),
      [CLIENT],
    );
    const [asked] = await run(folder, DAY, "--dry-run");
    const { stdout, json } = await dunning(folder, DAY, "approve", asked?.id ?? "", "--json");
    expect(json["approvals"], stdout).toMatchObject([{ maximum: "10000.00", total: "10389.52" }]);
    expect((await run(folder, DAY))[0]).toMatchObject({ total: "10389.52", state: "drafted" });
  });

  test("a contract may agree more than any law gives", async () => {
    const folder = await company(`${business}charges: { contract_rate: "36%" }\n`, [CLIENT]);
    // 10,000 x 36 % x 105 / 365.
    expect((await run(folder, DAY))[0]).toMatchObject({ interest: "1035.62", compensation: "40.00" });
  });

  test("simulate claims what the runs will claim, once", async () => {
    const folder = await company(business, [CLIENT]);
    const { json } = await dunning(folder, DAY, "simulate", "--until", "2026-05-15", "--json");
    const days = json["days"] as readonly { readonly date: string; readonly actions: readonly Ran[] }[];
    const seen = days.flatMap(({ actions }) => actions.map(({ step, compensation }) => [step, compensation]));
    expect(seen).toEqual([
      ["warning", "40.00"],
      ["again", "0.00"],
    ]);
  });

  test("a letter that the post brings back has claimed nothing; the code of the customer may change", async () => {
    const byPost = business.replaceAll("channel: email", "channel: letter");
    const folder = await company(byPost, [CLIENT]);
    const [first] = await run(folder, DAY);
    expect(first?.compensation).toBe("40.00");
    const renamed = CLIENT.replaceAll("C1", "C9");
    expect((await dunning(folder, DAY, "debtor", "merge", "C1", "C9", "--new", "--yes")).exit).toBe(0);
    await takeBalance(folder, "2026-04-27", COLUMNS, [renamed]);
    const [second] = await run(folder, "2026-04-27", "--dry-run");
    expect(second).toMatchObject({ debtor: "C9", compensation: "0.00", interest: "39.95" });
    const returned = await dunning(
      folder,
      "2026-04-27",
      "letters",
      "returned",
      first?.id ?? "",
      "--reason",
      "moved",
    );
    expect(returned.exit, returned.stderr).toBe(0);
    await dunning(folder, "2026-04-27", "debtor", "set", "C9", "address=2 rue des Essais");
    await takeBalance(folder, "2026-05-04", COLUMNS, [renamed]);
    const [again] = await run(folder, "2026-05-04", "--dry-run");
    // All of it, from 1 January on.
    expect(again).toMatchObject({ step: "warning", compensation: "40.00", interest: "412.77" });
  });

  test("a store that was restored from before the letter, and has replayed the journal, claims none of it again", async () => {
    const folder = await company(business, [CLIENT]);
    const then = readFileSync(join(folder, "dunning.db"));
    await run(folder, DAY);
    restore(folder, then);
    expect((await dunning(folder, DAY, "doctor", "--replay-journal")).exit).toBe(0);
    await takeBalance(folder, "2026-04-27", COLUMNS, [CLIENT]);
    const [second] = await run(folder, "2026-04-27", "--dry-run");
    expect(second).toMatchObject({ step: "again", interest: "39.95", compensation: "0.00" });
    expect(second?.charges?.before).toEqual({ amount: "389.52", day: DAY });
  });

  test("the mail itemises them, and the guard lets it leave", async () => {
    const folder = await company(business, [CLIENT]);
    await run(folder, DAY);
    const { json } = await dunning(folder, DAY, "outbox", "list", "--json");
    const [message] = json["messages"] as readonly { readonly id: string }[];
    const shown = await dunning(folder, DAY, "outbox", "show", message?.id ?? "", "--json");
    const { file } = (shown.json["message"] ?? shown.json) as { readonly file: string };
    const text = readFileSync(join(folder, file), "utf8");
    expect(text).toMatch(/349,52/);
    expect(text).toMatch(/10=?\S*389,52/);
  });
});

test("waived for a debtor, and claimed again", async () => {
  const folder = await company(business, [CLIENT]);
  expect((await dunning(folder, DAY, "debtor", "set", "C1", "charges=waived")).exit).toBe(0);
  const [waived] = await run(folder, DAY, "--dry-run");
  expect(waived).toMatchObject({ interest: "0.00", compensation: "0.00", total: "10000.00" });
  expect(waived?.charges?.refused[0]?.why).toMatch(/waived/);
  await dunning(folder, DAY, "debtor", "set", "C1", "charges=claimed");
  expect((await run(folder, DAY, "--dry-run"))[0]?.compensation).toBe("40.00");
  const wrong = await dunning(folder, DAY, "debtor", "set", "C1", "charges=perhaps");
  expect([wrong.exit, wrong.stderr]).toEqual([2, expect.stringMatching(/waived or claimed/)]);
});

test("unknown kind: nothing but the principal, and said why on the screen", async () => {
  const folder = await company(CLAIMING, [CLIENT]);
  const { stdout, stderr } = await dunning(folder, DAY, "run", "--dry-run");
  expect(stdout.replace(/\s+/g, " ")).toMatch(
    /no interest: nobody has said whether the debtor is a business/,
  );
  expect(stderr).toMatch(/nothing is claimed beside the principal/);
  const explained = await dunning(folder, DAY, "explain", "C1");
  expect(explained.stdout.replace(/\s+/g, " ")).toMatch(/treated as a consumer/);
});

test("status and check warn while the half-year has no rate, and stop once it is confirmed", async () => {
  const folder = await company(business, [CLIENT], "2026-11-20");
  const before = await dunning(folder, "2026-11-20", "status", "--json");
  expect(before.json["warnings"]).toEqual([
    expect.stringMatching(/no rate since 2026-07-01: FR b2b_default_ecb_plus_10/),
    expect.stringMatching(/legal_rate/),
  ]);
  const confirmed = await dunning(
    folder,
    "2026-11-20",
    "rates",
    "confirm",
    "FR",
    "b2b_default_ecb_plus_10",
    "--from",
    "2026-07-01",
    "--source",
    "Banque de France",
    "--date",
    "2026-11-20",
    "--json",
  );
  expect(confirmed.json["rate"]).toMatchObject({
    rate: "12.40",
    until: "2026-12-31",
    origin: "own",
    verified: true,
  });
  const check = await dunning(folder, "2026-11-20", "check");
  expect(check.stdout).not.toMatch(/b2b_default_ecb_plus_10/);
  expect(check.stdout).toMatch(/legal_rate_creditor_other_incl_business/);
});
