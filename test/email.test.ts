import { simpleParser } from "mailparser";
import { describe, expect, test } from "vitest";
import { isOneAddress } from "../src/core/email-address.ts";
import type { Day } from "../src/core/types.ts";
import { Failure } from "../src/problem.ts";
import { displayName, messageIdOf } from "../src/render/email.ts";
import { claims, rendered } from "./support/rendering.ts";

const parsed = async (...args: Parameters<typeof rendered>) => {
  const finished = await rendered(...args);
  return { finished, mail: await simpleParser(Buffer.from(finished.bytes), { keepCidLinks: true }) };
};

test("the message: one recipient, a person to answer, text and HTML, no attachment but the code, the same id inside and out", async () => {
  const { finished, mail } = await parsed("firm", "fr", "email");
  expect(mail.from?.value).toEqual([{ name: "Claire Exemple", address: "compta@exemple.test" }]);
  expect(mail.to).toMatchObject({
    value: [{ name: "Mme Durand", address: "m.durand@dupont-menuiserie.example" }],
  });
  expect(mail.replyTo?.value).toEqual([{ name: "Claire Exemple", address: "compta@exemple.test" }]);
  expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
  expect(mail.headers.get("content-language")).toBe("fr");
  expect(mail.messageId).toBe(`<${finished.messageId}>`);
  expect(mail.subject).toBe(finished.subject);
  expect(mail.date?.toISOString()).toBe("2026-11-22T08:30:00.000Z");
  expect(mail.attachments).toMatchObject([{ cid: "payment-code", contentDisposition: "inline" }]);
  expect(mail.text?.trimEnd()).toBe(finished.text.trimEnd());
  expect(mail.html).toBe(finished.html);
  expect(finished).toMatchObject({ recipient: "m.durand@dupont-menuiserie.example", pages: null });
});

test("bytes: CRLF only, ASCII only, lines of at most 78 characters, nothing about the program", async () => {
  const { finished } = await parsed("firm", "fr", "email");
  const raw = Buffer.from(finished.bytes).toString("latin1");
  expect(raw.replaceAll("\r\n", "")).not.toMatch(/[\r\n\x80-\xff]/);
  expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(78);
  expect(raw).not.toMatch(/nodemailer|dunning|x-mailer|user-agent/i);
});

