import { describe, expect, test } from "vitest";
import { checkConfig, loadConfig } from "../src/config/config.ts";
import { MAIL_PROVIDERS, mailLimitsOf, mailServerOf } from "../src/config/mail-providers.ts";
import { folderWith, SMALL } from "./support/config.ts";

const loaded = (smtp: string, limits = "{}") =>
  loadConfig(
    folderWith({
      "dunning.yaml": `${SMALL}email: { transport: smtp, smtp: { ${smtp} } }\nlimits: ${limits}\n`,
    }),
  ).config;

describe("the mail server", () => {
  test.each([
    ["host: smtp.exemple.test", ["smtp.exemple.test", 587, null]],
    ["host: smtp.exemple.test, port: 465", ["smtp.exemple.test", 465, null]],
    ["preset: microsoft365", ["smtp.office365.com", 587, "starttls"]],
    ["preset: gmail", ["smtp.gmail.com", 465, "tls"]],
    ["preset: ovh", ["ssl0.ovh.net", 465, "tls"]],
    // Another port: what protects it is worked out from the port, not taken from the provider.
    ["preset: gmail, port: 587", ["smtp.gmail.com", 587, null]],
    ["preset: gmail, port: 587, encryption: starttls", ["smtp.gmail.com", 587, "starttls"]],
    // A relay of one's own: only the limits are the provider's.
    ["preset: workspace, host: relay.exemple.test", ["relay.exemple.test", 587, null]],
  ])("%s", (smtp, expected) => {
    const server = mailServerOf(loaded(smtp));
    expect([server?.host, server?.port, server?.encryption]).toEqual(expected);
  });

  test.each(["user: compta", "port: 587"])("%s alone names no server", (smtp) => {
    const text = `${SMALL}email: { transport: smtp, smtp: { ${smtp} } }\n`;
    const { findings } = checkConfig(folderWith({ "dunning.yaml": text }));
    expect(findings.map(({ code }) => code)).toContain("no-mail-server");
  });

  test("every provider has TLS", () => {
    for (const { port, encryption } of Object.values(MAIL_PROVIDERS))
      expect(encryption).toBe(port === 465 ? "tls" : "starttls");
  });
});

test.each([
  ["host: smtp.exemple.test", "{}", [20, Infinity, 500, Infinity]],
  ["host: smtp.exemple.test", "{ per_hour: 50, per_domain: 5 }", [20, 50, 500, 5]],
  ["preset: microsoft365", "{}", [20, Infinity, 500, Infinity]],
  ["preset: microsoft365", "{ per_minute: 100, per_day: 100000 }", [30, Infinity, 10_000, Infinity]],
  ["preset: gmail", "{ per_day: 501 }", [20, Infinity, 500, Infinity]],
  ["preset: gmail", "{ per_day: 499 }", [20, Infinity, 499, Infinity]],
  ["preset: workspace", "{ per_day: 3000 }", [20, Infinity, 2000, Infinity]],
  ["preset: ovh", "{}", [20, 200, 500, Infinity]],
  ["preset: ovh", "{ per_hour: 100 }", [20, 100, 500, Infinity]],
])("limits: %s with %s", (smtp, limits, expected) => {
  const { perMinute, perHour, perDay, perDomain } = mailLimitsOf(loaded(smtp, limits));
  expect([perMinute, perHour, perDay, perDomain]).toEqual(expected);
});
