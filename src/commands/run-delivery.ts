import { join } from "node:path";
import type { SavedPlan } from "../config/saved-plan.ts";
import type { Context } from "../context.ts";
import { isConfirmation, THANKS } from "../core/confirmation.ts";
import { addDays, daysBetween } from "../core/day.ts";
import type { Finished, Plan } from "../core/types.ts";
import { allowedIn } from "../delivery/address.ts";
import { type Delivered, deliver } from "../delivery/deliver.ts";
import { drafts } from "../delivery/drafts.ts";
import { openJournal } from "../delivery/journal.ts";
import { letters } from "../delivery/letters.ts";
import type { NewMessage, QueuedMessage, TransportName } from "../store/outbox.ts";
import { type Company, dayIn } from "./company.ts";
import { haltOf } from "./halt.ts";
import { paceOf, smtpTransport } from "./mail-server.ts";
import { programs } from "./programs.ts";
import { commandOf, type PlanOptions } from "./run-plan.ts";
import { differences } from "./saved-plan.ts";
import { JOURNAL } from "./sent-journal.ts";
import { logDelivered } from "./watched.ts";

/** How long the bytes of a message stay true: they name dates. */
const MESSAGE_LIFE_DAYS = 2;

export function newMessages(company: Company, finished: readonly Finished[]): NewMessage[] {
  const { email, letters: post } = company.config;
  const byPost: TransportName = post.transport === "command" ? "command" : "letters";
  return finished.map((each) => ({
    finished: each,
    transport: each.action.channel === "email" ? email.transport : byPost,
    notAfter: addDays(company.today, MESSAGE_LIFE_DAYS),
  }));
}

/** The last look: what a newer balance or a person changed since the message was planned. */
function recheck({ store }: Company): (message: QueuedMessage) => string | null {
  const newest = store.imports.info();
  return (message) => {
    const { id, snapshot, debtor, debtorKey, currency, channel, recipient } = message;
    if (store.tasks.rejectedSince(id)) return "rejected";
    const { master, persons } = store.debtors.get(debtor) ?? { master: null, persons: [] };
    if (master?.insolvent === 1) return "insolvent";
    const addresses = [master?.email, ...persons.map(({ email }) => email)];
    if (channel === "email" && !addresses.includes(recipient)) return "address-changed";
    if (channel === "email" && store.badAddresses.email(recipient) !== null) return "address-bad";
    if (store.answers.since(id)) return "answered";
    // What was agreed is what a confirmation says: it stands while any of it does. Thanks give way to it like a reminder.
    const open = () =>
      store.promises.list(debtorKey).some((each) => each.state === "open" && each.currency === currency);
    const confirms = isConfirmation(message) && message.step !== THANKS;
    if (confirms ? !open() : store.agreedSince(id)) return "agreed-since";
    if (newest !== null && newest.id === snapshot) return null;
    return store.imports.changedSince(snapshot, debtorKey, currency) ? "newer-balance" : null;
  };
}

/** Why nothing at all may leave now, also of what was queued before; null: go on. */
export function whyNothingLeaves({ store, today, rules }: Company): string | null {
  const balance = store.imports.info();
  if (balance === null) return "no balance has been taken in";
  if (balance.newerOnHold !== null) return `balance ${balance.newerOnHold} is on hold: dunning imports`;
  const age = daysBetween(balance.asOf, today);
  return age > rules.maxBalanceAge
    ? `the balance of ${balance.asOf} is ${age} days old: import a new one`
    : null;
}

/** A signal of the system, or the stop flag that somebody has set meanwhile. */
export const stopOf = (context: Context, { store }: Company): { readonly signal: string | null } => ({
  get signal() {
    return context.stop.signal ?? (haltOf(store) === null ? null : "stop");
  },
});

