import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { demoCompany, dunning } from "./support/company.ts";
import { sink } from "./support/scripted-smtp.ts";
import { countsOf, DAY, sender } from "./support/sender.ts";

interface Action {
  readonly id: string;
  readonly debtor: string;
  readonly channel: string;
  readonly state: string;
}

const listedMail = (json: Readonly<Record<string, unknown>>): Action => {
  const found = (json["actions"] as Action[]).find(
    ({ channel, state }) => channel === "email" && state === "awaiting-approval",
  );
  if (found === undefined) throw new Error("the demo has no e-mail that waits for approval");
  return found;
};

const stateOf = async (folder: string, debtor: string): Promise<readonly string[]> => {
  const { json } = await dunning(folder, DAY, "outbox", "list", "--debtor", debtor, "--json");
  return (json["messages"] as { state: string; debtor: string }[])
    .filter((each) => each.debtor === debtor)
    .map(({ state }) => state);
};

describe("approved, queued while the server is away, then rejected", () => {
  test("it never leaves", async () => {
    const server = await sink(() => null);
    const folder = await sender(1);
    const { id, debtor } = listedMail((await dunning(folder, DAY, "run", "--yes", "--json")).json);
    await dunning(folder, DAY, "approve", id);
    expect((await dunning(folder, DAY, "run", "--yes")).exit).toBe(69);
    expect(await stateOf(folder, debtor)).toEqual(["queued"]);
    expect((await dunning(folder, DAY, "reject", id, "--reason", "a payé")).exit).toBe(0);
    expect(await stateOf(folder, debtor)).toEqual(["void"]);
    const file = join(folder, "dunning.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("port: 1 }", `port: ${server.port} }`));
    const { json } = await dunning(folder, DAY, "run", "--yes", "--json");
    expect(countsOf(json)["sent"]).toBeGreaterThan(20);
    const shown = (await dunning(folder, DAY, "debtor", "show", debtor, "--json")).json;
    const { email } = shown["debtor"] as { email: string };
    expect(email).toContain("@");
    expect(server.envelopes.filter((each) => each.includes(email))).toEqual([]);
  });
});

describe("approved and written", () => {
  test("neither can be said again: the file is named, and how to take it back", async () => {
    const folder = demoCompany();
    await dunning(folder, DAY, "import", "contacts", "contacts.csv");
    await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
    const { id, debtor } = listedMail((await dunning(folder, DAY, "run", "--json")).json);
    await dunning(folder, DAY, "approve", id);
    await dunning(folder, DAY, "run");
    const rejected = await dunning(folder, DAY, "reject", id, "--reason", "x", "--json");
    expect([rejected.exit, rejected.json["error"]]).toMatchObject([
      2,
      {
        code: "already-left",
        found: expect.stringMatching(/^written to drafts\/.*\.eml$/),
        hint: expect.stringContaining("dunning outbox void"),
      },
    ]);
    expect((await dunning(folder, DAY, "approve", id)).exit).toBe(2);
    expect(await stateOf(folder, debtor)).toEqual(["drafted"]);
  });
});

test("a balance that is taken back names what was written for it", async () => {
  const folder = demoCompany();
  await dunning(folder, DAY, "import", "contacts", "contacts.csv");
  await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
  const { json } = await dunning(folder, DAY, "run", "--json");
  const { drafted, printed } = countsOf(json);
  const undone = await dunning(folder, DAY, "import", "undo", "1", "--json");
  expect(undone.json["written"]).toHaveLength((drafted ?? 0) + (printed ?? 0));
});

describe("a name that somebody has confirmed", () => {
  const FIRST = "Balance au 20/11/2026\n\nCode client;Nom;N° pièce;Échéance;Restant dû;E-mail\n";
  const row = (amount: string): string => `${FIRST}411A;Alpha SARL;F1;31/10/2026;${amount};a@alpha.example\n`;

  test.each([
    ["a person", ["debtor", "set", "411A", "name=Alpha SARL", "email=a@alpha.example"]],
    ["a contacts file", ["import", "contacts", "c.csv"]],
  ])("by %s outlives the balance that said the same", async (_who, confirm) => {
    const folder = demoCompany();
    writeFileSync(join(folder, "b.csv"), row("1000,00"));
    writeFileSync(join(folder, "c.csv"), "Code client;Nom;E-mail\n411A;Alpha SARL;a@alpha.example\n");
    await dunning(folder, DAY, "import", "b.csv");
    await dunning(folder, DAY, ...confirm);
    const known = async () => {
      const { json } = await dunning(folder, DAY, "debtor", "show", "411A", "--json");
      const { name, email } = json["debtor"] as { name: string; email: string | null };
      return [name, email];
    };
    writeFileSync(join(folder, "b.csv"), row("1100,00"));
    expect((await dunning(folder, DAY, "import", "b.csv")).exit).toBe(0);
    expect(await known()).toEqual(["Alpha SARL", "a@alpha.example"]);
    await dunning(folder, DAY, "import", "undo", "2");
    expect(await known()).toEqual(["Alpha SARL", "a@alpha.example"]);
  });
});

