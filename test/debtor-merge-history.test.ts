import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dunning, type Ran } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

type Json = Record<string, unknown>;

const STEPS = `      - { id: reminder, level: 10, day: 3, channel: email, template: reminder-a }
      - { id: firm, level: 30, day: 20, channel: email, template: firm, deadline: 8d }
      - { id: last-warning, level: 40, day: 35, channel: email, template: last-warning, deadline: 8d, final_warning: true }
      - { id: formal-notice, level: 50, day: 50, channel: email, template: formal-notice, formal_notice: true }
`;
const yaml = (follow: "debtor" | "invoice"): string =>
  SMALL.replace(/ {4}steps:\n.*\n$/, `    follow: ${follow}\n    steps:\n${STEPS}`);
const company = (follow: "debtor" | "invoice" = "debtor"): string =>
  folderWith({ "dunning.yaml": yaml(follow) });

let files = 0;
/** `code number due open`, one invoice a line; issued on 15 January. */
async function balance(folder: string, day: string, ...lines: readonly string[]): Promise<Ran> {
  const rows = lines.map((line) => {
    const [code, number, due, open] = line.split(" ");
    return `${code};Client ${code};${number};15/01/2026;${due};${open}`;
  });
  const file = `b-${(files += 1)}.csv`;
  const head = `Balance âgée clients au ${day.split("-").reverse().join("/")}\nCode client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû`;
  writeFileSync(join(folder, file), `${head}\n${rows.join("\n")}\n`);
  return await dunning(folder, day, "import", file, "--json");
}
/** A summary without invoices: `code 1-30 31-60`. */
async function buckets(folder: string, day: string, ...lines: readonly string[]): Promise<Ran> {
  const rows = lines.map((line) => {
    const [code, first, second] = line.split(" ");
    return `${code};Client ${code};0,00;${first};${second}`;
  });
  const file = `b-${(files += 1)}.csv`;
  writeFileSync(join(folder, file), `Code client;Raison sociale;Non échu;1-30;31-60\n${rows.join("\n")}\n`);
  return await dunning(folder, day, "import", file, "--balance-date", day, "--json");
}
const mail = async (folder: string, day: string, ...codes: readonly string[]): Promise<void> => {
  for (const code of codes)
    await dunning(
      folder,
      day,
      "debtor",
      "set",
      code,
      `email=${code.toLowerCase()}@client.example`,
      "kind=business",
    );
};
const run = async (folder: string, day: string): Promise<string[]> => {
  const { json } = await dunning(folder, day, "run", "--json");
  expect(json["error"] ?? null).toBeNull();
  return (json["actions"] as { debtor: string; step: string }[]).map(
    ({ debtor, step }) => `${debtor} ${step}`,
  );
};
const merge = async (folder: string, day: string, from: string, into: string): Promise<Json> => {
  const { exit, json } = await dunning(folder, day, "debtor", "merge", from, into, "--yes", "--json");
  expect([exit, json["error"] ?? null]).toEqual([0, null]);
  return json["merge"] as Json;
};
const explained = async (folder: string, day: string, code: string) => {
  const { json } = await dunning(folder, day, "explain", code, "--json");
  const [dossier] = json["dossiers"] as {
    stage: number;
    lastContact: Json | null;
    notActed: { code: string }[];
  }[];
  return {
    stage: dossier?.stage,
    last: dossier?.lastContact?.["step"] ?? null,
    why: dossier?.notActed.map(({ code: why }) => why) ?? [],
  };
};

