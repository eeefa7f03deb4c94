import { expect, test } from "vitest";
import { Year } from "./support/year.ts";

/** `npm run simulate -- --years N --seed S --debtors D` asks for more, and for other seeds. */
const number = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const YEARS = number("SIMULATED_YEARS", 0);
const SEED = number("SIMULATED_SEED", 1);
const DEBTORS = number("SIMULATED_DEBTORS", 200);
const DAYS = 365;

test("a company over two months, through the real commands: everything that must hold holds", async () => {
  const { broken, messages, imports } = await new Year({ seed: SEED, debtors: 60, days: 60 }).run();
  expect(broken).toEqual([]);
  expect(messages).toBeGreaterThan(50);
  expect(imports).toBeGreaterThan(10);
}, 120_000);

const runs = Math.ceil(YEARS / DEBTORS);
test.runIf(runs > 0).each(Array.from({ length: runs }, (_, at) => SEED + at))(
  `a year of ${DEBTORS} debtors, seed %d`,
  async (seed) => {
    const began = performance.now();
    const { broken, ...counts } = await new Year({ seed, debtors: DEBTORS, days: DAYS }).run();
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stderr.write(
      `seed ${seed}: ${DEBTORS} debtor-years in ${seconds} s, ${JSON.stringify(counts)}\n`,
    );
    expect(broken).toEqual([]);
  },
  3_600_000,
);
