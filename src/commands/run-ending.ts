import type { Context, Outcome } from "../context.ts";
import { daysBetween } from "../core/day.ts";
import type { Plan, SnapshotInfo } from "../core/types.ts";
import type { Delivered } from "../delivery/deliver.ts";
import { EXIT } from "../problem.ts";
import type { Company } from "./company.ts";
import type { Counts } from "./run-report.ts";

/** Why the balance is too old to act on, also on a day on which nothing would leave anyway; null: it is not. */
export function balanceTooOld(
  { rules, today }: Company,
  { notActed }: Plan,
  { asOf }: SnapshotInfo,
): string | null {
  const age = daysBetween(asOf, today);
  if (age > rules.maxBalanceAge && notActed.length > 0)
    return `the balance of ${asOf} is ${age} days old, at most ${rules.maxBalanceAge} are allowed: import a new one`;
  return notActed.find(({ code }) => code === "balance-too-old")?.reason ?? null;
}

/** What a person must see although nothing was sent for it. */
export function attention(
  snapshot: SnapshotInfo,
  old: string | null,
  uncertain: readonly string[],
): string[] {
  const said: string[] = [];
  if (snapshot.newerOnHold !== null) said.push(`balance ${snapshot.newerOnHold} is on hold: dunning imports`);
  if (old !== null) said.push(old);
  for (const id of uncertain) said.push(`message ${id} is uncertain: dunning outbox show ${id}`);
  return said;
}

/** What a run has come to; `listed`: tasks that are new; `old`: why the balance is too old. */
export interface Ending {
  readonly snapshot: SnapshotInfo;
  readonly plan: Plan;
  readonly counts: Counts;
  readonly listed: number;
  readonly old: string | null;
  readonly halted: boolean;
}

/** A signal first, then what stopped the delivery, a person who is needed, what was only done in part. */
export function exitOf(
  { stop }: Context,
  { snapshot, plan, counts, listed, old, halted }: Ending,
  { stopped, keptBack }: Delivered,
): Outcome["exit"] {
  if (stop.signal !== null) return stop.signal === "SIGINT" ? 130 : 143;
  if (stopped !== null && stopped.exit !== EXIT.partial) return stopped.exit;
  const person =
    halted ||
    (stopped === null &&
      (counts.uncertain > 0 ||
        listed > 0 ||
        snapshot.newerOnHold !== null ||
        old !== null ||
        plan.notActed.some(({ code }) => code === "uncertain-message")));
  if (person) return EXIT.person;
  return stopped !== null || counts.refused + counts.deferred + keptBack > 0 ? EXIT.partial : EXIT.done;
}