describe("what an older customer was told before he paid once, and since", () => {
  const OTHER = "B2 G-1 30/12/2026 5,00";
  /** A1 paid up once, so that it stands in its second cycle, and has got `steps` of it since; B2 is in its first. */
  async function secondCycle(...days: readonly string[]): Promise<string> {
    const folder = company();
    await balance(folder, "2026-01-20", "A1 F-1 16/01/2026 100,00", OTHER);
    await mail(folder, "2026-01-20", "A1");
    await run(folder, "2026-01-20");
    await balance(folder, "2026-01-27", OTHER);
    for (const day of days) {
      await balance(folder, day, "A1 F-2 20/01/2026 100,00", OTHER);
      await run(folder, day);
    }
    return folder;
  }

  test.each([
    ["A1", "B2"],
    ["B2", "A1"],
  ])("%s into %s: a deadline that was announced still runs", async (from, into) => {
    const folder = await secondCycle("2026-02-24", "2026-03-04");
    const before = await explained(folder, "2026-03-06", "A1");
    expect(before).toMatchObject({ last: "firm", why: ["deadline-running"] });
    await merge(folder, "2026-03-06", from, into);
    expect(await explained(folder, "2026-03-06", into)).toEqual(before);
    expect(await run(folder, "2026-03-06")).toEqual([]);
  });

  test.each([
    ["A1", "B2"],
    ["B2", "A1"],
  ])("%s into %s: the last warning is found", async (from, into) => {
    const days = ["2026-02-24", "2026-03-04", "2026-03-16"];
    const folder = await secondCycle(...days);
    await balance(folder, "2026-03-27", "A1 F-2 20/01/2026 100,00", OTHER);
    await merge(folder, "2026-03-27", from, into);
    expect(await run(folder, "2026-03-27")).toEqual([`${into} formal-notice`]);
  });

  test.each(["undo", "replace"])("a balance that ended one side's cycle, %s after the merge", async (how) => {
    const folder = company();
    const both = ["A1 F-1 20/02/2026 100,00", "B2 G-1 20/02/2026 50,00"];
    await balance(folder, "2026-03-02", ...both);
    await mail(folder, "2026-03-02", "A1", "B2");
    await run(folder, "2026-03-02");
    await balance(folder, "2026-03-12", ...both);
    await run(folder, "2026-03-12");
    await balance(folder, "2026-03-16", "B2 G-1 20/02/2026 50,00");
    await merge(folder, "2026-03-16", "A1", "B2");
    const told = await explained(folder, "2026-03-16", "B2");
    expect(told).toMatchObject({ stage: 30, last: "firm" });
    if (how === "undo") await dunning(folder, "2026-03-16", "import", "undo", "3");
    else await balance(folder, "2026-03-16", "B2 G-1 20/02/2026 50,00", "A1 F-1 20/02/2026 100,00");
    expect(await explained(folder, "2026-03-16", "B2")).toMatchObject({ last: "firm" });
    expect(await run(folder, "2026-03-16")).toEqual([]);
  });
});

describe("balances without invoices", () => {
  test("two claims become one that was told as much as either; promises wait for their own money", async () => {
    const folder = company();
    await buckets(folder, "2026-03-02", "A1 100,00 0,00", "B2 0,00 1000,00");
    await mail(folder, "2026-03-02", "B2");
    expect(await run(folder, "2026-03-02")).toEqual(["B2 reminder"]);
    await dunning(folder, "2026-03-03", "promise", "add", "A1", "--date", "2026-03-20", "--amount", "100.00");
    await merge(folder, "2026-03-03", "A1", "B2");
    const stands = async (day: string) => {
      const { json } = await dunning(folder, day, "debtors", "--json");
      const promises = (await dunning(folder, day, "promise", "list", "--ended", "--json")).json[
        "promises"
      ] as Json[];
      return [
        (json["debtors"] as { id: string; balances: Json[]; stage: number }[]).map(
          ({ id, balances, stage }) => [id, stage, balances[0]?.["open"]],
        ),
        promises.map(({ state, paid }) => [state, paid]),
      ];
    };
    const whole = [[["B2", 10, "1100.00"]], [["open", "0.00"]]];
    expect(await stands("2026-03-03")).toEqual(whole);
    await buckets(folder, "2026-03-09", "A1 100,00 0,00", "B2 0,00 1000,00");
    expect(await stands("2026-03-09")).toEqual(whole);
    await buckets(folder, "2026-03-16", "B2 0,00 1000,00");
    expect(await stands("2026-03-16")).toEqual([[["B2", 10, "1000.00"]], [["kept", "100.00"]]]);
  });
});

