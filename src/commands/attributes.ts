import type { Finding, Loaded } from "../config/config.ts";
import { nearest } from "../core/nearest.ts";
import type { Store } from "../store/store.ts";

/** Rules that ask for an `attr` that no debtor has: they are never true, and only the store can know. */
export function unknownAttributes({ attributesAsked }: Loaded, store: Store): Finding[] {
  const asked = attributesAsked();
  if (asked.length === 0 || store.debtors.list().length === 0) return [];
  const names = store.debtors.attributes();
  return asked
    .filter(({ name }) => !names.includes(name))
    .map(({ name, where }) => {
      const near = nearest(name, names);
      return {
        severity: "warning" as const,
        code: "unknown-attribute",
        where,
        message: `no debtor has an attr.${name}: this rule is never true because of it`,
        found: `attr.${name}`,
        expected:
          names.length === 0
            ? "no import has kept further columns"
            : names.map((each) => `attr.${each}`).join(", "),
        fix: near === null ? "dunning inspect FILE shows what an import keeps" : `write attr.${near}`,
      };
    });
}
