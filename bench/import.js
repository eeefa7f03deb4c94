// Importing a large balance, beside what the sqlite3 command line needs for the same file. `npm run bench:import`
//   node bench/import.js [ITEMS]
// The file has 12 columns. The yardstick is `.import` into a table with an INTEGER PRIMARY KEY, text otherwise, on the
// same disk, taken before and after our own runs; it keeps no history, checks nothing and reads every cell as text.
import { spawnSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeLedger } from "./ledger.js";
import { dunning, inFolder, megabytes, timed } from "./measure.js";

const items = Number(process.argv[2] ?? 1_000_000);
const TABLE = `CREATE TABLE ledger (code TEXT, nom TEXT, piece INTEGER PRIMARY KEY, date TEXT, echeance TEXT, debit TEXT,
  credit TEXT, devise TEXT, email TEXT, telephone TEXT, cp TEXT, ville TEXT);`;

function yardstick(folder, file, n) {
  if (spawnSync("sqlite3", ["--version"]).status !== 0) return null;
  const script = join(folder, "import.sql");
  writeFileSync(script, `${TABLE}\n.mode csv\n.separator ;\n.import --skip 1 ${file} ledger\n`);
  return timed("sqlite3", [join(folder, `yardstick-${n}.db`)], { input: `.read ${script}\n` }).seconds;
}

function report(name, rows, { seconds, peak }, base) {
  const ratio = base === null ? "" : `${(seconds / base).toFixed(2)} x .import`;
  const rate = `${Math.round(rows / seconds).toLocaleString("en")} rows/s`;
  console.log(
    `${name.padEnd(34)} ${seconds.toFixed(2).padStart(7)} s  ${rate.padStart(16)}  ${megabytes(peak).padStart(8)}  ${ratio}`,
  );
}

inFolder((folder) => {
  const files = [0, 1].map((week) => join(folder, `balance-${week}.csv`));
  const written = files.map((file, week) => writeLedger(file, { items, week }));
  console.log(
    `${written[0].rows} rows, ${written[0].debtors} debtors, ${megabytes(statSync(files[0]).size)}`,
  );
  const before = yardstick(folder, files[0], 1);
  dunning(folder, ["init", "--quiet", "--no-input"]);
  const imported = (file, date) =>
    dunning(folder, ["import", file, "--as-of", date, "--balance-date", date, "--quiet"]);
  const first = imported(files[0], "2026-11-20");
  const second = imported(files[1], "2026-11-27");
  const again = imported(files[1], "2026-11-27");
  const after = yardstick(folder, files[0], 2);
  const base = before === null ? null : (before + after) / 2;
  if (base === null) console.log("sqlite3 is not installed: no ratio");
  else
    console.log(
      `sqlite3 .import                    ${before.toFixed(2)} s before, ${after.toFixed(2)} s after: ${base.toFixed(2)} s`,
    );
  report("import, empty store", written[0].rows, first, base);
  report("import, a week later", written[1].rows, second, base);
  report("import, the same file again", written[1].rows, again, base);
  console.log(`store ${megabytes(statSync(join(folder, "dunning.db")).size)}`);
});
