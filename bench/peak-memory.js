// Loaded into a measured process (node --import): says at the end how much memory it had at most.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  writeFileSync(process.env.DUNNING_BENCH_PEAK, String(process.resourceUsage().maxRSS * 1024));
});
