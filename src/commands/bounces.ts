import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Context, Outcome } from "../context.ts";
import { addDays } from "../core/day.ts";
import type { IncomingMail } from "../core/incoming-mail.ts";
import { type Finding, findingOf } from "../core/returned-mail.ts";
import type { Day } from "../core/types.ts";
import type { ReadUpTo } from "../delivery/imap.ts";
import type { RawMail } from "../delivery/mail-files.ts";
import { EXIT, Failure } from "../problem.ts";
import { table } from "../table.ts";
import { type Company, dayIn, withLockedCompany } from "./company.ts";
import { imapSettings } from "./mail-server.ts";

/** Without a Message-ID a report is matched by its address only with mails of so many days. */
const BY_ADDRESS_DAYS = 14;
/** A mail that was older when it was read in holds nothing back: whoever waited has long gone on. */
const OLD_ANSWER_DAYS = 30;

/** What one mail came to. `known`: it was taken in before, nothing changed. */
interface Taken {
  readonly file: string;
  readonly position: number;
  readonly kind: Finding["kind"] | "unreadable";
  readonly known: boolean;
  readonly debtor: string | null;
  readonly name: string | null;
  readonly message: string | null;
  readonly recipient: string | null;
  readonly status: string | null;
  readonly note: string;
  /** The answer's id on the worklist. */
  readonly answer: string | null;
  /** Nothing is sent to this address any more. */
  readonly flagged: boolean;
}

/** What is kept of a mail: a mailbox of years does not fit into the memory. */
type Kept = Pick<IncomingMail, "messageId" | "date" | "from" | "fromName" | "subject">;

interface Read {
  readonly raw: Omit<RawMail, "bytes">;
  /** Null: no mail can be made out. */
  readonly understood: { readonly mail: Kept; readonly finding: Finding } | null;
  readonly hash: string;
}

/** `dunning bounces FILE...`: what came back, what is late, who has answered. The same mails again change nothing. */
export async function bounces(
  context: Context,
  files: readonly string[],
  { imap = false }: { readonly imap?: boolean } = {},
): Promise<Outcome> {
  if (files.length === 0 && !imap)
    throw new Failure(EXIT.usage, {
      code: "no-mails",
      message: "no file is named",
      expected: ".eml or mbox files, a Maildir folder, or --imap for the mailbox of email.imap",
      fix: "dunning bounces FILE..., or dunning bounces --imap",
    });
  return await withLockedCompany(context, "bounces", "write", async (company) => {
    const { store } = company;
    const reading = reader(context, company);
    const mails = await reading.files(files);
    const upTo = imap ? await reading.mailbox() : null;
    mails.push(...(upTo?.mails ?? []));
    const taken = store.transaction(() => {
      if (upTo !== null) store.settings.set(upTo.name, JSON.stringify(upTo.position));
      return mails.map((each) => take(company, each));
    });
    const shown = taken.filter(({ kind }) => kind !== "other");
    say(context, shown);
    const counts = countsOf(taken);
    context.out.say(summary(counts));
    const asked = taken.some(({ kind, known }) => kind === "answered" && !known);
    return {
      exit: asked ? EXIT.person : EXIT.done,
      company: company.company.name,
      asOf: company.today,
      ...(asked ? { because: [ANSWERED] } : {}),
      document: { files, mails: shown, counts },
    };
  });
}

const ANSWERED = { code: "person-needed", message: "debtors have written back: dunning worklist" };

/** All of them before anything is recorded: a file that is no mail changes nothing. */
function reader(context: Context, company: Company) {
  const { store, today } = company;
  const known = store.sentMails(addDays(today, -BY_ADDRESS_DAYS));
  const read = async ({ bytes, ...raw }: RawMail, mails: Read[]): Promise<void> => {
    const { readMail } = await import("../delivery/incoming-mail.ts");
    const hash = createHash("sha256").update(bytes).digest("hex");
    const mail = await readMail(bytes);
    const understood = mail === null ? null : { mail: keptOf(mail), finding: findingOf(mail, known) };
    mails.push({ raw, understood, hash });
    context.out.progress(`reading ${mails.length} mails`);
  };
  return {
    files: async (files: readonly string[]): Promise<Read[]> => {
      const { mailsIn } = await import("../delivery/mail-files.ts");
      const mails: Read[] = [];
      for (const file of files)
        for (const raw of mailsIn(resolve(context.cwd, file), file)) await read(raw, mails);
      context.out.progress("");
      return mails;
    },
    mailbox: async () => {
      const { mailsInMailbox } = await import("../delivery/imap.ts");
      const settings = imapSettings(context, company);
      const name = `imap ${settings.login.user} ${settings.host} ${settings.folder}`;
      const before = store.settings.get(name);
      const from = before === null ? null : (JSON.parse(before) as ReadUpTo);
      const mails: Read[] = [];
      const source = mailsInMailbox(settings, from, addDays(today, -OLD_ANSWER_DAYS));
      let next = await source.next();
      for (; next.done !== true; next = await source.next()) await read(next.value, mails);
      context.out.progress("");
      return { name, position: next.value, mails };
    },
  };
}

