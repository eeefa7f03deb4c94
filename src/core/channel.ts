import { addresseeOf } from "./claim.ts";
import { addDays } from "./day.ts";
import { type PersonRole, type Reader, readerOf } from "./person.ts";
import type { PlanningDay } from "./planning-day.ts";
import type { WhyNot } from "./reasons.ts";
import type { Channel, Debtor, Dossier, Ledger, Step, Task } from "./types.ts";

export type MessageChannel = "email" | "letter" | "registered-letter";

/** How a step reaches the debtor today. */
export type Route =
  | {
      readonly kind: "message";
      readonly channel: MessageChannel;
      readonly reader: Reader;
      readonly warnings: readonly string[];
      /** Why it is not the step's own channel; "" where it is. */
      readonly because: string;
    }
  | {
      readonly kind: "task";
      readonly task: "call" | "visit" | "address" | "declare-claim" | "own-side";
      readonly channel: Channel;
      readonly warnings: readonly string[];
      readonly because: string;
    }
  | { readonly kind: "blocked"; readonly why: WhyNot }
  /** A call that nobody logged and that has no fallback: the scenario goes on. */
  | { readonly kind: "passed" };

/** A letter needs a street and a place; two lines may hold both. */
function hasPostalAddress(debtor: Debtor): boolean {
  if (debtor.postBad) return false;
  const place = debtor.postcode !== null || debtor.city !== null;
  return debtor.address.length > 1 || (debtor.address.length === 1 && place);
}

/** The step's channel (a letter in place of an e-mail where that is agreed), else its fallback, else a letter where a postal address is known, else an address search. */
export function routeOf(
  day: PlanningDay,
  ledger: Ledger,
  dossier: Dossier,
  step: Step,
  balanceOnly: boolean,
): Route {
  const refused = refusal(day, dossier, step);
  if (refused !== null) return { kind: "blocked", why: refused };
  // Without invoices there can be no letter.
  const agreed = ledger.debtor.channel === "letter" && !balanceOnly;
  const wanted = waysOf(step);
  const ways = new Set(wanted.map((way) => (agreed && way === "email" ? "letter" : way)));
  const notes = agreed && step.channel === "email" ? ["letters are agreed with this debtor"] : [];
  const role = addresseeOf(step, ledger.debtor.id, day);
  const debtor = withoutRefused(ledger.debtor, dossier, step);
  for (const channel of ways) {
    if (channel === "agency") return { kind: "blocked", why: outsideHelpLater(step) };
    if (channel === "call" || channel === "visit") {
      const found = personRoute(day, ledger.debtor, dossier, step, channel);
      if (typeof found !== "string") return found;
      notes.push(found);
      continue;
    }
    const message = messageRoute(debtor, role, channel, { balanceOnly, notes });
    if (message !== null) return message;
    notes.push(notReached(debtor, channel));
  }
  if (step.fallback === null && (step.channel === "call" || step.channel === "visit"))
    return { kind: "passed" };
  return messageRoute(debtor, role, "letter", { balanceOnly, notes }) ?? addressSearch(ledger, step, notes);
}

/** A hand-over is announced in writing, by its fallback or a letter, where it has a text. */
function waysOf({ channel, fallback, templates }: Step): readonly Channel[] {
  if (channel !== "agency" || templates.length === 0) return [channel, fallback ?? channel];
  return [fallback ?? "letter", "letter", "email"];
}

/** What a step could not deliver to an address it does not send there again, although another step may. */
function withoutRefused(debtor: Debtor, { refusals, cycle }: Dossier, { id }: Step): Debtor {
  const refused = new Set(
    refusals
      .filter((each) => each.step === id && each.cycle === cycle && each.channel === "email")
      .map(({ to }) => to),
  );
  if (refused.size === 0) return debtor;
  const isRefused = (address: string | null): boolean => address !== null && refused.has(address);
  return {
    ...debtor,
    emailBad: debtor.emailBad || isRefused(debtor.email),
    persons: debtor.persons.map((each) => (isRefused(each.email) ? { ...each, email: null } : each)),
  };
}

function notReached({ email, emailBad, postBad }: Debtor, channel: MessageChannel): string {
  if (channel === "email")
    return emailBad && email !== null ? "mail to the e-mail address came back" : "no usable e-mail address";
  return postBad ? "a letter to the postal address came back" : "no usable postal address";
}

