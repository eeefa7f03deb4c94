import { createHash } from "node:crypto";
import { isOneAddress } from "../core/email-address.ts";
import { type MessageExtra, messageView, paymentFor, writtenChannel } from "../core/message.ts";
import type { Payment } from "../core/payment.ts";
import { addressFaults } from "../core/postal-address.ts";
import type { Action, Attachment, Company, Debtor, Finished, Person } from "../core/types.ts";
import type { MessageView } from "../core/vocabulary.ts";
import { WORDS } from "../core/wording.ts";
import { EXIT, Failure } from "../problem.ts";
import type { DkimKey } from "./dkim.ts";
import { type Block, readDocument, withCode } from "./document.ts";
import { displayName, emlOf, messageIdOf } from "./email.ts";
import { type EnclosureSource, enclosedWith } from "./enclosures.ts";
import { CODE_ID, htmlOf } from "./html.ts";
import { type Code, matrixOf, pngOf } from "./qr.ts";
import type { Templates } from "./template.ts";
import { templateFor } from "./template-fill.ts";
import { TEXT_WIDTH, textOf, wrap } from "./text.ts";

export interface RenderExtra extends MessageExtra {
  /** ISO 8601 UTC: when it is written (the Date header of an e-mail). */
  readonly at: string;
  /** The installation's secret, for Message-IDs. */
  readonly secret: string;
  /** With what e-mails are signed; null: not by us. */
  readonly dkim?: DkimKey | null;
  /** E-mails become files that a person sends. */
  readonly draft?: boolean;
  /** Where what goes with a message comes from; where left out, nothing goes with it. */
  readonly enclosures?: EnclosureSource;
}

interface Written {
  readonly action: Action;
  readonly view: MessageView;
  readonly subject: string;
  readonly blocks: readonly Block[];
  readonly payment: Payment;
  readonly enclosed: readonly Attachment[];
  /** The code to scan, where there is one. */
  readonly code: Code | null;
}

function fail(action: Action, code: string, message: string, fix: string): never {
  throw new Failure(EXIT.person, { code, message: `debtor ${action.debtor}: ${message}`, fix });
}

function senderOf(action: Action, company: Company): Person {
  if (action.sender === null) return company.from;
  const named = company.senders[action.sender];
  if (named !== undefined) return named;
  throw new Failure(EXIT.config, {
    code: "unknown-sender",
    message: `step ${action.step} names a sender that the configuration does not have`,
    found: action.sender,
    expected: Object.keys(company.senders).join(", ") || "a name under email: senders:",
    fix: "dunning check",
  });
}

function recipientOf(action: Action): string {
  if (action.to === null || action.to === "")
    fail(
      action,
      "no-email-address",
      "no e-mail address is known",
      `dunning debtor set ${action.debtor} email=...`,
    );
  if (!isOneAddress(action.to))
    fail(
      action,
      "bad-email-address",
      "this is not one e-mail address",
      `dunning debtor set ${action.debtor} email=...`,
    );
  return action.to;
}

/** E-mails name the sender first, letters begin with the matter itself. */
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const withWarnings = (action: Action, more: readonly string[]): Action =>
  more.length === 0 ? action : { ...action, warnings: [...action.warnings, ...more] };

function warned(action: Action, company: Company, payment: Payment): Action {
  const warnings = [...payment.warnings];
  if (company.accounts[action.currency] === undefined)
    warnings.push(`no account for ${action.currency} is configured: the message does not say where to pay`);
  return warnings.length === 0 ? action : { ...action, warnings: [...action.warnings, ...warnings] };
}

/** The blocks with the code to scan beside the bank details, where the text shows those in a table of their own. */
function withPayment(
  blocks: readonly Block[],
  view: MessageView,
  { code }: Payment,
  { language, channel }: Action,
): { readonly blocks: readonly Block[]; readonly code: Code | null } {
  if (code === null) return { blocks, code: null };
  const words = WORDS[language].code;
  const drawn: Code = {
    matrix: matrixOf(code.payload),
    cross: code.kind === "swiss",
    caption: words.caption,
    about: words.about(view.total),
  };
  // A letter to be paid in Switzerland ends with a payment slip.
  if (code.kind === "swiss" && channel !== "email") return { blocks, code: drawn };
  const placed = withCode(blocks, drawn, view.bank.iban);
  return { blocks: placed.blocks, code: placed.shown ? drawn : null };
}

