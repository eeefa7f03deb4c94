import {
  AUTOMATIC_SUBJECT,
  addressesIn,
  soundsDelayed,
  soundsReturned,
  soundsUnknown,
  splitCopy,
  statusIn,
} from "./bounce-words.ts";
import type { DeliveryReport, IncomingMail, ReturnedOriginal } from "./incoming-mail.ts";

/** One recipient whom a mail did not reach. */
export interface Failure {
  readonly recipient: string | null;
  readonly originalRecipient: string | null;
  readonly status: string | null;
  /** In one line, as the server said it. */
  readonly reason: string;
  /** The address itself is at fault: another mail would come back as well. */
  readonly address: boolean;
}

/** What a mail is to whoever waits for answers. */
export type MailVerdict =
  /** It did not arrive, and nobody tries any more. */
  | {
      readonly kind: "failed";
      readonly failures: readonly Failure[];
      readonly original: ReturnedOriginal | null;
    }
  /** Servers go on trying, or it arrived: nothing changes. */
  | { readonly kind: "delayed"; readonly original: ReturnedOriginal | null }
  | { readonly kind: "delivered"; readonly original: ReturnedOriginal | null }
  /** A report of which nobody can say what it reports. */
  | { readonly kind: "unclear"; readonly original: ReturnedOriginal | null }
  /** Nobody has read anything: an absence, a ticket number, a receipt. */
  | { readonly kind: "automatic" }
  /** Written by a person, as far as can be seen. */
  | { readonly kind: "written" };

export function verdictOf(mail: IncomingMail): MailVerdict {
  const { reports, contentType, answers } = mail;
  // Somebody who answers may hang a report on his mail: what he writes comes first.
  if (
    reports.length > 0 &&
    (contentType === "multipart/report" || answers.length === 0 || isFromServer(mail))
  )
    return ofReports(mail);
  if (isFromServer(mail)) return ofText(mail);
  return isAutomatic(mail) ? { kind: "automatic" } : { kind: "written" };
}

/** RFC 3464, 2.3.3: failed, delayed, delivered, relayed, expanded. A final failure may carry a status of 4 (given up). */
function ofReports({ reports, original, text }: IncomingMail): MailVerdict {
  const failed = reports.filter(
    ({ action, status }) => action === "failed" || (action === "" && status?.startsWith("5.") === true),
  );
  if (failed.length > 0) return { kind: "failed", failures: failed.map((each) => failureOf(each)), original };
  if (reports.some(({ action, status }) => action === "delayed" || status?.startsWith("4.") === true))
    return { kind: "delayed", original };
  if (reports.some(({ action, status }) => ARRIVED.has(action) || status?.startsWith("2.") === true))
    return { kind: "delivered", original };
  return { kind: soundsDelayed(text) ? "delayed" : "unclear", original };
}

const ARRIVED: ReadonlySet<string> = new Set(["delivered", "relayed", "expanded"]);

function failureOf({ recipient, originalRecipient, status, diagnostic }: DeliveryReport): Failure {
  // Some servers report a class (5.0.0) and say in words what it was.
  const told = status === null || /^[245]\.0\.0$/.test(status) ? (statusIn(diagnostic) ?? status) : status;
  const reason = diagnostic === "" ? "the server gives no reason" : diagnostic;
  return { recipient, originalRecipient, status: told, reason, address: blamesAddress(told, diagnostic) };
}

/**
 * RFC 3463: X.1 addressing and X.2.1 (mailbox disabled) are about the address, X.4.4 about a domain that is not there; a
 * full mailbox, a mail that was too large or held for spam, and a server that did not answer are not.
 */
export function blamesAddress(status: string | null, words: string): boolean {
  if (status?.startsWith("4.") === true) return false;
  const detail = /^5\.(\d{1,3})\.(\d{1,3})$/.exec(status ?? "");
  if (detail === null || detail[1] === "0") return soundsUnknown(words);
  const [, subject, number] = detail;
  // 5.1.7 and 5.1.8 blame the sender.
  if (subject === "1") return number !== "7" && number !== "8";
  return (subject === "2" && number === "1") || (subject === "4" && number === "4");
}

