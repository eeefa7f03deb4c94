/** The one door to `date-holidays`: public holidays of all countries but those that the calendar knows itself. */

import { createRequire } from "node:module";
import type Holidays from "date-holidays";
import { addDays } from "../core/day.ts";
import type { Day } from "../core/types.ts";

/** Loading takes a tenth of a second: only once somebody asks for a day abroad. */
const require = createRequire(import.meta.url);
const DAY_MS = 86_400_000;
let loaded: typeof Holidays | null = null;

function library(): typeof Holidays {
  loaded ??= require("date-holidays") as typeof Holidays;
  return loaded;
}

/** Regions (ISO 3166-2 without the country) for which holidays are known; empty where the country has none of its own. */
export function regionsOf(country: string): readonly string[] {
  const Library = library();
  return Object.keys(new Library().getStates(country) ?? {});
}

/** Public holidays of a country, and of a region such as DE-BY; days that only banks keep are working days. */
export function publicHolidays(
  country: string,
  region: string | null,
): (year: number) => ReadonlyMap<Day, string> {
  let found: Holidays | null = null;
  return (year) => {
    const Library = library();
    if (found === null) {
      const state = region?.slice(country.length + 1).toUpperCase() ?? "";
      const known = state !== "" && regionsOf(country).some((each) => each.toUpperCase() === state);
      found = known
        ? new Library(country, state, { languages: ["en"] })
        : new Library(country, { languages: ["en"] });
    }
    const days = found.getHolidays(year) ?? [];
    return new Map(
      days
        .filter(({ type }) => type === "public")
        .flatMap(({ date, start, end, name }) =>
          Array.from(
            { length: Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY_MS)) },
            (_, at): [Day, string] => [addDays(date.slice(0, 10) as Day, at), name.replace(/ \(.*\)$/, "")],
          ),
        ),
    );
  };
}
