import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isPlausible, kindOf, parseRate } from "../src/core/rates.ts";
import { business, CLIENT, company } from "./support/charging.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-20";
const ADD = `rates add DE base_rate_247_bgb --from 2027-01-01 --source Bundesbank --date ${DAY}`.split(" ");
const add = async (folder: string, rate: string, ...more: readonly string[]) =>
  await dunning(folder, DAY, ...ADD, `--rate=${rate}`, ...more);

describe("rates add", () => {
  test.each([
    ["1.27", 0],
    ["30", 0],
    ["-0.88", 0],
    ["-5", 0],
    ["2.5%", 0],
    ["2,5 %", 0],
    ["30.01", 2],
    ["999", 2],
    ["-5.01", 2],
    ["high", 2],
  ])("a base rate of %s", async (rate, exit) => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    expect((await add(folder, rate)).exit).toBe(exit);
    expect(existsSync(join(folder, "rates.yaml"))).toBe(exit === 0);
  });

  test.each([
    ["DE", "base_rate_247_bgb", "-0.88", true],
    ["GB", "boe_reference_rate_half_year", "-0.10", true],
    ["FR", "b2b_default_ecb_plus_10", "-0.88", false],
    ["FR", "b2b_default_ecb_plus_10", "0", true],
    ["FR", "b2b_default_ecb_plus_10", "30.0001", false],
  ])("%s %s of %s: plausible %j", (country, kind, text, expected) => {
    const [known, rate] = [kindOf(country, kind), parseRate(text)];
    expect(known !== null && rate !== null && isPlausible(known, rate)).toBe(expected);
  });

  test("the same once more changes nothing; another one says what it takes the place of", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    await add(folder, "1.27");
    const written = readFileSync(join(folder, "rates.yaml"), "utf8");
    expect((await add(folder, "1.27")).stdout).toMatch(/counts already, nothing changed/);
    expect(readFileSync(join(folder, "rates.yaml"), "utf8")).toBe(written);
    expect((await add(folder, "1.37")).stderr).toMatch(/In place of 1\.27 %, by Bundesbank/);
    expect((await add(folder, "1.37", "--json")).json["rate"]).toMatchObject({ rate: "1.37" });
  });

  test.each([
    [DAY, 0],
    ["2026-11-21", 2],
  ])("read on %s, on 2026-11-20", async (date, exit) => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    expect((await add(folder, "1.27", "--date", date)).exit).toBe(exit);
  });

  test("what no publication says is refused in rates.yaml too", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    const row = (rate: string): string =>
      `- { country: FR, kind: b2b_default_ecb_plus_10, from: 2026-07-01, rate: "${rate}", source: "x", date: ${DAY} }\n`;
    writeFileSync(join(folder, "rates.yaml"), row("1240"));
    expect((await dunning(folder, DAY, "rates", "list")).exit).toBe(78);
    writeFileSync(join(folder, "rates.yaml"), row("99"));
    expect((await dunning(folder, DAY, "rates", "list")).stderr).toMatch(/at most 30/);
    writeFileSync(join(folder, "rates.yaml"), row("12.40"));
    expect((await dunning(folder, DAY, "rates", "list")).exit).toBe(0);
  });
});

describe("what is warned of while a half-year has no rate", () => {
  const warnings = async (charges: string): Promise<string> => {
    const folder = await company(`${business}${charges}`, [CLIENT], DAY);
    return String((await dunning(folder, DAY, "status", "--json")).json["warnings"]);
  };
  test("without a contract's rate the interest is left out", async () => {
    expect(await warnings("")).toMatch(/b2b_default_ecb_plus_10 [^;]*; its interest is left out/);
  });
  test("with one the published rate is not needed; only whether the contract's is high enough is not known", async () => {
    const said = await warnings('charges: { contract_rate: "12%" }\n');
    expect(said).not.toMatch(/b2b_default_ecb_plus_10/);
    expect(said).toMatch(
      /b2b_contract_floor_3x_legal [^;]*; whether the contract's rate is high enough is not known/,
    );
  });
});