test("nothing in the HTML comes from outside or can act", async () => {
  const { html } = await rendered("firm", "fr", "email");
  expect(html).not.toMatch(
    /https?:|<script|<img(?! src="cid:payment-code")|<link|@import|url\(|<a\s|<form|<iframe/i,
  );
});

test("the same input gives the same bytes, every other input others", async () => {
  const first = await rendered("firm", "fr", "email");
  await rendered("reminder-a", "en", "email");
  const again = await rendered("firm", "fr", "email");
  expect(Buffer.compare(Buffer.from(first.bytes), Buffer.from(again.bytes))).toBe(0);
  expect(again.sha256).toBe(first.sha256);
  const others = [
    await rendered("firm", "fr", "email", { extra: { secret: "another secret" } }),
    await rendered("firm", "fr", "email", { extra: { today: "2026-11-23" as Day } }),
    await rendered("firm", "fr", "email", { action: { id: "ffffffff" } }),
    await rendered("firm", "fr", "email", { action: { to: "other@dupont-menuiserie.example" } }),
    await rendered("firm", "fr", "email", { action: claims([1]) }),
  ];
  const ids = [first, ...others].map(({ messageId }) => messageId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("a Message-ID: the sender's domain, and nothing that can be guessed or read", () => {
  const id = messageIdOf("secret", ["411DUPONT", "firm"], "compta@exemple.test");
  expect(id).toMatch(/^[0-9a-f]{32}@exemple\.test$/);
  expect(messageIdOf("secret", ["411DUPONT", "firm"], "compta@exemple.test")).toBe(id);
  // The parts are kept apart: moving a letter from one to the next gives another id.
  expect(messageIdOf("secret", ["411DUPON", "Tfirm"], "compta@exemple.test")).not.toBe(id);
});

describe("threading", () => {
  const previous = [
    { day: "2026-10-01" as Day, channel: "email" as const, messageId: "one@exemple.test" },
    { day: "2026-10-10" as Day, channel: "letter" as const, messageId: null },
    { day: "2026-10-20" as Day, channel: "email" as const, messageId: "two@exemple.test" },
  ];

  test("a reminder hangs below the e-mails before it", async () => {
    const { mail } = await parsed("firm", "fr", "email", { extra: { previous } });
    expect(mail.inReplyTo).toBe("<two@exemple.test>");
    expect(mail.references).toEqual(["<one@exemple.test>", "<two@exemple.test>"]);
  });

  test("the first one hangs nowhere, and of many the newest ten are named", async () => {
    expect((await parsed("firm", "fr", "email")).mail.inReplyTo).toBeUndefined();
    const many = Array.from({ length: 15 }, (_, at) => ({
      day: "2026-10-01" as Day,
      channel: "email" as const,
      messageId: `${at}@exemple.test`,
    }));
    const { mail } = await parsed("firm", "fr", "email", { extra: { previous: many } });
    expect(mail.references).toHaveLength(10);
    expect(mail.inReplyTo).toBe("<14@exemple.test>");
  });
});

test("a named sender signs and sends; answers still go where they are read", async () => {
  const senders = { manager: { name: "Paul Exemple", address: "direction@exemple.test" } };
  const { finished, mail } = await parsed("firm", "fr", "email", {
    action: { sender: "manager" },
    company: { senders },
  });
  expect(mail.from?.value).toEqual([{ name: "Paul Exemple", address: "direction@exemple.test" }]);
  expect(mail.replyTo?.value[0]?.address).toBe("compta@exemple.test");
  expect(finished.text).toContain("Paul Exemple\nAtelier Exemple SARL");
  expect(finished.text).not.toContain("Claire Exemple");
});

test("a sender that the configuration does not have is said, not replaced", async () => {
  const wrong = rendered("firm", "fr", "email", { action: { sender: "manger" } });
  await expect(wrong).rejects.toMatchObject({
    exit: 78,
    problems: [{ code: "unknown-sender", found: "manger" }],
  });
});

test.each([
  ["", "no-email-address"],
  ["a@example.com, b@example.com", "bad-email-address"],
  ["a@example.com b@example.com", "bad-email-address"],
  ["a@b@example.com", "bad-email-address"],
  ["Name <a@example.com>", "bad-email-address"],
  ["a@example.com\r\nBcc: b@example.com", "bad-email-address"],
  ["group: a@example.com;", "bad-email-address"],
  ['"a b"@example.com', "bad-email-address"],
  ["a(comment)@example.com", "bad-email-address"],
  ["a@[127.0.0.1]", "bad-email-address"],
  ["a\u202e@example.com", "bad-email-address"],
  ["example.com", "bad-email-address"],
  [`${"a".repeat(250)}@example.com`, "bad-email-address"],
])("the address %j is refused with %s", async (to, code) => {
  const failed = await rendered("firm", "fr", "email", { action: { to } }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Failure);
  expect((failed as Failure).problems[0]).toMatchObject({
    code,
    fix: "dunning debtor set 411DUPONT email=...",
  });
});

test.each(["a@example.com", "jean.d'arc+x@mail.example.org", "info@société.example", "A@EXAMPLE.COM"])(
  "%s is one address",
  (address) => {
    expect(isOneAddress(address)).toBe(true);
  },
);

test.each([
  ["Marie Durand", "Marie Durand"],
  ["m.durand@example.com", ""],
  ['Durand "Bois" <x>', "Durand Bois x"],
  ["a\r\nb", "a b"],
  ["x".repeat(120), "x".repeat(100)],
])("the name %j stands in a header as %j", (name, shown) => {
  expect(displayName(name)).toBe(shown);
});

test("a message that cannot say where to pay carries a warning", async () => {
  const { action, text } = await rendered("firm", "fr", "email", { company: { accounts: {} } });
  expect(action.warnings).toEqual([
    "no account for EUR is configured: the message does not say where to pay",
  ]);
  expect(text).not.toMatch(/IBAN|BIC/);
});

test("plain text keeps to 74 columns, whatever stands in the table", async () => {
  const long = claims([1_234_567_890, 5], (at) =>
    at === 0 ? "FA-2026-".padEnd(90, "X") : "une référence très longue ".repeat(5),
  );
  const { text } = await rendered("firm", "fr", "email", { action: long });
  const widest = Math.max(...text.split("\n").map((line) => Array.from(line).length));
  expect(widest).toBeLessThanOrEqual(74);
  expect(text.replace(/\s/g, "")).toContain("12345678,90€");
});

test("an action that is nobody's message is a bug, not a message", async () => {
  await expect(rendered("firm", "fr", "email", { action: { channel: "call" } })).rejects.toThrow(RangeError);
  await expect(rendered("firm", "fr", "email", { action: { debtor: "411OTHER" as never } })).rejects.toThrow(
    /411OTHER/,
  );
  await expect(rendered("firm", "fr", "email", { action: { template: null } })).rejects.toMatchObject({
    exit: 78,
  });
});
