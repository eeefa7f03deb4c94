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

/** A row, or two joined, that may be the header. */
interface Candidate {
  readonly index: number;
  readonly lines: 1 | 2;
  readonly cells: readonly string[];
  readonly fingerprint: string;
  readonly names: ReadonlySet<string>;
}

export interface Place extends Omit<Candidate, "names"> {
  /** How many of its names the profile lists. */
  readonly hits: number;
}

/** Decimals: no name of a column is such a text. Asked before anything that costs more. */
const AMOUNT = /^\s*[-(]?\d[\d\s.,'’]*[.,]\d\d[-)]?\s*$/;

/** Every row that may be the header; headers of two lines come last. */
export function candidatesOf(rows: readonly Row[]): readonly Candidate[] {
  const candidate = (index: number, lines: 1 | 2, cells: readonly string[]): Candidate => {
    return { index, lines, cells, fingerprint: fingerprintOf(cells), names: new Set(cells.map(nameOf)) };
  };
  const top = [...rows.slice(0, LIMITS.headerRows).entries()].filter(
    ([, { cells }]) => !isBlank(cells) && !cells.some((cell) => AMOUNT.test(cell)),
  );
  return [
    ...top.map(([index, { cells }]) => candidate(index, 1, cells.map(oneLine))),
    ...top.flatMap(([index, row]) => {
      const next = rows[index + 1];
      return next === undefined ? [] : [candidate(index, 2, joinRows(row, next))];
    }),
  ];
}

/** Where a profile's header stands; null where it is not there. */
export function placeOf({ header, headers = [] }: Profile, candidates: readonly Candidate[]): Place | null {
  const lists = headers.map((names) => names.map(nameOf));
  for (const { names, ...candidate } of candidates) {
    const own = header === candidate.fingerprint ? candidate.cells.filter((cell) => cell !== "").length : 0;
    const fitting = lists.filter((list) => list.every((name) => names.has(name)));
    const hits = Math.max(own, ...fitting.map(({ length }) => length));
    if (hits > 0) return { ...candidate, hits };
  }
  return null;
}

/**
 * The profile that these rows are known by: the user's own before the built-in ones, then the one that names the most
 * columns. Null where none fits, or where two fit equally well.
 */
export function recognise(rows: readonly Row[], known: readonly KnownProfile[]): Match | null {
  const candidates = candidatesOf(rows);
  for (const origin of ["own", "built-in"] as const) {
    const [first, second] = known
      .filter((each) => each.origin === origin && each.profile.format !== "fec")
      .flatMap((each) => {
        const place = placeOf(each.profile, candidates);
        return place === null ? [] : [{ each, place }];
      })
      .sort((a, b) => b.place.hits - a.place.hits);
    if (first === undefined) continue;
    const { each, place } = first;
    if (second?.place.hits === place.hits) return null;
    const what =
      each.profile.header === place.fingerprint
        ? `fingerprint ${place.fingerprint}`
        : `${place.hits} column names that only this layout has`;
    return { ...each, evidence: `${what}, line ${rows[place.index]?.line ?? 0}` };
  }
  return null;
}
