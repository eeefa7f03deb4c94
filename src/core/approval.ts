import { fromMajor, toDecimal } from "./money.ts";
import type { WhyNot } from "./reasons.ts";
import type { Cents, Debtor, Dossier, Scenario, Step, Task } from "./types.ts";

/** Whether a person stands between a message and the debtor. */
export type Approval =
  | { readonly kind: "free" }
  | { readonly kind: "ask"; readonly because: string }
  | { readonly kind: "blocked"; readonly why: WhyNot };

/**
 * Decisions hold for one step of one cycle while the claim is not above the amount that was decided on; above it
 * the person is asked again, after a rejection too. A grant is used up by the message that left under it.
 */
export function approvalOf(
  debtor: Debtor,
  dossier: Dossier,
  scenario: Scenario,
  step: Step,
  claimed: Cents,
): Approval {
  const because = whyAsk(debtor, dossier, scenario, step, claimed);
  if (because === null) return { kind: "free" };
  const task = newestDecision(dossier, step, claimed);
  if (task === null) return { kind: "ask", because };
  if (task.state === "granted") return { kind: "free" };
  const open = task.state === "open";
  const since = open ? task.listed : (task.decided ?? task.listed);
  const why: WhyNot = {
    code: open ? "waiting-for-approval" : "approval-rejected",
    reason: open
      ? `approval ${task.id} asked on ${since}`
      : `rejected on ${since}${task.reason === null ? "" : `: ${task.reason}`}`,
    facts: { step: step.id, task: task.id, since },
    nextPossible: null,
  };
  return { kind: "blocked", why };
}

function whyAsk(
  debtor: Debtor,
  { currency }: Dossier,
  { approveAbove }: Scenario,
  step: Step,
  claimed: Cents,
): string | null {
  if (step.approve) return `step ${step.id} asks for approval`;
  // Its text says "today": a person hands the file over and lets the notice go on one day.
  if (step.channel === "agency") return `step ${step.id} tells the debtor that the file is handed over today`;
  if (debtor.strategic) return "strategic debtor";
  // A reminder before the due date claims nothing yet.
  if (approveAbove === null || (step.level === null && step.day < 0)) return null;
  const limit = fromMajor(approveAbove, currency);
  return claimed > limit ? `claim above ${toDecimal(limit, currency)} ${currency}` : null;
}

function newestDecision(dossier: Dossier, step: Step, claimed: Cents): Task | null {
  const { tasks, contacts, cycle } = dossier;
  let newest: Task | null = null;
  for (const task of tasks) {
    if (task.kind !== "approval" || task.step !== step.id || task.cycle !== cycle) continue;
    if (task.state === "expired" || task.state === "done") continue;
    if (task.maximum !== null && claimed > task.maximum) continue;
    const decided = task.decided ?? task.listed;
    const used = contacts.some(
      (each) => each.step === step.id && each.cycle === cycle && each.day >= decided,
    );
    if (task.state === "granted" && used) continue;
    if (newest === null || decided >= (newest.decided ?? newest.listed)) newest = task;
  }
  return newest;
}
