import { join } from "node:path";
import type { Context, Outcome } from "../context.ts";
import { toDecimal } from "../core/money.ts";
import { overtakenText } from "../delivery/last-look.ts";
import { EXIT, Failure } from "../problem.ts";
import type { ListedMessage } from "../store/outbox.ts";
import type { ShownMessage } from "../store/outbox-read.ts";
import type { ShownState } from "../store/outbox-states.ts";
import { table } from "../table.ts";
import { withCompany, withLockedCompany } from "./company.ts";
import { shown } from "./plan-document.ts";
import { journalWord, refuseRestoredStore } from "./sent-journal.ts";

const STATES: readonly ShownState[] = [
  "queued",
  "sending",
  "committing",
  "sent",
  "drafted",
  "printed",
  "posted",
  "bounced",
  "returned",
  "deferred",
  "refused",
  "uncertain",
  "superseded",
  "void",
];

/** `dunning outbox list`: newest first. */
export async function outboxList(
  context: Context,
  options: { state?: readonly string[]; debtor?: string },
): Promise<Outcome> {
  const unknown = options.state?.find((state) => !STATES.some((each) => each === state));
  if (unknown !== undefined) {
    throw new Failure(EXIT.usage, {
      code: "unknown-state",
      message: "there is no such state of a message",
      found: unknown,
      expected: `one of ${STATES.join(", ")}`,
      fix: "dunning outbox list --state sent",
    });
  }
  return await withCompany(context, "read", ({ store, company, today }) => {
    const debtor = options.debtor === undefined ? undefined : store.debtors.find(options.debtor).id;
    const all = store.outbox.list(debtor === undefined ? {} : { debtor });
    const messages = options.state ? all.filter(({ state }) => options.state?.includes(state)) : all;
    const none =
      all.length === 0 && debtor === undefined ? "The outbox is empty." : "There are no such messages.";
    context.out.say(messages.length === 0 ? none : listing(messages, context.out.width));
    return { exit: EXIT.done, company: company.name, asOf: today, document: { messages } };
  });
}

function listing(messages: readonly ListedMessage[], width: number): string {
  const columns = [
    { header: "id" },
    { header: "debtor", flexible: true },
    { header: "step", flexible: true },
    { header: "channel" },
    { header: "state" },
    { header: "when" },
    { header: "to", flexible: true },
  ];
  const rows = messages.map((each) => [
    each.id,
    each.debtor,
    each.step,
    each.channel,
    each.state,
    (each.sentAt ?? each.queuedAt).slice(0, 16).replace("T", " "),
    each.to,
  ]);
  return table(columns, rows, width);
}

/** `dunning outbox show ID`: everything that is known of one message, and how to check an uncertain one. */
export async function outboxShow(context: Context, id: string): Promise<Outcome> {
  return await withCompany(context, "read", ({ store, company, today }) => {
    const message = store.outbox.show(id);
    const { claimed, total, currency, items, ...rest } = message;
    const document = {
      message: {
        ...rest,
        currency,
        claimed: toDecimal(claimed, currency),
        total: toDecimal(total, currency),
        items: items.map((item) => ({ ...item, claimed: toDecimal(item.claimed, currency) })),
      },
    };
    const lines = [
      `${message.id}  ${message.state}  ${message.channel}${message.to === "post" ? "" : ` to ${message.to}`}`,
      `  debtor     ${message.debtor} ${message.name}`,
      `  subject    ${message.subject}`,
      `  step       ${message.scenario} / ${message.step} (${message.template}, ${message.language})`,
      `  claimed    ${shown(claimed, currency)}, total ${shown(total, currency)}`,
      `  planned    for ${message.plannedOn} by run ${message.run}, on balance ${message.snapshot}; not after ${message.notAfter}`,
      ...courseOf(message),
      ...(message.messageId ? [`  Message-ID <${message.messageId}>`] : []),
      ...(message.file ? [`  file       ${message.file}`] : []),
      `  bytes      ${message.size}, SHA-256 ${message.sha256}`,
      ...items.map((item) => `  ${item.role.padEnd(11)} ${item.number}  ${shown(item.claimed, currency)}`),
    ];
    if (message.state === "uncertain") {
      lines.push(
        "",
        "It was handed over, and no answer came: nobody can know whether it arrived.",
        "Look for the Message-ID in the sent folder or the server's log, then",
        `  dunning outbox resolve ${id} --sent      it arrived`,
        `  dunning outbox resolve ${id} --resend    it did not`,
      );
    }
    context.out.say(lines.join("\n"));
    return { exit: EXIT.done, company: company.name, asOf: today, document };
  });
}

