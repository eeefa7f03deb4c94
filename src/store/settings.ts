import type { Database } from "better-sqlite3";

/** Small facts of an installation, by name. */
export interface Settings {
  readonly get: (name: string) => string | null;
  readonly set: (name: string, value: string) => void;
  readonly remove: (name: string) => void;
}

export function settingsOf(db: Database): Settings {
  const read = db.prepare<[string], string>("SELECT value FROM setting WHERE name = ?").pluck();
  const write = db.prepare(
    "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  const forget = db.prepare("DELETE FROM setting WHERE name = ?");
  return {
    remove: (name) => void forget.run(name),
    get: (name) => read.get(name) ?? null,
    set: (name, value) => void write.run(name, value),
  };
}