describe("documents that moved to another code", () => {
  test.each(["undo", "replace"])("a promise about them waits after %s too", async (how) => {
    const folder = company();
    await balance(folder, "2026-03-02", "A1 F-1 10/02/2026 100,00", "B2 F-2 10/12/2026 50,00");
    await mail(folder, "2026-03-02", "A1");
    await run(folder, "2026-03-02");
    await dunning(folder, "2026-03-03", "promise", "add", "A1", "--date", "2026-03-20", "--amount", "100.00");
    await balance(folder, "2026-03-09", "N9 F-1 10/02/2026 100,00", "B2 F-2 10/12/2026 50,00");
    await dunning(folder, "2026-03-09", "import", "accept", "2");
    await merge(folder, "2026-03-09", "A1", "N9");
    expect(await run(folder, "2026-03-09")).toEqual([]);
    if (how === "undo") await dunning(folder, "2026-03-09", "import", "undo", "2");
    else await balance(folder, "2026-03-09", "A1 F-1 10/02/2026 100,00", "B2 F-2 10/12/2026 50,00");
    expect(await run(folder, "2026-03-09")).toEqual([]);
    const { json } = await dunning(folder, "2026-03-09", "promise", "list", "--json");
    expect(json["promises"]).toMatchObject([{ state: "open", debtor: "N9" }]);
    const shown = (await dunning(folder, "2026-03-09", "debtor", "show", "N9", "--json")).json[
      "debtor"
    ] as Json;
    expect(shown["name"]).toBe("Client A1");
  });

  test("invoices that walk alone keep their contacts", async () => {
    const folder = company("invoice");
    await balance(folder, "2026-03-02", "A1 F-1 06/02/2026 100,00");
    await mail(folder, "2026-03-02", "A1");
    await run(folder, "2026-03-02");
    await balance(folder, "2026-03-09", "A1 F-1 06/02/2026 100,00");
    expect(await run(folder, "2026-03-09")).toEqual(["A1 firm"]);
    await balance(folder, "2026-03-13", "N9 F-1 06/02/2026 100,00");
    await dunning(folder, "2026-03-13", "import", "accept", "3");
    await merge(folder, "2026-03-13", "A1", "N9");
    expect(await run(folder, "2026-03-16")).toEqual([]);
    expect((await explained(folder, "2026-03-16", "N9")).why).toEqual(["deadline-running"]);
  });
});

