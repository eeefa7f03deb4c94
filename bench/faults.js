// Commands of real processes, killed or met by disk errors at their system calls and at the stages of a mail server; then
// started again, and everything compared with an undisturbed run. Needs strace (Linux) and `npm run build`.
//   npm run faults -- [--points 2000] [--seed 1] [--only "smtp: kill"] [--at-once 2] [--keep]
// A failure names its point; --only with that name strikes there again, --keep leaves its folder.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    points: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    "at-once": { type: "string", default: "2" },
    keep: { type: "boolean", default: false },
  },
});
const env = {
  ...process.env,
  FAULT_POINTS: values.points,
  FAULT_SEED: values.seed,
  FAULT_ONLY: values.only,
  FAULT_AT_ONCE: values["at-once"],
  FAULT_KEEP: values.keep ? "1" : "",
};
const { status } = spawnSync("npx", ["vitest", "run", "test/faults.test.ts"], { env, stdio: "inherit" });
process.exitCode = status ?? 1;
