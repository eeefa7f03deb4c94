import { type Attachment, type ParsedMail, simpleParser } from "mailparser";
import {
  type DeliveryReport,
  type IncomingMail,
  plainAddress,
  type ReturnedOriginal,
} from "../core/incoming-mail.ts";

/** So much of the readable part says what a mail is. */
const TEXT_LIMIT = 32 * 1024;
const HTML_LIMIT = 256 * 1024;
const REPORT_LIMIT = 64 * 1024;
const LINE_LIMIT = 300;

/**
 * Reads one mail (RFC 5322, with LF or CRLF), whole or cut off at its end; where somebody has only passed a server's report on
 * as an attachment, that report. Null where it is none: no header says from whom or when. Throws nothing for what mails hold.
 */
export async function readMail(bytes: Uint8Array): Promise<IncomingMail | null> {
  const parsed = await parse(bytes);
  const mail = await mailFrom(parsed);
  if (
    mail === null ||
    mail.contentType === "multipart/report" ||
    mail.reports.length + mail.answers.length > 0
  )
    return mail;
  const attached = parsed?.attachments.find(({ contentType }) => contentType === "message/rfc822");
  const inner = attached === undefined ? null : await mailFrom(await parse(attached.content));
  return inner !== null && inner.reports.length > 0 ? inner : mail;
}

async function mailFrom(parsed: ParsedMail | null): Promise<IncomingMail | null> {
  if (parsed === null || parsed.headerLines.length === 0) return null;
  const headers = headersOf(parsed);
  if (!["from", "date", "message-id", "received", "return-path", "subject"].some((name) => headers.has(name)))
    return null;
  const type = headerParts(headers.get("content-type") ?? "");
  const [sender] = parsed.from?.value ?? [];
  const date = parsed.date === undefined || Number.isNaN(parsed.date.getTime()) ? null : parsed.date;
  return {
    messageId: idsIn(parsed.messageId ?? "")[0] ?? null,
    date: headers.has("date") && date !== null ? date.toISOString() : null,
    from: plainAddress(sender?.address ?? ""),
    fromName: oneLine(sender?.name ?? ""),
    subject: oneLine(parsed.subject ?? ""),
    contentType: type.value,
    reportType: type.reportType,
    headers,
    answers: [...idsIn(headers.get("references") ?? ""), ...idsIn(headers.get("in-reply-to") ?? "")],
    reports: parsed.attachments.filter(isStatus).flatMap(({ content }) => reportsIn(textOf(content))),
    original: await originalOf(parsed.attachments),
    text: readable(parsed).slice(0, TEXT_LIMIT),
  };
}

async function parse(bytes: Uint8Array): Promise<ParsedMail | null> {
  try {
    // Without keepDeliveryStatus the report of a server is mixed into the text for people.
    return await simpleParser(Buffer.from(bytes), {
      skipTextToHtml: true,
      skipImageLinks: true,
      skipTextLinks: true,
      keepDeliveryStatus: true,
      maxHtmlLengthToParse: HTML_LIMIT,
    });
  } catch {
    return null;
  }
}

const readable = ({ text, html }: ParsedMail): string =>
  text !== undefined && text.trim() !== ""
    ? text
    : typeof html !== "string"
      ? ""
      : // A tag ends before the next one begins: what is full of "<" would be walked through once for each of them.
        html.slice(0, HTML_LIMIT).replace(/<[^<>]*>/g, " ");

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim().slice(0, LINE_LIMIT);

/** The first of each name counts, as the server on our side wrote it. */
function headersOf({ headerLines }: ParsedMail): Map<string, string> {
  const headers = new Map<string, string>();
  for (const { key, line } of headerLines) {
    const value = line
      .slice(line.indexOf(":") + 1)
      .replaceAll(/\s+/g, " ")
      .trim();
    if (!headers.has(key)) headers.set(key, value.slice(0, REPORT_LIMIT));
  }
  return headers;
}

function headerParts(line: string): { value: string; reportType: string } {
  const value = line.split(";")[0]?.trim().toLowerCase() ?? "";
  const reportType = /report-type\s*=\s*"?([\w-]+)/i.exec(line)?.[1]?.toLowerCase() ?? "";
  return { value, reportType };
}

const idsIn = (text: string): string[] =>
  [...text.slice(0, REPORT_LIMIT).matchAll(/<([^<>\s]{1,500})>/g)].map((match) => match[1] ?? "");

/** message/delivery-status, and its form for addresses of any script (RFC 6533). */
const isStatus = ({ contentType }: Attachment): boolean =>
  contentType === "message/delivery-status" || contentType === "message/global-delivery-status";

const textOf = (content: Buffer): string => content.subarray(0, REPORT_LIMIT).toString("utf8");

/** RFC 3464, 2.1: blocks of fields between empty lines; the first one is about the message, the others about recipients. */
function reportsIn(text: string): DeliveryReport[] {
  return text
    .split(/\r?\n[ \t]*\r?\n/)
    .map(fieldsOf)
    .filter((fields) => ["final-recipient", "original-recipient", "action"].some((name) => fields.has(name)))
    .map((fields) => ({
      recipient: plainAddress(fields.get("final-recipient") ?? ""),
      originalRecipient: plainAddress(fields.get("original-recipient") ?? ""),
      action: /^[a-z]+/.exec((fields.get("action") ?? "").toLowerCase())?.[0] ?? "",
      status: /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get("status") ?? "")?.[0] ?? null,
      diagnostic: oneLine((fields.get("diagnostic-code") ?? "").replace(/^[\w-]+\s*;/, "")),
    }));
}

function fieldsOf(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.replaceAll(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const [, name = "", value = ""] = /^([A-Za-z-]+)\s*:(.*)$/.exec(line) ?? [];
    if (name !== "" && !fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), value.trim());
  }
  return fields;
}

const ORIGINALS: readonly string[] = [
  "message/rfc822",
  "text/rfc822-headers",
  "message/rfc822-headers",
  "message/global",
  "message/global-headers",
];

/** The first copy of a mail that hangs on it: whole, or its headers alone. */
async function originalOf(attachments: readonly Attachment[]): Promise<ReturnedOriginal | null> {
  const copy = attachments.find(({ contentType }) => ORIGINALS.includes(contentType));
  if (copy === undefined) return null;
  const text = textOf(copy.content);
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const parsed = await parse(Buffer.from(`${text.slice(0, end)}\r\n\r\n`));
  if (parsed === null) return null;
  const to = [parsed.to ?? []].flat().flatMap(({ value }) => value);
  return {
    messageId: idsIn(parsed.messageId ?? "")[0] ?? null,
    subject: parsed.subject === undefined ? null : oneLine(parsed.subject),
    to: plainAddress(to[0]?.address ?? ""),
  };
}
