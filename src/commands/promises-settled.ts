import { planningDay } from "../core/planning-day.ts";
import { decided } from "../core/promise.ts";
import type { DebtorKey, PromiseToPay } from "../core/types.ts";
import { type Company, ledgersOf } from "./company.ts";
import { momentOf } from "./run-plan.ts";

interface Found {
  readonly debtor: DebtorKey;
  readonly promises: readonly PromiseToPay[];
}

/** Promises of which the newest balance tells what became of them, found but not kept yet. */
function* found(company: Company): Generator<Found> {
  const { store, rules } = company;
  const debtors = store.promises.waitedFor();
  const snapshot = store.imports.info();
  if (debtors.length === 0 || snapshot === null) return;
  const day = planningDay(rules, momentOf(company, snapshot));
  for (const ledger of ledgersOf(company, debtors)) {
    const before = new Set(
      ledger.dossiers
        .flatMap(({ promises }) => promises.filter(({ state }) => state === "open"))
        .map(({ id }) => id),
    );
    const promises = decided(day, ledger).dossiers.flatMap((dossier) =>
      dossier.promises.filter(({ id, state }) => state !== "open" && before.has(id)),
    );
    if (promises.length > 0) yield { debtor: ledger.debtor.key, promises };
  }
}

/** Promises that are not kept yet in the store, as they stand today: by id. For screens; writes nothing. */
export function promisesToday(company: Company): ReadonlyMap<string, PromiseToPay> {
  return new Map([...found(company)].flatMap(({ promises }) => promises).map((each) => [each.id, each]));
}

/** Keeps what the newest balance shows of promises: kept, partly kept, broken. Returns what was found. */
export function settlePromises(company: Company): readonly PromiseToPay[] {
  const { store, today } = company;
  // Walked to its end before anything is written.
  const all = [...found(company)];
  const snapshot = store.imports.info()?.id ?? 0;
  if (all.length > 0) {
    store.transaction(() => {
      for (const { debtor, promises } of all)
        store.promises.decide(promises, { debtor, snapshot, day: today });
    });
  }
  return all.flatMap(({ promises }) => promises);
}
