import type { Database } from "better-sqlite3";
import type { TakenOver } from "../core/takeover.ts";
import type { Day } from "../core/types.ts";
import { tried } from "./atomic.ts";
import type { Events } from "./events.ts";

/** Steps that an older tool has carried out. */
export interface Takeovers {
  /** All or nothing. What is known already is left as it is; returns how many are new. */
  readonly record: (
    taken: readonly TakenOver[],
    at: { readonly day: Day; readonly dryRun: boolean },
  ) => { readonly recorded: number; readonly known: number };
}

const INSERT = `
INSERT OR IGNORE INTO takeover (debtor, currency, cycle, scenario, step, level, channel, day, final_warning, formal_notice, items)
VALUES (@debtor, @currency, @cycle, @scenario, @step, @level, @channel, @day, @finalWarning, @formalNotice, @items)`;

const LEVEL = `
INSERT OR IGNORE INTO item_level (item, life, level, step, day)
SELECT key, life, @level, @step, @day FROM item WHERE key = @item`;

export function takeoversOf(db: Database, events: Events): Takeovers {
  const insert = db.prepare(INSERT);
  const level = db.prepare(LEVEL);
  const one = (each: TakenOver, day: Day): boolean => {
    const { finalWarning, formalNotice, items, ...rest } = each;
    const { changes } = insert.run({
      ...rest,
      finalWarning: finalWarning ? 1 : 0,
      formalNotice: formalNotice ? 1 : 0,
      items: JSON.stringify(items),
    });
    if (changes === 0) return false;
    for (const item of items) level.run({ item, level: each.level, step: each.step, day: each.day });
    const { debtor, currency, cycle, step } = each;
    events.append({
      kind: "takeover",
      day,
      debtor,
      data: { currency, cycle, step, level: each.level, sent: each.day, items: items.length },
    });
    return true;
  };
  const record: Takeovers["record"] = (taken, { day }) => {
    const recorded = taken.filter((each) => one(each, day)).length;
    return { recorded, known: taken.length - recorded };
  };
  return { record: (taken, at) => tried(db, at.dryRun, () => record(taken, at)) };
}
