import type { OpenItem } from "./types.ts";

type Ordered = Pick<OpenItem, "due" | "number" | "issued" | "open" | "key">;

/** Oldest due first, then number; what is left makes the order the same whatever the rows' order was. */
export function byAge(a: Ordered, b: Ordered): number {
  if (a.due !== b.due) {
    if (a.due === null) return 1;
    if (b.due === null) return -1;
    return a.due < b.due ? -1 : 1;
  }
  if (a.number !== b.number) return a.number < b.number ? -1 : 1;
  const issuedA = a.issued ?? "";
  const issuedB = b.issued ?? "";
  if (issuedA !== issuedB) return issuedA < issuedB ? -1 : 1;
  return a.open - b.open || a.key - b.key;
}