/** Only mail servers write without a way back (RFC 5321, 4.5.5), or under these names. */
function isFromServer({ from, headers, contentType, reportType, subject, text }: IncomingMail): boolean {
  if (contentType === "multipart/report" && reportType === "delivery-status") return true;
  if (headers.has("x-failed-recipients")) return true;
  const local = from?.split("@")[0] ?? "";
  const named =
    /^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|mdaemon|noreply-?postmaster|microsoftexchange[0-9a-f]+)$/.test(
      local,
    );
  const nowhere = headers.get("return-path") === "<>";
  return (named || nowhere) && [subject, text].some((words) => soundsReturned(words) || soundsDelayed(words));
}

function ofText({ subject, text, headers, original: attached }: IncomingMail): MailVerdict {
  const { report, copy } = splitCopy(text);
  const original = attached ?? originalIn(copy);
  const named = (headers.get("x-failed-recipients") ?? "").split(",");
  const recipients = named.map((each) => each.trim().toLowerCase()).filter((each) => each.includes("@"));
  const found = recipients.length > 0 ? recipients : addressesIn(report);
  const status = statusIn(report);
  // A warning names the reply that makes the server wait: it is none of a failure.
  if (soundsDelayed(`${subject}\n${report}`) && status?.startsWith("5.") !== true)
    return { kind: "delayed", original };
  if (status?.startsWith("5.") !== true && !soundsUnknown(report) && !soundsReturned(report))
    return { kind: "unclear", original };
  const failures = (found.length === 0 ? [null] : found).map((recipient) => ({
    recipient,
    originalRecipient: null,
    status,
    reason: reasonIn(report, recipient),
    address: blamesAddress(status, report),
  }));
  return { kind: "failed", failures, original };
}

/** The headers of a copy that stands in the text. */
function originalIn(copy: string): ReturnedOriginal | null {
  const field = (name: string): string | null =>
    new RegExp(`^[>\\t ]*${name}:[ \\t]*(.+)$`, "im").exec(copy)?.[1]?.trim() ?? null;
  const messageId = /<([^<>\s]+@[^<>\s]+)>/.exec(field("message-id") ?? "")?.[1] ?? null;
  const subject = field("subject");
  const to = field("to");
  return messageId === null && subject === null && to === null ? null : { messageId, subject, to };
}

/** The line with the code, else what follows the address. */
function reasonIn(report: string, recipient: string | null): string {
  const lines = report.split(/\r?\n/).map((line) => line.trim());
  const coded = lines.find((line) => statusIn(line) !== null);
  if (coded !== undefined) return coded;
  const at = recipient === null ? -1 : lines.findIndex((line) => line.toLowerCase().includes(recipient));
  return lines.slice(at + 1).find((line) => line !== "") ?? "the server gives no reason";
}

/** RFC 3834 (Auto-Submitted), and what programs write that are older or know better. */
function isAutomatic({ headers, contentType, reportType, subject }: IncomingMail): boolean {
  const submitted = headers.get("auto-submitted")?.toLowerCase() ?? "no";
  if (!/^no\b/.test(submitted)) return true;
  if (contentType === "multipart/report" && reportType !== "") return true;
  if (AUTOMATIC_HEADERS.some((name) => headers.has(name))) return true;
  if (/^(?:auto[_-]?reply|bulk|junk|list)$/i.test(headers.get("precedence")?.trim() ?? "")) return true;
  return headers.get("return-path") === "<>" || AUTOMATIC_SUBJECT.test(subject);
}

const AUTOMATIC_HEADERS = [
  "x-auto-response-suppress",
  "x-autoreply",
  "x-autorespond",
  "x-autoresponder",
  "x-auto-reply-from",
  "x-mail-autoreply",
  "x-vacation",
];
