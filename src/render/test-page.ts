import type { Company, Day, Language } from "../core/types.ts";
import { openFonts, typeface } from "./letter-font.ts";
import { type Area, layoutOf } from "./letter-layout.ts";
import { MM, openSheet, type Sheet } from "./letter-sheet.ts";
import { writePdf } from "./pdf.ts";

const SMALL = 7;

function outlined(area: Area, label: string, sheet: Sheet): void {
  const { x, y, width, height } = area;
  sheet.frame([x * MM, y * MM, width * MM, height * MM]);
  const text = `${label}: x ${x}, y ${y}, ${width} x ${height} mm`;
  // Below the outline: what stands in it is to be seen through the window.
  sheet.text(text, { x: x * MM, y: (y + height) * MM + 1, width: width * MM, size: SMALL, grey: 0.35 });
}

/** Millimetres along the left and the top edge: a printer that scales or shifts shows it here. */
function rulers(sheet: Sheet): void {
  const { width, height } = sheet.layout.page;
  for (let mm = 10; mm < height; mm += 10) {
    const long = mm % 50 === 0 ? 4 : 2;
    sheet.rule(0, long * MM, mm * MM, 0.3);
    if (mm % 50 === 0)
      sheet.text(String(mm), { x: 5 * MM, y: mm * MM - 4, width: 20, size: SMALL, grey: 0.35 });
  }
  sheet.boxes(
    Array.from({ length: Math.floor(width / 10) }, (_, at) => {
      const mm = (at + 1) * 10;
      return [mm * MM, 0, 0.3, (mm % 50 === 0 ? 4 : 2) * MM] as const;
    }),
    0.55,
  );
}

/**
 * One page with a layout's window, address and marks drawn: printed at full size, folded and put into the envelope it shows
 * whether they fit.
 */
export async function testPage(
  { name, stationery }: Pick<Company, "name" | "stationery">,
  { home, language, today }: { readonly home: string; readonly language: Language; readonly today: Day },
): Promise<Uint8Array> {
  const layout = layoutOf(stationery);
  const faces = await typeface(home);
  const sheet = openSheet(layout, openFonts(faces));
  const { page, window, address, registeredLabel, returnLine, folds, hole, body } = layout;
  rulers(sheet);
  outlined(window, "window", sheet);
  if (registeredLabel !== null) outlined(registeredLabel, "registered label", sheet);
  sheet.frame([address.x * MM, address.y * MM, address.width * MM, address.height * MM]);
  const lines = Math.floor((address.height * MM) / 11);
  for (let n = 0; n < lines; n++)
    sheet.text(n === 0 ? "address, line 1" : `line ${n + 1}`, {
      x: address.x * MM,
      y: address.y * MM + n * 11,
      width: address.width * MM,
      size: 9.5,
    });
  if (returnLine !== null)
    sheet.text("return line", {
      x: returnLine.x * MM,
      y: returnLine.y * MM,
      width: returnLine.width * MM,
      size: 6.5,
    });
  for (const fold of folds) {
    sheet.rule(3.5 * MM, 20 * MM, fold * MM, 0.4);
    sheet.text(`fold at ${fold} mm`, { x: 21 * MM, y: fold * MM - 5, width: 100, size: SMALL, grey: 0.35 });
  }
  if (hole !== null) {
    sheet.rule(3.5 * MM, 12 * MM, hole * MM, 0.4);
    sheet.text(`hole at ${hole} mm`, { x: 13 * MM, y: hole * MM - 5, width: 100, size: SMALL, grey: 0.35 });
  }
  sheet.text(`${name} · ${layout.name}`, {
    x: 20 * MM,
    y: (body.firstTop + 10) * MM,
    width: 400,
    size: 10,
    bold: true,
  });
  const advice = [
    "Print at 100 %, without fitting to the page. The rulers must show millimetres.",
    "Fold at the marks, put the sheet into the envelope and tap it to every edge:",
    "the address must stay whole in the window, and nothing else may be seen.",
  ];
  for (const [n, line] of advice.entries())
    sheet.text(line, { x: 20 * MM, y: (body.firstTop + 17 + 6 * n) * MM, width: 480, size: 10 });
  const { bytes } = await writePdf(
    {
      title: `${name}: ${layout.name}`,
      author: name,
      language,
      day: today,
      size: { width: page.width * MM, height: page.height * MM },
      pages: sheet.pages(),
      fonts: sheet.fonts,
      pictures: new Map(),
      behind: [],
    },
    faces,
  );
  return bytes;
}