test("a balance that is too old is said on a closed day too", async () => {
  const folder = demoCompany();
  await dunning(folder, DAY, "import", "contacts", "contacts.csv");
  await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
  const sunday = await dunning(folder, "2026-12-20", "run", "--json");
  expect([sunday.exit, JSON.stringify(sunday.json["warnings"])]).toEqual([
    4,
    expect.stringContaining("30 days old"),
  ]);
});

test("what is typed is text: no escape sequence is kept", async () => {
  const folder = demoCompany();
  const typed = await dunning(folder, DAY, "debtor", "set", "C1", "name=X\u001b[31mRED", "--json");
  expect([typed.exit, typed.json["error"]]).toMatchObject([2, { code: "control-characters" }]);
});

test("a dry run of a balance that would wait names no import that is not there", async () => {
  const folder = demoCompany();
  const head = (day: number) => `Balance au ${day}/11/2026\n\nCode client;Nom;N° pièce;Échéance;Solde\n`;
  writeFileSync(join(folder, "b.csv"), `${head(20)}C1;Exemple;F-1;31/10/2026;10,00\n`);
  writeFileSync(join(folder, "x.csv"), `${head(21)}X1;Autre;F-1;31/10/2026;10,00\n`);
  await dunning(folder, DAY, "import", "b.csv");
  const { stdout } = await dunning(folder, "2026-11-21", "import", "x.csv", "--dry-run");
  expect(stdout).toContain("It would wait");
  expect(stdout).not.toContain("import accept");
});

describe("one balance in which something may stand twice", () => {
  const head = (day: number): string =>
    `Balance au ${day}/11/2026\n\nCode client;Nom;N° pièce;Date;Échéance;Restant dû\n`;
  const row = (code: string, number: string, amount: string, due = "31/10/2026"): string =>
    `${code};Exemple ${code};${number};15/10/2026;${due};${amount}\n`;
  async function taken(day: number, rows: readonly string[], folder = demoCompany()) {
    writeFileSync(join(folder, "b.csv"), head(day) + rows.join(""));
    const { exit, json, stderr } = await dunning(folder, `2026-11-${day}`, "import", "b.csv", "--json");
    return { exit, hold: json["hold"], json, stderr, folder };
  }

  test.each([
    ["the same row twice", [row("C1", "F1", "100,00"), row("C1", "F1", "100,00")], ["rows-twice"]],
    ["another amount", [row("C1", "F1", "100,00"), row("C1", "F1", "100,01")], []],
    ["another due date: instalments", [row("C1", "F1", "50,00"), row("C1", "F1", "50,00", "30/11/2026")], []],
    ["another customer", [row("C1", "F1", "100,00"), row("C2", "F1", "100,00")], []],
    [
      "a credit twice claims nothing",
      [
        row("C1", "A1", "-10,00"),
        row("C1", "A1", "-10,00"),
        row("C1", "F", "5,50"),
        row("C2", "G", "5,50"),
        row("C3", "H", "5,50"),
      ],
      [],
    ],
  ] as const)("%s: on hold for %j", async (_what, rows, hold) => {
    const { hold: found } = await taken(20, rows);
    expect(found).toEqual(hold);
  });

  test("where the file's total counts both, the books do: a warning with their names", async () => {
    const rows = [row("C1", "F1", "100,00"), row("C1", "F1", "100,00"), "Total;;;;;200,00\n"];
    const { exit, json } = await taken(20, rows);
    expect([exit, json["doubles"]]).toEqual([0, [{ debtor: "C1", number: "F1" }]]);
  });

  test("a later balance that doubles a row waits; accepted once, nobody asks again", async () => {
    const once = [row("C1", "F1", "100,00"), row("C2", "F2", "80,00")];
    const { folder } = await taken(13, once);
    const twice = [...once, row("C1", "F1", "100,00")];
    expect((await taken(20, twice, folder)).hold).toEqual(["rows-twice"]);
    expect((await dunning(folder, "2026-11-20", "import", "accept", "2")).exit).toBe(0);
    expect((await taken(27, twice, folder)).hold).toEqual([]);
  });

  test.each([
    ["411B", "411b", ["codes-look-alike"]],
    ["411C", "00411C", ["codes-look-alike"]],
    ["411C", "411D", []],
  ])("customers %s and %s: on hold for %j, so that who has paid is not dunned", async (a, b, hold) => {
    const rows = [row(a, "F1", "250,00"), row(b, "P1", "-250,00"), row("C9", "F9", "10,50")];
    const { hold: found, folder } = await taken(20, rows);
    expect(found).toEqual(hold);
    if (hold.length === 0) return;
    expect((await dunning(folder, "2026-11-20", "import", "accept", "1")).exit).toBe(0);
    expect((await taken(27, rows, folder)).hold).toEqual([]);
  });
});

