import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PDFDocument } from "pdf-lib";
import { describe, expect, test, vi } from "vitest";
import { cents } from "../src/core/money.ts";
import type { Finished } from "../src/core/types.ts";
import { DEFAULT_LAYOUT } from "../src/render/letter-layout.ts";
import { MM } from "../src/render/letter-sheet.ts";
import { loadTemplates } from "../src/render/template.ts";
import { type Changes, claims, HOME, has, rendered, runOn } from "./support/rendering.ts";

const letter = (changes: Changes = {}): Promise<Finished> =>
  rendered("last-warning", "fr", "letter", changes);
const bare = (text: string): string => text.replace(/\s+/g, "");
const amounts = (text: string): number[] =>
  [...text.matchAll(/-?\d[\d\u00a0 ]*,\d{2}(?=[\u00a0 ]€)/g)].map(([amount]) =>
    Number(amount.replace(/[^\d-]/g, "")),
  );

/** A small picture: 1 x 1 pixel, PNG. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg==",
  "base64",
);

const read = (bytes: Uint8Array, mode = "-raw"): string =>
  runOn(bytes, "letter.pdf", "pdftotext", [mode, "FILE", "-"]);

interface Word {
  readonly page: number;
  readonly text: string;
  /** Millimetres from the left and top edges. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function wordsOf(bytes: Uint8Array): Word[] {
  const xml = runOn(bytes, "letter.pdf", "pdftotext", ["-bbox", "FILE", "-"]);
  const words: Word[] = [];
  let page = 0;
  for (const line of xml.split("\n")) {
    if (line.includes("<page ")) page++;
    const found = /<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)<\/word>/.exec(
      line,
    );
    if (found === null) continue;
    const [left = 0, top = 0, right = 0, bottom = 0] = found.slice(1, 5).map((points) => Number(points) / MM);
    words.push({ page, text: found[5] ?? "", left, top, right, bottom });
  }
  return words;
}

/** Pairs of words that print over one another. Glyph boxes are taller than letters: a fifth of a line may be shared. */
function overlaps(words: readonly Word[]): string[] {
  const found: string[] = [];
  for (const [at, a] of words.entries())
    for (const b of words.slice(at + 1)) {
      if (a.page !== b.page) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 0.2 && high > 0.35 * Math.min(a.bottom - a.top, b.bottom - b.top))
        found.push(`${a.text} / ${b.text}`);
    }
  return found;
}

const outside = (words: readonly Word[]): Word[] =>
  words.filter(({ left, right, top, bottom }) => left < 19.5 || right > 190.6 || top < 10 || bottom > 292);

test("metadata: title, language, fixed dates, nothing about the program or the step", async () => {
  const { bytes, pages, subject } = await letter();
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  expect(pages).toBe(1);
  expect(pdf.getPageCount()).toBe(1);
  expect(pdf.getTitle()).toBe(subject);
  expect(pdf.getAuthor()).toBe("Atelier Exemple SARL");
  expect(pdf.getCreationDate()?.toISOString()).toBe("2026-11-22T00:00:00.000Z");
  expect(pdf.getModificationDate()?.toISOString()).toBe("2026-11-22T00:00:00.000Z");
  expect([pdf.getProducer(), pdf.getCreator(), pdf.getKeywords(), pdf.getSubject()]).toEqual(
    Array(4).fill(undefined),
  );
  expect(Buffer.from(bytes).toString("latin1")).not.toMatch(/pdf-lib|last-warning/);
  expect(pdf.getPage(0).getSize()).toEqual({ width: 210 * MM, height: 297 * MM });
});

test("the same letter has the same bytes, first or last, in this process or in a fresh one", async () => {
  const wish = { debtor: { name: "É`Œ fi ffl" } };
  const first = await letter(wish);
  await letter({ debtor: { name: "\ufb01 Ω \u2126 µ μ `´^¨¸ AEIOUaeiou" } });
  const again = await letter(wish);
  expect(again.sha256).toBe(first.sha256);
  vi.resetModules();
  const fresh = await import("./support/rendering.ts");
  expect((await fresh.rendered("last-warning", "fr", "letter", wish)).sha256).toBe(first.sha256);
});

test("a letter without a postal address, and one whose amounts do not add up, are refused", async () => {
  await expect(letter({ debtor: { address: [] } })).rejects.toMatchObject({
    problems: [{ code: "no-postal-address", fix: "dunning debtor set 411DUPONT address=..." }],
  });
  await expect(letter({ action: { total: cents(1) } })).rejects.toThrow(RangeError);
});

test("a logo is drawn; a broken one is left out and said", async () => {
  const withLogo = await letter({ company: { logo: PIXEL } });
  expect(withLogo.action.warnings).toEqual([]);
  expect(withLogo.sha256).not.toBe((await letter()).sha256);
  const broken = await letter({ company: { logo: Buffer.from("not a picture") } });
  expect(broken.action.warnings).toEqual([expect.stringContaining("the logo is neither a PNG nor a JPEG")]);
});