/** Takes everything that waits in the outbox through its states. The lock is held and the store recovered. */
export async function deliverWaiting(context: Context, company: Company): Promise<Delivered> {
  const { store, config, folder, today } = company;
  const smtp = await smtpTransport(context, company);
  const journal = openJournal(join(folder, JOURNAL));
  const started = dayIn(config.company.timezone, context.now());
  // --as-of moves the planning day; a run that goes on past midnight moves it on too.
  const dayNow = () => {
    const now = dayIn(config.company.timezone, context.now());
    return context.globals.asOf === null && now !== started ? now : today;
  };
  let shownAt = 0;
  try {
    const delivered = await deliver({
      outbox: store.outbox,
      journal,
      transports: {
        ...smtp,
        ...(await programs(company)),
        drafts: drafts(folder),
        letters: letters({
          company: folder,
          folder: config.letters.folder,
          printFile: async (pdfs) => (await import("../render/print-file.ts")).printFile(pdfs, context.home),
        }),
      },
      today: dayNow,
      now: context.now,
      pace: paceOf(company),
      confirmPosted: config.letters.confirm_posted,
      allowed: allowedIn(config.email.allow_domains),
      recheck: recheck(company),
      onProgress: (done, total) => {
        const now = context.now().getTime();
        if (now - shownAt < 200) return;
        shownAt = now;
        context.out.progress(`delivering ${done} of ${total}, ${total - done} left`);
      },
      stop: stopOf(context, company),
    });
    logDelivered(context, company, delivered);
    return delivered;
  } finally {
    journal.close();
    await smtp.smtp?.close();
    context.out.progress("");
  }
}

/** Messages that would leave by themselves in a run: planned today, and queued before. */
export interface Mails {
  readonly planned: number;
  readonly queued: number;
  readonly what: "e-mails" | "messages";
}

export function saidMails({ planned, queued, what }: Mails): string {
  return queued === 0
    ? `${planned} ${what} are due`
    : `${planned} ${what} are due and ${queued} wait from before`;
}

/** Whether messages of a channel leave by themselves: drafts and letters in files do not. */
const leaves = ({ config }: Company, channel: string): boolean =>
  channel === "email" ? config.email.transport !== "drafts" : config.letters.transport === "command";

/** What would leave by itself, of what was rendered and of what waits. */
export function mailsOf(company: Company, finished: readonly Finished[]): Mails {
  const { email } = company.config;
  const waits = ({ transport, channel }: QueuedMessage): boolean =>
    leaves(company, channel) && transport === (channel === "email" ? email.transport : "command");
  return {
    planned: finished.filter(({ action }) => leaves(company, action.channel)).length,
    queued: company.store.outbox.waiting().filter(waits).length,
    what: leaves(company, "letter") ? "messages" : "e-mails",
  };
}

const CHANGES_SAID = 20;

/** What stands in the way of a live run over SMTP: the cap, and a hash that is not the plan's. Null: nothing. */
export function overTheCap(
  company: Company,
  plan: Plan,
  mails: Mails,
  options: PlanOptions & { maxMessages?: number; approved?: { hash: string; saved: SavedPlan | null } },
): { code: string; message: string; changed?: readonly string[] } | null {
  const cap = options.maxMessages ?? company.config.limits.max_messages;
  const { approved } = options;
  const same = approved !== undefined && approved.hash.length >= 16 && plan.hash.startsWith(approved.hash);
  if (approved !== undefined && !same) {
    const changed = approved.saved === null ? [] : differences(approved.saved, plan);
    const first = changed.slice(0, CHANGES_SAID).map((line) => `\n  ${line}`);
    const more = changed.length > CHANGES_SAID ? `\n  ... and ${changed.length - CHANGES_SAID} more` : "";
    const short = plan.hash.startsWith(approved.hash);
    return {
      code: "plan-changed",
      message: `${short ? "this is only the beginning of the plan's hash" : "the plan of today has another hash"}: ${plan.hash.slice(0, 16)}; look through it again${first.join("")}${more}`,
      changed,
    };
  }
  const count = mails.planned + mails.queued;
  if (count <= cap || approved !== undefined) return null;
  const hash = plan.hash.slice(0, 16);
  return {
    code: "over-the-cap",
    message: `${saidMails(mails)}, ${cap} may leave in one run; nothing was sent. Look through them, then: ${commandOf(options)} --approve ${hash}`,
  };
}
