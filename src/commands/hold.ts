import type { Context, Outcome } from "../context.ts";
import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { HoldRecord } from "../store/holds.ts";
import { table } from "../table.ts";
import { authorOf, invoicesText, itemsNamed, notPast, owingOf, recording, textOf } from "./recording.ts";

type State = "running" | "over" | "released";

function stateOf({ releasedOn, until }: HoldRecord, today: Day): State {
  if (releasedOn !== null) return "released";
  return until !== null && until < today ? "over" : "running";
}

const documentOf = (hold: HoldRecord, today: Day) => ({ ...hold, state: stateOf(hold, today) });

function sentence({ id, debtor, name, invoices, until, reason }: HoldRecord): string {
  const whom = debtor === null ? "everybody" : `${debtor} ${name}, ${invoicesText(invoices)}`;
  return `${id}: ${whom} on hold ${until === null ? "until it is released" : `until ${until}`}: ${reason}`;
}

export interface HoldOptions {
  readonly all?: true;
  readonly invoice?: readonly string[];
  readonly reason: string;
  readonly until?: Day;
  readonly author?: string;
}

/** A hold for everybody has an end: else a forgotten one would silence the company. */
function refuseUnclear(debtor: string | undefined, { all, invoice, until }: HoldOptions): void {
  const everybody = all === true;
  if (everybody === (debtor !== undefined) || (everybody && invoice !== undefined)) {
    throw new Failure(EXIT.usage, {
      code: "hold-whom",
      message: "a hold is for one debtor, some of his documents, or everybody",
      found: everybody ? "--all and a debtor or documents" : "neither a debtor nor --all",
      expected: "one of them",
      fix: "dunning hold set --help",
    });
  }
  if (everybody && until === undefined) {
    throw new Failure(EXIT.usage, {
      code: "hold-without-end",
      message: "a hold for everybody needs its last day",
      expected: "--until DATE",
      fix: "dunning hold set --all --reason TEXT --until DATE",
    });
  }
}

/** `dunning hold set DEBTOR`, `hold set --all`: nothing is sent about it; afterwards the scenario goes on where it was. */
export async function holdSet(
  context: Context,
  debtor: string | undefined,
  options: HoldOptions,
): Promise<Outcome> {
  refuseUnclear(debtor, options);
  return await recording(context, "write", (company) => {
    const { store, today } = company;
    if (options.until !== undefined) notPast(options.until, company, "the last day of the hold");
    const owing = debtor === undefined ? null : owingOf(company, debtor);
    const items =
      owing === null || options.invoice === undefined
        ? null
        : itemsNamed(owing, options.invoice).map(({ key }) => key);
    const hold = store.holds.set({
      debtor: owing?.found.key ?? null,
      items,
      reason: textOf(options.reason) ?? "-",
      author: authorOf(context, options.author),
      until: options.until ?? null,
      day: today,
    });
    context.out.say(sentence(hold));
    return { hold: documentOf(hold, today) };
  });
}

/** `dunning hold release ID`. */
export async function holdRelease(context: Context, id: string): Promise<Outcome> {
  return await recording(context, "write", ({ store, today }) => {
    const hold = store.holds.release(id, today);
    const others = store.holds
      .list()
      .filter(
        ({ id: other, debtor, releasedOn, until }) =>
          other !== hold.id &&
          releasedOn === null &&
          (until === null || until >= today) &&
          (debtor === null || debtor === hold.debtor),
      )
      .map((each) => each.id);
    context.out.say(
      `${hold.id} released${others.length === 0 ? ": the scenario goes on where it was" : `; ${others.join(", ")} still holds`}.`,
    );
    return { hold: documentOf(hold, today) };
  });
}

/** `dunning hold list`: those that run; `--ended`: all. */
export async function holdList(context: Context, { ended }: { ended?: true }): Promise<Outcome> {
  return await recording(context, "read", ({ store, today }) => {
    const holds = store.holds
      .list()
      .map((hold) => documentOf(hold, today))
      .filter(({ state }) => ended === true || state === "running");
    const columns = [
      { header: "id" },
      { header: "debtor", whole: true },
      { header: "documents", flexible: true },
      { header: "until" },
      { header: "state" },
      { header: "by" },
      { header: "reason", flexible: true },
    ];
    const rows = holds.map(({ id, debtor, invoices, until, state, author, reason }) => [
      id,
      debtor ?? "everybody",
      debtor === null ? "" : invoicesText(invoices, "all"),
      until ?? "-",
      state,
      author,
      reason,
    ]);
    const { out } = context;
    out.say(rows.length === 0 ? "Nothing is on hold." : table(columns, rows, out.width));
    return { holds };
  });
}
