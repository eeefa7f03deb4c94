import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { demoCompany, dunning } from "./support/company.ts";
import { brief, DAY, ok, planned } from "./support/people.ts";

interface Marked {
  readonly litige?: string;
  readonly bloque?: string;
  readonly mode?: string;
}

/** Two documents of one debtor, 24 and 15 days late; the first one is marked. */
async function imported(folder: string, asOf: string, { litige = "", bloque = "", mode = "" }: Marked) {
  const name = `balance-${asOf}.csv`;
  const rows = [
    `00012;Client;c@client.example;FA-1;01/09/2026;27/10/2026;300,00;${litige};${bloque};${mode}`,
    "00012;Client;c@client.example;FA-2;01/09/2026;05/11/2026;200,00;;;",
  ];
  const head =
    "Code client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû;Litige;Bloqué relance;Mode de règlement";
  const day = asOf.split("-").reverse().join("/");
  writeFileSync(join(folder, name), `Balance âgée clients au ${day}\n\n${head}\n${rows.join("\n")}\n`);
  return await ok(folder, asOf, "import", name, "--json");
}
const reasonOf = async (folder: string, day: string): Promise<string | undefined> => {
  const { json } = await ok(folder, day, "explain", "00012", "--json");
  return (json["items"] as { number: string; reason: string }[]).find(({ number }) => number === "FA-1")
    ?.reason;
};

test.each([
  {
    mark: { litige: "prix" },
    warning: "1 row is marked as disputed",
    reason: "disputed in the books",
    list: "dispute",
  },
  { mark: { bloque: "x" }, warning: "1 row is blocked", reason: "on hold in the books", list: "hold" },
  {
    mark: { mode: "Prélèvement SEPA" },
    warning: "1 row is paid by direct debit",
    reason: "paid by direct debit",
    list: null,
  },
])(
  "$warning: left out, the rest goes on; gone when the mark goes",
  async ({ mark, warning, reason, list }) => {
    const folder = demoCompany();
    const { json } = await imported(folder, DAY, mark);
    expect(json).toMatchObject({ rows: { rejected: 0 }, items: { new: 2 } });
    expect((json["warnings"] as string[]).join()).toContain(warning);
    expect(brief(await planned(folder))).toEqual(["call call 200.00"]);
    expect(await reasonOf(folder, DAY)).toBe(reason);
    if (list !== null) {
      const listed = (await ok(folder, DAY, list, "list", "--json")).json[`${list}s`];
      expect(listed).toMatchObject([{ id: "M1", source: "import", invoices: ["FA-1"], debtor: "00012" }]);
      const end =
        list === "hold" ? ["hold", "release", "M1"] : ["dispute", "close", "M1", "--outcome", "rejected"];
      expect((await dunning(folder, DAY, ...end)).exit).toBe(2);
    }
    await imported(folder, "2026-11-23", {});
    expect(brief(await planned(folder, "2026-11-23"))).toEqual(["firm email 500.00"]);
    if (list !== null)
      expect((await ok(folder, "2026-11-23", list, "list", "--json")).json[`${list}s`]).toEqual([]);
    // Taken back: the mark is there again.
    await ok(folder, "2026-11-23", "import", "undo", "2");
    expect(await reasonOf(folder, "2026-11-23")).toBe(reason);
  },
);

test("a mark that comes later dates from its balance, and keeps the level", async () => {
  const folder = demoCompany();
  await imported(folder, DAY, {});
  await dunning(folder, DAY, "run");
  await imported(folder, "2026-11-23", { litige: "oui" });
  const { json } = await ok(folder, "2026-11-25", "dispute", "list", "--json");
  expect(json["disputes"]).toMatchObject([
    { opened: "2026-11-23", days: 2, amount: "300.00", reason: "in-the-books" },
  ]);
  const explained = await ok(folder, "2026-11-25", "explain", "00012", "--json");
  expect((explained.json["items"] as { level: number }[])[0]?.level).toBe(30);
});

test("a dispute of a person about a part, and a mark on the same document: no more than the document", async () => {
  const folder = demoCompany();
  await imported(folder, DAY, { litige: "oui" });
  await ok(
    folder,
    DAY,
    "dispute",
    "open",
    "00012",
    "--invoice",
    "FA-1",
    "--amount",
    "50",
    "--reason",
    "price",
  );
  expect(await reasonOf(folder, DAY)).toBe("disputed (D1)");
  expect(brief(await planned(folder))).toEqual(["call call 200.00"]);
});