const pictureOf = (code: Code): Attachment => ({
  name: "qr.png",
  type: "image/png",
  bytes: pngOf(code),
  cid: CODE_ID,
  about: { kind: "code" },
});

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function email(
  { action, view, subject, blocks, payment, code, enclosed }: Written,
  company: Company,
  extra: RenderExtra,
): Promise<Finished> {
  const to = recipientOf(action);
  const from = senderOf(action, company);
  const { language } = action;
  const text = `${textOf(blocks)}\n-- \n${wrap(view.company.legal, TEXT_WIDTH).join("\n")}\n`;
  const html = htmlOf(blocks, { language, title: subject, legal: view.company.legal, link: payment.link });
  const attachments = [...(code === null ? [] : [pictureOf(code)]), ...enclosed];
  const identity = [action.id, action.debtor, action.currency, action.step, to, extra.today, subject, text];
  const messageId = messageIdOf(extra.secret, identity, from.address);
  const bytes = await emlOf({
    from: { name: displayName(from.name), address: from.address },
    to: { name: displayName(view.debtor.contact || view.debtor.name), address: to },
    replyTo: { name: displayName(from.name), address: company.replyTo ?? from.address },
    subject,
    text,
    html,
    language,
    messageId,
    attachments,
    references: extra.previous.flatMap((each) => each.messageId ?? []),
    at: extra.at,
    dkim: extra.dkim ?? null,
    draft: extra.draft === true,
  });
  return {
    action,
    recipient: to,
    subject,
    text,
    html,
    bytes,
    sha256: sha256(bytes),
    messageId,
    pages: null,
    attachments,
    paymentCode: code === null ? null : (payment.code?.payload ?? null),
  };
}

/** The bytes of the same e-mail to another address: for whom it is really stands in its subject and a header. */
export async function redirected(
  { action, recipient, subject, text, html, messageId, attachments }: Finished,
  company: Company,
  { to, at, dkim }: { readonly to: string; readonly at: string; readonly dkim: DkimKey | null },
): Promise<Uint8Array> {
  const from = senderOf(action, company);
  return await emlOf({
    from: { name: displayName(from.name), address: from.address },
    to: { name: "", address: to },
    replyTo: { name: displayName(from.name), address: company.replyTo ?? from.address },
    subject: `[${recipient}] ${subject}`,
    text,
    html: html ?? "",
    language: action.language,
    // Another message: a reader that knows the real one must not thread or drop it.
    messageId: `rehearsal.${messageId ?? ""}`,
    references: [],
    attachments,
    at,
    dkim,
    meantFor: recipient,
  });
}

function addressWarnings(view: MessageView, debtor: Debtor, company: Company): string[] {
  const country = debtor.country?.toUpperCase() ?? company.country;
  const faults = addressFaults({
    lines: view.debtor.lines,
    country,
    abroad: country !== company.country,
    postcode: debtor.postcode,
    name: debtor.name,
    town: `${debtor.postcode ?? ""} ${debtor.city ?? ""}`,
    street: debtor.address,
  });
  return faults.length === 0 ? [] : [`the carrier may stumble over the address: ${faults.join("; ")}`];
}

async function letter(
  { action, view, subject, blocks, payment, code, enclosed }: Written,
  debtor: Debtor,
  company: Company,
  extra: RenderExtra,
  templates: Templates,
): Promise<Finished> {
  if (debtor.address.length === 0)
    fail(
      action,
      "no-postal-address",
      "no postal address is known",
      `dunning debtor set ${action.debtor} address=...`,
    );
  // pdf-lib and the fonts are loaded for the first letter, not for e-mails.
  const { drawLetter } = await import("./letter.ts");
  const { language } = action;
  const { home } = templates;
  const drawn = await drawLetter(
    {
      view,
      subject,
      blocks,
      language,
      today: extra.today,
      logo: company.logo,
      stationery: company.stationery,
      behind: enclosed.map(({ bytes }) => bytes),
      bill: payment.code?.kind === "swiss" ? payment.code : null,
    },
    home,
  );
  return {
    action: {
      ...action,
      warnings: [...action.warnings, ...addressWarnings(view, debtor, company), ...drawn.warnings],
    },
    recipient: "post",
    subject,
    text: drawn.text,
    html: null,
    bytes: drawn.bytes,
    sha256: sha256(drawn.bytes),
    messageId: null,
    pages: drawn.pages,
    attachments: enclosed,
    paymentCode: code === null ? null : (payment.code?.payload ?? null),
  };
}

/**
 * An action as finished bytes: the .eml of an e-mail (text and HTML) or the PDF of a letter. The same input gives the
 * same bytes. Warnings of the drawing are added to the action's own. Throws Failure where the template, the sender or
 * the address is missing, and RangeError where the items do not add up to the total (a bug).
 */
export async function renderAction(
  action: Action,
  debtor: Debtor,
  company: Company,
  templates: Templates,
  extra: RenderExtra,
): Promise<Finished> {
  if (debtor.id !== action.debtor)
    throw new RangeError(`action of ${action.debtor}, but debtor ${debtor.id}`);
  const channel = writtenChannel(action);
  if (action.template === null)
    throw new Failure(EXIT.config, {
      code: "template-missing",
      message: `step ${action.step} names no text for the channel ${channel}`,
      expected: "template: ... in the step",
      fix: "dunning check",
    });
  senderOf(action, company);
  const view = messageView(action, debtor, company, extra);
  const payment = paymentFor(action, debtor, company, extra.reference);
  const template = templateFor(templates, action.language, action.template);
  const subject = channel === "email" ? template.subject(view) : capital(template.subject(view));
  const { files, missing } = await enclosedWith(action, view, extra, templates.home);
  const written = {
    action: withWarnings(warned(action, company, payment), missing),
    enclosed: files,
    view,
    subject,
    ...withPayment(readDocument(template.body(view)), view, payment, action),
    payment,
  };
  return channel === "email"
    ? email(written, company, extra)
    : letter(written, debtor, company, extra, templates);
}
