import { balanceOf, type Entry, isPartial, type Part, type Settlement, settleAccount } from "./lettering.ts";
import type { Cents, Currency, Doubt } from "./types.ts";

/** A customer's year after the one before it. */
export interface Continued {
  readonly entries: readonly Entry[];
  /** Whether the year before took the place of the opening lines; null: there was nothing to carry over. */
  readonly agrees: boolean | null;
  /** What the year before left doubtful for good. */
  readonly doubts: readonly Omit<Doubt, "debtor">[];
  /** What the year before settled. */
  readonly before: Settlement;
}

/** Whether a part is the document that an opening line carries over: by amount, and by number where both have one. */
const carries = (opening: Entry, { entry, open }: Part): boolean =>
  opening.amount === open && (!opening.named || !entry.named || opening.number === entry.number);

/** Gives every part the letter of the opening line that carries it; null where they do not fit. */
function lettersOf(openings: readonly Entry[], parts: readonly Part[]): Map<Part, string> | null {
  const letters = new Map<Part, string>();
  const lump: Entry[] = [];
  const byNumber = openings.toSorted((a, b) => Number(b.named) - Number(a.named));
  for (const opening of byNumber) {
    const free = parts.filter((part) => !letters.has(part) && carries(opening, part));
    const found = free.find(({ entry }) => entry.number === opening.number) ?? free[0];
    if (found === undefined) lump.push(opening);
    else letters.set(found, opening.letter);
  }
  const rest = parts.filter((part) => !letters.has(part));
  const [first, ...others] = lump;
  if (first === undefined) return rest.length === 0 ? letters : null;
  // One sum for several documents; sums under different letters cannot be told apart.
  if (others.some(({ letter }) => letter !== first.letter)) return null;
  if (balanceOf(lump) !== rest.reduce((sum, { open }) => (sum + open) as Cents, 0 as Cents)) return null;
  for (const part of rest) letters.set(part, first.letter);
  return letters;
}

/**
 * A customer's lines of a year after the `lines` of the one before, with the opening lines replaced by what was left open of the year before, where both
 * agree. A letter that the year before could not balance goes on where the new year's lines balance it.
 */
export function continueYear(
  lines: readonly Entry[],
  year: readonly Entry[],
  how: { readonly lettered: boolean; readonly currency: Currency; readonly opened: boolean },
): Continued {
  const openings = year.filter(({ kind }) => kind === "opening");
  const settlement = settleAccount(lines, how);
  const { parts } = settlement;
  const result = { before: settlement, doubts: [] };
  if (openings.length === 0 && parts.length === 0) return { ...result, entries: year, agrees: null };
  // A year without any opening lines is not closed yet: all that was open goes on.
  const letters = !how.opened
    ? new Map<Part, string>()
    : balanceOf(openings) === balanceOf(lines)
      ? lettersOf(openings, parts)
      : null;
  if (letters === null) return { ...result, entries: year, agrees: false };
  const fresh = year.filter(({ kind }) => kind !== "opening");
  const completes = (letter: string): boolean =>
    letter !== "" &&
    balanceOf(fresh.filter((entry) => entry.letter === letter)) +
      parts.filter(({ entry }) => entry.letter === letter).reduce((sum, { open }) => sum + open, 0) ===
      0;
  // Letters start anew each year: one that stays open must not meet its namesake.
  const goesOn = (letter: string): string =>
    completes(letter) ? letter : letter === "" || isPartial(letter) ? "" : `${letter} (year before)`;
  const carried = parts.map((part): Entry => {
    const { entry, open } = part;
    return { ...entry, amount: open, letter: letters.get(part) || goesOn(entry.letter) };
  });
  const doubts = settlement.doubts.filter(({ code }) => code === "letter-overpaid");
  return { ...result, entries: [...carried, ...fresh], agrees: true, doubts };
}
