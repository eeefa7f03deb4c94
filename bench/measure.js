// Whole processes, measured from outside: wall-clock seconds and the most memory that they had.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const bin = join(import.meta.dirname, "..", "bin", "dunning.js");
const peakModule = pathToFileURL(join(import.meta.dirname, "peak-memory.js")).href;

/** Runs a command to its end. Throws where it ends with a code that is not in `exit`. */
export function timed(command, args, { exit = [0], ...options } = {}) {
  const start = performance.now();
  const result = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 30, ...options });
  const seconds = (performance.now() - start) / 1000;
  if (!exit.includes(result.status)) {
    throw new Error(
      `${command} ${args.join(" ")}: exit ${result.status}\n${result.stderr}${result.stdout.slice(0, 2000)}`,
    );
  }
  return { seconds, stdout: result.stdout };
}

/** A dunning command in a company folder; with `--json`, its document. */
export function dunning(company, args, { exit = [0] } = {}) {
  const peak = join(company, ".peak");
  const { seconds, stdout } = timed(process.execPath, ["--import", peakModule, bin, "-C", company, ...args], {
    exit,
    env: { ...process.env, DUNNING_BENCH_PEAK: peak },
  });
  return { seconds, peak: Number(readFileSync(peak, "utf8")), stdout };
}

/** A folder that is gone when `work` has ended. */
export function inFolder(work) {
  if (!existsSync(join(import.meta.dirname, "..", "dist", "main.js")))
    throw new Error("first: npm run build");
  const folder = mkdtempSync(join(tmpdir(), "dunning-bench-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
