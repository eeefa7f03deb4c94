import type { Context, Outcome } from "../context.ts";
import type { Evidence, Proposal } from "../core/one-customer.ts";
import { EXIT, Failure } from "../problem.ts";
import type { Merged } from "../store/merges.ts";
import { table } from "../table.ts";
import { withLockedCompany } from "./company.ts";
import { recording } from "./recording.ts";

export interface MergeChoices {
  readonly dryRun?: true;
  readonly new?: true;
}

const WHY: Readonly<Record<Evidence, string>> = {
  documents: "documents moved from the one to the other",
  number: "the same company number",
  name: "the same name",
};

export const proposalText = ({ from, into, evidence, common }: Proposal): string =>
  `${from} and ${into} may be one customer (${WHY[evidence]}: ${common}): dunning debtor merge ${from} ${into}`;

/** `dunning debtor merge` alone: which codes may be one customer. */
async function propose(context: Context): Promise<Outcome> {
  return await recording(context, "read", ({ store }) => {
    const proposals = store.merges.proposals();
    const { out } = context;
    const columns = [
      { header: "merge" },
      { header: "into" },
      { header: "because", flexible: true },
      { header: "in common", flexible: true },
    ];
    const rows = proposals.map(({ from, into, evidence, common }) => [from, into, WHY[evidence], common]);
    out.say(
      rows.length === 0
        ? "No two codes look like one customer."
        : `${table(columns, rows, out.width)}\n\nWhere they are one: dunning debtor merge FROM INTO`,
    );
    return { proposals };
  });
}

function said({
  from,
  into,
  how,
  items,
  open,
  messages,
  moved,
  doubled,
  taken,
  differing,
}: Merged): string[] {
  if (how === "renamed")
    return [
      `${from} and ${into} are one customer, kept as ${into}: its history stays, and balances may name either.`,
    ];
  const lines = [
    `${from} goes into ${into}: ${items} items (${open} open) and ${messages} messages, with holds, disputes, promises and notes.`,
  ];
  if (moved > 0) lines.push(`  ${moved} documents stood under both codes: what they were told goes on`);
  if (doubled.length > 0)
    lines.push(
      `  open under both codes, and claimed twice: ${doubled.slice(0, 5).join(", ")}${doubled.length > 5 ? " ..." : ""}; mend the books first where it is one document`,
    );
  if (taken.length > 0) lines.push(`  ${into} takes over: ${taken.join(", ")}`);
  for (const { key, from: theirs, into: ours } of differing)
    lines.push(`  ${key} differs: ${ours || "nothing"} stays, ${theirs} of ${from} is dropped`);
  if (differing.some(({ key }) => key === "kind"))
    lines.push(
      `  other rules hold for consumers than for businesses: dunning debtor set ${into} kind=... where it is wrong`,
    );
  return lines;
}

/** A merge cannot be taken back: a terminal asks, a script says --yes. */
async function confirmed(context: Context, preview: Merged): Promise<boolean> {
  const { yes, noInput } = context.globals;
  if (yes) return true;
  if (noInput) {
    throw new Failure(EXIT.usage, {
      code: "merge-not-confirmed",
      message: "a merge cannot be taken back, so it must be confirmed",
      found: `${preview.from} into ${preview.into}`,
      expected: "--yes, after a look at --dry-run",
      fix: `dunning debtor merge ${preview.from} ${preview.into} --dry-run`,
    });
  }
  for (const line of said(preview)) context.out.note(line);
  const { confirm, isCancel } = await import("@clack/prompts");
  const answer = await confirm({ message: "This cannot be taken back. Merge them?", initialValue: false });
  return !isCancel(answer) && answer;
}

/** `dunning debtor merge [FROM INTO]`: two codes of one customer. */
export async function debtorMerge(
  context: Context,
  from: string | undefined,
  into: string | undefined,
  choices: MergeChoices,
): Promise<Outcome> {
  if (from === undefined) return await propose(context);
  if (into === undefined) {
    throw new Failure(EXIT.usage, {
      code: "merge-into",
      message: "a merge needs two codes",
      found: from,
      expected: "the code that goes, and the one that stays",
      fix: `dunning debtor merge ${from} INTO`,
    });
  }
  return await withLockedCompany(context, "debtor merge", "write", async ({ store, company, today }) => {
    const options = { day: today, coming: choices.new === true };
    const preview = store.merges.merge(from, into, { ...options, dryRun: true });
    const dryRun = choices.dryRun === true;
    const done = !dryRun && (await confirmed(context, preview));
    if (done) store.backupBefore();
    const merged = done ? store.merges.merge(from, into, { ...options, dryRun: false }) : preview;
    const { out } = context;
    if (dryRun || done) for (const line of said(merged)) out.say(line);
    if (!done) out.say(dryRun ? "Dry run: nothing is changed." : "Nothing was changed.");
    return {
      exit: EXIT.done,
      company: company.name,
      asOf: today,
      document: { merge: { ...merged, done } },
    };
  });
}
