import type { Context, Outcome } from "../context.ts";
import { cents, toDecimal } from "../core/money.ts";
import type { Day } from "../core/types.ts";
import type { MessageResult } from "../store/results.ts";
import { table } from "../table.ts";
import { shown } from "./plan-document.ts";
import { recording } from "./recording.ts";

export interface Result {
  readonly scenario: string;
  readonly step: string;
  readonly channel: string;
  readonly template: string;
  readonly currency: string;
  readonly sent: number;
  /** Of what was claimed: those who have paid all, or a part. */
  readonly paid: number;
  readonly part: number;
  readonly claimed: number;
  readonly received: number;
}

/** What came of messages, by step, channel, text and currency, in the order in which they first left. */
export function resultsOf(messages: readonly MessageResult[]): Result[] {
  const keyOf = ({ scenario, step, channel, template, currency }: MessageResult): string =>
    JSON.stringify([scenario, step, channel, template, currency]);
  const groups = new Map<string, MessageResult[]>();
  for (const each of messages) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  const received = ({ claimed, left }: MessageResult): number => claimed - left;
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { scenario, step, channel, template, currency } = first;
    return [
      {
        scenario,
        step,
        channel,
        template,
        currency,
        sent: own.length,
        paid: own.filter(({ left }) => left === 0).length,
        part: own.filter((each) => each.left > 0 && received(each) > 0).length,
        claimed: own.reduce((total, { claimed }) => total + claimed, 0),
        received: own.reduce((total, each) => total + received(each), 0),
      },
    ];
  });
}

export const resultDocument = ({ claimed, received, ...rest }: Result) => ({
  ...rest,
  claimed: toDecimal(cents(claimed), rest.currency),
  received: toDecimal(cents(received), rest.currency),
});

export function resultsTable(results: readonly Result[], width: number, steps = true): string {
  const columns = [
    ...(steps ? [{ header: "scenario", flexible: true }, { header: "step" }] : []),
    { header: "by" },
    { header: "text", flexible: !steps },
    { header: "sent", align: "right" as const },
    { header: "paid", align: "right" as const },
    { header: "in part", align: "right" as const },
    { header: "claimed", align: "right" as const },
    { header: "received", align: "right" as const },
  ];
  const rows = results.map(
    ({ scenario, step, channel, template, currency, sent, paid, part, claimed, received }) => [
      ...(steps ? [scenario, step] : []),
      channel,
      template,
      String(sent),
      `${paid} (${Math.round((100 * paid) / sent)} %)`,
      String(part),
      shown(cents(claimed), currency),
      shown(cents(received), currency),
    ],
  );
  return table(columns, rows, width);
}

/** `dunning report steps`: what came of each step and each of its texts. */
export async function reportSteps(
  context: Context,
  { from, to }: { from?: Day; to?: Day },
): Promise<Outcome> {
  return await recording(context, "read", ({ store }) => {
    const results = resultsOf(store.results.all({ from: from ?? null, to: to ?? null }));
    const { out } = context;
    out.say(results.length === 0 ? "Nothing has left in this time." : resultsTable(results, out.width));
    if (results.length > 0)
      out.say(
        "\nPaid: all that the message claimed is gone from the newest balance. A debtor who got several steps counts in each of them.",
      );
    return { from: from ?? null, to: to ?? null, results: results.map(resultDocument) };
  });
}
