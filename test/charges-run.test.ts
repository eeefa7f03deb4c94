import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-04-15";
const COLUMNS = "Code;Nom;Facture;Date;Echeance;Montant;Email;Adresse;CP;Ville";
const row = (code: string, number: string, due: string, amount: string): string =>
  `${code};Client ${code};${number};01/12/2025;${due};${amount};${code.toLowerCase()}@client.example;1 rue des Essais;69003;Lyon`;

/** One step by e-mail that claims everything, and a second one of the kind. */
const CLAIMING = SMALL.replace(
  "      - { id: reminder, day: 3, channel: email, template: reminder-a }",
  `      - { id: warning, day: 3, channel: email, template: last-warning, final_warning: true, charges: claimed }
      - { id: again, day: 4, channel: email, template: last-warning, charges: claimed, gap: 1d }`,
);

async function company(config: string, rows: readonly string[], day = DAY): Promise<string> {
  const folder = folderWith({ "dunning.yaml": config });
  const taken = await takeBalance(folder, day, COLUMNS, rows);
  expect(taken.stderr + taken.stdout).not.toMatch(/refused/);
  return folder;
}

/** As a user does it: the copy in the place of the store, nothing else touched. */
function restore(folder: string, copy: Uint8Array): void {
  for (const rest of ["-wal", "-shm"]) rmSync(join(folder, `dunning.db${rest}`), { force: true });
  writeFileSync(join(folder, "dunning.db"), copy);
}

interface Ran {
  readonly id: string;
  readonly step: string;
  readonly interest: string;
  readonly compensation: string;
  readonly total: string;
  readonly template: string;
  readonly charges: {
    readonly before: unknown;
    readonly refused: readonly { readonly why: string }[];
  } | null;
}
async function run(folder: string, day: string, ...more: readonly string[]): Promise<readonly Ran[]> {
  const { json, exit, stdout } = await dunning(folder, day, "run", "--json", ...more);
  expect(exit, stdout).toBe(0);
  return json["actions"] as readonly Ran[];
}
const CLIENT = row("C1", "FA-1", "31/12/2025", "10000,00");
const business = CLAIMING.replace(
  "  email: compta@exemple.test",
  "  default_kind: business\n  email: compta@exemple.test",
);

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
