import type { Standing } from "./candidates.ts";
import { type Route, routeOf } from "./channel.ts";
import { toDecimal } from "./money.ts";
import type { Case } from "./next-step.ts";
import { ownStep } from "./own-step.ts";
import type { Course, LevelStep } from "./planning-day.ts";
import type { Channel, Day, Dossier, PromiseToPay, Step } from "./types.ts";

export const BROKEN_PROMISE = "broken-promise";

/** The call after a broken promise: its task waits so many days for a person. */
const STEP = ownStep(BROKEN_PROMISE, { channel: "call", timeout: 5 });

export const isPersonal = (channel: Channel | null): boolean => channel === "call" || channel === "visit";

/**
 * The newest promise that was not kept and that nobody has answered yet: by a call or visit, a new promise, or a step
 * that answers it in writing.
 */
export function unansweredPromise(dossier: Dossier, course: Course): PromiseToPay | null {
  const written = new Set(course.steps.filter((step) => answersInWriting(step)).map(({ id }) => id));
  const missed = dossier.promises.filter(
    (promise) =>
      (promise.state === "broken" || promise.state === "partly-kept") &&
      promise.cycle === dossier.cycle &&
      !dossier.promises.some(({ given }) => promise.decided !== null && given >= promise.decided) &&
      !dossier.contacts.some(
        ({ channel, step, day }) =>
          (isPersonal(channel) || written.has(step)) && promise.decided !== null && day >= promise.decided,
      ),
  );
  return missed.reduce<PromiseToPay | null>(
    (newest, each) => (newest === null || sinceOf(each) >= sinceOf(newest) ? each : newest),
    null,
  );
}

const sinceOf = ({ decided, date }: PromiseToPay): Day => decided ?? date;

function answersInWriting({ onBrokenPromise }: Step): boolean {
  return onBrokenPromise !== null && !isPersonal(onBrokenPromise);
}

/** The step as it is carried out after a broken promise, where it answers it in writing. `text`: in place of its own. */
export function answering(dossier: Dossier, course: Course, step: LevelStep, text: string | null): LevelStep {
  if (!answersInWriting(step) || unansweredPromise(dossier, course) === null) return step;
  const templates = text === null ? step.templates : [text];
  return { ...step, channel: step.onBrokenPromise ?? step.channel, templates };
}

export interface Answer {
  readonly step: Step;
  readonly route: Exclude<Route, { kind: "passed" }>;
  /** What the action is about: its id hangs on the promise. */
  readonly about: { readonly id: string; readonly reason: string };
}

/**
 * What a person does first, before any automatic mail; null: nothing, or the time for it has passed. `coming`: the
 * scenario's next step, which may say another way.
 */
export function answerOf({ day, ledger, standing, course }: Case, coming: Step | null): Answer | null {
  const { dossier, balanceOnly, counting } = standing;
  const promise = unansweredPromise(dossier, course);
  if (promise === null || (coming !== null && answersInWriting(coming))) return null;
  const channel = coming?.onBrokenPromise === "visit" ? "visit" : "call";
  // A call that the scenario wants anyway is made once: it leaves its level.
  const wanted = coming !== null && coming.channel === channel && coming.day <= (counting[0]?.age ?? 0);
  const step: Step = { ...STEP, channel, level: wanted ? coming.level : null };
  // A task of an earlier promise says nothing about this one.
  const since = sinceOf(promise);
  const fresh = { ...dossier, tasks: dossier.tasks.filter(({ listed }) => listed >= since) };
  const route = routeOf(day, ledger, fresh, step, balanceOnly);
  if (route.kind === "passed") return null;
  return { step, route, about: { id: promise.id, reason: whyFirst(promise, standing) } };
}

function whyFirst({ id, amount, date, paid, state }: PromiseToPay, { dossier }: Standing): string {
  const { currency } = dossier;
  const money = `${toDecimal(amount, currency)} ${currency}`;
  const part = state === "partly-kept" ? `, ${toDecimal(paid, currency)} came` : "";
  return `promise ${id} of ${money} for ${date} was not kept${part}`;
}
