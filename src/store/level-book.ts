import type { Database } from "better-sqlite3";
import type { Day } from "../core/types.ts";

export interface LevelBook {
  readonly record: (id: string, day: Day) => void;
  readonly giveBack: (id: string) => void;
}

/** What an item has been told, written when a message leaves and taken away when it is taken back. */
export function levelBook(db: Database): LevelBook {
  // The first to tell an item something stays on record: a letter must not fail after it left.
  const levels = db.prepare(`
    INSERT INTO item_level (item, life, level, step, message, day)
    SELECT mi.item, i.life, mi.level, m.step, m.id, @day
    FROM message_item mi JOIN item i ON i.key = mi.item JOIN message m ON m.id = mi.message
    WHERE mi.message = @id AND mi.level IS NOT NULL
    ON CONFLICT (item, life, level) DO NOTHING`);
  const courtesies = db.prepare(`
    INSERT INTO item_courtesy (item, due, message)
    SELECT mi.item, mi.due, m.id FROM message_item mi JOIN message m ON m.id = mi.message
    WHERE mi.message = @id AND m.level IS NULL AND mi.role = 'claimed' AND mi.due IS NOT NULL
    ON CONFLICT (item, due) DO NOTHING`);
  // The history stays in the message, its items and the events; these rows say only what still counts.
  const noLevels = db.prepare("DELETE FROM item_level WHERE message = ?");
  const noCourtesies = db.prepare("DELETE FROM item_courtesy WHERE message = ?");
  return {
    record: (id, day) => {
      levels.run({ id, day });
      courtesies.run({ id, day });
    },
    giveBack: (id) => {
      noLevels.run(id);
      noCourtesies.run(id);
    },
  };
}
