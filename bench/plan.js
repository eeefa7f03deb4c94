// Deciding what is due: `dunning status` as a whole process, on ledgers of growing size. `npm run bench:plan`
//   node bench/plan.js [ITEMS...]
// `status` plans every dossier and renders nothing; of the debtors 5 % have a promise, 3 % a dispute, 2 % are on hold. Best of three.
// The baseline is one ageing query over the same items, best of three in the same run; the last column is the growth per item.
import { createRequire } from "node:module";
import { join } from "node:path";
import { writeLedger } from "./ledger.js";
import { dunning, inFolder, megabytes } from "./measure.js";

const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [10_000, 100_000, 1_000_000];
const DAY = "2026-11-23";

const require = createRequire(import.meta.url);

function sqlite(file) {
  for (const name of ["better-sqlite3-13", "better-sqlite3"]) {
    try {
      return new (require(name))(file);
    } catch {
      // The other one: which of them works depends on the version of Node.
    }
  }
  throw new Error("no SQLite library can be loaded");
}

/** What persons would have settled, written at once. */
function settle(folder) {
  const db = sqlite(join(folder, "dunning.db"));
  const keys = "(SELECT json_group_array(i.key) FROM item i WHERE i.debtor = d.key AND i.open > 0)";
  const promised =
    "(SELECT json_group_array(json_array(i.key, i.open, 1)) FROM item i WHERE i.debtor = d.key AND i.open > 0)";
  const at = "'2026-11-20T08:00:00Z'";
  db.exec(`
    INSERT INTO promise (debtor, currency, date, amount, items, credits, given_on, given_at)
      SELECT d.key, 'EUR', '2026-11-27', 10000, ${promised}, 0, '2026-11-20', ${at} FROM debtor d WHERE d.key % 20 = 0;
    INSERT INTO dispute (debtor, currency, items, amount, reason, opened_on, opened_at)
      SELECT d.key, 'EUR', ${keys}, 5000, 'price', '2026-11-20', ${at} FROM debtor d WHERE d.key % 33 = 1;
    INSERT INTO hold (debtor, reason, author, since, until, set_at)
      SELECT d.key, 'bench', 'bench', '2026-11-20', '2026-12-20', ${at} FROM debtor d WHERE d.key % 50 = 2;`);
  db.close();
}

const AGEING = `
SELECT d.id, i.currency, sum(i.open) AS open,
  sum(CASE WHEN julianday('${DAY}') - julianday(i.due) BETWEEN 1 AND 30 THEN i.open END) AS to30,
  sum(CASE WHEN julianday('${DAY}') - julianday(i.due) BETWEEN 31 AND 60 THEN i.open END) AS to60,
  sum(CASE WHEN julianday('${DAY}') - julianday(i.due) BETWEEN 61 AND 90 THEN i.open END) AS to90,
  sum(CASE WHEN julianday('${DAY}') - julianday(i.due) > 90 THEN i.open END) AS over
FROM item i JOIN debtor d ON d.key = i.debtor WHERE i.state = 'open' GROUP BY d.id, i.currency ORDER BY open DESC`;

/** Seconds of the ageing query, in a process that is already there. */
function ageing(folder) {
  const db = sqlite(join(folder, "dunning.db"));
  const query = db.prepare(AGEING);
  const seconds = [1, 2, 3].map(() => {
    const start = performance.now();
    query.all();
    return (performance.now() - start) / 1000;
  });
  db.close();
  return Math.min(...seconds);
}

function measured(items) {
  return inFolder((folder) => {
    const file = join(folder, "balance.csv");
    const { rows } = writeLedger(file, { items });
    dunning(folder, ["init", "--quiet", "--no-input"]);
    dunning(folder, ["import", file, "--balance-date", "2026-11-20", "--quiet"]);
    settle(folder);
    const runs = [1, 2, 3].map(() => dunning(folder, ["--as-of", DAY, "status", "--json"], { exit: [0, 4] }));
    const best = runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));
    return { rows, query: ageing(folder), ...best };
  });
}

let last = null;
for (const items of sizes) {
  const { rows, seconds, peak, query } = measured(items);
  const growth =
    last === null ? "" : `${(seconds / rows / (last.seconds / last.rows)).toFixed(2)} x per item`;
  console.log(
    `status, ${String(rows).padStart(8)} items  ${seconds.toFixed(2).padStart(6)} s  ${megabytes(peak).padStart(8)}  ${(seconds / query).toFixed(1).padStart(5)} x one ageing query (${query.toFixed(2)} s)  ${growth}`,
  );
  last = { rows, seconds };
}
