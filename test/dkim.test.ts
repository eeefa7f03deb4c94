import { createHash, generateKeyPairSync, verify } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { signedBy } from "../src/render/dkim.ts";
import { dunning } from "./support/company.ts";
import { atStage, goodServer, scripted } from "./support/scripted-smtp.ts";
import { countsOf, DAY, sender } from "./support/sender.ts";

const pair = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
let keys: ReturnType<typeof pair>;
beforeAll(() => {
  keys = pair();
});

/** RFC 6376, 3.4.2 and 3.4.4: what relaxed signing makes of a header field and of a body. */
const relaxedField = (name: string, value: string): string =>
  `${name.toLowerCase().trim()}:${value
    .replace(/\r\n/g, "")
    .replace(/[ \t]+/g, " ")
    .trim()}`;
const relaxedBody = (body: string): string =>
  `${body
    .split("\r\n")
    .map((line) => line.replace(/[ \t]+/g, " ").replace(/ $/, ""))
    .join("\r\n")
    .replace(/(\r\n)*$/, "")}\r\n`;

/** What a receiver finds out: null where the signature holds, else what does not. Written from the RFC alone. */
function fault(eml: string, publicKey: string): string | null {
  const end = eml.indexOf("\r\n\r\n");
  const fields = eml
    .slice(0, end)
    .split(/\r\n(?![ \t])/)
    .map((field) => [field.slice(0, field.indexOf(":")), field.slice(field.indexOf(":") + 1)] as const);
  const [name, value] = fields[0] ?? ["", ""];
  if (name !== "DKIM-Signature") return "not signed";
  const tag = (key: string): string =>
    new RegExp(`(?:^|;)\\s*${key}=([^;]*)`).exec(value)?.[1]?.replace(/\s+/g, "") ?? "";
  const hash = createHash("sha256")
    .update(relaxedBody(eml.slice(end + 4)), "latin1")
    .digest("base64");
  if (hash !== tag("bh")) return "body";
  const signed = tag("h")
    .split(":")
    .map((key) => {
      const field = fields.findLast(([each]) => each.toLowerCase() === key);
      return field === undefined ? "" : `${relaxedField(...field)}\r\n`;
    });
  const own = relaxedField(name, value.replace(/\bb=[^;]*$/, "b="));
  const text = Buffer.from(`${signed.join("")}${own}`, "latin1");
  return verify("rsa-sha256", text, publicKey, Buffer.from(tag("b"), "base64")) ? null : "signature";
}

const EML =
  "From: <a@example.com>\r\nTo: <b@example.org>\r\nSubject: =?UTF-8?Q?R=C3=A9?=\r\n  suite\r\n\r\nBonjour  \r\n\r\n.\r\n\r\n\r\n";

describe("a signature", () => {
  const key = () => ({ domain: null, selector: "mail", file: "key.pem", pem: keys.privateKey });

  test("holds, names domain and selector, and comes out the same again", async () => {
    const once = await signedBy(key(), "a@example.com", Buffer.from(EML));
    const text = Buffer.from(once).toString("latin1");
    expect(fault(text, keys.publicKey)).toBeNull();
    expect(text).toMatch(/\sd=example\.com;\s+q=dns\/txt;\s+s=mail;/);
    expect(text.endsWith(EML)).toBe(true);
    expect(await signedBy(key(), "a@example.com", Buffer.from(EML))).toEqual(once);
  });

  test.each([
    ["Bonjour", "Bonsoir"],
    ["b@example.org", "c@example.org"],
    ["suite", "fin"],
  ])("does not hold once %j reads %j", async (from, to) => {
    const signed = Buffer.from(await signedBy(key(), "a@example.com", Buffer.from(EML))).toString("latin1");
    expect(fault(signed.replace(from, to), keys.publicKey)).not.toBeNull();
  });

  test.each([
    ["no key", () => "not a key"],
    ["a public key", () => keys.publicKey],
    [
      "a key of another kind",
      () => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }),
    ],
    [
      "a short key",
      () =>
        generateKeyPairSync("rsa", { modulusLength: 768 }).privateKey.export({
          type: "pkcs8",
          format: "pem",
        }),
    ],
  ])("%s is refused, nothing is left unsigned", async (_, pem) => {
    const bad = { ...key(), pem: String(pem()) };
    await expect(signedBy(bad, "a@example.com", Buffer.from(EML))).rejects.toThrow(/key/);
  });
});

test("a run signs, the guard reads the signed bytes, and a retry sends the same ones", async () => {
  const server = await scripted(atStage("dot", "451 4.3.0 later", 1));
  const folder = await sender(server.port);
  const file = join(folder, "dunning.yaml");
  writeFileSync(join(folder, "dkim.pem"), keys.privateKey, { mode: 0o600 });
  const dkim = "dkim: { selector: mail, domain: imprimerie.example, key_file: dkim.pem },";
  writeFileSync(file, readFileSync(file, "utf8").replace("connections: 1,", `connections: 1, ${dkim}`));
  const ran = await dunning(folder, DAY, "run", "--yes", "--json");
  expect(countsOf(ran.json)["deferred"]).toBe(1);
  expect(countsOf(ran.json)["sent"]).toBeGreaterThan(20);
  await dunning(folder, "2026-11-21", "run", "--yes", "--only", "letter");
  const [deferred = "", ...rest] = server.messages;
  expect(rest.filter((text) => text === deferred)).toHaveLength(1);
  expect(server.messages.filter((text) => fault(text, keys.publicKey) !== null)).toEqual([]);
});

test("without a key nothing is signed", async () => {
  const server = await scripted(goodServer);
  const folder = await sender(server.port);
  await dunning(folder, DAY, "run", "--yes");
  expect(server.messages.some((text) => text.includes("DKIM-Signature"))).toBe(false);
});
