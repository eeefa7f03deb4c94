import { wayOf } from "../core/action.ts";
import { addDays, daysBetween } from "../core/day.ts";
import type { Foreseen } from "../core/foresight.ts";
import type { Day } from "../core/types.ts";
import { amountText } from "../core/wording.ts";
import { escapeHtml } from "./html.ts";

export interface ForesightPage {
  readonly company: string;
  readonly today: Day;
  readonly until: Day;
  readonly assumed: string;
  readonly found: readonly Foreseen[];
  /** By channel or task; `cost`: of all of them, as text. */
  readonly totals: readonly {
    readonly channel: string;
    readonly count: number;
    readonly cost: string | null;
  }[];
}

const STYLE = `
:root{--ink:#1f2933;--soft:#5f6b7a;--rule:#d9dee4;--shade:#f5f7f9}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1100px;padding:18px 24px 60px;color:var(--ink);background:#fff;font:15px/1.45 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Arial,sans-serif}
h1{margin:0;font-size:20px}h2{margin:26px 0 8px;font-size:17px}.soft{color:var(--soft);font-size:13px}
table{width:100%;border-collapse:collapse;font-size:14px}
th{padding:6px 10px 6px 0;text-align:left;font-size:12.5px;color:var(--soft);border-bottom:2px solid var(--ink)}
td{padding:6px 10px 6px 0;border-bottom:1px solid var(--rule);vertical-align:top}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.line{position:relative;height:22px;min-width:260px;background:var(--shade);border-radius:4px}
.dot{position:absolute;top:5px;width:12px;height:12px;margin-left:-6px;border-radius:6px;border:2px solid #fff}
.email{background:#1d5fa8}.letter{background:#8a4b00}.registered-letter{background:#a8201d}.call,.visit{background:#2f7d32}.desk{background:#5f6b7a}
.key span{display:inline-block;width:12px;height:12px;border-radius:6px;margin:0 5px 0 14px;vertical-align:-1px}
.bars{display:flex;align-items:flex-end;height:90px;gap:1px;border-bottom:1px solid var(--rule)}
.bars i{flex:1 1 auto;background:#1d5fa8;min-width:1px}
`;

const CHANNELS: readonly string[] = ["email", "letter", "registered-letter", "call", "visit"];
/** What a person does at the desk has one colour. */
const classOf = (way: string): string => (CHANNELS.includes(way) ? way : "desk");

function titleOf({ day, action }: Foreseen): string {
  const { step, claimed, currency } = action;
  return `${day} ${step}, ${wayOf(action)}, ${amountText(claimed, currency, "en")}`;
}

/** Each debtor as a line of dots, the busiest first; how much happens on each day. One page without scripts, offline. */
export function foresightPage({ company, today, until, assumed, found, totals }: ForesightPage): string {
  const length = Math.max(1, daysBetween(today, until));
  const debtors = new Map<string, Foreseen[]>();
  for (const each of found)
    debtors.set(each.action.debtor, [...(debtors.get(each.action.debtor) ?? []), each]);
  const perDay = new Map<number, number>();
  for (const { day } of found) {
    const at = daysBetween(today, day);
    perDay.set(at, (perDay.get(at) ?? 0) + 1);
  }
  const most = Math.max(1, ...perDay.values());
  const bars = Array.from({ length: length + 1 }, (_, at) => {
    const count = perDay.get(at) ?? 0;
    return `<i style="height:${Math.round((100 * count) / most)}%" title="${addDays(today, at)}: ${count}"></i>`;
  });
  const rows = [...debtors]
    .sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1))
    .map(([debtor, list]) => {
      const [first] = list;
      const dots = list.map((each) => {
        const left = (100 * daysBetween(today, each.day)) / length;
        return `<span class="dot ${classOf(wayOf(each.action))}" style="left:${left.toFixed(2)}%" title="${escapeHtml(titleOf(each))}"></span>`;
      });
      const last = list.at(-1);
      return `<tr><td>${escapeHtml(debtor)}</td><td>${escapeHtml(first?.action.name ?? "")}</td><td class="n">${list.length}</td><td><div class="line">${dots.join("")}</div></td><td>${escapeHtml(last === undefined ? "" : `${last.day} ${last.action.step}`)}</td></tr>`;
    });
  const key = totals.map(
    ({ channel, count, cost }) =>
      `<span class="${classOf(channel)}"></span>${channel}: ${count}${cost === null ? "" : ` (${escapeHtml(cost)})`}`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(`${company}: foreseen until ${until}`)}</title><style>${STYLE}</style></head><body>
<h1>${escapeHtml(company)}: from ${today} to ${until}</h1>
<p class="soft">If ${escapeHtml(assumed)}.</p>
<p class="key">${key.join("")}</p>
<h2>Each day</h2><div class="bars">${bars.join("")}</div><p class="soft">at most ${most} on a day</p>
<h2>Each debtor</h2>
<table><thead><tr><th>debtor</th><th>name</th><th class="n">actions</th><th>${today} to ${until}</th><th>last</th></tr></thead><tbody>
${rows.join("\n")}
</tbody></table></body></html>
`;
}
