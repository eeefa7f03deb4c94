import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { askReading } from "../src/commands/init-reading.ts";
import { profileOfChoices, withRole } from "../src/commands/reading-choices.ts";
import { inspectBalance } from "../src/intake/balance.ts";
import type { Profile } from "../src/intake/profile.ts";
import { demoCompany, dunning } from "./support/company.ts";
import { OPTIONS } from "./support/ledger-files.ts";

// Headers that nobody knows, dates and amounts that prove nothing.
const ODD = `Kode;Wer;Beleg;Wann;Bis;Rest
C1;Exemple;F1;01/02/2026;03/04/2026;1.000
C2;Exemple;F2;02/02/2026;04/04/2026;2.000
`;

describe("a column gets another role", () => {
  test.each([
    [{ open: "A" }, "B", "open", { open: "B" }],
    [{ open: "A", due: "B" }, "B", "issued", { open: "A", issued: "B" }],
    [{ open: "A", due: "B" }, "B", null, { open: "A" }],
    [{ address: ["A", "B"] }, "A", "city", { address: "B", city: "A" }],
    [{}, 3, "debtor", { debtor: 3 }],
  ] as const)("%j, %s is %s", (columns, column, role, after) => {
    expect(withRole(columns, column, role)).toEqual(after);
  });

  test("options become a profile that leaves the rest open", () => {
    expect(profileOfChoices({})).toBeNull();
    expect(profileOfChoices({ column: ["open=Rest", "due=5"], decimal: "." })).toEqual({
      format: "csv",
      decimal: ".",
      columns: { open: "Rest", due: 5 },
      others: "by-name",
      headers: [["Rest"]],
    });
    expect(profileOfChoices({ column: ["open=a=b"] })?.columns).toEqual({ open: "a=b" });
  });
});

test("inspect and init take the decisions as options", async () => {
  const folder = demoCompany();
  writeFileSync(join(folder, "odd.csv"), ODD);
  expect((await dunning(folder, "2026-11-20", "inspect", "odd.csv")).exit).toBe(65);
  const words = ["--column", "debtor=Kode", "--column", "number=Beleg", "--column", "issued=Wann"];
  words.push("--column", "due=5", "--column", "open=Rest", "--dates", "dd/MM/yyyy", "--decimal", ",");
  const seen = await dunning(folder, "2026-11-20", "inspect", "odd.csv", ...words, "--json");
  expect([seen.exit, JSON.stringify(seen.json["totals"])]).toEqual([0, expect.stringContaining('"3000.00"')]);
  const made = await dunning(folder, "2026-11-20", "-C", "new", "init", "--from", "odd.csv", ...words);
  expect(made.exit).toBe(0);
  const again = await dunning(
    folder,
    "2026-11-20",
    "-C",
    "new",
    "import",
    "odd.csv",
    "--balance-date",
    "2026-04-30",
    "--json",
  );
  expect(again.json).toMatchObject({ items: { new: 2 }, totals: [{ open: "3000.00" }] });
});

test("the walk on a terminal: column by column, dates and decimals, until the person agrees", async () => {
  const folder = demoCompany();
  const path = join(folder, "odd.csv");
  writeFileSync(path, ODD);
  const walk = "column 1 column 1 debtor column 3 number column 5 due column 6 open".split(" ");
  const answers = [...walk, "dates", "dd/MM/yyyy", "decimal", ".", "column", "2", "-", "yes"];
  const shown: Record<string, string>[] = [];
  const choose = async (_message: string, labels: Readonly<Record<string, string>>) => {
    shown.push(labels);
    const answer = answers.shift() ?? "";
    expect(Object.keys(labels)).toContain(answer);
    return await Promise.resolve(answer);
  };
  const profile = await askReading(choose as never, (decided: Profile | null) =>
    inspectBalance(path, { ...OPTIONS, profile: decided }),
  );
  expect(answers).toEqual([]);
  expect(shown[3]?.["5"]).toContain("03/04/2026 · 04/04/2026");
  expect(profile).toMatchObject({
    decimal: ".",
    columns: { debtor: "Kode", number: "Beleg", due: "Bis", open: "Rest" },
  });
});
