import type { Context, Outcome } from "../context.ts";
import { campaignStep, outOfPeriod } from "../core/campaign.ts";
import { cents, toDecimal } from "../core/money.ts";
import { nearest } from "../core/nearest.ts";
import type { Campaign, Rules } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { MessageResult } from "../store/results.ts";
import { table } from "../table.ts";
import { withCompany } from "./company.ts";
import { shown } from "./plan-document.ts";
import { recording } from "./recording.ts";
import { type RunOptions, run } from "./run.ts";

function campaignNamed({ campaigns }: Rules, name: string): Campaign {
  const found = campaigns.get(name);
  if (found !== undefined) return found;
  const names = [...campaigns.keys()];
  const near = nearest(name, names);
  throw new Failure(EXIT.usage, {
    code: "no-such-campaign",
    message: "there is no such campaign",
    found: name,
    expected:
      names.length === 0 ? "a name under campaigns: in dunning.yaml, which has none" : names.join(", "),
    fix: near === null ? "dunning campaign list" : `dunning campaign run ${near}`,
  });
}

/** `dunning campaign run NAME`: as `run`, for those whom the campaign means. */
export async function campaignRun(context: Context, name: string, options: RunOptions): Promise<Outcome> {
  const campaign = await withCompany(context, "read", ({ rules, today }) => {
    const found = campaignNamed(rules, name);
    const closed = outOfPeriod(found, today);
    if (closed !== null && options.dryRun !== true)
      throw new Failure(EXIT.usage, {
        code: "campaign-closed",
        message: "nothing leaves outside of a campaign's period",
        found: closed,
        expected: `${found.from ?? "any day"} to ${found.until ?? "any day"}`,
        fix: `dunning campaign run ${name} --dry-run`,
      });
    return found;
  });
  return await run(context, { ...options, campaign });
}

/** `dunning campaign list`. */
export async function campaignList(context: Context): Promise<Outcome> {
  return await recording(context, "read", ({ rules, store, today }) => {
    const campaigns = [...rules.campaigns.values()].map((campaign) => ({
      name: campaign.name,
      channel: campaign.channel,
      template: campaign.templates,
      from: campaign.from,
      until: campaign.until,
      rule: campaign.when.text,
      sent: store.results.of(campaignStep(campaign.name)).length,
      runs: outOfPeriod(campaign, today) === null,
    }));
    const columns = [
      { header: "name" },
      { header: "by" },
      { header: "text" },
      { header: "period" },
      { header: "sent", align: "right" as const },
      { header: "for whom", flexible: true },
    ];
    const rows = campaigns.map(({ name, channel, template, from, until, sent, rule }) => [
      name,
      channel,
      template.join(", "),
      `${from ?? "..."} to ${until ?? "..."}`,
      String(sent),
      rule,
    ]);
    context.out.say(
      rows.length === 0 ? "dunning.yaml has no campaigns." : table(columns, rows, context.out.width),
    );
    return { campaigns };
  });
}

interface Result {
  readonly template: string;
  readonly currency: string;
  readonly sent: number;
  /** Of what was claimed: those who paid all, or a part. */
  readonly paid: number;
  readonly part: number;
  readonly claimed: number;
  readonly received: number;
}

/** Per text and currency: what came of it. */
export function resultsByText(messages: readonly MessageResult[]): Result[] {
  const keyOf = ({ template, currency }: MessageResult): string => JSON.stringify([template, currency]);
  return [...new Set(messages.map(keyOf))].sort().map((key) => {
    const own = messages.filter((each) => keyOf(each) === key);
    const [template, currency] = JSON.parse(key) as [string, string];
    const received = ({ claimed, left }: MessageResult): number => claimed - left;
    return {
      template,
      currency,
      sent: own.length,
      paid: own.filter((each) => each.left === 0).length,
      part: own.filter((each) => each.left > 0 && received(each) > 0).length,
      claimed: own.reduce((total, { claimed }) => total + claimed, 0),
      received: own.reduce((total, each) => total + received(each), 0),
    };
  });
}

/** `dunning campaign report NAME`: what came of it so far, text by text. */
export async function campaignReport(context: Context, name: string): Promise<Outcome> {
  return await recording(context, "read", ({ rules, store }) => {
    campaignNamed(rules, name);
    const messages = store.results.of(campaignStep(name));
    const results = resultsByText(messages);
    const { out } = context;
    const columns = [
      { header: "text", flexible: true },
      { header: "sent", align: "right" as const },
      { header: "paid", align: "right" as const },
      { header: "in part", align: "right" as const },
      { header: "claimed", align: "right" as const },
      { header: "received", align: "right" as const },
    ];
    const rows = results.map(({ template, currency, sent, paid, part, claimed, received }) => [
      template,
      String(sent),
      `${paid} (${Math.round((100 * paid) / sent)} %)`,
      String(part),
      shown(cents(claimed), currency),
      shown(cents(received), currency),
    ]);
    out.say(rows.length === 0 ? `Campaign ${name} has sent nothing yet.` : table(columns, rows, out.width));
    if (rows.length > 0)
      out.say("\nReceived: what the newest balance shows less of the documents that were claimed.");
    return {
      campaign: name,
      results: results.map(({ claimed, received, currency, ...rest }) => ({
        ...rest,
        currency,
        claimed: toDecimal(cents(claimed), currency),
        received: toDecimal(cents(received), currency),
      })),
    };
  });
}
