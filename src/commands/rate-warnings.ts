import type { Loaded } from "../config/config.ts";
import { RATES_FILE } from "../config/rates.ts";
import { type Law, lawOf } from "../core/law.ts";
import { kindOf, periodEnd, type RateGap, rateGaps } from "../core/rates.ts";
import type { Day } from "../core/types.ts";
import type { Problem } from "../problem.ts";

/** Whether any step shows or claims interest. */
const asksRates = ({ rules }: Loaded): boolean =>
  [...rules.scenarios.values()].some(({ steps }) => steps.some(({ charges }) => charges !== "none"));

/** The rates that a law needs, and what their absence means; with a rate of a contract the published one is only compared. */
function ratesWanted(law: Law | null, agreed: boolean): (readonly [kind: string, without: string])[] {
  if (law === null || law.interest === null) return [];
  const { source, contract } = law.interest;
  const needed = [source.kind, "its interest is left out"] as const;
  if (!agreed || contract === "no") return [needed];
  if (contract === "yes") return [];
  if ("cap" in contract) return [needed, [contract.cap, "interest is left out"]];
  return [[contract.floor, "whether the contract's rate is high enough is not known: it is taken as agreed"]];
}

/** How a missing rate comes in: the command to type. */
export function remedyOf({ country, kind, from, shipped }: RateGap): string {
  const how = '--source "where you read it" --date DAY';
  return shipped === null
    ? `dunning rates add ${country} ${kind} --from ${from} --rate RATE ${how}`
    : `dunning rates confirm ${country} ${kind} --from ${from} ${how}`;
}

/** Rates of today's half-year (or year) that the configured steps need and that are not there. Throws a Failure (78) for a broken rates.yaml. */
export function rateWarnings(loaded: Loaded, today: Day): Problem[] {
  if (!asksRates(loaded)) return [];
  const { country, table, terms } = loaded.rules.charges;
  const wanted = new Map(
    (["business", "consumer"] as const).flatMap((kind) =>
      ratesWanted(lawOf(country, kind), terms.contractRate !== null),
    ),
  );
  return rateGaps(table(), today, [country])
    .filter(({ kind }) => wanted.has(kind))
    .filter((gap) => gap.until === periodEnd(kindOf(gap.country, gap.kind) ?? { period: null }, today))
    .map((gap) => ({
      code: "rate-missing",
      where: { file: RATES_FILE },
      message: `no rate since ${gap.from}: ${gap.country} ${gap.kind} (${gap.about}); ${wanted.get(gap.kind)}`,
      ...(gap.shipped === null
        ? { expected: gap.published }
        : { found: "one that was shipped without proof", expected: gap.published }),
      fix: remedyOf(gap),
    }));
}
