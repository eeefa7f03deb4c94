import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dunning, type Ran, takeBalance } from "./company.ts";
import { folderWith, SMALL } from "./config.ts";

export const COLUMNS =
  "Code client;Raison sociale;E-mail;Adresse;Code postal;Ville;N° pièce;Type;Date pièce;Échéance;Devise;Montant TTC;Restant dû";

export interface Listed {
  readonly id: string;
  readonly debtor: string;
  readonly step: string;
  readonly channel: string;
  readonly state: string;
  readonly to: string;
  readonly messageId: string | null;
}

/** A row of a balance: an invoice of 100 EUR that fell due on `due` (DD/MM/YYYY). */
export const row = (code: string, email: string, due = "01/10/2026", place = "1 rue A;69001;Lyon"): string =>
  `${code};Client ${code};${email};${place};FA-${code};Facture;25/08/2026;${due};EUR;100,00;100,00`;

/** A company whose messages have left on `day` as drafts or letters. */
export async function companyThatWrote(
  day: string,
  rows: readonly string[],
  config = SMALL,
): Promise<{ folder: string; sent: readonly Listed[] }> {
  const folder = folderWith({ "dunning.yaml": config });
  await takeBalance(folder, day, COLUMNS, rows);
  await dunning(folder, day, "run");
  return { folder, sent: await outbox(folder, day) };
}

export async function outbox(folder: string, day: string): Promise<readonly Listed[]> {
  return (await dunning(folder, day, "outbox", "list", "--json")).json["messages"] as Listed[];
}

export interface Shape {
  readonly messageId?: string | null;
  readonly recipient: string;
  readonly action?: string;
  readonly status?: string;
  readonly diagnostic?: string;
  readonly subject?: string;
}

/** A delivery status notification (RFC 3464) as Postfix writes it. */
export function report({
  messageId = null,
  recipient,
  action = "failed",
  status = "5.1.1",
  diagnostic = `550 5.1.1 <${recipient}>: Recipient address rejected: User unknown`,
  subject = "Votre relevé",
}: Shape): string {
  return `Return-Path: <>
Date: Fri, 20 Nov 2026 09:12:00 +0100 (CET)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: compta@exemple.test
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4A1B2.1700000000/mx.example.org"
Message-Id: <20261120081200.4A1B2@mx.example.org>

--4A1B2.1700000000/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

I'm sorry to have to inform you that your message could not be delivered.

--4A1B2.1700000000/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4A1B2

Final-Recipient: rfc822; ${recipient}
Original-Recipient: rfc822;${recipient}
Action: ${action}
Status: ${status}
Diagnostic-Code: smtp; ${diagnostic}

--4A1B2.1700000000/mx.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <compta@exemple.test>
${messageId === null ? "" : `Message-ID: <${messageId}>\n`}Subject: ${subject}
To: ${recipient}

--4A1B2.1700000000/mx.example.org--
`;
}

/** A mail that a person writes back. */
export const reply = (messageId: string, more = "", text = "Bonjour, le virement part demain."): string =>
  `Date: Fri, 20 Nov 2026 10:00:00 +0100
From: "Anne Client" <anne@client.example>
To: compta@exemple.test
Subject: Re: Votre relevé
Message-ID: <reply-1@client.example>
In-Reply-To: <${messageId}>
References: <other@client.example> <${messageId}>
${more}Content-Type: text/plain; charset=utf-8

${text}
`;

/** Reads one mail in. */
export async function takeMail(
  folder: string,
  day: string,
  text: string | Uint8Array,
  name = "mail.eml",
): Promise<Ran> {
  writeFileSync(join(folder, name), text);
  return await dunning(folder, day, "bounces", name, "--json");
}
