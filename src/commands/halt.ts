import type { Context, Outcome } from "../context.ts";
import type { Store } from "../store/store.ts";
import { authorOf, recording, textOf } from "./recording.ts";

const NAME = "stopped";

interface Halt {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
}

/** The flag that keeps everything from leaving; null: it is not set. */
export function haltOf({ settings }: Pick<Store, "settings">): Halt | null {
  const text = settings.get(NAME);
  return text === null ? null : (JSON.parse(text) as Halt);
}

/** Why nothing leaves, as a sentence with the way out. */
export function haltText({ at, by, reason }: Halt): string {
  const why = reason === null ? "" : `: ${reason}`;
  return `${by} has stopped everything on ${at.slice(0, 10)} at ${at.slice(11, 16)} UTC${why}; dunning start lets it go on`;
}

/** `dunning stop`: nothing leaves any more, also of a run that is at work: it ends after the message in hand. */
export async function stop(
  context: Context,
  { reason, author }: { readonly reason?: string; readonly author?: string },
): Promise<Outcome> {
  return await recording(context, "write", ({ store }) => {
    const before = haltOf(store);
    const halt = before ?? {
      at: context.now().toISOString(),
      by: authorOf(context, author),
      reason: textOf(reason),
    };
    if (before === null) store.settings.set(NAME, JSON.stringify(halt));
    context.out.say(
      before === null
        ? "Stopped: nothing leaves until dunning start. Imports, dry runs and everything else go on."
        : `Stopped already: ${haltText(before)}.`,
    );
    return { stopped: halt };
  });
}

/** `dunning start`: what waits leaves with the next run. */
export async function start(context: Context): Promise<Outcome> {
  return await recording(context, "write", ({ store }) => {
    const before = haltOf(store);
    store.settings.remove(NAME);
    context.out.say(
      before === null ? "It was not stopped." : "What is due leaves with the next run: dunning run",
    );
    return { stopped: null, before };
  });
}
