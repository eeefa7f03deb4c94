import type { Context, Outcome } from "../context.ts";
import { type Explanation, explain } from "../core/explain.ts";
import { limitationText } from "../core/limitation.ts";
import { toDecimal } from "../core/money.ts";
import type { Day } from "../core/types.ts";
import { EXIT } from "../problem.ts";
import { table } from "../table.ts";
import { withCompany } from "./company.ts";
import { actionDocument, notActedDocument, shown } from "./plan-document.ts";
import { momentOf, newestBalance } from "./run-plan.ts";

/** `dunning explain DEBTOR`: the segment and the rule that won, the stage, every item, the next step and its date. */
export async function explainDebtor(context: Context, id: string): Promise<Outcome> {
  return await withCompany(context, "read", (company) => {
    const debtor = company.store.debtors.find(id).id;
    const moment = momentOf(company, newestBalance(company));
    const [ledger] = company.store.ledgers({ debtors: [debtor], paid: true });
    if (ledger === undefined) throw new Error(`the store has no ledger of a debtor that it knows: ${debtor}`);
    const explanation = explain(ledger, company.rules, moment);
    sayExplanation(context, explanation, company.today);
    return {
      exit: EXIT.done,
      company: company.company.name,
      asOf: company.today,
      document: documentOf(explanation),
    };
  });
}

function documentOf({ dossiers, items, ...rest }: Explanation): Record<string, unknown> {
  return {
    ...rest,
    items: items.map((item) => ({ ...item, open: toDecimal(item.open, item.currency) })),
    dossiers: dossiers.map(({ open, overdue, credits, actions, notActed, lastContact, ...dossier }) => ({
      ...dossier,
      open: toDecimal(open, dossier.currency),
      overdue: toDecimal(overdue, dossier.currency),
      credits: toDecimal(credits, dossier.currency),
      lastContact:
        lastContact === null
          ? null
          : {
              step: lastContact.step,
              channel: lastContact.channel,
              day: lastContact.day,
              deadline: lastContact.deadline,
            },
      actions: actions.map((action) => actionDocument(action)),
      notActed: notActed.map(notActedDocument),
    })),
  };
}

function payerText({
  class: payer,
  days,
  paid,
  late,
  broken,
  estimated,
  factor,
}: Explanation["payer"]): string | null {
  if (payer === null || days === null) return null;
  const on = days === 0 ? "on the due date" : `${Math.abs(days)} days ${days > 0 ? "late" : "early"}`;
  const of = [`${paid} paid${estimated ? " (days estimated between two balances)" : ""}`, `${late} late now`];
  const promises =
    broken === 0 ? "" : `, one class worse for ${broken} broken promise${broken === 1 ? "" : "s"}`;
  const pace = factor === 1 ? "" : `; days and gaps x ${factor}`;
  return `Payer class ${payer}: ${on} on the mean by amount, over ${of.join(" and ")}${promises}${pace}.`;
}

/** What is settled at our own desk goes by no channel. */
const byWay = (step: string, channel: string | null): string =>
  step === "own-side" || step === "declare-claim" ? "" : ` by ${channel}`;

function sayExplanation({ out }: Context, explanation: Explanation, today: Day): void {
  const { segment, dossiers, items, next } = explanation;
  const won = segment.tried.find(({ matched }) => matched);
  out.say(`${out.paint("bold", `${explanation.debtor} ${explanation.name}`)}, on ${today}`);
  out.say(
    won === undefined
      ? "Segment: none matches, so there is no scenario."
      : `Segment ${segment.name}, because ${won.rule}; scenario ${segment.scenario}.`,
  );
  for (const { name, rule } of segment.tried.filter(({ matched }) => !matched)) {
    out.say(`  not ${name}: ${rule} is false`);
  }
  const { language, from, because: decidedBy, warning } = explanation.language;
  out.say(`Language ${language}, from the ${from}: ${decidedBy}.`);
  if (warning !== null) out.say(`  ${out.paint("warn", warning)}`);
  const payer = payerText(explanation.payer);
  if (payer !== null) out.say(payer);
  if (dossiers.length === 0) out.say(`\nNothing leaves: ${next.because}`);
  for (const dossier of dossiers) {
    const { currency } = dossier;
    out.say(
      `\n${out.paint("bold", currency)}: open ${shown(dossier.open, currency)}, overdue ${shown(dossier.overdue, currency)}, credits ${shown(dossier.credits, currency)}`,
    );
    out.say(`  stage     ${dossier.stage}: ${dossier.stageBecause}`);
    if (dossier.leader !== null)
      out.say(`  oldest    ${dossier.leader || "the balance"}, ${dossier.age} days late`);
    if (dossier.lastContact !== null) {
      const { step, day, channel, deadline } = dossier.lastContact;
      out.say(
        `  last      ${day} ${step} by ${channel}${deadline === null ? "" : `, announced ${deadline}`}`,
      );
    }
    for (const { id, step, state } of dossier.underWay)
      out.say(`  under way ${step}, ${state}: dunning outbox show ${id}`);
    for (const action of dossier.actions) {
      out.say(
        `  today     ${action.step}${byWay(action.step, action.channel)} (${action.state}), ${shown(action.claimed, currency)}: ${action.reason}`,
      );
    }
    for (const { code, reason } of dossier.notActed) out.say(`  today     nothing (${code}): ${reason}`);
    const { step, channel, earliest, because } = dossier.next;
    out.say(
      `  next      ${step === null ? "no day is known" : `${step}${byWay(step, channel)} on ${earliest}`}: ${because}`,
    );
  }
  if (items.length === 0) return;
  const columns = [
    { header: "document" },
    { header: "due" },
    { header: "late", align: "right" as const },
    { header: "open", align: "right" as const },
    { header: "level", align: "right" as const },
    { header: "" },
    { header: "why", flexible: true },
  ];
  const rows = items.map((item) => [
    item.number || "(balance)",
    item.due ?? "-",
    item.daysOverdue === null || item.daysOverdue <= 0 ? "" : String(item.daysOverdue),
    shown(item.open, item.currency),
    item.level === 0 ? "" : String(item.level),
    item.state,
    item.reason,
  ]);
  out.say(`\n${table(columns, rows, out.width)}`);
  sayLimitation(out, items, today);
}

/** The claim that may lapse first, and what has recognised the debt. */
function sayLimitation(out: Context["out"], items: Explanation["items"], today: Day): void {
  const [first] = items
    .flatMap(({ number, limitation }) => (limitation === null ? [] : [{ number, limitation }]))
    .sort((a, b) => (a.limitation.until < b.limitation.until ? -1 : 1));
  if (first !== undefined)
    out.say(`\nLimitation: ${first.number || "the balance"} ${limitationText(first.limitation, today)}.`);
  for (const { number, recognitions } of items)
    for (const { day, how } of recognitions)
      out.say(`Recognised: ${number || "the balance"} by ${how} on ${day}.`);
}