function outsideHelpLater(step: Step): WhyNot {
  return {
    code: "outside-help-later",
    reason: `step ${step.id} hands over to an agency: by hand for now`,
    facts: { step: step.id },
    nextPossible: null,
  };
}

function refusal(day: PlanningDay, dossier: Dossier, step: Step): WhyNot | null {
  const found = dossier.refusals.find(
    (each) => each.step === step.id && each.cycle === dossier.cycle && each.from > day.today,
  );
  if (found === undefined) return null;
  const words = found.channel === "email" ? "e-mail" : found.channel;
  return {
    code: "message-refused",
    reason: `the ${words} of step ${step.id} did not arrive, another channel from ${found.from}`,
    facts: { step: step.id, channel: found.channel, from: found.from },
    nextPossible: day.roll(found.from),
  };
}

function messageRoute(
  debtor: Debtor,
  role: PersonRole | null,
  channel: MessageChannel,
  { balanceOnly, notes }: { readonly balanceOnly: boolean; readonly notes: readonly string[] },
): Route | null {
  const because = notes.join(", ");
  const reader = readerOf(debtor, role, channel === "email");
  if (channel === "email")
    return reader.email === null ? null : { kind: "message", channel, reader, warnings: [], because };
  if (balanceOnly || !hasPostalAddress(debtor)) return null;
  const missing = [debtor.postcode === null ? "postcode" : "", debtor.city === null ? "city" : ""];
  const gaps = missing.filter((each) => each !== "").join(" and ");
  const warnings = gaps === "" ? [] : [`the postal address has no ${gaps}`];
  return { kind: "message", channel, reader, warnings, because };
}

/** A call or visit: listed, waited for, or (as text) given up. */
function personRoute(
  day: PlanningDay,
  debtor: Debtor,
  dossier: Dossier,
  step: Step,
  channel: "call" | "visit",
): Route | string {
  const task = pendingTask(dossier, step, channel);
  if (task === null) {
    const warnings = channel === "call" && debtor.phone === null ? ["no telephone number is known"] : [];
    return { kind: "task", task: channel, channel, warnings, because: "" };
  }
  const until = step.timeout === null ? null : addDays(task.listed, step.timeout);
  const over = task.state === "expired" || (until !== null && until <= day.today);
  if (over) return `${channel} listed on ${task.listed} was not logged`;
  const why: WhyNot = {
    code: channel === "call" ? "waiting-for-call" : "waiting-for-visit",
    reason: `${channel} listed on ${task.listed}${until === null ? "" : `, falls back on ${until}`}`,
    facts: { step: step.id, task: task.id, listed: task.listed, until },
    nextPossible: until === null ? null : day.roll(until),
  };
  return { kind: "blocked", why };
}

/** The newest task of the step that is not settled by a later message or logged call of the same step. */
function pendingTask(dossier: Dossier, step: Step, kind: "call" | "visit"): Task | null {
  const contacts = dossier.contacts.filter((each) => each.step === step.id && each.cycle === dossier.cycle);
  const pending = dossier.tasks.filter(
    (task) =>
      task.kind === kind &&
      task.step === step.id &&
      task.cycle === dossier.cycle &&
      (task.state === "open" || task.state === "expired") &&
      !contacts.some((contact) => contact.day > task.listed),
  );
  return pending.reduce<Task | null>(
    (newest, task) => (newest === null || task.listed >= newest.listed ? task : newest),
    null,
  );
}

function addressSearch(ledger: Ledger, step: Step, notes: readonly string[]): Route {
  const open = ledger.dossiers
    .flatMap((dossier) => dossier.tasks)
    .find((task) => task.kind === "address" && task.state === "open");
  if (open === undefined) {
    const because = notes.join(", ");
    return { kind: "task", task: "address", channel: step.channel, warnings: [], because };
  }
  const why: WhyNot = {
    code: "address-missing",
    reason: `address search listed on ${open.listed}, step ${step.id} waits`,
    facts: { step: step.id, task: open.id, listed: open.listed },
    nextPossible: null,
  };
  return { kind: "blocked", why };
}
