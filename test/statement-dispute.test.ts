import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { has, runOn } from "./support/rendering.ts";

test.skipIf(!has("pdftotext"))("a dispute that a person has noted stands apart in a statement", async () => {
  const config = SMALL.replace("template: reminder-a", "template: reminder-a, attach: statement");
  const folder = folderWith({ "dunning.yaml": config });
  await takeBalance(folder, "2026-11-20", "Code;Nom;Facture;Echeance;Montant;Email", [
    "A1;Un;F-1;25/10/2026;1100,00;a@x.example",
    "A1;Un;F-2;26/10/2026;50,00;a@x.example",
  ]);
  const noted = ["dispute", "open", "A1", "--invoice", "F-2", "--reason", "quality"];
  expect((await dunning(folder, "2026-11-20", ...noted)).exit).toBe(0);
  expect((await dunning(folder, "2026-11-23", "run")).exit).toBe(0);
  const drafts = join(folder, "drafts");
  const names = readdirSync(drafts, { recursive: true, encoding: "utf8" });
  const mail = readFileSync(join(drafts, names.find((name) => name.endsWith(".eml")) ?? ""));
  const file = (await simpleParser(mail)).attachments.find(({ filename }) => filename?.endsWith(".pdf"));
  const text = runOn(file?.content ?? new Uint8Array(), "s.pdf", "pdftotext", ["-layout", "FILE", "-"]);
  expect(text.replace(/[\s\u00a0]+/g, " ")).toMatch(/Échu .*F-1 .*litige.*F-2 /i);
});
