import { expect, test } from "vitest";
import { planLedger } from "../src/core/plan.ts";
import type { DebtorId } from "../src/core/types.ts";
import { aged, at, day, dossier, ledger, rules, scenario, step } from "./support/ledger.ts";

const TODAY = day("2026-11-24");
const twoWordings = scenario({
  steps: [step("reminder", 10, 3, { templates: ["reminder-a", "reminder-b"] })],
});

const chosen = (debtor: string, seed = "s"): string | null | undefined =>
  planLedger(
    ledger([dossier([aged(TODAY, 5)])], { id: debtor as DebtorId }),
    rules({ seed }, twoWordings),
    at(TODAY),
  ).actions[0]?.template;

test("of several wordings a debtor always gets the same, debtors get different ones, the seed mixes them anew", () => {
  const debtors = Array.from({ length: 100 }, (_, n) => `D${n}`);
  const first = debtors.map((id) => chosen(id));
  expect(debtors.map((id) => chosen(id))).toEqual(first);
  expect(debtors.map((id) => chosen(id, "other"))).not.toEqual(first);
  const share = first.filter((name) => name === "reminder-a").length;
  expect(share).toBeGreaterThan(30);
  expect(share).toBeLessThan(70);
});
