import { describe, expect, test } from "vitest";
import { isOneAddress } from "../src/core/email-address.ts";
import { mailbox } from "../src/delivery/address.ts";
import { emailAddress } from "../src/intake/email-address.ts";
import { corpus } from "./support/corpus.ts";
import { claims, rendered } from "./support/rendering.ts";
import { plainSmtp, sink } from "./support/scripted-smtp.ts";

const headers = corpus("headers.txt");
const addresses = corpus("addresses.txt");

test("there are enough of them", () => {
  expect(headers.length).toBeGreaterThanOrEqual(200);
  expect(addresses.length).toBeGreaterThanOrEqual(200);
});

/** The header fields as a mail server splits them, unfolded. */
function fieldsOf(bytes: Uint8Array): readonly string[] {
  const raw = Buffer.from(bytes).toString("latin1");
  const end = raw.indexOf("\r\n\r\n");
  return raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]/g, " ")
    .split("\r\n");
}
const recipientsOf = (envelope: string): string[] =>
  [...envelope.matchAll(/RCPT TO:<([^>]*)>/gi)].map((match) => match[1] ?? "");
const named = (fields: readonly string[]): string[] =>
  fields.map((field) => field.split(":", 1)[0] ?? "").sort();
const valueOf = (fields: readonly string[], name: string): string =>
  fields.find((field) => field.startsWith(`${name}:`)) ?? "";

describe("no text becomes a header, a recipient or a second message", async () => {
  const plain = fieldsOf((await rendered("firm", "fr", "email")).bytes);

  test.each(headers.map(({ text }) => text))("%j", async (value) => {
    const { bytes, recipient } = await rendered("firm", "fr", "email", {
      action: claims([12_345, 6_789], (at) => (at === 0 ? value : "FA-2")),
      debtor: { name: value, contact: value, address: [value, "4 rue X"] },
      company: {
        name: value,
        from: { name: value, address: "compta@exemple.test" },
        signatory: { name: value, role: value },
      },
    });
    const fields = fieldsOf(bytes);
    expect(named(fields)).toEqual(named(plain));
    expect(recipient).toBe("m.durand@dupont-menuiserie.example");
    const [to, from] = [valueOf(fields, "To"), valueOf(fields, "From")];
    expect(to.match(/<[^>]*>/g) ?? [to.slice(4)]).toEqual(
      to.includes("<") ? [`<${recipient}>`] : [recipient],
    );
    expect(from.endsWith("compta@exemple.test") || from.endsWith("<compta@exemple.test>")).toBe(true);
    // Lone line ends are what makes servers see a second message (smuggling).
    expect(Buffer.from(bytes).toString("latin1").replaceAll("\r\n", "")).not.toMatch(/[\r\n\0]/);
  });
});

test("over a mail server each of them stays one message to one recipient, also where a dot stands alone on a line", async () => {
  const server = await sink(() => null);
  const transport = plainSmtp(server.port);
  const some = headers.filter(({ text }, n) => /^\W*$|DATA|RSET|QUIT/.test(text) || n % 10 === 0);
  for (const { text: value } of some) {
    const { bytes, recipient } = await rendered("firm", "fr", "email", {
      debtor: { name: value, contact: value },
      company: { name: value, signatory: { name: value, role: value } },
    });
    const { kind } = await transport.send({ message: { recipient }, bytes }, () => Promise.resolve(true));
    expect(kind).toBe("sent");
    expect(server.messages.at(-1)).toBe(Buffer.from(bytes).toString("latin1"));
  }
  await transport.close();
  expect(some.length).toBeGreaterThan(30);
  expect(server.envelopes.map(recipientsOf)).toEqual(some.map(() => ["m.durand@dupont-menuiserie.example"]));
  expect(server.messages).toHaveLength(some.length);
});

describe("addresses", () => {
  test.each(addresses.map(({ text, result }) => [text, result] as const))("%j -> %j", (text, result) => {
    expect(mailbox(text)).toBe(result);
    // What a list of contacts or a person may bring in is at most what can be sent to, and the same one.
    const taken = emailAddress(text);
    if (taken !== null) expect([text.trim(), mailbox(taken)]).toEqual([taken, mailbox(text.trim())]);
    if (taken !== null) expect(mailbox(taken)).not.toBeNull();
    if (result !== null) expect([taken, isOneAddress(text)]).toEqual([text, true]);
  });

  test("over a mail server: each of the good ones, alone; none of the others, not even a connection", async () => {
    const server = await sink(() => null);
    const transport = plainSmtp(server.port);
    let gates = 0;
    const send = async (recipient: string) =>
      await transport.send({ message: { recipient }, bytes: Buffer.from("Subject: x\r\n\r\nx\r\n") }, () => {
        gates += 1;
        return Promise.resolve(true);
      });
    for (const { text } of addresses.filter(({ result }) => result === null))
      expect((await send(text)).kind).toBe("refused");
    expect([server.connections(), gates]).toEqual([0, 0]);
    const good = addresses.filter(({ result }) => result !== null);
    for (const { text } of good) expect((await send(text)).kind).toBe("sent");
    await transport.close();
    expect(server.envelopes.map(recipientsOf)).toEqual(good.map(({ result }) => [result]));
  });
});
