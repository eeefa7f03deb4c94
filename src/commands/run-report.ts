import { join, resolve } from "node:path";
import type { Context } from "../context.ts";
import { wayOf } from "../core/action.ts";
import type { Action, Finished, NotActed, Plan } from "../core/types.ts";
import { table } from "../table.ts";
import { shown, shownTotals } from "./plan-document.ts";

/** How many rows of a table are shown on a screen; `--json` and the preview page have them all. */
const ROWS = 200;

export interface Counts {
  readonly due: number;
  readonly sent: number;
  readonly drafted: number;
  readonly printed: number;
  readonly listed: number;
  readonly awaitingApproval: number;
  readonly refused: number;
  readonly deferred: number;
  readonly uncertain: number;
  /** In the outbox, also of earlier runs: a later run sends them. */
  readonly queued: number;
  /** Not written, or overtaken before it left. */
  readonly skipped: number;
}

export const NO_COUNTS: Counts = {
  due: 0,
  sent: 0,
  drafted: 0,
  printed: 0,
  listed: 0,
  awaitingApproval: 0,
  refused: 0,
  deferred: 0,
  uncertain: 0,
  queued: 0,
  skipped: 0,
};

function actionsTable({ out }: Context, actions: readonly Action[]): string {
  const columns = [
    { header: "id" },
    { header: "debtor", whole: true },
    { header: "name", flexible: true },
    { header: "segment" },
    { header: "step" },
    { header: "channel" },
    { header: "items", align: "right" as const },
    { header: "total", align: "right" as const },
  ];
  const rows = actions.map((action) => [
    action.id,
    action.debtor,
    action.name,
    action.segment,
    action.step,
    wayOf(action),
    String(action.items.filter(({ role }) => role === "claimed").length),
    shown(action.total, action.currency),
  ]);
  const why = actions.map(({ reason, language, languageFrom }) =>
    out.paint("dim", `${language} (${languageFrom}): ${reason}`),
  );
  return table(columns, rows, out.width, why);
}

function notActedTable(notActed: readonly NotActed[], width: number): string {
  const columns = [
    { header: "debtor", whole: true },
    { header: "overdue", align: "right" as const },
    { header: "next" },
    { header: "code" },
    { header: "why not", flexible: true },
  ];
  const rows = notActed.map((each) => [
    each.debtor,
    shown(each.overdue, each.currency),
    each.nextPossible ?? "-",
    each.code,
    each.reason,
  ]);
  return table(columns, rows, width);
}

/** A dry run on a screen: what would leave and why, what is left out and why, and the totals. */
export function sayPlan(context: Context, plan: Plan): void {
  const { out, globals } = context;
  const { actions, notActed } = plan;
  if (actions.length === 0) out.say("Nothing is due.");
  else {
    out.say(actionsTable(context, actions.slice(0, ROWS)));
    if (actions.length > ROWS) out.say(`... and ${actions.length - ROWS} more (--json has them all)`);
  }
  const late = notActed.filter(({ overdue }) => overdue > 0);
  const shownReasons = globals.verbose ? notActed : late;
  if (shownReasons.length > 0) {
    out.say(`\n${out.paint("bold", "Left out")}`);
    out.say(notActedTable(shownReasons.slice(0, ROWS), out.width));
  }
  const quiet = notActed.length - shownReasons.length;
  if (quiet > 0) out.say(`\n${quiet} more with nothing overdue (--verbose lists them).`);
  sayTotals(out, actions);
}

function sayTotals(out: Context["out"], actions: readonly Action[]): void {
  if (actions.length === 0) return;
  const channels = new Map<string, Action[]>();
  for (const action of actions) {
    const key = action.task === "approval" ? "waiting for approval" : wayOf(action);
    channels.set(key, [...(channels.get(key) ?? []), action]);
  }
  out.say(`\n${out.paint("bold", "Totals")}`);
  for (const [channel, list] of [...channels].sort(([a], [b]) => (a < b ? -1 : 1))) {
    out.say(
      `  ${channel.padEnd(20)} ${String(list.length).padStart(5)}   ${shownTotals(list.map((each) => [each.currency, each.total]))}`,
    );
  }
}

/** Warnings that stand on actions, each once, with how many it concerns. */
export function actionWarnings(actions: readonly Action[]): string[] {
  return actions.flatMap(({ debtor, warnings }) => warnings.map((warning) => `${debtor}: ${warning}`));
}

/** `2026-11-22 run 8f3a: due 41 sent 39 deferred 1 -> exit 4`: a run's last line. */
export function summaryLine(day: string, name: string, counts: Counts, exit: number): string {
  const words: [string, number][] = [
    ["due", counts.due],
    ["sent", counts.sent],
    ["drafted", counts.drafted],
    ["printed", counts.printed],
    ["listed", counts.listed],
    ["refused", counts.refused],
    ["deferred", counts.deferred],
    ["uncertain", counts.uncertain],
    ["queued", counts.queued],
    ["skipped", counts.skipped],
    ["waiting", counts.awaitingApproval],
  ];
  const said = words
    .filter(([word, count]) => count > 0 || word === "due")
    .map(([word, count]) => `${word} ${count}`);
  return `${day} run ${name}: ${said.join(" ")} -> exit ${exit}`;
}

/** Writes the preview page and says where. */
export async function writePreview(
  context: Context,
  folder: string,
  page: { company: string; finished: readonly Finished[]; plan: Plan },
): Promise<string> {
  const { previewPage } = await import("../render/preview.ts");
  const { privateFolder, replaceWhole } = await import("../delivery/files.ts");
  const target = resolve(context.cwd, folder);
  privateFolder(target);
  const file = join(target, "index.html");
  replaceWhole(file, Buffer.from(previewPage(page), "utf8"));
  return file;
}
