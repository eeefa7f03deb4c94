import { createHmac } from "node:crypto";
import type { Attachment, Language } from "../core/types.ts";
import { type DkimKey, signedBy } from "./dkim.ts";

export interface Mailbox {
  /** "" where none is known. */
  readonly name: string;
  readonly address: string;
}

export interface Email {
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly replyTo: Mailbox;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: Language;
  /** Without angle brackets. */
  readonly messageId: string;
  /** Message-IDs of the earlier messages of this matter, oldest first, without angle brackets. */
  readonly references: readonly string[];
  /** ISO 8601 UTC: the Date header. */
  readonly at: string;
  /** With what it is signed; null: not by us. */
  readonly dkim?: DkimKey | null;
  readonly attachments: readonly Attachment[];
  /** A file that a person opens and sends: mail programs such as Outlook open it to be written on. */
  readonly draft?: boolean;
  /** A rehearsal: who would get it. */
  readonly meantFor?: string;
}

/** RFC 5322 asks for references in moderate number: the newest ones. */
const REFERENCES_LIMIT = 10;

/**
 * The Message-ID of a message: the same for the same identity and content, impossible to guess without the secret of
 * the installation. Without angle brackets.
 */
export function messageIdOf(secret: string, identity: readonly string[], sender: string): string {
  const hash = createHmac("sha256", secret).update(identity.join("\0")).digest("hex").slice(0, 32);
  return `${hash}@${sender.slice(sender.lastIndexOf("@") + 1)}`;
}

/** A name for a header; "" where it could be taken for an address. */
export function displayName(text: string): string {
  const name = text
    .replace(/[\p{Cc}\p{Cf}"<>\\]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return name.includes("@") ? "" : name.slice(0, 100);
}

const bracketed = (id: string): string => `<${id}>`;

/** The message as it is sent (RFC 5322, CRLF): text and HTML, one recipient. Same input, same bytes. */
export async function emlOf(email: Email): Promise<Uint8Array> {
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const references = email.references.slice(-REFERENCES_LIMIT).map(bracketed);
  const last = references.at(-1);
  const composer = new MailComposer({
    from: email.from,
    to: email.to,
    replyTo: email.replyTo,
    subject: email.subject,
    text: email.text,
    html: email.html,
    textEncoding: "quoted-printable",
    messageId: bracketed(email.messageId),
    date: new Date(email.at),
    baseBoundary: email.messageId.slice(0, 24),
    newline: "windows",
    attachments: email.attachments.map(({ name, type, bytes, cid }) => ({
      filename: name,
      contentType: type,
      content: Buffer.from(bytes),
      ...(cid === null ? {} : { cid, contentDisposition: "inline" as const }),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
    headers: {
      "Auto-Submitted": "auto-generated",
      "Content-Language": email.language,
      ...(email.draft === true ? { "X-Unsent": "1" } : {}),
      ...(email.meantFor === undefined ? {} : { "X-Dunning-Recipient": email.meantFor }),
    },
    ...(last === undefined ? {} : { inReplyTo: last, references }),
  });
  const eml = new Uint8Array(await composer.compile().build());
  return email.dkim == null ? eml : await signedBy(email.dkim, email.from.address, eml);
}
