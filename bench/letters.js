// Letters: one page, a table of 8 lines, a code to scan, Noto Sans embedded. `npm run bench:letters`
//   node bench/letters.js [LETTERS]
// As one print file and as single files, against pdfkit that draws the same letter with the same font in the same run, and
// against weasyprint (HTML to PDF) where it is installed. The program's own way makes both: each letter as a file of its
// own, then the print file out of those. Best of three each, CPU seconds too: other work on the machine moves the wall clock.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import PdfKit from "pdfkit";
import { encodeQR } from "qr";
import { rolldown } from "rolldown";

const COUNT = Number(process.argv[2] ?? 1_000);
const HOME = join(import.meta.dirname, "..");
const MM = 72 / 25.4;

/** The parts of the program that write letters, as one module. */
async function program() {
  const source = (file) => JSON.stringify(join(HOME, "src", file));
  const entry = `
export { renderAction } from ${source("render/render.ts")};
export { SAMPLE_COMPANY, sampleFor } from ${source("render/sample.ts")};
export { loadTemplates } from ${source("render/template.ts")};
export { printFile } from ${source("render/print-file.ts")};`;
  const bundle = await rolldown({
    input: "entry",
    platform: "node",
    external: (id) => id !== "entry" && !/^(\.|\/)/.test(id),
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === "entry" ? id : null),
        load: (id) => (id === "entry" ? entry : null),
      },
    ],
  });
  const dir = join(HOME, "dist", "bench-letters");
  await bundle.write({ dir, format: "esm" });
  return await import(pathToFileURL(join(dir, "entry.js")).href);
}

const amounts = (n) => Array.from({ length: 8 }, (_, line) => 10_000 + 1_234 * line + n);

function letterOf({ sampleFor, SAMPLE_COMPANY }, n) {
  const sample = sampleFor({
    template: "reminder-a",
    language: "fr",
    channel: "letter",
    today: "2026-11-22",
  });
  const [first] = sample.action.items;
  const items = amounts(n).map((open, line) => ({
    ...first,
    number: `FA-2026-${String(8 * n + line).padStart(5, "0")}`,
    open,
    claimed: open,
  }));
  const total = items.reduce((all, { open }) => all + open, 0);
  const debtor = { ...sample.debtor, name: `Client numéro ${n} Établissements`, id: `411C${n}` };
  const action = { ...sample.action, debtor: debtor.id, items, claimed: total, total, credits: 0 };
  return { action, debtor, company: SAMPLE_COMPANY };
}

const euro = (cents) =>
  `${(cents / 100)
    .toFixed(2)
    .replace(".", ",")
    .replace(/\B(?=(\d{3})+,)/g, "\u00a0")}\u00a0€`;