describe("what two codes know", () => {
  test("an address, a person and a score come whole or not at all", async () => {
    const folder = company();
    await balance(folder, "2026-03-02", "A1 F-1 10/02/2026 100,00", "A3 F-3 10/02/2026 20,00");
    await dunning(
      folder,
      "2026-03-02",
      "debtor",
      "set",
      "A1",
      "address=12 rue des Lilas",
      "postcode=69003",
      "city=Lyon",
      "email=bob@x.example",
      "contact=Bob",
      "kind=consumer",
    );
    await dunning(
      folder,
      "2026-03-02",
      "debtor",
      "set",
      "A3",
      "postcode=75001",
      "city=Paris",
      "contact=Ann",
      "kind=business",
    );
    const merged = await merge(folder, "2026-03-02", "A1", "A3");
    expect(merged["taken"]).toEqual([]);
    expect((merged["differing"] as { key: string }[]).map(({ key }) => key)).toEqual([
      "name",
      "kind",
      "contact",
      "email",
      "address",
      "postcode",
      "city",
    ]);
    const { json } = await dunning(folder, "2026-03-02", "debtor", "show", "A3", "--json");
    expect(json["debtor"]).toMatchObject({
      contact: "Ann",
      email: null,
      address: [],
      city: "Paris",
      kind: "business",
    });
  });

  test("persons of several codes, one behind the other", async () => {
    const folder = company();
    await balance(
      folder,
      "2026-03-02",
      "A1 F-1 10/02/2026 100,00",
      "A2 F-2 10/02/2026 50,00",
      "A3 F-3 10/02/2026 20,00",
    );
    writeFileSync(
      join(folder, "c.csv"),
      "Code client;Fonction;Contact;E-mail\nA1;Compta;Ann;ann@x.example\nA1;Direction;Bob;bob@x.example\nA2;Compta;Cat;cat@x.example\nA2;Direction;Dan;dan@x.example\n",
    );
    await dunning(folder, "2026-03-02", "import", "contacts", "c.csv");
    await merge(folder, "2026-03-02", "A1", "A3");
    await merge(folder, "2026-03-02", "A2", "A3");
    const { json } = await dunning(folder, "2026-03-02", "debtor", "show", "A1", "--json");
    expect((json["debtor"] as { persons: Json[] }).persons.map(({ name }) => name)).toEqual([
      "Ann",
      "Bob",
      "Cat",
      "Dan",
    ]);
    // A file that names only codes that have gone names one customer once.
    writeFileSync(
      join(folder, "d.csv"),
      "Code client;Contact;E-mail\nA1;Eve;eve@x.example\nA2;Fay;fay@x.example\n",
    );
    const again = await dunning(folder, "2026-03-02", "import", "contacts", "d.csv", "--json");
    expect(again.json["merged"]).toEqual([{ line: 3, debtor: "A2", into: "A3" }]);
  });

  test("rows of the code that went name the customer where his own code has none", async () => {
    const folder = company();
    await balance(folder, "2026-03-02", "A1 F-1 10/02/2026 100,00", "N9 F-2 10/02/2026 20,00");
    await merge(folder, "2026-03-02", "N9", "A1");
    const name = async () =>
      ((await dunning(folder, "2026-03-09", "debtor", "show", "A1", "--json")).json["debtor"] as Json)[
        "name"
      ];
    await balance(folder, "2026-03-09", "A1 F-1 10/02/2026 100,00", "N9 F-2 10/02/2026 20,00");
    expect(await name()).toBe("Client A1");
    await balance(folder, "2026-03-16", "N9 F-1 10/02/2026 100,00", "N9 F-2 10/02/2026 20,00");
    expect(await name()).toBe("Client N9");
  });

  test("credits that were there do not keep a promise, and documents under both codes are named", async () => {
    const folder = company();
    await balance(
      folder,
      "2026-03-02",
      "A1 F-1 10/02/2026 300,00",
      "A2 P-1 10/02/2026 -100,00",
      "A2 F-1 10/02/2026 300,00",
    );
    await dunning(folder, "2026-03-02", "promise", "add", "A1", "--date", "2026-03-20", "--amount", "100.00");
    expect((await merge(folder, "2026-03-02", "A2", "A1"))["doubled"]).toEqual(["F-1"]);
    await balance(folder, "2026-03-03", "A1 F-1 10/02/2026 300,00", "A2 P-1 10/02/2026 -100,00");
    const { json } = await dunning(folder, "2026-03-03", "promise", "list", "--json");
    expect(json["promises"]).toMatchObject([{ state: "open", paid: "0.00" }]);
  });

  test.each([
    [" ", "B2"],
    ["A1", " "],
  ])("%j into %j: no code", async (from, into) => {
    const folder = company();
    await balance(folder, "2026-03-02", "A1 F-1 10/02/2026 100,00", "B2 F-2 10/02/2026 20,00");
    const { exit, json } = await dunning(
      folder,
      "2026-03-02",
      "debtor",
      "merge",
      from,
      into,
      "--new",
      "--yes",
      "--json",
    );
    expect([exit, json["error"]]).toMatchObject([2, { code: "no-such-debtor" }]);
  });
});
