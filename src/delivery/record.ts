import type { Outbox } from "../store/outbox.ts";
import type { Journal, JournalLine } from "./journal.ts";

/** Changes the store inside a transaction that is open; returns the journal's line about it, if it hears of it. */
export type Step = () => JournalLine | null;

/** How long an outcome waits for the next gate, to share its commit. */
const SHARE_MS = 20;

/**
 * What becomes of messages, in store and journal, in this order. A gate is on the disk when it returns. An outcome shares
 * the commit of the next gate, or is written a moment later: what a crash takes with it then is certainty, never a
 * message (design: a message in the gate is uncertain, and shown to a person).
 */
export interface Record {
  readonly gate: (step: Step) => void;
  readonly outcome: (step: Step) => void;
  /** Writes what still waits. Throws what went wrong meanwhile. */
  readonly flush: () => void;
}

export function recording(outbox: Pick<Outbox, "together">, journal: Pick<Journal, "append">): Record {
  let waiting: Step[] = [];
  let timer: NodeJS.Timeout | null = null;
  let broken: { readonly error: unknown } | null = null;

  const write = (more: readonly Step[]): void => {
    if (broken !== null) throw broken.error;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const steps = [...waiting, ...more];
    if (steps.length === 0) return;
    // Taken out only once the store has them: a gate that fails must not take the outcomes before it along.
    const lines = outbox.together(() => steps.map((step) => step()));
    waiting = [];
    journal.append(lines.filter((line) => line !== null));
  };
  const later = (): void => {
    try {
      write([]);
    } catch (error) {
      broken = { error };
    }
  };
  return {
    gate: (step) => write([step]),
    outcome: (step) => {
      waiting.push(step);
      timer ??= setTimeout(later, SHARE_MS);
    },
    flush: () => write([]),
  };
}
