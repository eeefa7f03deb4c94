import type { Context, Outcome } from "../context.ts";
import { campaignStep, outOfPeriod } from "../core/campaign.ts";
import { nearest } from "../core/nearest.ts";
import type { Campaign, Rules } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { table } from "../table.ts";
import { withCompany } from "./company.ts";
import { recording } from "./recording.ts";
import { resultDocument, resultsOf, resultsTable } from "./report.ts";
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
      sent: store.results.all({ step: campaignStep(campaign.name) }).length,
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

/** `dunning campaign report NAME`: what came of it so far, text by text. */
export async function campaignReport(context: Context, name: string): Promise<Outcome> {
  return await recording(context, "read", ({ rules, store }) => {
    campaignNamed(rules, name);
    const results = resultsOf(store.results.all({ step: campaignStep(name) }));
    const { out } = context;
    out.say(
      results.length === 0
        ? `Campaign ${name} has sent nothing yet.`
        : resultsTable(results, out.width, false),
    );
    if (results.length > 0)
      out.say("\nReceived: what the newest balance shows less of the documents that were claimed.");
    return { campaign: name, results: results.map(resultDocument) };
  });
}
