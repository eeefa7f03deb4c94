import type { Outbox } from "../store/outbox.ts";
import type { Journal, JournalLine } from "./journal.ts";

/** Changes the store inside a transaction that is open; returns the journal's line about it, if it hears of it. */
export type Step = () => JournalLine | null;

/** How long an outcome waits for the next gate, to share its commit. */
const SHARE_MS = 20;
/** How long a gate waits for those of the other messages on their way: about as long as the flushes that they share. */
const GATHER_MS = 2;

/**
 * What becomes of messages, in store and journal, in this order: one commit and one flush of the journal for all that are
 * at their gate together. An outcome goes with the next gates, or is written a moment later: what a crash takes with it
 * then is certainty, never a message (design: a message in the gate is uncertain, and shown to a person).
 */
export interface Record {
  /** True once it is on the disk, false where it did not stand any more. Rejects where it could not be written. */
  readonly gate: (gate: Gate) => Promise<boolean>;
  readonly outcome: (step: Step) => void;
  /** Writes what still waits, also what could not be written before. Throws what went wrong meanwhile. */
  readonly flush: () => void;
}

export interface Gate {
  readonly step: Step;
  /** Asked just before: false, and nothing is written of it. */
  readonly stands: () => boolean;
  /** Takes the step back where the journal could not be written: nothing has left. */
  readonly undo: () => void;
}

interface Waiting extends Gate {
  readonly done: (written: boolean) => void;
  readonly fail: (error: unknown) => void;
}

/** `underWay`: how many messages are on their way; once all of them are at the gate nothing is waited for. */
export function recording(
  outbox: Pick<Outbox, "together">,
  journal: Pick<Journal, "append">,
  underWay: () => number,
): Record {
  let outcomes: Step[] = [];
  let gates: Waiting[] = [];
  let timer: { readonly at: number; readonly id: NodeJS.Timeout } | null = null;
  let broken: { readonly error: unknown } | null = null;

  const write = (standing: readonly Gate[]): void => {
    // Nothing more leaves; what the server has answered is still written where it can be.
    if (broken !== null && standing.length > 0) throw broken.error;
    const steps = [...outcomes, ...standing.map(({ step }) => step)];
    if (steps.length === 0) return;
    // Taken out only once the store has them: a gate that fails must not take the outcomes before it along.
    const lines = outbox.together(() => steps.map((step) => step()));
    outcomes = [];
    try {
      journal.append(lines.filter((line) => line !== null));
    } catch (error) {
      if (standing.length > 0) outbox.together(() => standing.forEach(({ undo }) => undo()));
      throw error;
    }
  };
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer.id);
    timer = null;
    const standing = gates.filter(({ stands }) => stands());
    for (const gate of gates) if (!standing.includes(gate)) gate.done(false);
    gates = [];
    try {
      write(standing);
    } catch (error) {
      if (standing.length === 0) throw error;
      for (const { fail } of standing) fail(error);
      return;
    }
    for (const { done } of standing) done(true);
  };
  const later = (): void => {
    try {
      flush();
    } catch (error) {
      broken = { error };
    }
  };
  const within = (ms: number): void => {
    const at = performance.now() + ms;
    if (timer !== null && timer.at <= at) return;
    if (timer !== null) clearTimeout(timer.id);
    timer = { at, id: setTimeout(later, ms) };
  };
  return {
    gate: (gate) =>
      new Promise((done, fail) => {
        gates.push({ ...gate, done, fail });
        if (gates.length >= underWay()) later();
        else within(GATHER_MS);
      }),
    outcome: (step) => {
      outcomes.push(step);
      within(SHARE_MS);
    },
    flush: () => {
      flush();
      if (broken !== null) throw broken.error;
    },
  };
}
