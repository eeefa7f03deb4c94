import { join } from "node:path";
import { PDFDocument, rgb } from "pdf-lib";
import { describe, expect, test } from "vitest";
import { addressFaults } from "../src/core/postal-address.ts";
import type { Company } from "../src/core/types.ts";
import { LETTER_LAYOUTS } from "../src/core/writer.ts";
import { layoutOf } from "../src/render/letter-layout.ts";
import { MM } from "../src/render/letter-sheet.ts";
import { dunning } from "./support/company.ts";
import { changed, folderWith } from "./support/config.ts";
import { claims, has, rendered, runOn } from "./support/rendering.ts";

type Stationery = Company["stationery"];
const paper = (over: Partial<Stationery>): Stationery => ({
  layout: "fr-window",
  own: null,
  letterhead: null,
  ...over,
});

interface Word {
  readonly page: number;
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Words with their boxes in millimetres, as a PDF reader finds them. */
function wordsOf(bytes: Uint8Array): Word[] {
  const xml = runOn(bytes, "letter.pdf", "pdftotext", ["-bbox", "FILE", "-"]);
  let page = 0;
  return xml.split("\n").flatMap((line) => {
    if (line.includes("<page ")) page++;
    const found = /xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)<\/word>/.exec(line);
    if (found === null) return [];
    const [left = 0, top = 0, right = 0, bottom = 0] = found.slice(1, 5).map((points) => Number(points) / MM);
    return [{ page, text: found[5] ?? "", left, top, right, bottom }];
  });
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
const overlaps = ({ x, y, width, height }: Box, word: Word, inset = 0.6): boolean =>
  word.right > x + inset &&
  word.left < x + width - inset &&
  word.bottom > y + inset &&
  word.top < y + height - inset;

/** What the norms say; the program's own table is not asked. */
const NORMS: Readonly<Record<string, { window: Box; returned: boolean; folds: number[] }>> = {
  // NF Z 11-001 less the play in the envelope.
  "fr-window": { window: { x: 100, y: 45, width: 90, height: 34 }, returned: false, folds: [99, 198] },
  "be-right": { window: { x: 100, y: 45, width: 90, height: 34 }, returned: false, folds: [99, 198] },
  "be-left": { window: { x: 20, y: 45, width: 90, height: 34 }, returned: false, folds: [99, 198] },
  // The last 27.3 of 45 mm hold the address.
  "din-5008-a": { window: { x: 20, y: 44.7, width: 85, height: 27.3 }, returned: true, folds: [87, 192] },
  "din-5008-b": { window: { x: 20, y: 62.7, width: 85, height: 27.3 }, returned: true, folds: [105, 210] },
  "ch-right": { window: { x: 112, y: 45, width: 90, height: 45 }, returned: true, folds: [105, 210] },
  "ch-left": { window: { x: 20, y: 35.5, width: 100, height: 45 }, returned: true, folds: [105, 210] },
};
const ADDRESS = ["Dupont Menuiserie", "Mme Durand", "4 impasse des Modèles", "38000 GRENOBLE"];

/** Marks at the left edge, in millimetres from the top: dark rows of the printed page (ten dots per millimetre). */
function marksOf(bytes: Uint8Array): number[] {
  const strip = ["-r", "254", "-gray", "-f", "1", "-l", "1", "-x", "40", "-y", "0", "-W", "30", "-H", "2960"];
  const image = runOn(bytes, "letter.pdf", "pdftoppm", [...strip, "FILE"], "buffer");
  const head = /^P5\s+\d+\s+\d+\s+255\s/.exec(image.subarray(0, 60).toString("latin1"))?.[0] ?? "";
  const pixels = image.subarray(head.length);
  const rows = Array.from({ length: 2960 }, (_, row) => row).filter(
    (row) => Math.min(...pixels.subarray(30 * row, 30 * row + 30)) < 200,
  );
  return rows.filter((row) => !rows.includes(row - 1)).map((row) => row / 10);
}

describe.skipIf(!has("pdftotext"))("measured on the page", () => {
  test("every layout has its norm", () => {
    expect(Object.keys(NORMS).sort()).toEqual([...LETTER_LAYOUTS].sort());
  });

  test.each(LETTER_LAYOUTS)("%s: the address in the window, nothing else of the letter", async (layout) => {
    const { bytes, action } = await rendered("formal-notice", "fr", "registered-letter", {
      company: { stationery: paper({ layout }) },
    });
    expect(action.warnings).toEqual([]);
    const norm = NORMS[layout];
    if (norm === undefined) throw new Error("no norm");
    const seen = wordsOf(bytes).filter((word) => word.page === 1 && overlaps(norm.window, word));
    const text = seen.map((word) => word.text).join(" ");
    for (const line of ADDRESS) expect(text).toContain(line);
    const rest = text
      .replace("À l’attention de", "")
      .replace(/Atelier Exemple SARL · 12 rue des Essais · 69003 Lyon/, "");
    expect(ADDRESS.reduce((left, line) => left.replace(line, ""), rest).trim()).toBe("");
    // Whole, not cut by the window's edge.
    for (const word of seen.filter(({ text: one }) => /Dupont|GRENOBLE/.test(one))) {
      expect(word.left).toBeGreaterThanOrEqual(norm.window.x + 2);
      expect(word.right).toBeLessThanOrEqual(norm.window.x + norm.window.width);
      expect(word.top).toBeGreaterThanOrEqual(norm.window.y - 0.7);
      expect(word.bottom).toBeLessThanOrEqual(norm.window.y + norm.window.height);
    }
  });

  test.each(LETTER_LAYOUTS)("%s: fold marks", async (layout) => {
    const { bytes } = await rendered("firm", "fr", "letter", { company: { stationery: paper({ layout }) } });
    const marks = marksOf(bytes);
    const hole = layout === "fr-window" ? [] : [148.5];
    const wanted = [...(NORMS[layout]?.folds ?? []), ...hole].sort((a, b) => a - b);
    expect(marks).toHaveLength(wanted.length);
    for (const [at, mark] of marks.entries()) expect(Math.abs(mark - (wanted[at] ?? 0))).toBeLessThan(0.25);
  });

  test.each(LETTER_LAYOUTS)("%s: seven long lines fit, sixty documents too", async (layout) => {
    const debtor = {
      name: "Société Anonyme des Établissements Dupont et Associés",
      contact: "Madame Marie-Antoinette Durand de la Tour",
      address: ["Bâtiment C 3e étage", "Zone artisanale des Modèles", "4 impasse des Modèles", "BP 12345"],
      country: "LU",
      postcode: "1234",
    };
    const { bytes, pages } = await rendered("formal-notice", "fr", "registered-letter", {
      company: { stationery: paper({ layout }) },
      debtor,
      action: claims(Array.from({ length: 60 }, (_, at) => 10_000 + at)),
    });
    expect(pages).toBeLessThanOrEqual(3);
    const { address } = layoutOf(paper({ layout }));
    const words = wordsOf(bytes).filter(({ page }) => page === 1);
    const inside = words.filter((word) => overlaps(address, word)).map(({ text }) => text);
    for (const part of ["Associés", "Tour", "12345", "GRENOBLE", "LUXEMBOURG"])
      expect(inside).toContain(part);
    for (const [at, a] of words.entries())
      for (const b of words.slice(at + 1)) {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        expect(
          wide > 0.2 && high > 0.4 * Math.min(a.bottom - a.top, b.bottom - b.top),
          `${a.text}/${b.text}`,
        ).toBe(false);
      }
  });

  test("a layout of one's own: the address where it says, the text as far below", async () => {
    const own = { like: "be-right", address: { x: 60, y: 70, width: 80, height: 30 }, subject: 120 } as const;
    const { bytes } = await rendered("firm", "fr", "letter", {
      company: { stationery: paper({ layout: "own", own }) },
    });
    const words = wordsOf(bytes);
    const name = words.find(({ text, top }) => text === "Dupont" && top > 60);
    expect(name?.left).toBeCloseTo(60, 0);
    expect(name?.top).toBeCloseTo(70, -0.3);
    expect(words.find(({ text }) => text === "Objet")?.top).toBeCloseTo(120, -0.3);
  });

  test("a letterhead lies under the pages, and says who writes", async () => {
    const made = await PDFDocument.create();
    for (const words of ["FIRST SHEET", "OTHER SHEETS"]) {
      const page = made.addPage([210 * MM, 297 * MM]);
      page.drawText(words, { x: 20 * MM, y: 5 * MM, size: 12, color: rgb(0, 0, 1) });
    }
    const letterhead = await made.save();
    const sheets = async (bytes: Uint8Array, count: number) => {
      const { bytes: letter, action } = await rendered("firm", "fr", "letter", {
        company: { stationery: paper({ letterhead: bytes }) },
        action: claims(Array.from({ length: count }, () => 5_000)),
      });
      expect(action.warnings).toEqual([]);
      return runOn(letter, "letter.pdf", "pdftotext", ["-layout", "FILE", "-"]).split("\f").slice(0, -1);
    };
    const [first = "", second = "", third = ""] = await sheets(letterhead, 90);
    expect([first, second, third].map((text) => /(FIRST|OTHER) SHEETS?/.exec(text)?.[0])).toEqual([
      "FIRST SHEET",
      "OTHER SHEETS",
      "OTHER SHEETS",
    ]);
    expect(first).not.toContain("SIREN");
    const single = await PDFDocument.create();
    single.addPage([210 * MM, 297 * MM]).drawText("ONLY", { x: 60, y: 790, size: 12 });
    const [one = "", two = ""] = await sheets(await single.save(), 60);
    expect([one.includes("ONLY"), two.includes("ONLY")]).toEqual([true, false]);
  });

  test("a letterhead that cannot be read is left out and said", async () => {
    const { action } = await rendered("firm", "fr", "letter", {
      company: { stationery: paper({ letterhead: Buffer.from("%PDF-1.7 nothing") }) },
    });
    expect(action.warnings).toEqual([expect.stringContaining("the letterhead is no PDF that can be read")]);
  });

  test("a test page for each layout, from the configuration or by name", async () => {
    const folder = folderWith({
      "dunning.yaml": changed("segments:", "letters: { layout: be-left }\nsegments:"),
    });
    const page = await dunning(folder, "2026-11-23", "template", "test-page", "--json");
    expect(page).toMatchObject({ exit: 0, json: { layout: "be-left", file: join(folder, "test-page.pdf") } });
    const text = runOn(Buffer.from("x"), "x", "pdftotext", [join(folder, "test-page.pdf"), "-"]);
    expect(text).toContain("window: x 20, y 45, 90 x 34 mm");
    const named = await dunning(
      folder,
      "2026-11-23",
      "template",
      "test-page",
      "--layout",
      "din-5008-a",
      "-o",
      "a.pdf",
    );
    expect(named.exit).toBe(0);
    expect(runOn(Buffer.from("x"), "x", "pdftotext", [join(folder, "a.pdf"), "-"])).toContain(
      "fold at 87 mm",
    );
    const refused = await dunning(
      folder,
      "2026-11-23",
      "template",
      "test-page",
      "-o",
      "dunning.yaml",
      "--json",
    );
    expect(refused).toMatchObject({ exit: 2, json: { error: { code: "output-kind" } } });
  });
});

describe("addresses, as the carriers want them", () => {
  const address = {
    lines: ["Dupont", "4 impasse des Modèles", "38000 GRENOBLE"],
    country: "FR",
    abroad: false,
    postcode: "38000",
    name: "Dupont",
    town: "38000 Grenoble",
    street: ["4 impasse des Modèles"],
  };
  test.each<[string, Partial<typeof address>, string[]]>([
    ["a right one", {}, []],
    ["38 characters", { name: "x".repeat(38) }, []],
    ["39 characters", { name: "x".repeat(39) }, [`"${"x".repeat(39)}" has 39 characters, at most 38`]],
    ["six lines", { lines: Array.from({ length: 6 }, () => "x") }, []],
    ["seven lines", { lines: Array.from({ length: 7 }, () => "x") }, ["7 lines, at most 6"]],
    ["seven lines, the country counted", { lines: Array.from({ length: 7 }, () => "x"), abroad: true }, []],
    ["who opens it is our own line", { lines: ["Dupont", "x".repeat(60)] }, []],
    ["a comma", { street: ["12, rue X"] }, ['punctuation in "12, rue X"']],
    ["an apostrophe, a hyphen", { street: ["12 rue de l’Église-Neuve"] }, []],
    ["a short postcode", { postcode: "3800" }, ['postcode "3800", in FR such as 69003']],
    ["a Belgian one", { postcode: "1000", country: "BE" }, []],
    ["a French one in Belgium", { country: "BE" }, ['postcode "38000", in BE such as 1000']],
    ["a Dutch one", { postcode: "1234 ab", country: "NL" }, []],
    ["a British one", { postcode: "sw1a 1aa", country: "GB" }, []],
    ["a short British one", { postcode: "M1 1AE", country: "GB" }, []],
    [
      "half of a British one",
      { postcode: "SW1A", country: "GB" },
      ['postcode "SW1A", in GB such as SW1A 1AA'],
    ],
    ["a comma in Germany", { country: "DE", street: ["Weg 1, Hof"] }, []],
    ["a country without a rule", { country: "JP", postcode: "x" }, []],
  ])("%s", (_, over, faults) => {
    expect(addressFaults({ ...address, ...over })).toEqual(faults);
  });

  test("what is wrong is said with the letter, and printed as it stands", async () => {
    const { action, text } = await rendered("firm", "fr", "letter", { debtor: { address: ["12, rue X"] } });
    expect(action.warnings).toEqual(['the carrier may stumble over the address: punctuation in "12, rue X"']);
    expect(text).toContain("12, rue X");
  });
});
