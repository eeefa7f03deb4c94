import { expect, test, vi } from "vitest";
import type * as render from "../src/render/render.ts";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const planted = { from: "", to: "" };
/** As if the renderer had taken the code to scan of somebody else. */
vi.mock("../src/render/render.ts", async (original) => {
  const real = await original<typeof render>();
  return {
    ...real,
    renderAction: async (...args: Parameters<typeof render.renderAction>) => {
      const message = await real.renderAction(...args);
      return { ...message, paymentCode: message.paymentCode?.replace(planted.from, planted.to) ?? null };
    },
  };
});

const DAY = "2026-11-23";
test.each([
  ["as it was made", "", "", 0],
  ["of another customer", "4102", "4103", 1],
])("a run with a code %s", async (_, from, to, exit) => {
  Object.assign(planted, { from, to });
  const folder = folderWith({ "dunning.yaml": SMALL });
  await takeBalance(folder, DAY, "Code;Nom;Facture;Date;Echeance;Montant;Email", [
    "4102;Deux;F-2;25/09/2026;25/10/2026;60,00;b@x.example",
  ]);
  const ran = await dunning(folder, DAY, "run");
  expect([ran.exit, ran.stderr.includes("its code quotes what is not this debtor's")]).toEqual([
    exit,
    exit === 1,
  ]);
});
