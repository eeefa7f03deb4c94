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
  /**
   * True once it is on the disk. `stands` is asked just before: false, and nothing was written of it. Rejects where it
   * could not be written.
   */
  readonly gate: (step: Step, stands: () => boolean) => Promise<boolean>;
  readonly outcome: (step: Step) => void;
  /** Writes what still waits. Throws what went wrong meanwhile. */
  readonly flush: () => void;
}

interface Gate {
  readonly step: Step;
  readonly stands: () => boolean;
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
  let gates: Gate[] = [];
  let timer: { readonly at: number; readonly id: NodeJS.Timeout } | null = null;
  let broken: { readonly error: unknown } | null = null;

  const write = (standing: readonly Gate[]): void => {
    if (broken !== null) throw broken.error;
    const steps = [...outcomes, ...standing.map(({ step }) => step)];
    if (steps.length === 0) return;
    // Taken out only once the store has them: a gate that fails must not take the outcomes before it along.
    const lines = outbox.together(() => steps.map((step) => step()));
    outcomes = [];
    journal.append(lines.filter((line) => line !== null));
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
    gate: (step, stands) =>
      new Promise((done, fail) => {
        gates.push({ step, stands, done, fail });
        if (gates.length >= underWay()) later();
        else within(GATHER_MS);
      }),
    outcome: (step) => {
      outcomes.push(step);
      within(SHARE_MS);
    },
    flush,
  };
}
