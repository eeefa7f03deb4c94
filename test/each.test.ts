import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withoutEach, worst } from "../src/each.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-20";
const BALANCE = `Balance au 20/11/2026\n\nCode client;Nom;N° pièce;Échéance;Restant dû\nC1;Un;F-1;25/09/2026;100,00\n`;

/** Three companies, one of them without a balance, and a folder that is none. */
function office(): string {
  return folderWith({
    "clients/abel/dunning.yaml": SMALL,
    "clients/abel/balance.csv": BALANCE,
    "clients/boris/dunning.yaml": SMALL,
    "clients/zoe/dunning.yaml": SMALL,
    "clients/zoe/balance.csv": BALANCE,
    "clients/notes/readme.txt": "nothing",
    "clients/list.txt": "abel, boris, zoe",
  });
}

describe("the same command in every company", () => {
  test("one line each in the order of their names, files meant inside each folder, the worst exit code", async () => {
    const folder = office();
    const imported = await dunning(folder, DAY, "--each", "clients/*", "import", "balance.csv");
    expect(imported.stdout.split("\n").map((line) => line.split("  ").slice(0, 2).join(" "))).toEqual([
      "clients/abel exit 0",
      "clients/boris exit 66",
      "clients/zoe exit 0",
      "",
    ]);
    expect(imported.stdout).toMatch(/boris {2}exit 66 {2}dunning: .*balance\.csv: there is no such file/);
    expect(imported.exit).toBe(66);
    for (const name of ["abel", "zoe"])
      expect(existsSync(join(folder, "clients", name, "dunning.db"))).toBe(true);
    expect(
      (await dunning(folder, DAY, "--quiet", "--each=clients/*", "status")).stdout.split("\n"),
    ).toHaveLength(2);
  });

  test("as one document", async () => {
    const folder = office();
    const { exit, json } = await dunning(folder, DAY, "--json", "--each", "clients/n*", "check");
    expect([exit, (json["error"] as { code: string } | undefined)?.code]).toEqual([66, "no-companies"]);
    const all = await dunning(folder, DAY, "--each", "clients/*", "check", "--json");
    expect([all.exit, all.json["schema"], all.json["companies"]]).toMatchObject([
      0,
      "dunning/check/1",
      ["abel", "boris", "zoe"].map((name) => ({
        dir: `clients/${name}`,
        exit: 0,
        document: { ok: true, findings: [] },
      })),
    ]);
  });

  test("as processes of their own", () => {
    if (!existsSync(join(import.meta.dirname, "..", "dist", "main.js")))
      execFileSync("npm", ["run", "build"]);
    const folder = office();
    mkdirSync(join(folder, "more"));
    writeFileSync(join(folder, "more", "dunning.yaml"), "version: 2\n");
    const bin = join(import.meta.dirname, "..", "bin", "dunning.js");
    const ran = spawnSync(process.execPath, [bin, "--each", "*/*", "--as-of", DAY, "check"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([ran.status, ran.stdout.split("\n").length, ran.stderr]).toEqual([0, 4, ""]);
    const words = ["--each", "clients/a*", "--as-of", DAY, "import", "balance.csv"];
    const imported = spawnSync(process.execPath, [bin, ...words], { cwd: folder, encoding: "utf8" });
    expect(imported.stdout.split("\n")[0]).toBe(
      "clients/abel  exit 0  balance.csv: balance of 2026-11-20 accepted, 1 items, open 100.00 EUR, 0 rows rejected",
    );
    const broken = spawnSync(process.execPath, [bin, "--each", "m*", "check"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect([broken.status, broken.stdout]).toEqual([78, expect.stringMatching(/^more {2}exit 78 {2}/)]);
  });
});

test.each([
  [[], 0],
  [[0, 3, 0], 3],
  [[4, 3, 0], 4],
  [[75, 4], 75],
  [[78, 66, 5], 5],
  [[5, 1], 1],
  [[1, 143], 143],
])("the worst of %j is %d", (exits, expected) => {
  expect(worst(exits)).toBe(expected);
});

test.each([
  [["--each", "a/*", "run"], ["run"]],
  [
    ["--quiet", "--each=a/*", "run", "--dry-run"],
    ["--quiet", "run", "--dry-run"],
  ],
  [["run"], ["run"]],
])("%j without its companies", (argv, rest) => {
  expect(withoutEach(argv)).toEqual(rest);
});
