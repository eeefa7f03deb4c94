import { createHash } from "node:crypto";
import { wayOf } from "../core/action.ts";
import { cents, digitsOf } from "../core/money.ts";
import type { Action, Cents, Currency, Finished, NotActed, Plan } from "../core/types.ts";
import { amountText } from "../core/wording.ts";
import { base64, escapeHtml, withPictures } from "./html.ts";
import { PREVIEW_SCRIPT, PREVIEW_STYLE } from "./preview-parts.ts";

export interface Preview {
  readonly company: string;
  readonly plan: Plan;
  /** What was rendered; actions without a message (calls, visits) are shown by what they are about. */
  readonly finished: readonly Finished[];
}

/** One action as the page's script sees it. */
interface Entry {
  readonly subject: string;
  readonly to: string;
  readonly warnings: readonly string[];
  readonly text: string;
  readonly html: string | null;
  readonly pdf: string | null;
  /** What goes with an e-mail; what is printed behind a letter stands in its PDF. */
  readonly files: readonly { readonly name: string; readonly pdf: string }[];
}

const money = (amount: Cents, currency: Currency): string => amountText(amount, currency, "en");

function plainAction(action: Action): string {
  const lines = action.items.map(
    ({ number, due, daysOverdue, open }) =>
      `${number || "balance"}  due ${due ?? "-"}  ${daysOverdue > 0 ? `${daysOverdue} days late` : ""}  ${money(open, action.currency)}`,
  );
  return [action.reason, "", ...lines, "", `total: ${money(action.total, action.currency)}`].join("\n");
}

function entryOf(action: Action, finished: Finished | undefined): Entry {
  if (finished === undefined)
    return {
      subject: `${wayOf(action)}: ${action.name}`,
      to: "for a person: nothing is written",
      warnings: action.warnings,
      text: plainAction(action),
      html: null,
      pdf: null,
      files: [],
    };
  const letter = finished.pages !== null;
  const pages = letter ? ` · ${finished.pages} page${finished.pages === 1 ? "" : "s"}` : "";
  return {
    subject: finished.subject,
    to: `${letter ? "by post" : `to ${finished.recipient}`}${pages} · ${action.name}`,
    warnings: finished.action.warnings,
    text: finished.text,
    html: finished.html === null ? null : withPictures(finished.html, finished.attachments),
    files: letter ? [] : filesOf(finished),
    pdf: letter ? base64(finished.bytes) : null,
  };
}

const filesOf = ({ attachments }: Finished): Entry["files"] =>
  attachments.filter(({ cid }) => cid === null).map(({ name, bytes }) => ({ name, pdf: base64(bytes) }));

function cell(text: string, kind = ""): string {
  return `<td${kind === "" ? "" : ` class="${kind}"`}>${escapeHtml(text)}</td>`;
}

function actionRow(action: Action, at: number): string {
  const { debtor, name, step, channel, state, reason, segment } = action;
  const words = [
    debtor,
    name,
    step,
    channel,
    state,
    segment,
    reason,
    ...action.items.map(({ number }) => number),
  ];
  const data = `data-at="${at}" data-step="${escapeHtml(step)}" data-channel="${channel}" data-debtor="${escapeHtml(debtor)}" data-amount="${action.total / 10 ** digitsOf(action.currency)}" data-warned="${action.warnings.length > 0 ? 1 : 0}" data-text="${escapeHtml(words.join(" ").toLowerCase())}"`;
  const mark = state === "due" ? "" : ` <span class="tag">${state.replace("-", " ")}</span>`;
  const warning =
    action.warnings.length > 0
      ? ` <span class="warn" title="${escapeHtml(action.warnings.join("\n"))}">⚠</span>`
      : "";
  const who = `<td><b>${escapeHtml(name)}</b>${warning}<br><span class="soft">${escapeHtml(debtor)} · ${escapeHtml(segment)}</span></td>`;
  const what = `<td>${escapeHtml(step)}<br><span class="tag">${wayOf(action)}</span>${mark}</td>`;
  return `<tr tabindex="0" ${data}>${who}${what}${cell(String(action.items.length), "n")}${cell(money(action.total, action.currency), "n")}${cell(reason, "soft")}</tr>`;
}

function leftOutRow(each: NotActed): string {
  const { debtor, name, currency, code, reason, nextPossible, overdue } = each;
  const words = [debtor, name, code, reason].join(" ").toLowerCase();
  const data = `data-step="" data-channel="" data-debtor="${escapeHtml(debtor)}" data-text="${escapeHtml(words)}"`;
  const who = `<td><b>${escapeHtml(name)}</b><br><span class="soft">${escapeHtml(debtor)}</span></td>`;
  return `<tr ${data}>${who}${cell(money(overdue, currency), "n")}${cell(code)}${cell(reason)}${cell(nextPossible ?? "")}</tr>`;
}

