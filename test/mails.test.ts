import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IncomingMail } from "../src/core/incoming-mail.ts";
import { verdictOf } from "../src/core/mail-verdict.ts";
import { type Finding, findingOf, type SentMail, type SentMails } from "../src/core/returned-mail.ts";
import type { Day, DebtorId } from "../src/core/types.ts";
import { readMail } from "../src/delivery/incoming-mail.ts";

/** Made-up mails as servers and programs write them, about one message of ours. */
const folder = join(import.meta.dirname, "..", "fixtures", "mails");
const ID = "k7q2m5x4@exemple.test";
const TO = "compta@client.example";

const sentMail = (over: Partial<SentMail> = {}): SentMail => ({
  id: "8f3a12bc",
  debtor: "A1" as DebtorId,
  name: "Client A1",
  recipient: TO,
  subject: "Relevé de compte au 20/11/2026",
  draft: false,
  sentOn: "2026-11-20" as Day,
  cameBackOn: null,
  ...over,
});

const knowing = (...mails: readonly SentMail[]): SentMails => ({
  byMessageId: (id) => (id === ID ? (mails[0] ?? null) : null),
  byRecipient: (address) => mails.filter(({ recipient }) => recipient === address),
});

async function read(name: string): Promise<IncomingMail> {
  const mail = await readMail(readFileSync(join(folder, `${name}.eml`)));
  if (mail === null) throw new Error(`${name} cannot be read`);
  return mail;
}

/** `bounced 5.1.1 flagged`: what it comes to, its status, whether our address is at fault. */
function said(finding: Finding): string {
  if (finding.kind !== "bounced") return finding.kind;
  return `bounced ${finding.failure.status ?? "-"}${finding.flags ? " flagged" : ""}`;
}

const TABLE: Readonly<Record<string, string>> = {
  "postfix-unknown-user": "bounced 5.1.1 flagged",
  "postfix-delayed": "delayed",
  "postfix-no-such-domain": "bounced 5.4.4 flagged",
  "postfix-given-up": "bounced 4.4.1",
  "postfix-policy": "bounced 5.7.1",
  "postfix-too-large": "bounced 5.3.4",
  "exchange-french": "bounced 5.1.10 flagged",
  "exchange-german-full": "bounced 5.2.2",
  "exchange-dutch-refused": "bounced 5.7.133",
  "exchange-disabled": "bounced 5.2.1 flagged",
  "exchange-delayed": "delayed",
  "gmail-french": "bounced 5.1.1 flagged",
  "gmail-delayed": "delayed",
  "gmail-no-domain": "bounced 4.0.0",
  "exim-report": "bounced 5.0.0 flagged",
  "exim-text": "bounced - flagged",
  "exim-warning": "delayed",
  qmail: "bounced 5.1.1 flagged",
  "qmail-local": "bounced 5.1.1 flagged",
  "qmail-full": "bounced 5.2.2",
  sendmail: "bounced 5.1.1 flagged",
  "sendmail-warning": "delayed",
  domino: "bounced - flagged",
  "webmail-english": "bounced 5.0.0 flagged",
  "provider-french": "bounced -",
  "provider-german": "bounced - flagged",
  "provider-dutch": "bounced - flagged",
  "provider-german-late": "delayed",
  delivered: "delivered",
  relayed: "delivered",
  expanded: "delivered",
  "two-recipients": "bounced 5.2.1 flagged",
  "one-of-two-late": "bounced 5.1.1 flagged",
  forwarded: "bounced 5.1.1",
  "original-recipient": "bounced 5.1.1 flagged",
  "no-original": "bounced 5.1.1 flagged",
  "base64-original": "bounced 5.1.1 flagged",
  international: "bounced 5.1.1 flagged",
  "no-action": "bounced 5.1.1 flagged",
  "wrong-sender": "bounced 5.1.8",
  "foreign-mail": "unmatched",
  "empty-report": "unmatched",
  answer: "answered",
  "answer-html": "answered",
  "answer-about-a-bounce": "answered",
  "answer-with-a-bounce": "answered",
  "absence-outlook": "auto-reply",
  "absence-vacation": "auto-reply",
  "absence-dutch": "auto-reply",
  "absence-german": "auto-reply",
  ticket: "auto-reply",
  "read-receipt": "auto-reply",
  newsletter: "other",
};

const names = readdirSync(folder)
  .filter((file) => file.endsWith(".eml"))
  .map((file) => file.slice(0, -4));

test("the table names every mail of the folder", () => {
  expect(Object.keys(TABLE).sort()).toEqual(names.sort());
});

test.each(Object.entries(TABLE))("%s: %s", async (name, expected) => {
  expect(said(findingOf(await read(name), knowing(sentMail())))).toBe(expected);
});

test.each(names)("%s is none of our business where no message is ours", async (name) => {
  expect(findingOf(await read(name), knowing()).kind).toBe("other");
});