/** `2026-11-30 08:15 UTC` */
const moment = (at: string): string => `${at.slice(0, 16).replace("T", " ")} UTC`;

/** What became of it so far, one line for each thing that is known. */
function courseOf(message: ShownMessage): string[] {
  const { sentOn, sentAt, deadline, attempts, nextAttemptAt, response, postedOn, registered } = message;
  const { state, cameBackOn, cameBack } = message;
  const left =
    state === "uncertain" ? `not known${sentAt === null ? "" : `, handed over ${moment(sentAt)}`}` : null;
  const tries = attempts > 1 ? `, ${attempts} attempts` : "";
  return [
    `  sent       ${left ?? sentOn ?? "no"}${tries}${deadline ? `, announces ${deadline}` : ""}`,
    ...(state === "deferred" && nextAttemptAt !== null
      ? [`  next try   with the first run after ${moment(nextAttemptAt)}`]
      : []),
    ...(state === "superseded" && response ? [`  because    ${overtakenText(response)}`] : []),
    ...(state !== "superseded" && response ? [`  response   ${response}`] : []),
    ...(postedOn ? [`  posted     ${postedOn}${registered ? `, registered letter ${registered}` : ""}`] : []),
    ...(cameBack && state !== "refused" ? [`  came back  ${cameBackOn ?? "not taken"}: ${cameBack}`] : []),
  ];
}

/** `dunning outbox resolve ID --sent | --resend`. */
export async function outboxResolve(
  context: Context,
  id: string,
  options: { sent?: true; resend?: true },
): Promise<Outcome> {
  if ((options.sent === true) === (options.resend === true)) {
    throw new Failure(EXIT.usage, {
      code: "resolve-how",
      message: "say what became of the message",
      expected: "either --sent or --resend",
      fix: `dunning outbox show ${id}`,
    });
  }
  const as = options.sent ? "sent" : "resend";
  return await withLockedCompany(context, "outbox resolve", "write", (opened) => {
    const { store, company, today } = opened;
    refuseRestoredStore(opened);
    const { seq, anew } = store.outbox.resolve(id, as, today);
    journalWord(context, opened, { id, what: as, seq });
    context.out.say(
      as === "sent"
        ? `${id}: counts as sent.`
        : anew
          ? `${id}: its bytes were lost with the newer store; the next run writes it anew.`
          : `${id}: queued again; the next run sends the same bytes.`,
    );
    return { exit: EXIT.done, company: company.name, asOf: today, document: { id, resolved: as } };
  });
}

/** `dunning outbox retry [ID...]`: the next run sends them, with all that it looks at before. */
export async function outboxRetry(context: Context, ids: readonly string[]): Promise<Outcome> {
  return await withLockedCompany(context, "outbox retry", "write", (opened) => {
    const { store, company, today } = opened;
    refuseRestoredStore(opened);
    const queued = store.outbox.retry([...new Set(ids)], today);
    context.out.say(
      queued.length === 0
        ? "No message is deferred."
        : `${queued.join(", ")}: queued again; to send now: dunning run`,
    );
    return { exit: EXIT.done, company: company.name, asOf: today, document: { queued } };
  });
}

/** `dunning outbox void ID`: the levels are given back, so the step falls due again. */
export async function outboxVoid(context: Context, id: string): Promise<Outcome> {
  return await withLockedCompany(context, "outbox void", "write", (opened) => {
    const { store, company, today, folder } = opened;
    refuseRestoredStore(opened);
    const { file, seq } = store.outbox.void(id, today);
    journalWord(context, opened, { id, what: "void", seq });
    context.out.say(`${id}: taken back; its step falls due again.`);
    if (file !== null)
      context.out.say(
        `Do not send ${join(folder, file)}: the file is kept, you may delete it.${file.endsWith(".pdf") ? " The batch's print.pdf still holds it." : ""}`,
      );
    return {
      exit: EXIT.done,
      company: company.name,
      asOf: today,
      document: { id, state: "void", file },
    };
  });
}
