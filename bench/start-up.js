// How far from Node's own start-up the shortest commands are. `npm run bench:start-up`
// Prints medians of 15 runs each, taken in turn, and the ratio to `node -e 0` in the same run.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RUNS = 15;
const bin = join(import.meta.dirname, "..", "bin", "dunning.js");
const folder = mkdtempSync(join(tmpdir(), "dunning-bench-"));

function time(args, options = {}) {
  const start = performance.now();
  const result = spawnSync(process.execPath, args, { encoding: "utf8", ...options });
  const ms = performance.now() - start;
  if (result.status !== 0) throw new Error(`${args.join(" ")}: exit ${result.status}\n${result.stderr}`);
  return ms;
}

const company = join(folder, "company");
time([bin, "demo", "--into", company, "--quiet"]);
// The demo leaves a company with a store; a second run on the same day has nothing to do.
const emptyRun = [
  bin,
  "-C",
  company,
  "--as-of",
  process.env.DUNNING_BENCH_DAY ?? "2026-11-24",
  "run",
  "--quiet",
  "--yes",
];
spawnSync(process.execPath, emptyRun);

const subjects = {
  "node -e 0": ["-e", "0"],
  "dunning --version": [bin, "--version"],
  "dunning --help": [bin, "--help"],
  "dunning run (nothing due)": emptyRun,
};
const times = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
for (let run = 0; run <= RUNS; run++) {
  for (const [name, args] of Object.entries(subjects)) {
    const ms = time(args);
    if (run > 0) times[name].push(ms);
  }
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const base = median(times["node -e 0"]);
for (const [name, list] of Object.entries(times)) {
  const ms = median(list);
  console.log(`${name.padEnd(28)} ${ms.toFixed(0).padStart(5)} ms   ${(ms / base).toFixed(2)} x node -e 0`);
}
rmSync(folder, { recursive: true, force: true });
