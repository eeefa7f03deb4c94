// Companies over whole years, day by day, through the real commands: what must hold is looked at after every run.
//   npm run simulate -- [--years 1000] [--seed 1] [--debtors 1000]
// A failure names its seed and its day; the same seed shows the same again.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    years: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    debtors: { type: "string", default: "1000" },
  },
});
const env = {
  ...process.env,
  SIMULATED_YEARS: values.years,
  SIMULATED_SEED: values.seed,
  SIMULATED_DEBTORS: values.debtors,
};
const { status } = spawnSync("npx", ["vitest", "run", "test/year.test.ts"], { env, stdio: "inherit" });
process.exitCode = status ?? 1;
