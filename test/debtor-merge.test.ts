import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dunning, type Ran } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

type Json = Record<string, unknown>;

/** `code number due open`, one invoice a line. */
async function balance(folder: string, day: string, ...lines: readonly string[]): Promise<Ran> {
  const rows = lines.map((line) => {
    const [code, number, due, open] = line.split(" ");
    return `${code};Client ${code};${number};01/07/2026;${due};${open}`;
  });
  const head = `Balance âgée clients au ${day.split("-").reverse().join("/")}\nCode client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû`;
  writeFileSync(join(folder, `b-${day}.csv`), `${head}\n${rows.join("\n")}\n`);
  return await dunning(folder, day, "import", `b-${day}.csv`, "--json");
}

const company = (): string => folderWith({ "dunning.yaml": SMALL });

const explained = async (folder: string, day: string, debtor: string) => {
  const { json } = await dunning(folder, day, "explain", debtor, "--json");
  const { debtor: id, stage, next } = json as { debtor: Json; stage: number; next: Json | null };
  return { id: id["id"] ?? id, stage, step: next?.["step"] ?? null };
};
const listed = async (folder: string, day: string): Promise<string[]> => {
  const { debtors } = (await dunning(folder, day, "debtors", "--json")).json;
  return (debtors as { id: string; balances: { open: string }[] }[]).map(
    ({ id, balances }) => `${id} ${balances.map(({ open }) => open).join(" ")}`,
  );
};
const contact = async (folder: string, day: string, code: string): Promise<void> => {
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

const [FIRST, SECOND, THIRD] = ["2026-11-06", "2026-11-20", "2026-11-27"];
const DUE = "25/09/2026";

describe("the books give a customer another code", () => {
  test("his documents under a new one hold the balance; renamed and accepted, he is where he was", async () => {
    const folder = company();
    await balance(folder, FIRST, `A1 F-1 ${DUE} 100,00`, `B2 F-2 ${DUE} 50,00`);
    await contact(folder, FIRST, "A1");
    await dunning(folder, FIRST, "run");
    const before = await explained(folder, FIRST, "A1");
    expect(before.stage).toBeGreaterThan(0);

    const held = await balance(folder, SECOND, `N9 F-1 ${DUE} 100,00`, `B2 F-2 ${DUE} 50,00`);
    expect([held.exit, held.json["hold"], held.json["movedTo"]]).toEqual([
      4,
      ["documents-moved"],
      [{ known: "A1", now: "N9" }],
    ]);
    const typo = await dunning(folder, SECOND, "debtor", "merge", "A1", "N9", "--yes", "--json");
    expect([typo.exit, typo.json["error"]]).toMatchObject([2, { code: "no-such-debtor", found: "N9" }]);
    const renamed = await dunning(folder, SECOND, "debtor", "merge", "A1", "N9", "--new", "--yes", "--json");
    expect(renamed.json["merge"]).toMatchObject({ how: "renamed", from: "A1", into: "N9", done: true });
    expect((await dunning(folder, SECOND, "import", "accept", "2")).exit).toBe(0);

    expect(await listed(folder, SECOND)).toEqual(["B2 50.00", "N9 100.00"]);
    expect(await explained(folder, SECOND, "A1")).toMatchObject({ id: "N9", stage: before.stage });
    const { json } = await dunning(folder, SECOND, "debtor", "show", "A1", "--json");
    expect(json["debtor"]).toMatchObject({ id: "N9", aliases: ["A1"], email: "a1@client.example" });
  });

  test("accepted before anybody looked: the merge gives back what the documents were told", async () => {
    const folder = company();
    await balance(folder, FIRST, `A1 F-1 ${DUE} 100,00`, `B2 F-2 ${DUE} 50,00`);
    await contact(folder, FIRST, "A1");
    await dunning(folder, FIRST, "run");
    await dunning(
      folder,
      FIRST,
      "dispute",
      "open",
      "A1",
      "--invoice",
      "F-1",
      "--amount",
      "30.00",
      "--reason",
      "price",
    );
    await dunning(folder, FIRST, "promise", "add", "A1", "--date", "2026-12-04", "--amount", "70.00");
    const before = await explained(folder, FIRST, "A1");
    await balance(folder, SECOND, `N9 F-1 ${DUE} 100,00`, `B2 F-2 ${DUE} 50,00`);
    await dunning(folder, SECOND, "import", "accept", "2");
    expect((await explained(folder, SECOND, "N9")).stage).toBe(0);

    const proposed = await dunning(folder, SECOND, "debtor", "merge", "--json");
    expect(proposed.json["proposals"]).toEqual([
      { from: "A1", into: "N9", evidence: "documents", common: "1 document" },
    ]);
    const merged = await dunning(folder, SECOND, "debtor", "merge", "A1", "N9", "--yes", "--json");
    expect(merged.json["merge"]).toMatchObject({ how: "merged", items: 1, open: 0, messages: 1, moved: 1 });
    expect((await explained(folder, SECOND, "N9")).stage).toBe(before.stage);
    const disputes = await dunning(folder, SECOND, "dispute", "list", "--json");
    expect(disputes.json["disputes"]).toMatchObject([{ debtor: "N9", amount: "30.00" }]);
    const promises = await dunning(folder, SECOND, "promise", "list", "--json");
    expect(promises.json["promises"]).toMatchObject([{ debtor: "N9", state: "open", paid: "0.00" }]);
    // Nobody is told again what the older code has been told.
    const { json } = await dunning(folder, SECOND, "run", "--dry-run", "--debtor", "N9", "--json");
    expect(json["actions"]).toEqual([]);
    expect((await dunning(folder, SECOND, "debtor", "merge", "--json")).json["proposals"]).toEqual([]);
  });
});

describe("two codes, both in the books", () => {
  const both = async (): Promise<string> => {
    const folder = company();
    await balance(folder, FIRST, `A1 F-1 ${DUE} 100,00`, `A2 F-1 ${DUE} 70,00`, `A2 F-3 ${DUE} 30,00`);
    return folder;
  };

  test("become one, in this balance and in those to come; undo and replacement still work", async () => {
    const folder = await both();
    await balance(folder, SECOND, `A1 F-1 ${DUE} 100,00`, `A2 F-1 ${DUE} 40,00`, `A2 F-4 ${DUE} 5,00`);
    await dunning(folder, SECOND, "debtor", "merge", "A2", "A1", "--yes");
    expect(await listed(folder, SECOND)).toEqual(["A1 145.00"]);
    // Taken back: the balance before, still one customer.
    await dunning(folder, SECOND, "import", "undo", "2", "--yes");
    expect(await listed(folder, SECOND)).toEqual(["A1 200.00"]);
    const again = await balance(
      folder,
      SECOND,
      `A1 F-1 ${DUE} 100,00`,
      `A2 F-1 ${DUE} 40,00`,
      `A1 F-4 ${DUE} 5,00`,
    );
    expect(again.json).toMatchObject({
      debtors: { new: 0, known: 1, missing: 0 },
      items: { new: 1, changed: 1, unchanged: 1, settled: 1 },
    });
    expect(await listed(folder, SECOND)).toEqual(["A1 145.00"]);
    const last = await balance(folder, THIRD, `A2 F-1 ${DUE} 40,00`);
    expect(last.json["items"]).toMatchObject({ changed: 0, settled: 2 });
    expect(await listed(folder, THIRD)).toEqual(["A1 40.00"]);
  });

  test("a payment on the one is seen beside the invoice of the other", async () => {
    const folder = company();
    await balance(folder, FIRST, `A1 F-1 ${DUE} 100,00`, `A2 P-1 ${DUE} -100,00`);
    await contact(folder, FIRST, "A1");
    const states = async () => {
      const { json } = await dunning(folder, FIRST, "run", "--dry-run", "--json");
      return [
        (json["actions"] as unknown[]).length,
        (json["notActed"] as { code: string }[]).map(({ code }) => code),
      ];
    };
    expect((await states())[0]).toBe(1);
    await dunning(folder, FIRST, "debtor", "merge", "A2", "A1", "--yes");
    expect(await states()).toEqual([0, ["covered-by-credit"]]);
  });

  test("a rejected row of the one leaves the customer alone", async () => {
    const folder = await both();
    await dunning(folder, FIRST, "debtor", "merge", "A2", "A1", "--yes");
    await contact(folder, FIRST, "A1");
    const { exit } = await balance(
      folder,
      SECOND,
      `A1 F-1 ${DUE} 100,00`,
      `A2 F-3 31/02/2026 30,00`,
      `A2 F-1 ${DUE} 70,00`,
    );
    expect(exit).toBe(3);
    const { json } = await dunning(folder, SECOND, "run", "--dry-run", "--json");
    expect([json["actions"], json["notActed"]]).toMatchObject([[], [{ debtor: "A1", code: "unread-rows" }]]);
  });

  test("what is known of the one is kept where the other says nothing; what differs is said", async () => {
    const folder = await both();
    await dunning(
      folder,
      FIRST,
      "debtor",
      "set",
      "A2",
      "email=a2@client.example",
      "city=Lyon",
      "insolvent=true",
      "attr.zone=N",
    );
    await dunning(folder, FIRST, "debtor", "set", "A1", "city=Paris");
    const dry = await dunning(folder, FIRST, "debtor", "merge", "A2", "A1", "--dry-run", "--json");
    expect(dry.json["merge"]).toMatchObject({
      done: false,
      taken: ["attr.zone", "email", "insolvent"],
      differing: [
        { key: "name", from: "Client A2", into: "Client A1" },
        { key: "city", from: "Lyon", into: "Paris" },
      ],
    });
    expect(await listed(folder, FIRST)).toHaveLength(2);
    await dunning(folder, FIRST, "debtor", "merge", "A2", "A1", "--yes");
    const { json } = await dunning(folder, FIRST, "debtor", "show", "A1", "--json");
    expect(json["debtor"]).toMatchObject({
      email: "a2@client.example",
      city: "Paris",
      insolvent: true,
      "attr.zone": "N",
      saidBy: { email: "person", city: "person" },
    });
  });

  test("a contacts file may name either; where it names both, the code that stays counts", async () => {
    const folder = await both();
    await dunning(folder, FIRST, "debtor", "merge", "A2", "A1", "--yes");
    writeFileSync(join(folder, "one.csv"), "Code client;E-mail\nA2;old@client.example\n");
    await dunning(folder, FIRST, "import", "contacts", "one.csv");
    const mail = async () =>
      ((await dunning(folder, FIRST, "debtor", "show", "A1", "--json")).json["debtor"] as Json)["email"];
    expect(await mail()).toBe("old@client.example");
    writeFileSync(
      join(folder, "two.csv"),
      "Code client;E-mail\nA1;new@client.example\nA2;old@client.example\n",
    );
    const { json } = await dunning(folder, FIRST, "import", "contacts", "two.csv", "--json");
    expect(json["merged"]).toEqual([{ line: 3, debtor: "A2", into: "A1" }]);
    expect(await mail()).toBe("new@client.example");
  });

  test.each([
    ["itself", ["A1", "A1"], "same-debtor"],
    ["nobody", ["A1", "Z9"], "no-such-debtor"],
    ["nobody, though it is said to come", ["Y8", "Z9", "--new"], "no-such-debtor"],
    ["without a confirmation", ["A2", "A1"], "merge-not-confirmed"],
    ["one code alone", ["A2"], "merge-into"],
  ])("%s: refused", async (_name, words, code) => {
    const folder = await both();
    const yes = code === "merge-not-confirmed" ? [] : ["--yes"];
    const { exit, json } = await dunning(folder, FIRST, "debtor", "merge", ...words, ...yes, "--json");
    expect([exit, (json["error"] as Json)["code"]]).toEqual([2, code]);
    expect(await listed(folder, FIRST)).toHaveLength(2);
  });

  test("merged before: the one that it is now is named", async () => {
    const folder = await both();
    await dunning(folder, FIRST, "debtor", "merge", "A2", "A1", "--yes");
    const { exit, json } = await dunning(folder, FIRST, "debtor", "merge", "A2", "A1", "--yes", "--json");
    expect([exit, json["error"]]).toMatchObject([2, { code: "merged-already", found: "it is A1 now" }]);
  });
});

test("a new customer with the number of a known one is pointed out", async () => {
  const folder = company();
  await balance(folder, FIRST, `A1 F-1 ${DUE} 100,00`);
  writeFileSync(
    join(folder, "c.csv"),
    "Code client;N° TVA;SIREN\nA1;FR66000000018;\nN9;;000 000 018\nB2;FR67000000018;\n",
  );
  const contacts = await dunning(folder, FIRST, "import", "contacts", "c.csv", "--json");
  expect([contacts.exit, contacts.json["rejected"]]).toMatchObject([
    3,
    [{ line: 4, debtor: "B2", column: "vat", value: "FR67000000018" }],
  ]);
  const { exit, json } = await balance(folder, SECOND, `A1 F-1 ${DUE} 100,00`, `N9 F-8 ${DUE} 20,00`);
  expect([exit, json["proposals"]]).toEqual([
    0,
    [{ from: "N9", into: "A1", evidence: "number", common: "FR000000018" }],
  ]);
});
