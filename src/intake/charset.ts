/** Which 8-bit code page wrote these bytes? Letters of French, Dutch and German speak for it, controls and boxes against. */

/** The code pages that are told apart by themselves; others can be named (`--encoding`, profile). */
const CODE_PAGES = ["windows-1252", "cp850", "macintosh"] as const;

const PLAUSIBLE: readonly (readonly [string, number])[] = [
  ["éèàçêôâîûùëïüöäß€°’\u00a0", 6],
  ["É«»–œŒÀÈÇÊŸÖÄÜ", 4],
  ["ÉÔÎÛÙËÏáóíúñåøØæÆãõìòÁÓÍÚÑÅÂÃÕÌÒýšžŠŽÿ…“”‘„‰", 2],
  ["²³µ½¼·©®™£§º\u00ad", 1],
];
const WEIGHTS = new Map<string, number>();
for (const [letters, weight] of PLAUSIBLE) {
  for (const letter of letters) if (!WEIGHTS.has(letter)) WEIGHTS.set(letter, weight);
}

function weightOf(character: string): number {
  const known = WEIGHTS.get(character);
  if (known !== undefined) return known;
  const point = character.codePointAt(0) ?? 0;
  if (point === 0xfffd || (point >= 0x80 && point < 0xa0)) return -12;
  if (point >= 0x2500 && point < 0x2600) return -12;
  return /\p{L}/u.test(character) ? 0 : -5;
}

/** Counts by byte, of those from 0x80 up: all of them, those between two letters or two small ones, those beside none. */
export interface HighBytes {
  readonly all: Uint32Array;
  readonly betweenLetters: Uint32Array;
  readonly betweenSmall: Uint32Array;
  readonly alone: Uint32Array;
}

export interface Guess {
  readonly encoding: string;
  /** From 0 to 1: how far ahead of the next candidate. */
  readonly confidence: number;
  readonly evidence: string;
}

/** Picks the code page whose reading looks most like text; `decode` turns one byte into its character. */
export function guessCodePage(bytes: HighBytes, decode: (encoding: string, byte: number) => string): Guess {
  const scored = CODE_PAGES.map((encoding) => {
    let score = 0;
    const characters: [string, number][] = [];
    for (let byte = 0x80; byte < 0x100; byte++) {
      const count = bytes.all[byte] ?? 0;
      if (count === 0) continue;
      const character = decode(encoding, byte);
      characters.push([character, count]);
      score += count * weightOf(character);
      // A sign inside a word, a capital inside a word, and a letter that belongs to none ("à" is a word).
      if (!/[\p{L}’\u00ad]/u.test(character)) score -= 10 * (bytes.betweenLetters[byte] ?? 0);
      else if (/\p{Lu}/u.test(character)) score -= 6 * (bytes.betweenSmall[byte] ?? 0);
      if (/\p{L}/u.test(character) && character !== "à" && character !== "À")
        score -= 4 * (bytes.alone[byte] ?? 0);
    }
    characters.sort((a, b) => b[1] - a[1]);
    return { encoding, score, characters: characters.map(([character]) => character) };
  }).sort((a, b) => b.score - a.score);
  const [best, next] = scored as [(typeof scored)[0], (typeof scored)[0]];
  const total = bytes.all.subarray(0x80).reduce((sum, count) => sum + count, 0);
  const lead = (best.score - next.score) / Math.max(1, total);
  // Signs alone ("°") are thin evidence: every code page has some.
  const ceiling = best.characters.some((character) => /\p{L}/u.test(character)) ? 0.97 : 0.5;
  return {
    encoding: best.encoding,
    confidence: Math.round(100 * Math.max(0.3, Math.min(ceiling, 0.4 + lead / 8))) / 100,
    evidence: `not UTF-8; ${total} bytes above 127 read as ${shown(best.characters)} (as ${next.encoding}: ${shown(next.characters)})`,
  };
}

function shown(characters: readonly string[]): string {
  return characters
    .slice(0, 8)
    .map((each) => (each === "\u00a0" ? "NBSP" : each))
    .join(" ");
}