const keptOf = ({ messageId, date, from, fromName, subject }: IncomingMail): Kept => ({
  messageId,
  date,
  from,
  fromName,
  subject,
});

function take(company: Company, { raw, understood, hash }: Read): Taken {
  const where = { ...raw, known: false, answer: null, flagged: false, status: null };
  const nobody = { debtor: null, name: null, message: null, recipient: null };
  if (understood === null)
    return { ...where, ...nobody, kind: "unreadable", note: "no mail can be made out" };
  const { mail, finding } = understood;
  if (finding.kind === "other" || (finding.kind === "answered" && isOurs(company, mail)))
    return { ...where, ...nobody, kind: "other", note: "" };
  if (finding.kind === "unmatched")
    return { ...where, ...nobody, kind: "unmatched", recipient: finding.recipient, note: finding.because };
  const { id, debtor, name, recipient } = finding.mail;
  const about = { ...where, kind: finding.kind, debtor, name, message: id, recipient };
  if (finding.kind === "bounced") return { ...about, ...bounced(company, finding) };
  if (finding.kind === "answered") return { ...about, ...answered(company, finding, mail, hash) };
  return { ...about, note: NOTES[finding.kind] };
}

/** What we wrote ourselves in the same conversation, as a whole mailbox or a copy to ourselves holds it. */
function isOurs({ company: { from, replyTo, email, senders } }: Company, mail: Kept): boolean {
  const people = [from, ...Object.values(senders)].map(({ address }) => address);
  return [...people, replyTo, email].some((each) => each?.toLowerCase() === mail.from);
}

const NOTES = {
  delayed: "the servers go on trying: nothing changes",
  delivered: "it arrived",
  "auto-reply": "nobody has read anything yet",
} as const;

type Bounced = Extract<Finding, { kind: "bounced" }>;

function bounced(
  { store, today }: Company,
  { mail, failure, flags }: Bounced,
): Partial<Taken> & { note: string } {
  const { status, reason } = failure;
  const isNew = store.outbox.cameBack(mail.id, { day: today, reason, code: status, address: flags });
  // Somebody may have said since that it is right; or an earlier mail has shown that it is not.
  const flagged = store.badAddresses.email(mail.recipient) !== null;
  return { known: !isNew, status, flagged, note: reason };
}

function answered(
  { store, today, config }: Company,
  { mail }: Extract<Finding, { kind: "answered" }>,
  { from, fromName, subject, date, messageId }: Kept,
  hash: string,
): Partial<Taken> & { note: string } {
  const written = date === null ? today : dayIn(config.company.timezone, new Date(date));
  const record = store.answers.add(
    {
      message: mail.id,
      mail: messageId ?? hash,
      day: pauseFrom(written, today),
      sender: fromName === "" ? (from ?? "") : `${fromName} <${from ?? ""}>`,
      subject,
    },
    today,
  );
  return { known: record === null, answer: record?.id ?? null, note: `${from ?? "somebody"}: ${subject}` };
}

/** From the day on which it is read in, so that there is time to read it. */
const pauseFrom = (written: Day, today: Day): Day =>
  written < addDays(today, -OLD_ANSWER_DAYS) ? written : today;

const KINDS = [
  "bounced",
  "answered",
  "delayed",
  "delivered",
  "auto-reply",
  "unmatched",
  "unreadable",
  "other",
] as const satisfies readonly Taken["kind"][];

type Counts = Readonly<Record<"read" | "known" | (typeof KINDS)[number], number>>;

/** Of mails that were known before only `known` counts. */
function countsOf(taken: readonly Taken[]): Counts {
  const counts: Record<string, number> = { read: taken.length, known: 0 };
  for (const kind of KINDS) counts[kind] = 0;
  for (const { kind, known } of taken) {
    const key = known ? "known" : kind;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts as Counts;
}

function summary(counts: Counts): string {
  const parts = [...KINDS, "known" as const].filter((kind) => counts[kind] > 0);
  const said = parts.map((kind) => `${counts[kind]} ${kind === "known" ? "known before" : kind}`);
  return `${counts.read} mail${counts.read === 1 ? "" : "s"} read${said.length === 0 ? "" : `: ${said.join(", ")}`}`;
}

function say({ out }: Context, taken: readonly Taken[]): void {
  if (taken.length === 0) return;
  const columns = [
    { header: "what" },
    { header: "debtor", whole: true },
    { header: "name", flexible: true },
    { header: "message" },
    { header: "address", flexible: true },
    { header: "mail", flexible: true },
  ];
  const rows = taken.map(({ kind, known, debtor, name, message, recipient, file, position }) => [
    known ? `${kind} (known)` : kind,
    debtor ?? "",
    name ?? "",
    message ?? "",
    recipient ?? "",
    position === 1 ? file : `${file} (${position})`,
  ]);
  const why = taken.map(({ note, status, flagged, answer }) => {
    const code = status === null || note.includes(status) ? "" : `${status} `;
    const flag = flagged ? "; nothing is sent to this address any more" : "";
    return out.paint("dim", `${code}${note}${flag}${answer === null ? "" : `; ${answer} on the worklist`}`);
  });
  out.say(table(columns, rows, out.width, why));
}
