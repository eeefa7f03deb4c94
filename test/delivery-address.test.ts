import { describe, expect, test } from "vitest";
import { mailbox } from "../src/delivery/address.ts";
import { encryptionFor } from "../src/delivery/smtp.ts";

describe("one plain address", () => {
  test.each([
    ["jean@example.org", "jean@example.org"],
    ["jean.de-la+relance@sub.example.org", "jean.de-la+relance@sub.example.org"],
    ["o'neil@example.org", "o'neil@example.org"],
    ["jean@société.example", "jean@xn--socit-esab.example"],
    ["Jean@EXAMPLE.org", "Jean@example.org"],
    [`${"a".repeat(64)}@example.org`, `${"a".repeat(64)}@example.org`],
    [`${"a".repeat(65)}@example.org`, null],
    ["jean@example.org, evil@example.net", null],
    ["jean@example.org evil@example.net", null],
    ["jean@example.org\r\nBcc: evil@example.net", null],
    ["jean@example.org\n", null],
    ["<jean@example.org>", null],
    ["Jean <jean@example.org>", null],
    ["jean@example.org> SIZE=1", null],
    ["jean(comment)@example.org", null],
    ['"jean dupont"@example.org', null],
    ['"jean@example.net"@example.org', null],
    ["groupe: jean@example.org;", null],
    ["jean@@example.org", null],
    ["a@b@example.org", null],
    [".jean@example.org", null],
    ["jean.@example.org", null],
    ["je..an@example.org", null],
    ["jéan@example.org", null],
    ["jean@localhost", null],
    ["jean@example.org.", null],
    ["jean@-example.org", null],
    ["jean@exam_ple.org", null],
    ["jean@127.0.0.1", null],
    ["jean@0x7f.1", null],
    ["jean@[127.0.0.1]", null],
    ["jean@exam%70le.org", null],
    ["jean@example.org/..", null],
    ["jean@", null],
    ["@example.org", null],
    ["jean", null],
    ["", null],
    [" jean@example.org", null],
    ["jean\0@example.org", null],
    ["jean@\u202eexample.org", null],
  ])("%j is %j", (text, expected) => {
    expect(mailbox(text)).toBe(expected);
  });
});

test.each([
  ["smtp.example.com", 587, "starttls"],
  ["smtp.example.com", 25, "starttls"],
  ["smtp.example.com", 465, "tls"],
  ["127.0.0.1", 465, "tls"],
  ["127.0.0.1", 2525, "none"],
  ["127.1.2.3", 25, "none"],
  ["localhost", 25, "none"],
  ["::1", 25, "none"],
  ["localhost.example.com", 25, "starttls"],
  ["127.0.0.1.example.com", 25, "starttls"],
] as const)("%s port %i: %s where nothing is said", (host, port, expected) => {
  expect(encryptionFor(host, port)).toBe(expected);
});
