/** What a person settles before, or instead of, reminders: an insolvency to declare, doubts about our own side. */

import type { Proposal } from "./action.ts";
import { type Candidate, type Standing, sumClaimable } from "./candidates.ts";
import { netOf } from "./claim.ts";
import { addDays } from "./day.ts";
import { toDecimal } from "./money.ts";
import type { Case } from "./next-step.ts";
import { ownStep } from "./own-step.ts";
import type { WhyNot } from "./reasons.ts";
import { dueUnder, parseTerms } from "./terms.ts";
import type { Cents, Day, OpenItem, Task } from "./types.ts";

type MatterKind = Extract<Task["kind"], "declare-claim" | "own-side">;

const taskOf = ({ dossier }: Standing, kind: MatterKind): Task | null =>
  dossier.tasks.findLast((task) => task.kind === kind && task.cycle === dossier.cycle) ?? null;

function proposalOf(
  of: Case,
  kind: MatterKind,
  listed: readonly Candidate[],
  { claimed, about }: { readonly claimed: Cents; readonly about: NonNullable<Proposal["about"]> },
): Proposal | null {
  const [leader] = listed;
  if (leader === undefined) return null;
  const route = { kind: "task", task: kind, channel: "letter", warnings: [], because: "" } as const;
  return { of, step: ownStep(kind), route, leader, counting: of.standing.counting, listed, claimed, about };
}

/**
 * Of an insolvent debtor: the claim is to be declared, all of it, due or not (in France within two months of the
 * publication in the BODACC: Code de commerce, L622-24 and R622-24). Null: it is on the list or was declared.
 */
export function insolvencyOf(of: Case): Proposal | null {
  const { day, standing } = of;
  if (taskOf(standing, "declare-claim") !== null) return null;
  const owed = standing.dossier.items.filter(({ open }) => open > 0);
  const listed = owed.map((item): Candidate => {
    const age = item.due === null ? 0 : day.age(item.due);
    return { item, age, claimable: item.open, covered: false };
  });
  const sorted = listed.sort((a, b) => b.age - a.age || a.item.key - b.item.key);
  const claimed = Math.max(0, standing.open) as Cents;
  const reason = "insolvent: declare the claim, with all that is owed, due or not";
  return proposalOf(of, "declare-claim", sorted, { claimed, about: { id: "insolvency", reason } });
}

/** The task that says so, for the worklist. */
export const insolvencyFacts = (standing: Standing): WhyNot["facts"] => {
  const task = taskOf(standing, "declare-claim");
  return task === null || task.state !== "open" ? {} : { task: task.id };
};

/** Days after which a doubt of which nobody said anything holds nothing back any more. */
const LAPSES_AFTER = 5;

/** What may be wrong on our own side; empty: nothing that is known. */
export function ownSideDoubts({ ledger, standing }: Pick<Case, "ledger" | "standing">): string[] {
  const { candidates, credits, dossier } = standing;
  return [
    ...candidates.flatMap(({ item }) =>
      item.sent ? [] : [`invoice ${item.number} was not sent to the customer, as the books say`],
    ),
    ...unallocated(candidates, credits, dossier.currency),
    ...otherTerms(candidates, ledger.debtor.terms),
  ];
}

/** A payment that nobody has put against the invoice that it pays: the claim would be less, and the wrong one. */
function unallocated(
  candidates: readonly Candidate[],
  credits: readonly OpenItem[],
  currency: string,
): string[] {
  const whole = candidates.reduce((total, { item }) => total + item.open, 0);
  return credits.flatMap((credit) => {
    if (credit.type !== "payment") return [];
    const amount = 0 - credit.open;
    const of = candidates.find(({ item }) => item.open === amount);
    const what =
      of === undefined ? (whole === amount ? "all that is overdue" : null) : `invoice ${of.item.number}`;
    if (what === null) return [];
    const money = `${toDecimal(amount as Cents, currency)} ${currency}`;
    return [`payment ${credit.number || "on account"} of ${money} equals ${what}: allocate it first`];
  });
}

/** Terms that were agreed go before what is printed on an invoice; null: none are known. */
function otherTerms(candidates: readonly Candidate[], text: string | null): string[] {
  const terms = text === null ? null : parseTerms(text);
  if (terms === null) return [];
  return candidates.flatMap(({ item: { number, issued, due, dueDerived } }) => {
    if (issued === null || due === null || dueDerived) return [];
    const agreed = dueUnder(terms, issued);
    return agreed > due
      ? [`terms differ: ${number} is due on ${due} in the books, on ${agreed} as agreed (${text})`]
      : [];
  });
}

export type Gate =
  | { readonly kind: "open" }
  | { readonly kind: "ask"; readonly proposal: Proposal }
  | { readonly kind: "shut"; readonly why: WhyNot };

/** Before the first contact of a dossier: what is known to be doubtful on our side waits for a word, five days long. */
export function ownSideGate(of: Case): Gate {
  const { day, standing } = of;
  const { dossier } = standing;
  const fresh =
    dossier.contacts.every(({ cycle }) => cycle !== dossier.cycle) &&
    standing.counting.every(({ item }) => item.level === 0);
  if (!fresh) return { kind: "open" };
  const doubts = ownSideDoubts(of);
  const [first] = doubts;
  if (first === undefined) return { kind: "open" };
  const said = doubts.length === 1 ? first : `${first} (and ${doubts.length - 1} more)`;
  const task = taskOf(standing, "own-side");
  if (task === null) {
    const claimed = netOf(sumClaimable(standing.candidates), standing);
    const proposal = proposalOf(of, "own-side", standing.counting, {
      claimed,
      about: { id: "own-side", reason: said },
    });
    return proposal === null ? { kind: "open" } : { kind: "ask", proposal };
  }
  if (task.state === "rejected") return { kind: "shut", why: shut(said, task, null) };
  const until = addDays(task.listed, LAPSES_AFTER);
  if (task.state !== "open" || day.today >= until) return { kind: "open" };
  return { kind: "shut", why: shut(said, task, day.roll(until)) };
}

function shut(said: string, { id, listed, state }: Task, nextPossible: Day | null): WhyNot {
  const ask =
    state === "rejected"
      ? "nothing leaves until it is settled in the books"
      : `dunning approve ${id} lets it go`;
  return { code: "own-side", reason: `${said}; ${ask}`, facts: { task: id, listed }, nextPossible };
}
