import type { Context, Outcome } from "../context.ts";
import { reaches } from "../core/consumer-notice.ts";
import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { table } from "../table.ts";
import { authorOf, invoicesText, itemsNamed, owedIn, owingOf, recording, textOf } from "./recording.ts";

export interface NoticeOptions {
  readonly date: Day;
  readonly by: "post" | "email";
  readonly invoice?: readonly string[];
  readonly note?: string;
  readonly author?: string;
}

/** `dunning notice add DEBTOR`: a formal notice was received, or a first reminder was sent by other means. */
export async function noticeAdd(context: Context, debtor: string, options: NoticeOptions): Promise<Outcome> {
  return await recording(context, "write", (company) => {
    const { store, today } = company;
    if (options.date > today)
      throw new Failure(EXIT.usage, {
        code: "date-to-come",
        message: "a notice is noted once it has been received or sent",
        found: options.date,
        expected: `${today} or earlier`,
        fix: "dunning --as-of DATE ... records for another day",
      });
    const owing = owingOf(company, debtor);
    const owed = owing.dossiers.flatMap(owedIn);
    const named = options.invoice === undefined ? owed : itemsNamed(owing, options.invoice);
    const items = named.filter(({ due }) => reaches({ day: options.date }, due));
    const early = named.find(({ due }) => !reaches({ day: options.date }, due));
    // Of all that is owed the late part is meant; what is named is meant as it is.
    if (early !== undefined && (options.invoice !== undefined || items.length === 0))
      throw new Failure(EXIT.usage, {
        code: "notice-before-due",
        message: "a notice counts only for what was late when it came",
        found: `${early.number || "a balance"}, due ${early.due ?? "on no known day"}; notice of ${options.date}`,
        expected: "a date after the due date",
        fix: `dunning debtor show ${owing.found.id}`,
      });
    if (items.length === 0)
      throw new Failure(EXIT.usage, {
        code: "nothing-owed",
        message: `debtor ${owing.found.id} owes nothing`,
        fix: `dunning debtor show ${owing.found.id}`,
      });
    const notice = store.notices.add({
      debtor: owing.found.key,
      items: items.map(({ key }) => key),
      day: options.date,
      by: options.by,
      note: textOf(options.note),
      author: authorOf(context, options.author),
      noted: today,
    });
    context.out.say(
      `${notice.id}: notice of ${notice.day} by ${notice.by === "post" ? "post" : "e-mail"} to ${notice.debtor}, ${invoicesText(notice.invoices)}.`,
    );
    return { notice };
  });
}

/** `dunning notice cancel ID`. */
export async function noticeCancel(context: Context, id: string): Promise<Outcome> {
  return await recording(context, "write", ({ store, today }) => {
    const notice = store.notices.cancel(id, today);
    context.out.say(`${notice.id} cancelled: interest that hangs on it is not claimed any more.`);
    return { notice };
  });
}

/** `dunning notice list [DEBTOR]`: those that count; `--ended`: all. */
export async function noticeList(
  context: Context,
  debtor: string | undefined,
  { ended }: { readonly ended?: true },
): Promise<Outcome> {
  return await recording(context, "read", ({ store }) => {
    const of = debtor === undefined ? undefined : store.debtors.find(debtor).key;
    const notices = store.notices
      .list(of)
      .filter(({ cancelledOn }) => ended === true || cancelledOn === null);
    const columns = [
      { header: "id" },
      { header: "debtor", whole: true },
      { header: "day" },
      { header: "by" },
      { header: "documents", flexible: true },
      { header: "noted by" },
    ];
    const rows = notices.map((each) => [
      each.id,
      each.debtor,
      each.day,
      each.by,
      invoicesText(each.invoices),
      each.author,
    ]);
    context.out.say(rows.length === 0 ? "No notices are noted." : table(columns, rows, context.out.width));
    return { notices };
  });
}
