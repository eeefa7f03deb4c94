import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dunning } from "./support/company.ts";

// What the tutorial shows is what the program prints: its commands are carried out, one after the other.

const root = join(import.meta.dirname, "..");
const DAYS = ["2026-11-20", "2026-11-27"] as const;

interface Lesson {
  readonly section: string;
  readonly lines: readonly string[];
  /** What the page shows below them. */
  readonly shown: readonly string[];
}

/** Each block of commands with the block of output that follows it. */
function lessons(page: string): Lesson[] {
  const found: Lesson[] = [];
  let section = "";
  for (const [, heading, language, body = ""] of page.matchAll(/^## (.*)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (heading !== undefined) section = heading;
    else if (language === "sh") found.push({ section, lines: body.trim().split("\n"), shown: [] });
    else if (language === "") found.push({ ...(found.pop() as Lesson), shown: body.trim().split("\n") });
  }
  return found;
}

/** Runs of white space and the random names of runs aside. */
const plain = (text: string): string =>
  text
    .replaceAll(/(?<=\d{4}-\d\d-\d\d(?:-| run ))[0-9a-f]{4}\b/g, "RUN")
    .replaceAll(/[ \t]+/g, " ")
    .trim();

/** `...` stands for anything. */
function isIn(shown: string, printed: readonly string[]): boolean {
  const parts = plain(shown).split(/ ?\.\.\. ?/);
  const pattern = new RegExp(
    `^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`,
  );
  // A line that was cut goes on in the next one.
  return printed.some((line, at) => pattern.test(line) || pattern.test(`${line} ${printed[at + 1] ?? ""}`));
}

/** "Correct them": the made-up values of a fresh configuration become a company's. */
function complete(folder: string): void {
  const file = join(folder, "dunning.yaml");
  const text = readFileSync(file, "utf8");
  const real = text
    .replace("SOCIÉTÉ À COMPLÉTER", "Atelier Exemple SARL")
    .replace("1 rue à compléter", "12 rue des Essais")
    .replace("00000 À COMPLÉTER", "69003 Lyon")
    .replace("FR7630006000011234567890189", "FR1420041010050500013M02606")
    .replaceAll("a-completer@example.com", "compta@exemple.test")
    .replace("Nom à compléter", "Claire Exemple");
  writeFileSync(file, real);
}

test("the commands of the tutorial print what it shows", async () => {
  const place = mkdtempSync(join(tmpdir(), "dunning-tutorial-"));
  onTestFinished(() => rmSync(place, { recursive: true }));
  const demo = join(root, "fixtures", "demo");
  cpSync(join(demo, "balance-agee-2026-11-20.csv"), join(place, "balance.csv"));
  cpSync(join(demo, "balance-agee-2026-11-27.csv"), join(place, "balance-next.csv"));
  cpSync(join(demo, "contacts.csv"), join(place, "contacts.csv"));
  const folder = join(place, "durand");
  mkdirSync(folder);
  const wrong: string[] = [];
  for (const { section, lines, shown } of lessons(readFileSync(join(root, "docs", "tutorial.md"), "utf8"))) {
    if (section.startsWith("1.")) continue;
    const day = section.startsWith("7.") ? DAYS[1] : DAYS[0];
    const printed: string[] = [];
    for (const line of lines) {
      const [command, ...words] = line
        .replace(/\s#.*$/, "")
        .trim()
        .split(/\s+/);
      if (command !== "dunning") continue;
      const { exit, stdout, stderr } = await dunning(folder, day, ...words);
      if (![0, 4].includes(exit)) wrong.push(`${line}: exit ${exit}: ${stderr}`);
      const both = `${stdout}\n${stderr}`.replaceAll(folder, "/home/you/durand");
      printed.push(...both.split("\n").map(plain));
      if (words[0] === "check") complete(folder);
    }
    wrong.push(
      ...shown
        .filter((line) => plain(line) !== "" && !isIn(line, printed))
        .map((line) => `${section}: ${line}`),
    );
  }
  expect(wrong).toEqual([]);
});
