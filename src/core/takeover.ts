/** Reminders that an older tool has sent, put in the place of our own steps. */

import { nearest } from "./nearest.ts";
import { segmentOf } from "./segment.ts";
import type { Channel, Currency, Day, DebtorId, DebtorKey, ItemKey, Ledger, Rules, Step } from "./types.ts";

/** One row of such a list. */
export interface PastReminder {
  readonly debtor: DebtorId;
  /** Of one document; null: of everything that was overdue then. */
  readonly number: string | null;
  /** As the older tool calls it. */
  readonly level: string;
  readonly day: Day;
  readonly line: number;
}

/** What is recorded of a dossier: as if this step had been carried out on that day. */
export interface TakenOver {
  readonly debtor: DebtorKey;
  readonly currency: Currency;
  readonly cycle: number;
  readonly scenario: string;
  readonly step: string;
  readonly level: number;
  readonly channel: Channel;
  readonly day: Day;
  readonly finalWarning: boolean;
  readonly formalNotice: boolean;
  readonly items: readonly ItemKey[];
}

export type Taking =
  /** Empty where all of it has been paid since. */
  | { readonly taken: readonly TakenOver[] }
  | {
      readonly column: "level" | "date" | "debtor";
      readonly found: string;
      readonly reason: string;
      readonly fix: string;
    };

/** A step by its id, its level, or what `map` says of the older tool's word for it. */
function stepOf(steps: readonly Step[], level: string, map: ReadonlyMap<string, string>): Step | null {
  const name = map.get(level) ?? level;
  return steps.find(({ id }) => id === name) ?? steps.find((step) => String(step.level) === name) ?? null;
}

/**
 * What one reminder of an older tool means for a debtor. The step is looked for in the debtor's own scenario; an invoice
 * that fell due after that day was not meant.
 */
export function takeOver(
  { number, level, day, debtor }: PastReminder,
  ledger: Ledger,
  { rules, today, map }: { rules: Rules; today: Day; map: ReadonlyMap<string, string> },
): Taking {
  if (day > today) {
    const reason = "is a day that has not come yet";
    return { column: "date", found: day, reason, fix: "mend the date in the list" };
  }
  const { scenario } = segmentOf(ledger, rules, today);
  if (scenario === null) {
    const reason = "is in no segment, so it has no scenario";
    return { column: "debtor", found: debtor, reason, fix: `dunning explain ${debtor}` };
  }
  const steps = scenario.steps.filter((each) => each.level !== null);
  const step = stepOf(steps, level, map);
  if (step === null || step.level === null) {
    const ids = steps.map(({ id }) => id);
    const close = nearest(level, ids);
    return {
      column: "level",
      found: level,
      reason: `is no step of scenario ${scenario.name} (${ids.join(", ")})`,
      fix: `say what it stands for: --map "${level}=${close ?? ids[0] ?? "STEP"}"`,
    };
  }
  const { id, channel, finalWarning, formalNotice } = step;
  const own = step.level;
  const taken = ledger.dossiers.flatMap(({ currency, cycle, items }): TakenOver[] => {
    const meant = items.filter((item) =>
      number === null ? item.open > 0 && item.due !== null && item.due < day : item.number === number,
    );
    if (meant.length === 0) return [];
    const keys = meant.map(({ key }) => key);
    return [
      {
        debtor: ledger.debtor.key,
        currency,
        cycle,
        scenario: scenario.name,
        step: id,
        level: own,
        channel,
        day,
        finalWarning,
        formalNotice,
        items: keys,
      },
    ];
  });
  return { taken };
}