/** The same page by another library. */
function drawByPdfkit(doc, n, fonts) {
  const text = (value, x, y, size = 10, bold = false, options = {}) =>
    doc
      .font(bold ? fonts.bold : fonts.regular, size)
      .text(value, x * MM, y * MM, { lineBreak: false, ...options });
  text("Atelier Exemple SARL", 20, 14, 11, true);
  for (const [at, line] of [
    "12 rue des Essais",
    "69003 Lyon",
    "+33 4 00 00 00 00",
    "compta@exemple.test",
  ].entries())
    text(line, 20, 19 + 4 * at, 8.5);
  const address = [
    `Client numéro ${n} Établissements`,
    "À l’attention de Mme Durand",
    "4 impasse des Modèles",
    "38000 GRENOBLE",
  ];
  for (const [at, line] of address.entries()) text(line, 110, 55 + 3.9 * at, 9.5);
  text(`Notre référence : 411C${n}`, 20, 83, 8.5);
  text("Lyon, le 22 novembre 2026", 110, 83);
  text(`Objet : Atelier Exemple SARL : un règlement en attente (réf. 411C${n})`, 20, 94, 10, true);
  const wide = { width: 170 * MM, lineBreak: true };
  text("Madame,", 20, 103);
  text(
    "Un petit mot au sujet de votre compte : 8 factures arrivées à échéance, la plus ancienne le 6 octobre 2026, sont encore ouvertes dans nos livres.",
    20,
    110,
    10,
    false,
    wide,
  );
  const columns = [20, 59, 95, 140, 165];
  for (const [at, head] of ["Facture", "Date", "Échéance", "Retard", "À régler"].entries())
    text(head, columns[at], 122, 8, true);
  const rows = amounts(n);
  for (const [line, amount] of rows.entries()) {
    const y = 127 + 5.6 * line;
    const cells = [
      `FA-2026-${String(8 * n + line).padStart(5, "0")}`,
      "06/09/2026",
      "06/10/2026",
      "47 jours",
      euro(amount),
    ];
    for (const [at, cell] of cells.entries()) text(cell, columns[at], y, 9);
    doc
      .moveTo(20 * MM, (y + 5) * MM)
      .lineTo(190 * MM, (y + 5) * MM)
      .lineWidth(0.3)
      .stroke("#8c8c8c");
  }
  const total = rows.reduce((all, each) => all + each, 0);
  text("Total à régler", 20, 172, 9, true);
  text(euro(total), 165, 172, 9, true);
  text(
    "À quelle date votre virement est-il prévu ? S’il vient de partir, merci, tout est en ordre. Sinon, voici nos coordonnées :",
    20,
    179,
    10,
    false,
    wide,
  );
  const bank = [
    ["Titulaire", "Atelier Exemple SARL"],
    ["IBAN", "FR76 3000 6000 0112 3456 7890 189"],
    ["BIC", "AGRIFRPPXXX"],
    ["Référence à rappeler", `411C${n}`],
  ];
  for (const [at, [name, value]] of bank.entries()) {
    text(name, 20, 188 + 4.8 * at, 9);
    text(value, 60, 188 + 4.8 * at, 9);
  }
  text(
    "Nos coordonnées bancaires n’ont pas changé. En cas de doute, appelez-nous au numéro que vous connaissez.",
    60,
    208,
    9,
    false,
    { width: 95 * MM, lineBreak: true },
  );
  const payload = `BCD\n002\n1\nSCT\nAGRIFRPPXXX\nAtelier Exemple SARL\nFR7630006000011234567890189\nEUR${(total / 100).toFixed(2)}\n\n\n411C${n}`;
  const matrix = encodeQR(payload, "raw", { ecc: "medium", encoding: "byte", border: 1 });
  const module = (26 * MM) / matrix.length;
  for (const [y, row] of matrix.entries())
    for (let x = 0; x < row.length; x++) {
      const from = x;
      while (row[x]) x++;
      if (x > from) doc.rect(164 * MM + from * module, 188 * MM + y * module, (x - from) * module, module);
    }
  doc.fill("black");
  text(
    "Vous pouvez me répondre par e-mail à compta@exemple.test ou par téléphone au +33 4 00 00 00 00.",
    20,
    240,
    10,
    false,
    wide,
  );
  text("Veuillez agréer, Madame, l’expression de nos salutations distinguées.", 20, 247);
  for (const [at, line] of ["Claire Exemple", "Responsable comptable", "Atelier Exemple SARL"].entries())
    text(line, 110, 258 + 4.8 * at, 10, at === 0);
  text(
    "Atelier Exemple SARL · 12 rue des Essais, 69003 Lyon · TVA FR00000000000 · SIREN 000 000 000",
    20,
    281.5,
    7,
  );
  text("1/1", 185, 281.5, 8);
}

const faces = {
  regular: readFileSync(join(HOME, "assets", "fonts", "NotoSans-Regular.ttf")),
  bold: readFileSync(join(HOME, "assets", "fonts", "NotoSans-Bold.ttf")),
};
function ended(doc) {
  const parts = [];
  doc.on("data", (part) => parts.push(part));
  return new Promise((done) => doc.on("end", () => done(Buffer.concat(parts))));
}
async function byPdfkit(from, to) {
  const doc = new PdfKit({ size: "A4", margin: 0, autoFirstPage: false });
  const done = ended(doc);
  doc.registerFont("regular", faces.regular);
  doc.registerFont("bold", faces.bold);
  for (let n = from; n < to; n++) {
    doc.addPage();
    drawByPdfkit(doc, n, { regular: "regular", bold: "bold" });
  }
  doc.end();
  return (await done).length;
}

