// Deciding what is due: `dunning status` as a whole process, on ledgers of growing size. `npm run bench:plan`
//   node bench/plan.js [ITEMS...]
// `status` plans every dossier and renders nothing. Best of three; the last column is the growth per item from the size before.
import { join } from "node:path";
import { writeLedger } from "./ledger.js";
import { dunning, inFolder, megabytes } from "./measure.js";

const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [10_000, 100_000, 1_000_000];
const DAY = "2026-11-23";

function measured(items) {
  return inFolder((folder) => {
    const file = join(folder, "balance.csv");
    const { rows } = writeLedger(file, { items });
    dunning(folder, ["init", "--quiet", "--no-input"]);
    dunning(folder, ["import", file, "--balance-date", "2026-11-20", "--quiet"]);
    const runs = [1, 2, 3].map(() => dunning(folder, ["--as-of", DAY, "status", "--json"], { exit: [0, 4] }));
    const best = runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));
    return { rows, ...best };
  });
}

let last = null;
for (const items of sizes) {
  const { rows, seconds, peak } = measured(items);
  const growth =
    last === null ? "" : `${(seconds / rows / (last.seconds / last.rows)).toFixed(2)} x per item`;
  console.log(
    `status, ${String(rows).padStart(8)} items  ${seconds.toFixed(2).padStart(6)} s  ${megabytes(peak).padStart(8)}  ${growth}`,
  );
  last = { rows, seconds };
}
