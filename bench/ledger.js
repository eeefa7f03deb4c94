// A made-up French receivables ledger of any size, always the same for one seed. As a program:
//   node bench/ledger.js FILE [ITEMS] [WEEK]
// ITEMS open items of about ITEMS/10 debtors, as of 2026-11-20 plus WEEK weeks; week 1 is what became of week 0.
import { closeSync, openSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const HEADER =
  "Code client;Nom;N° pièce;Date;Échéance;Débit;Crédit;Devise;E-mail;Téléphone;Code postal;Ville";
const FIRST_DAY = Date.UTC(2026, 10, 20) / 86_400_000;
const FORMS = ["SARL", "SAS", "EURL", "SA", "SCI"];
const TRADES = [
  "Menuiserie",
  "Garage",
  "Boulangerie",
  "Imprimerie",
  "Clôtures",
  "Façades",
  "Hôtel",
  "Pépinière",
];
const CITIES = [
  ["69003", "Lyon"],
  ["75011", "Paris"],
  ["59000", "Lille"],
  ["31000", "Toulouse"],
  ["57000", "Metz"],
  ["33000", "Bordeaux"],
];

/** mulberry32: small, fast, good enough for data. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const two = (n) => String(n).padStart(2, "0");
function french(day) {
  const date = new Date(day * 86_400_000);
  return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}`;
}
const amount = (cents) => `${Math.floor(cents / 100)},${two(cents % 100)}`;

/** The cells of a debtor that stand on each of its rows: before the item, and after it. */
function debtor(n, draw) {
  const trade = TRADES[Math.floor(draw() * TRADES.length)];
  const [postcode, city] = CITIES[Math.floor(draw() * CITIES.length)];
  const plain = `${trade} ${n} ${FORMS[n % FORMS.length]}`;
  const name = draw() < 0.05 ? `"${trade} ""Chez ${n}""; succursale"` : plain;
  const email = draw() < 0.9 ? `compta@client${n}.example.com` : "";
  const phone = draw() < 0.7 ? `+33 4 ${two(n % 100)} 00 00 00` : "";
  return {
    code: `411C${String(n).padStart(6, "0")}`,
    name,
    tail: `EUR;${email};${phone};${postcode};${city}`,
  };
}

/**
 * Writes the ledger. In week 1, three items in a hundred are paid, two are paid in part, three are new.
 * Returns what was written: rows, debtors and the sums in cents.
 */
export function writeLedger(path, { items, seed = 20_261_120, week = 0 }) {
  const draw = random(seed);
  const file = openSync(path, "w");
  const written = { rows: 0, debtors: 0, debit: 0, credit: 0 };
  let lines = [HEADER];
  const row = (who, number, issued, due, cents, isCredit) => {
    const [debit, credit] = isCredit ? ["", amount(cents)] : [amount(cents), ""];
    lines.push(
      `${who.code};${who.name};${number};${french(issued)};${french(due)};${debit};${credit};${who.tail}`,
    );
    written.rows++;
    written[isCredit ? "credit" : "debit"] += cents;
    if (lines.length < 5000) return;
    writeSync(file, `${lines.join("\n")}\n`);
    lines = [];
  };
  for (let made = 0; made < items; ) {
    const who = debtor(++written.debtors, draw);
    const count = Math.min(items - made, 1 + Math.floor(draw() * 19));
    for (let n = 0; n < count; n++, made++) {
      const due = FIRST_DAY - 400 + Math.floor(draw() * 430);
      const cents = 500 + Math.floor(draw() ** 3 * 1_500_000);
      const isCredit = draw() < 0.12;
      const fate = draw();
      if (week > 0 && fate < 0.03) continue;
      const open = week > 0 && fate < 0.05 && !isCredit ? Math.ceil(cents / 2) : cents;
      row(who, 20_000_000 + made, due - 30, due, isCredit ? Math.ceil(open / 3) : open, isCredit);
      if (week > 0 && fate > 0.97) row(who, 90_000_000 + made, FIRST_DAY + 3, FIRST_DAY + 33, cents, false);
    }
  }
  if (lines.length > 0) writeSync(file, `${lines.join("\n")}\n`);
  closeSync(file);
  return written;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [path, items = "1000000", week = "0"] = process.argv.slice(2);
  console.log(JSON.stringify(writeLedger(path, { items: Number(items), week: Number(week) })));
}