/** Letters per second of the best of three, wall and CPU, and bytes per letter. */
async function measured(label, count, work) {
  let best = null;
  for (let round = 0; round < 3; round++) {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const bytes = await work();
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const used = (user + system) / 1e6;
    if (best === null || used < best.used) best = { seconds, used, bytes };
  }
  const { seconds, used, bytes } = best;
  const row = { perSecond: count / seconds, perCpu: count / used, kilobytes: bytes / count / 1024 };
  const figures = [row.perSecond.toFixed(0), row.perCpu.toFixed(0), row.kilobytes.toFixed(1)];
  process.stdout.write(`${label.padEnd(44)}${figures.map((figure) => figure.padStart(12)).join("")}\n`);
  return row;
}

const tool = await program();
const templates = tool.loadTemplates(HOME, null);
const extra = { today: "2026-11-22", at: "2026-11-22T08:00:00.000Z", previous: [], secret: "bench" };
const write = async (n) => {
  const { action, debtor, company } = letterOf(tool, n);
  const { bytes, pages } = await tool.renderAction(action, debtor, company, templates, {
    ...extra,
    reference: debtor.id,
  });
  if (pages !== 1) throw new Error(`a letter of ${pages} pages`);
  return bytes;
};
const all = async () => {
  const letters = [];
  for (let n = 0; n < COUNT; n++) letters.push(await write(n));
  return letters;
};
const sizeOf = (letters) => letters.reduce((sum, { length }) => sum + length, 0);

process.stdout.write(`${COUNT} letters${" ".repeat(36)}  per second  per CPU s   KB/letter\n`);
await write(0);
const single = await measured("dunning, single files", COUNT, async () => sizeOf(await all()));
const kept = await all();
const joined = await measured(
  "dunning, print file out of those",
  COUNT,
  async () => (await tool.printFile(kept, HOME)).bytes.length,
);
const both = await measured(
  "dunning, single files and print file",
  COUNT,
  async () => (await tool.printFile(await all(), HOME)).bytes.length,
);
const kitOne = await measured("pdfkit, one print file", COUNT, () => byPdfkit(0, COUNT));
const few = Math.min(COUNT, 200);
const kitMany = await measured(`pdfkit, single files (${few})`, few, async () => {
  let bytes = 0;
  for (let n = 0; n < few; n++) bytes += await byPdfkit(n, n + 1);
  return bytes;
});
const ratio = (a, b) => `${(a.perCpu / b.perCpu).toFixed(2)}x`;
process.stdout.write(`
by CPU time, against pdfkit:
  single files                      ${ratio(single, kitMany)}  (aim: at least 0.5x)
  single files, against one file    ${ratio(single, kitOne)}
  print file, letters already made  ${ratio(joined, kitOne)}
  letters and print file            ${ratio(both, kitOne)}  (aim: at least 1x)
`);

const folder = mkdtempSync(join(tmpdir(), "dunning-bench-"));
try {
  const pages = Math.min(COUNT, 50);
  const rows = (n) =>
    amounts(n)
      .map(
        (amount, line) =>
          `<tr><td>FA-2026-${8 * n + line}<td>06/09/2026<td>06/10/2026<td>47 jours<td>${euro(amount)}</tr>`,
      )
      .join("");
  const page = (n) =>
    `<section><h4>Atelier Exemple SARL</h4><p>12 rue des Essais<br>69003 Lyon</p><p style="margin-left:90mm">Client numéro ${n}<br>4 impasse des Modèles<br>38000 GRENOBLE</p><p><b>Objet : règlement attendu</b></p><p>Madame,</p><p>À ce jour, le règlement de 8 factures échues ne nous est pas parvenu.</p><table>${rows(n)}</table><p>IBAN FR76 3000 6000 0112 3456 7890 189</p><p>Veuillez agréer, Madame, l’expression de nos salutations distinguées.</p></section>`;
  const html = `<meta charset=utf-8><style>@page{size:A4}section{page-break-after:always;font:10pt "Noto Sans",sans-serif}</style>${Array.from({ length: pages }, (_, n) => page(n)).join("")}`;
  const file = join(folder, "letters.html");
  writeFileSync(file, html);
  const start = performance.now();
  const { status, error } = spawnSync("weasyprint", [file, join(folder, "letters.pdf")]);
  const perSecond = pages / ((performance.now() - start) / 1000);
  process.stdout.write(
    error !== undefined || status !== 0
      ? "weasyprint is not installed: no comparison with HTML to PDF\n"
      : `weasyprint, ${pages} simpler pages without a code, one file: ${perSecond.toFixed(1)} per second; dunning, letters and print file: ${(both.perSecond / perSecond).toFixed(1)}x  (aim: 3x)\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
