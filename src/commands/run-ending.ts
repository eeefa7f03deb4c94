import type { Context, Outcome } from "../context.ts";
import { daysBetween } from "../core/day.ts";
import type { Plan, SnapshotInfo } from "../core/types.ts";
import type { Delivered } from "../delivery/deliver.ts";
import { overtakenText } from "../delivery/last-look.ts";
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

/** How a message ended, and about whom it is: an id alone tells a person nothing, a name belongs in no cron mail. */
export function aboutMessage(
  { outbox }: Company["store"],
  id: string,
  ending: string,
  note?: string,
): string {
  const { debtor, channel } = outbox.show(id);
  const next = ending === "uncertain" ? `; next: dunning outbox show ${id}` : "";
  const why = note === undefined ? "" : `: ${ending === "superseded" ? overtakenText(note) : note}`;
  return `${debtor}: ${channel} ${id} ${ending}${why}${next}`;
}

/** What a person must see although nothing was sent for it. */
export function attention(
  { store }: Company,
  { snapshot, old, plan }: Pick<Ending, "snapshot" | "old" | "plan">,
  recovered: readonly string[],
): string[] {
  const said: string[] = [];
  if (snapshot.newerOnHold !== null) said.push(`balance ${snapshot.newerOnHold} is on hold: dunning imports`);
  if (old !== null) said.push(old);
  const before = plan.notActed
    .filter(({ code }) => code === "uncertain-message")
    .map(({ facts }) => String(facts["message"]));
  for (const id of new Set([...recovered, ...before])) said.push(aboutMessage(store, id, "uncertain"));
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
    counts.uncertain > 0 ||
    (stopped === null &&
      (listed > 0 ||
        snapshot.newerOnHold !== null ||
        old !== null ||
        plan.notActed.some(({ code }) => code === "uncertain-message")));
  if (person) return EXIT.person;
  return stopped !== null || counts.refused + counts.deferred + keptBack > 0 ? EXIT.partial : EXIT.done;
}
