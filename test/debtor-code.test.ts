import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bareCode, lookalikes } from "../src/core/debtor-code.ts";
import type { DebtorId } from "../src/core/types.ts";
import { demoCompany, dunning } from "./support/company.ts";

describe("codes that look alike", () => {
  test.each([
    ["00012", "12", true],
    ["411DUPONT", "411dupont", true],
    ["C 007", "c7", true],
    ["C-0100", "C-100", true],
    ["100", "1000", false],
    ["C10", "C1", false],
    ["0", "00", true],
    ["A0", "A", false],
    ["10-2", "1-02", false],
  ])("%s and %s: %s", (a, b, alike) => {
    expect(bareCode(a as DebtorId) === bareCode(b as DebtorId)).toBe(alike);
  });

  test("only who has gone and who is new are compared", () => {
    const ids = (...all: string[]): DebtorId[] => all as DebtorId[];
    expect(lookalikes(ids("00012", "C9"), ids("12", "C10"))).toEqual([{ known: "00012", now: "12" }]);
    expect(lookalikes([], ids("12"))).toEqual([]);
    expect(lookalikes(ids("12"), ids("12"))).toEqual([]);
  });
});

describe("a balance that went through a spreadsheet", () => {
  async function balanceOf(folder: string, day: string, codes: readonly string[]) {
    const rows = codes.map(
      (code, n) => `${code};Exemple ${n};FA-${Number(code.replace("C", ""))};31/10/2026;50,00`,
    );
    const head = `Balance au ${day.split("-").reverse().join("/")}\n\nCode client;Nom;N° pièce;Échéance;Restant dû`;
    writeFileSync(join(folder, "b.csv"), `${head}\n${rows.join("\n")}\n`);
    return await dunning(folder, day, "import", "b.csv", "--json");
  }
  const KNOWN = ["00012", "00019", "C3", "C4", "C5"];

  test("is asked about, never merged; a better export takes its place", async () => {
    const folder = demoCompany();
    await balanceOf(folder, "2026-11-13", KNOWN);
    const lost = await balanceOf(folder, "2026-11-20", ["12", "19", "C3", "C4", "C5"]);
    expect([lost.exit, lost.json]).toMatchObject([
      4,
      {
        import: { state: "held" },
        hold: ["codes-look-changed"],
        lookalikes: [
          { known: "00012", now: "12" },
          { known: "00019", now: "19" },
        ],
      },
    ]);
    const { debtors } = (await dunning(folder, "2026-11-20", "debtors", "--json")).json;
    expect((debtors as { id: string }[]).map(({ id }) => id)).toEqual(KNOWN);
    const good = await balanceOf(folder, "2026-11-20", KNOWN);
    expect([good.exit, good.json["hold"]]).toEqual([0, []]);
  });

  test("accepted, they are other customers, and nobody asks again", async () => {
    const folder = demoCompany();
    await balanceOf(folder, "2026-11-13", KNOWN);
    await balanceOf(folder, "2026-11-20", ["12", "C3", "C4", "C5"]);
    expect((await dunning(folder, "2026-11-20", "import", "accept", "2")).exit).toBe(0);
    expect((await balanceOf(folder, "2026-11-27", ["12", "C3", "C4", "C5"])).exit).toBe(0);
  });

  test("a contacts file with the zeros is enough to notice", async () => {
    const folder = demoCompany();
    writeFileSync(join(folder, "c.csv"), "Code client;E-mail\n00012;a@example.test\n");
    await dunning(folder, "2026-11-13", "import", "contacts", "c.csv");
    expect((await balanceOf(folder, "2026-11-13", ["12", "C3"])).json["hold"]).toEqual([
      "codes-look-changed",
    ]);
  });

  test("who pays and who comes new have nothing to do with each other", async () => {
    const folder = demoCompany();
    await balanceOf(folder, "2026-11-13", KNOWN);
    expect((await balanceOf(folder, "2026-11-20", ["00012", "00019", "C3", "C4", "C6"])).exit).toBe(0);
  });
});