test("explain: a debtor of whom nothing could be read is told so", async () => {
  const folder = demoCompany();
  const head = "Balance au 20/11/2026\n\nCode client;Nom;N° pièce;Échéance;Restant dû\n";
  const text = `${head}C1;Exemple;F1;31/10/2026;10,50\nC2;Autre;F2;31/02/2026;20,00\n`;
  writeFileSync(join(folder, "c.csv"), "Code client;E-mail\nC2;c2@example.test\n");
  await dunning(folder, DAY, "import", "contacts", "c.csv");
  writeFileSync(join(folder, "b.csv"), text);
  await dunning(folder, DAY, "import", "b.csv");
  const { stdout } = await dunning(folder, DAY, "explain", "C2");
  expect(stdout).toContain("Nothing leaves: 1 row of this debtor could not be read");
});

const EACH_INVOICE = `
version: 1
company:
  name: Exemple SARL
  address: [1 rue des Essais, 69003 Lyon]
  country: FR
  language: fr
  currency: EUR
  timezone: Europe/Paris
  default_kind: business
  email: compta@exemple.example
  accounts: { EUR: { iban: FR7699999000010000000000115 } }
  signatory: { name: Claire Exemple, role: Comptable }
segments: [{ name: all, when: "true", scenario: each }]
scenarios:
  each:
    follow: invoice
    gap: 1d
    steps: [{ id: reminder, level: 10, day: 5, channel: email, template: reminder-a, approve: true }]
`;

test("the same step asks again for another invoice in the same cycle, and can be decided again", async () => {
  const folder = demoCompany();
  writeFileSync(join(folder, "dunning.yaml"), EACH_INVOICE);
  writeFileSync(join(folder, "c.csv"), "Code client;Nom;E-mail\nC1;Exemple;c1@example.test\n");
  await dunning(folder, DAY, "import", "contacts", "c.csv");
  const balance = async (day: string, ...rows: string[]): Promise<void> => {
    const [y, m, d] = day.split("-");
    const head = `Balance au ${d}/${m}/${y}\n\nCode client;Nom;N° pièce;Échéance;Restant dû\n`;
    writeFileSync(join(folder, `b-${day}.csv`), `${head}${rows.join("\n")}\n`);
    expect((await dunning(folder, day, "import", `b-${day}.csv`)).exit).toBe(0);
  };
  const waits = async (day: string): Promise<readonly string[]> => {
    const { json } = await dunning(folder, day, "run", "--json");
    const actions = json["actions"] as { id: string; state: string }[];
    return actions.filter(({ state }) => state === "awaiting-approval").map(({ id }) => id);
  };
  const rows = ["C1;Exemple;F1;13/11/2026;100,00", "C1;Exemple;F2;27/11/2026;200,00"];
  await balance("2026-11-20", ...rows);
  const [first] = await waits("2026-11-20");
  expect((await dunning(folder, "2026-11-20", "approve", first ?? "")).exit).toBe(0);
  await dunning(folder, "2026-11-20", "run");
  expect(await stateOf(folder, "C1")).toEqual(["drafted"]);

  await balance("2026-12-03", ...rows);
  const [second] = await waits("2026-12-03");
  expect(second).not.toBe(first);
  expect((await dunning(folder, "2026-12-03", "reject", second ?? "", "--reason", "x")).exit).toBe(0);
  expect((await dunning(folder, "2026-12-03", "approve", second ?? "")).exit).toBe(0);
  await dunning(folder, "2026-12-03", "run");
  expect(await stateOf(folder, "C1")).toEqual(["drafted", "drafted"]);
});
