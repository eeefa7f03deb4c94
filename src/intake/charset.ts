/** Which 8-bit code page wrote these bytes? Letters of French, Dutch and German speak for it, controls and boxes against. */

/** The code pages that are told apart by themselves; others can be named (`--encoding`, profile). */
export const CODE_PAGES = ["windows-1252", "cp850", "macintosh"] as const;

const PLAUSIBLE: readonly (readonly [string, number])[] = [
  ["éèàçêôâîûùëïüöäß€°’", 6],
  ["É«»–œŒÀÈÇÊŸÖÄÜ\u00a0", 4],
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

/** Counts of each byte from 0x80 up: all of them, and those that stand between two letters. */
export interface HighBytes {
  readonly all: Uint32Array;
  readonly betweenLetters: Uint32Array;
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
    const letters: [string, number][] = [];
    for (let byte = 0x80; byte < 0x100; byte++) {
      const count = bytes.all[byte] ?? 0;
      if (count === 0) continue;
      const character = decode(encoding, byte);
      const inside = bytes.betweenLetters[byte] ?? 0;
      const misplaced = /[\p{L}’\u00ad]/u.test(character) ? 0 : -10;
      score += count * weightOf(character) + inside * misplaced;
      letters.push([character, count]);
    }
    letters.sort((a, b) => b[1] - a[1]);
    return { encoding, score, letters: letters.slice(0, 8).map(([letter]) => letter) };
  }).sort((a, b) => b.score - a.score);
  const [best, next] = scored as [(typeof scored)[0], (typeof scored)[0]];
  const total = bytes.all.reduce((sum, count) => sum + count, 0);
  const lead = (best.score - next.score) / Math.max(1, total);
  return {
    encoding: best.encoding,
    confidence: Math.max(0.3, Math.min(0.99, 0.4 + lead / 10)) * Math.min(1, 0.6 + total / 50),
    evidence: `not UTF-8; ${total} bytes above 127 read as ${best.letters.join(" ")} (next best: ${next.encoding}, ${next.letters.join(" ")})`,
  };
}
