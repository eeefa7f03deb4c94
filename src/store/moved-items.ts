import type { Database } from "better-sqlite3";
import type { ItemKey } from "../core/types.ts";

/** Documents that stood under two codes of a customer. */
export interface MovedItems {
  /** The same list, with the other key of each such document. */
  readonly both: (items: readonly ItemKey[]) => readonly ItemKey[];
  /** The key under which a document is open now, where it is under the other one. */
  readonly openOne: (item: ItemKey, isOpen: (item: ItemKey) => boolean) => ItemKey;
}

const NONE: MovedItems = { both: (items) => items, openOne: (item) => item };

/** Of the moment in which it is asked for; nearly always there are none. */
export function movedItemsOf(db: Database): () => MovedItems {
  const all = db.prepare<[], [ItemKey, ItemKey]>("SELECT gone, here FROM moved_item").raw();
  return () => {
    const rows = all.all();
    if (rows.length === 0) return NONE;
    const others = new Map<ItemKey, ItemKey[]>();
    const link = (a: ItemKey, b: ItemKey): void => {
      others.set(a, [...(others.get(a) ?? []), b]);
    };
    for (const [gone, here] of rows) {
      link(gone, here);
      link(here, gone);
    }
    /** A document may have moved several times. */
    const group = (item: ItemKey): ReadonlySet<ItemKey> => {
      const found = new Set([item]);
      for (const each of found) for (const other of others.get(each) ?? []) found.add(other);
      return found;
    };
    return {
      both: (items) => [...new Set(items.flatMap((item) => (others.has(item) ? [...group(item)] : [item])))],
      openOne: (item, isOpen) =>
        !others.has(item) || isOpen(item) ? item : ([...group(item)].find(isOpen) ?? item),
    };
  };
}