test("characters without a glyph are replaced visibly and named", async () => {
  const { text, action } = await letter({ debtor: { name: "株式会社 Łódź 😀" } });
  expect(text).toContain("\ufffd\ufffd\ufffd\ufffd Łódź \ufffd");
  expect(action.warnings).toHaveLength(1);
  expect(action.warnings[0]).toMatch(/^the letter's font has no 株 \(U\+682A\), .*: printed as \ufffd$/);
});

describe.skipIf(!has("pdftotext"))("as a PDF reader sees it", () => {
  test("text can be copied out", async () => {
    const names = ["Łódź", "Ağrı", "Ελλάδα", "L’Œuvre", "Straße", "fi ffi fl", "Дело", "Ÿÿñçàéèêëîïôùûü"];
    const { bytes, text } = await letter({
      debtor: { name: names.slice(0, 4).join(" "), address: [names.slice(4).join(" ")] },
    });
    const found = bare(read(bytes));
    for (const name of names) expect(found).toContain(bare(name));
    expect(found).toContain("5044,50€");
    // What the renderer says that it drew is what stands there, no less and no more.
    const letters = (all: string): string => Array.from(bare(all)).sort().join("");
    expect(letters(read(bytes))).toBe(letters(text));
  });

  test("the window shows the address and nothing else; the place for the registered label is empty", async () => {
    const seven = {
      name: "Société Anonyme des Établissements Dupont et Associés",
      contact: "Madame Marie-Antoinette Durand de la Tour",
      address: ["Bâtiment C, 3e étage", "Zone artisanale des Modèles", "4 impasse des Modèles", "BP 12345"],
      country: "BE",
    };
    for (const debtor of [{}, seven]) {
      const { bytes, action } = await rendered("formal-notice", "fr", "registered-letter", { debtor });
      const words = wordsOf(bytes).filter(({ page }) => page === 1);
      // Always visible whatever the sheet's play: x 100-190, y 45-79.
      const seen = words.filter(
        ({ right, left, top, bottom }) => right > 100 && left < 190 && bottom > 45 && top < 80,
      );
      const box = DEFAULT_LAYOUT.address;
      const astray = seen.filter(
        ({ left, right, top, bottom }) =>
          left < box.x - 0.1 ||
          right > box.x + box.width + 0.1 ||
          top < box.y - 0.5 ||
          bottom > box.y + box.height + 0.9,
      );
      expect(astray).toEqual([]);
      const name = (debtor as { name?: string }).name ?? "Dupont Menuiserie";
      expect(bare(seen.map(({ text }) => text).join(""))).toContain(bare(name));
      expect(seen.map(({ text }) => text).join(" ")).not.toMatch(/demeure|impay|règl|€/i);
      const label = DEFAULT_LAYOUT.registeredLabel;
      if (label === null) throw new Error("French registered letters have a label");
      const inLabel = words.filter(
        ({ right, left, bottom, top }) =>
          right > label.x && left < label.x + label.width && bottom > label.y && top < label.y + label.height,
      );
      expect(inLabel.map(({ text }) => text)).toEqual([]);
      // What the carrier would not like of it is said; it is printed all the same.
      expect(action.warnings.filter((warning) => !warning.includes("the carrier may stumble"))).toEqual([]);
      expect(bare(read(bytes))).toContain(bare("Lettre recommandée avec avis de réception"));
    }
  });

  test("200 items: headings and page numbers on every page, carried sums that add up", async () => {
    const values = Array.from({ length: 200 }, (_, at) => 1_000 + ((at * 7_919) % 250_000));
    const { bytes, pages, text } = await letter({
      action: claims(values, (at) => `FA-2026-${String(at).padStart(4, "0")}`),
    });
    expect(pages).toBeGreaterThanOrEqual(5);
    const sheets = read(bytes, "-layout").split("\f").slice(0, -1);
    expect(sheets).toHaveLength(pages ?? 0);
    let sum = 0;
    let rows = 0;
    for (const [at, sheet] of sheets.entries()) {
      const lines = sheet.split("\n");
      expect(sheet).toContain(`${at + 1}/${pages}`);
      const from = lines.filter((line) => line.trim().startsWith("Report "));
      const to = lines.filter((line) => line.trim().startsWith("À reporter"));
      const items = lines.filter((line) => line.includes("FA-2026-"));
      const heads = lines.filter((line) => line.includes("Facture") && line.includes("Échéance"));
      const page = `page ${at + 1}`;
      expect([page, heads.length]).toEqual([page, items.length > 0 ? 1 : 0]);
      expect([page, ...from.flatMap(amounts)]).toEqual([
        page,
        ...(items.length > 0 && rows > 0 ? [sum] : []),
      ]);
      for (const line of items) sum += amounts(line).at(-1) ?? Number.NaN;
      rows += items.length;
      expect([page, ...to.flatMap(amounts)]).toEqual([
        page,
        ...(items.length > 0 && rows < 200 ? [sum] : []),
      ]);
    }
    expect(rows).toBe(200);
    expect(sum).toBe(values.reduce((all, value) => all + value, 0));
    expect(amounts(text.split("\n").find((line) => line.startsWith("Total à régler")) ?? "")).toEqual([sum]);
    expect(overlaps(wordsOf(bytes))).toEqual([]);
    expect(outside(wordsOf(bytes))).toEqual([]);
  });

  // Around the place where the table, then the signature, no longer fit on the first page.
  test.each(Array.from({ length: 26 }, (_, at) => at + 1))(
    "%d items: nothing torn apart, nothing over another",
    async (count) => {
      const { bytes, pages } = await letter({
        action: claims(Array.from({ length: count }, (_, at) => 10_000 + at)),
      });
      const sheets = read(bytes, "-layout").split("\f").slice(0, -1);
      expect(sheets.length).toBe(pages);
      const last = sheets.at(-1) ?? "";
      expect(last).toContain("Veuillez agréer");
      expect(last).toContain("Claire Exemple");
      const withTotal = sheets.find((sheet) => sheet.includes("Total à régler"));
      expect(withTotal).toMatch(/FA-\d+/);
      expect(sheets.find((sheet) => sheet.includes("IBAN"))).toMatch(/par virement\s*:/);
      const words = wordsOf(bytes);
      expect(overlaps(words)).toEqual([]);
      expect(outside(words)).toEqual([]);
    },
  );

  test.each<[string, Changes]>([
    ["a long name", { debtor: { name: "Établissements ".repeat(12) } }],
    ["a name without a space", { debtor: { name: "É".repeat(150) } }],
    [
      "a long contact, street and town",
      { debtor: { contact: "Jean ".repeat(20), address: ["rue ".repeat(30)], city: "Saint-".repeat(20) } },
    ],
    [
      "long invoice numbers",
      { action: claims([100, 200, 300], (at) => `FA-2026-${"0123456789".repeat(6)}-${at}`) },
    ],
    ["long numbers with spaces", { action: claims([100, 200], () => "facture numéro ".repeat(12)) }],
    ["large amounts", { action: claims([123_456_789_012, 999_999_999_999]) }],
    ["a long reference", { extra: { reference: "REF".repeat(60) } }],
    [
      "a long sender",
      {
        company: {
          name: "Atelier ".repeat(15),
          address: ["12 rue des Essais ".repeat(6), "69003 Lyon"],
          email: `${"a".repeat(80)}@exemple.test`,
        },
      },
    ],
  ])("%s: wrapped or smaller, never over another text or outside the page", async (_, changes) => {
    const words = wordsOf((await letter(changes)).bytes);
    expect(overlaps(words)).toEqual([]);
    expect(outside(words)).toEqual([]);
  });

  test("sums stay with the item above them, in tables that carry nothing too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dunning-letter-"));
    mkdirSync(join(folder, "templates", "fr"), { recursive: true });
    const rows =
      "{{#each items}}\n| {{number}} | {{amount}} |\n{{/each}}\n| **Sous-total** | {{subtotal}} |\n| **Somme** | {{total}} |\n";
    const text = `---\nsubject: Essai\n---\n{{greeting}}\n\n| N° | À régler |\n|:--|--:|\n${rows}`;
    writeFileSync(join(folder, "templates", "fr", "own.md"), text);
    try {
      const templates = loadTemplates(HOME, folder);
      for (let count = 20; count <= 40; count++) {
        const action = claims(Array.from({ length: count }, () => 10_000));
        const { bytes } = await rendered("own", "fr", "letter", { action }, templates);
        const sheet = read(bytes)
          .split("\f")
          .find((each) => each.includes("Somme"));
        expect(sheet, `${count} items`).toMatch(/FA-\d+[^]*Sous-total/);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("an address that fits no window is said", async () => {
    const address = Array.from({ length: 14 }, (_, at) => `ligne ${at + 1}`);
    const { action, bytes } = await letter({ debtor: { address } });
    expect(action.warnings).toEqual([
      expect.stringContaining("17 lines, at most 6"),
      expect.stringContaining("the address is too long for the window"),
    ]);
    expect(overlaps(wordsOf(bytes))).toEqual([]);
  });
});

test("legal form, capital and register stand in the footer, however long the rest is", async () => {
  const legalLine = "SARL au capital de 8 000 € · RCS Lyon 000 000 000";
  const company = { legalLine, name: "Atelier Exemple ".repeat(12).trim(), vat: "FR00000000000" };
  const { text: drawn } = await rendered("firm", "fr", "letter", { company });
  expect(drawn.replace(/\s+/g, " ")).toContain("RCS Lyon 000 000 000");
  const { text } = await rendered("firm", "fr", "email", { company: { legalLine } });
  expect(text.replace(/\s+/g, " ")).toContain(`Atelier Exemple SARL · ${legalLine} ·`.replace(/\s+/g, " "));
});
