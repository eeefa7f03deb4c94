import { subsetFont } from "./font-subset.ts";
import type { Face, Glyph, Used } from "./letter-font.ts";
import { packed, streamOf } from "./pdf-file.ts";

/** What a reader copies out, glyph by glyph (ISO 32000-1, 9.10.3). */
function toUnicode(used: readonly Glyph[]): string {
  const lines = used.map(
    ({ hex, text }) => `<${hex}><${Buffer.from(text, "utf16le").swap16().toString("hex")}>`,
  );
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at += 100) {
    const some = lines.slice(at, at + 100);
    blocks.push(`${some.length} beginbfchar\n${some.join("\n")}\nendbfchar`);
  }
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000><ffff> endcodespacerange
${blocks.join("\n")}
endcmap CMapName currentdict /CMap defineresource pop end end`;
}

/** Advances of the glyphs used, neighbours together: `[36 [639 650] 40 [556]]`. */
function widthsOf(used: readonly Glyph[]): string {
  let text = "";
  let next = -1;
  for (const { id, advance } of used) {
    text += id === next ? ` ${advance}` : `${text === "" ? "" : "]"}${id}[${advance}`;
    next = id + 1;
  }
  return `[${text}]]`;
}

/** A font takes so many objects. */
export const FONT_OBJECTS = 5;

function cut(face: Face, rare: readonly Glyph[], first: number): readonly Uint8Array[] {
  const used = [...face.usual.values(), ...rare].sort((a, b) => a.id - b.id);
  const program = subsetFont(
    face.bytes,
    used.map(({ id }) => id),
  );
  const { ascent, descent, capHeight, box } = face.metrics;
  const name = `/${face.tag}+${face.name}`;
  const [descendant, descriptor, file, table] = [first + 1, first + 2, first + 3, first + 4];
  const dicts = [
    `/Type/Font/Subtype/Type0/BaseFont${name}/Encoding/Identity-H/DescendantFonts[${descendant} 0 R]/ToUnicode ${table} 0 R`,
    `/Type/Font/Subtype/CIDFontType2/BaseFont${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor ${descriptor} 0 R/CIDToGIDMap/Identity/W ${widthsOf(used)}`,
    `/Type/FontDescriptor/FontName${name}/Flags 4/FontBBox[${box.join(" ")}]/ItalicAngle 0/Ascent ${ascent}/Descent ${descent}/CapHeight ${capHeight}/StemV 80/FontFile2 ${file} 0 R`,
  ];
  return [
    ...dicts.map((dict) => Buffer.from(`<<${dict}>>`)),
    streamOf(packed(program, 9), `/Length1 ${program.length}`),
    streamOf(packed(Buffer.from(toUnicode(used)), 9)),
  ];
}

const cuts = new WeakMap<Face, Map<string, readonly Uint8Array[]>>();
/** So many different sets of glyphs are kept per face; above, all are forgotten at once. */
const CUTS_LIMIT = 64;

/**
 * The objects of a font with the usual glyphs of a face and those used beside them, numbered from `first` on, which is
 * the font itself. Made once for all documents that use the same ones.
 */
export function fontObjects(face: Face, used: Used, first: number): readonly Uint8Array[] {
  const rare = [...used.values()].filter(({ id }) => !face.usual.has(id)).sort((a, b) => a.id - b.id);
  const key = [first, ...rare.map(({ hex, text }) => hex + text)].join(" ");
  const known = cuts.get(face) ?? new Map<string, readonly Uint8Array[]>();
  cuts.set(face, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = cut(face, rare, first);
  if (known.size >= CUTS_LIMIT) known.clear();
  known.set(key, made);
  return made;
}
