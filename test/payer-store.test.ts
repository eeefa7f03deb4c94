import { expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const YAML = `${SMALL.replace("segments:\n", 'segments:\n  - { name: late, when: \'payer_class in ["C", "D"]\', scenario: standard }\n')}payer_classes: { C: 80 }\n`;
const HEAD = "Code client;Raison sociale;N° pièce;Date pièce;Échéance;Restant dû";

test("a history of balances: the day of payment is the middle of two, and segments, cadence and explain know the class", async () => {
  const folder = folderWith({ "dunning.yaml": YAML });
  const balance = (day: string, ...rows: string[]) => takeBalance(folder, day, HEAD, rows);
  const rest = "B2;Deux;F-9;01/01/2026;31/12/2026;10,00";
  await balance("2026-05-01", "A1;Un;F-1;01/01/2026;31/01/2026;1000,00", rest);
  await balance("2026-05-11", rest);
  await balance("2026-06-01", "A1;Un;F-2;01/05/2026;31/12/2026;50,00", rest);
  const { json } = await dunning(folder, "2026-06-01", "explain", "A1", "--json");
  // Seen on 1 May, gone on 11 May: paid on the 6th, 95 days after 31 January.
  expect(json["payer"]).toEqual({
    class: "D",
    days: 95,
    paid: 1,
    late: 0,
    broken: 0,
    estimated: true,
    factor: 1,
  });
  expect(json["segment"]).toMatchObject({ name: "late" });
  expect((await dunning(folder, "2026-06-01", "explain", "A1")).stdout).toContain(
    "Payer class D: 95 days late on the mean by amount, over 1 paid (days estimated between two balances) and 0 late now.",
  );
  const other = await dunning(folder, "2026-06-01", "explain", "B2", "--json");
  expect([other.json["payer"], other.json["segment"]]).toMatchObject([
    { class: null },
    { name: "everybody" },
  ]);
});

test("part payments count as they came; a dispute says nothing, whoever opened it", async () => {
  const folder = folderWith({ "dunning.yaml": YAML });
  const balance = (day: string, ...rows: string[]) => takeBalance(folder, day, HEAD, rows);
  const payer = async (code: string) =>
    (await dunning(folder, "2026-05-21", "explain", code, "--json")).json["payer"];
  const contested = "B2;Deux;F-9;01/12/2025;31/12/2025;10,00";
  await balance("2026-05-01", "A1;Un;F-1;01/01/2026;31/01/2026;2000,00", contested);
  await balance("2026-05-11", "A1;Un;F-1;01/01/2026;31/01/2026;1000,00", contested);
  expect(await payer("B2")).toMatchObject({ class: "D", late: 1 });
  await dunning(folder, "2026-05-11", "dispute", "open", "B2", "--invoice", "F-9", "--reason", "price");
  await balance("2026-05-21", contested, "A1;Un;F-2;01/05/2026;31/12/2026;50,00");
  // 1,000 on 6 May (95 days after the due date) and 1,000 on 16 May (105).
  expect(await payer("A1")).toMatchObject({ days: 100, paid: 2 });
  expect(await payer("B2")).toMatchObject({ class: null, late: 0 });
});