/** Those who are late row by row; the others, who owe nothing yet, only counted by their reason. */
function leftOut(notActed: readonly NotActed[]): string {
  const late = notActed.filter(({ overdue }) => overdue > 0);
  const counts = new Map<string, number>();
  for (const { code, overdue } of notActed) if (overdue <= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
  const reasons = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, count]) => `${escapeHtml(code)} ${count}`);
  const rest = reasons.length === 0 ? "" : `<p class="soft">With nothing overdue: ${reasons.join(", ")}.</p>`;
  if (late.length === 0) return `<p>Nobody who is late.</p>${rest}`;
  const heads = '<th>Debtor</th><th class="n">Overdue</th><th>Code</th><th>Why</th><th>Next possible</th>';
  const rows = late.map(leftOutRow).join("\n");
  return `<div class="scroll"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>${rest}`;
}

function options(values: readonly string[], all: string): string {
  const sorted = [...new Set(values)].sort();
  const each = sorted.map((value) => `<option value="${escapeHtml(value)}">${escapeHtml(value)}</option>`);
  return `<option value="">${all}</option>${each.join("")}`;
}

/** `12 email · €4,310.00`, one per channel and currency; what waits for a person apart. */
function totals(actions: readonly Action[]): string {
  const sums = new Map<string, { count: number; total: number; currency: Currency }>();
  for (const action of actions) {
    const { state, currency, total } = action;
    const way = wayOf(action);
    const key = [state === "due" ? way : `${way}, ${state.replace("-", " ")}`, currency].join("\0");
    const before = sums.get(key) ?? { count: 0, total: 0, currency };
    sums.set(key, { ...before, count: before.count + 1, total: before.total + total });
  }
  const parts = [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { count, total, currency }]) => {
      const label = escapeHtml(key.split("\0")[0] ?? "");
      return `<li>${count} ${label} · <b>${escapeHtml(money(cents(total), currency))}</b></li>`;
    });
  return parts.length === 0 ? "<li>nothing is due</li>" : parts.join("");
}

/** JSON that cannot end its script element. */
function embedded(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function head(company: string, scriptHash: string): string {
  // Nothing from outside; only this script; e-mails keep their inline styles inside their frames.
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; frame-src blob:; object-src blob:; img-src data:`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>Preview: ${escapeHtml(company)}</title>
<style>${PREVIEW_STYLE}</style>
</head>`;
}

/**
 * One HTML file to look through everything before it leaves: who gets what and why, each e-mail and letter, what is
 * left out and why. Nothing in it can act: data is text, e-mails stand in sandboxed frames, letters are embedded.
 */
export function previewPage({ company, plan, finished }: Preview): string {
  const { actions, notActed } = plan;
  const byId = new Map(finished.map((each) => [each.action.id, each]));
  const entries = actions.map((action) => entryOf(action, byId.get(action.id)));
  const shown = actions.map((action) => byId.get(action.id)?.action ?? action);
  const scriptHash = createHash("sha256").update(PREVIEW_SCRIPT).digest("base64");
  return `${head(company, scriptHash)}
<body>
<header>
<h1>${escapeHtml(company)}: what would leave on ${plan.today}</h1>
<p class="soft">Nothing has left. Balance ${plan.snapshot}, plan ${escapeHtml(plan.hash.slice(0, 12))}. <code>dunning run</code> does exactly this.</p>
<ul class="totals">${totals(actions)}</ul>
</header>
<main>
<div class="side">
<form id="filter">
<input id="words" type="search" placeholder="debtor, invoice, reason ..." aria-label="Filter by text">
<select id="debtor" aria-label="Debtor">${options(
    actions.map(({ debtor }) => debtor),
    "all debtors",
  )}</select>
<select id="step" aria-label="Step">${options(
    actions.map(({ step }) => step),
    "all steps",
  )}</select>
<select id="channel" aria-label="Channel">${options(
    actions.map(({ channel }) => channel),
    "all channels",
  )}</select>
<input id="amount" type="number" min="0" step="any" placeholder="from amount" aria-label="From this amount on">
<label><input id="warned" type="checkbox"> with a warning</label>
<span class="soft" id="count"></span>
</form>
<div class="scroll"><table>
<thead><tr><th>Debtor</th><th>Step</th><th class="n">Items</th><th class="n">Claimed</th><th>Why</th></tr></thead>
<tbody>${shown.map(actionRow).join("\n")}</tbody>
</table></div>
</div>
<div class="view">
<div class="head"><b id="subject"></b><br><span class="soft" id="to"></span> <span class="warn" id="warnings"></span></div>
<div class="tabs"><button type="button" data-kind="html">E-mail</button><button type="button" data-kind="phone">Phone</button><button type="button" data-kind="pdf">Letter</button><button type="button" data-kind="text">Text</button></div>
<div class="tabs" id="files"></div>
<div class="frame" id="frame"></div>
</div>
</main>
<section class="wide">
<h2>Left out, and why</h2>
${leftOut(notActed)}
</section>
<script type="application/json" id="data">${embedded(entries)}</script>
<script>${PREVIEW_SCRIPT}</script>
</body>
</html>
`;
}
