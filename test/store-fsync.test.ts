import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { describe, expect, test } from "vitest";
import { tempFolder } from "./store-fixture.ts";

const root = join(import.meta.dirname, "..");
const traces = spawnSync("strace", ["-V"]).status === 0;

const SCRIPT = `
import { openStore } from "./store.js";
const now = () => new Date("2026-11-22T08:00:00Z");
openStore("d/dunning.db", { mode: "create", now }).close();
const store = openStore("d/dunning.db", { mode: "write", now });
const commits = Number(process.argv[2]);
for (let n = 0; n < commits; n++) store.events.append({ kind: "probe", day: "2026-11-22", data: { n } });
store.close();
`;

/** The store and what it needs in one file, that a process of its own can load. */
async function build(folder: string): Promise<void> {
  const input = join(root, "src", "store", "store.ts");
  const bundle = await rolldown({ input, platform: "node", logLevel: "silent" });
  await bundle.write({ file: join(folder, "store.js"), format: "esm" });
  await bundle.close();
}

/** How often a process that commits so many times asks the system to write to the disk. */
function fsyncs(folder: string, commits: number): number {
  const log = join(folder, `trace-${commits}`);
  const args = ["-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", log, process.execPath];
  execFileSync("strace", [...args, "try.js", String(commits)], { cwd: folder });
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => /f(data)?sync\(/.test(line)).length;
}

// Reading the pragma proves nothing: the driver may forget it with the first write. So the calls are counted.
describe.runIf(traces)("every commit reaches the disk", () => {
  test("one fsync more per commit", async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, "d"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "try.js"), SCRIPT);
    await build(folder);
    fsyncs(folder, 0);
    const [few, many] = [fsyncs(folder, 5), fsyncs(folder, 45)];
    expect(many - few).toBeGreaterThanOrEqual(40);
  });
});
