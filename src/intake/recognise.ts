import { fingerprintOf, isBlank, joinRows, oneLine, type Row } from "./header.ts";
import { LIMITS } from "./limits.ts";
import type { Profile } from "./profile.ts";
import { headerKey } from "./words.ts";

/** A profile by which a file may be known. */
export interface KnownProfile {
  readonly name: string;
  readonly origin: "own" | "built-in";
  readonly profile: Profile;
}

export interface Match extends KnownProfile {
  readonly evidence: string;
}

/** A header without dates and numbers: the same in every export of one layout. */
const nameOf = (header: string): string => headerKey(header).replaceAll(/\d+/g, "").trim();

/** Where a profile's header stands: the index of its first row and its cells. Null where it is not there. */
export function placeOf(
  profile: Profile,
  rows: readonly Row[],
): {
  readonly index: number;
  readonly cells: readonly string[];
  readonly lines: 1 | 2;
  readonly names: number;
} | null {
  const { header, headers = [] } = profile;
  const lists = headers.map((names) => names.map(nameOf));
  const fits = (cells: readonly string[]): number => {
    if (typeof header === "string" && fingerprintOf(cells) === header)
      return cells.filter((cell) => cell !== "").length;
    const there = new Set(cells.map(nameOf));
    return Math.max(
      0,
      ...lists.filter((names) => names.every((name) => there.has(name))).map(({ length }) => length),
    );
  };
  const top = rows.slice(0, LIMITS.headerRows);
  for (const [index, row] of top.entries()) {
    if (isBlank(row.cells)) continue;
    const cells = row.cells.map(oneLine);
    const names = fits(cells);
    if (names > 0) return { index, cells, lines: 1, names };
  }
  for (const [index, row] of top.entries()) {
    const next = top[index + 1];
    if (next === undefined || isBlank(row.cells)) continue;
    const cells = joinRows(row, next);
    const names = fits(cells);
    if (names > 0) return { index, cells, lines: 2, names };
  }
  return null;
}

/**
 * The profile that these rows are known by: the user's own before the built-in ones, then the one that names the most
 * columns. Null where none fits, or where two fit equally well.
 */
export function recognise(rows: readonly Row[], known: readonly KnownProfile[]): Match | null {
  for (const origin of ["own", "built-in"] as const) {
    const fitting = known
      .filter((each) => each.origin === origin && each.profile.format !== "fec")
      .map((each) => ({ each, place: placeOf(each.profile, rows) }))
      .flatMap(({ each, place }) => (place === null ? [] : [{ each, place }]))
      .sort((a, b) => b.place.names - a.place.names);
    const [first, second] = fitting;
    if (first === undefined) continue;
    if (second !== undefined && second.place.names === first.place.names) return null;
    const { index, cells, names } = first.place;
    const what =
      first.each.profile.header === fingerprintOf(cells)
        ? `fingerprint ${first.each.profile.header}`
        : `${names} column names that only this layout has`;
    return { ...first.each, evidence: `${what}, line ${rows[index]?.line ?? 0}` };
  }
  return null;
}