describe("without a Message-ID of ours", () => {
  const other = sentMail({ id: "99999999", debtor: "B2" as DebtorId, subject: "Autre relevé" });
  const blind = (...mails: readonly SentMail[]): SentMails => ({
    ...knowing(...mails),
    byMessageId: () => null,
  });

  test("the only mail to this address is meant, where nothing says another one", async () => {
    expect(said(findingOf(await read("no-original"), blind(sentMail())))).toBe("bounced 5.1.1 flagged");
    expect(findingOf(await read("no-original"), blind(sentMail(), other)).kind).toBe("unmatched");
  });

  test("a Message-ID that is not ours belongs to another program; a draft may have got it from a mail program", async () => {
    const mail = await read("postfix-unknown-user");
    expect(findingOf(mail, blind(sentMail())).kind).toBe("unmatched");
    const draft = sentMail({ draft: true });
    expect(said(findingOf(mail, blind(draft, { ...other, draft: true })))).toBe("bounced 5.1.1 flagged");
    expect(findingOf(mail, blind({ ...draft, subject: "Autre relevé" })).kind).toBe("unmatched");
    expect(findingOf(mail, blind(draft, { ...draft, id: "77777777" })).kind).toBe("unmatched");
  });

  test("an answer is never matched by its sender", async () => {
    expect(findingOf(await read("answer"), blind(sentMail({ recipient: "anne@client.example" }))).kind).toBe(
      "other",
    );
  });
});

/** Bytes of a mail with a few of them changed, cut out or doubled. */
const mutated = fc
  .tuple(
    fc.constantFrom(...names),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        how: fc.constantFrom("byte", "cut", "double", "line"),
        byte: fc.nat(255),
        length: fc.nat(400),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([name, changes]) => {
    let bytes: Buffer = readFileSync(join(folder, `${name}.eml`));
    for (const { at, how, byte, length } of changes) {
      const place = Math.floor(at * bytes.length);
      const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
      if (how === "byte") bytes = Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
      if (how === "cut") bytes = Buffer.concat([before, after.subarray(length)]);
      if (how === "double") bytes = Buffer.concat([before, after.subarray(0, length), after]);
      if (how === "line") bytes = Buffer.concat([before, Buffer.from("\n\n"), after]);
    }
    return { name, bytes };
  });

test("damaged mails: nothing throws, and no address is blamed that the mail does not name", async () => {
  const [own, foreign] = [sentMail(), sentMail({ id: "99999999", recipient: "b@elsewhere.example" })];
  await fc.assert(
    fc.asyncProperty(mutated, async ({ bytes }) => {
      const mail = await readMail(bytes);
      if (mail === null) return;
      for (const known of [knowing(own), knowing(foreign), knowing()]) {
        const finding = findingOf(mail, known);
        if (finding.kind !== "bounced" || !finding.flags) continue;
        const text = bytes.toString("latin1").toLowerCase();
        const plain = /base64/i.test(text)
          ? [...mail.reports.map(({ recipient }) => recipient), mail.text.toLowerCase()].join(" ")
          : text;
        expect(plain.replaceAll(/=\r?\n|\s/g, "")).toContain(finding.mail.recipient);
      }
    }),
    { numRuns: 300 },
  );
});

test("cut off after any of its bytes a report changes nothing or says the same", async () => {
  for (const name of ["postfix-unknown-user", "gmail-french", "qmail"]) {
    const bytes = readFileSync(join(folder, `${name}.eml`));
    for (let length = 0; length < bytes.length; length += 37) {
      const mail = await readMail(bytes.subarray(0, length));
      const verdict = mail === null ? null : verdictOf(mail);
      if (verdict?.kind !== "failed") continue;
      expect(
        findingOf(mail as IncomingMail, knowing(sentMail({ recipient: "b@elsewhere.example" }))),
      ).not.toMatchObject({
        flags: true,
      });
    }
  }
});

const FROM_SERVER = "From: mailer-daemon@mx.example.org\nReturn-Path: <>\nSubject: Undelivered mail\n";
/** Each of them took more than the square of its length; the limit is far above what they take now, on a slow machine too. */
test.each([
  ["a page full of tags that never end", `Content-Type: text/html\n\n${"<".repeat(300_000)}`],
  ["a text of empty lines", `\nx${"\n".repeat(32_000)}y`],
  ["a text of quoted empty lines", `\nx\n${">\n".repeat(16_000)}y`],
])("%s is read in no time", async (_, rest) => {
  const begun = performance.now();
  const mail = await readMail(Buffer.from(FROM_SERVER + rest));
  if (mail !== null) verdictOf(mail);
  expect(performance.now() - begun).toBeLessThan(2000);
});

test("a page without a text of its own is read without its tags", async () => {
  const page = `Content-Type: text/html\n\n<p class="a">could not be delivered</p> ${"<i>x</i>".repeat(40_000)}`;
  const mail = await readMail(Buffer.from(FROM_SERVER + page));
  expect(mail?.text).toMatch(/^\s*could not be delivered\s+x/);
});
