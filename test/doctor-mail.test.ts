import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { doctor } from "../src/commands/doctor.ts";
import type { Context } from "../src/context.ts";
import type { Check } from "../src/core/health.ts";
import { isReserved, type MailRecords, mailPolicy } from "../src/core/mail-policy.ts";
import { mailRecords } from "../src/delivery/name-service.ts";
import { dunning, takeBalance } from "./support/company.ts";
import { changed, folderWith, SMALL } from "./support/config.ts";
import { COLUMNS, row } from "./support/returned.ts";
import { sink } from "./support/scripted-smtp.ts";

const DAY = "2026-11-20";

describe("the mail server", () => {
  const by = (port: number, more = ""): string =>
    `${SMALL}email: { transport: smtp, smtp: { host: 127.0.0.1, port: ${port}${more} } }\n`;
  const ask = async (folder: string, ...words: string[]) => {
    const { exit, json } = await dunning(folder, DAY, "doctor", ...words, "--json");
    const checks = Object.fromEntries((json["checks"] as Check[]).map((check) => [check.id, check]));
    return { exit, checks };
  };

  test("greets, logs in, leaves: no sender, no recipient, no message", async () => {
    const stages: string[] = [];
    const server = await sink((stage) => (stages.push(stage), null));
    const folder = folderWith({
      "dunning.yaml": by(server.port, ", user: compta, password_file: password"),
      password: "secret\n",
    });
    chmodSync(join(folder, "password"), 0o600);
    const { exit, checks } = await ask(folder);
    expect([exit, checks["mail-server"]]).toMatchObject([0, { state: "ok" }]);
    expect(stages).toEqual(["greeting", "EHLO", "AUTH", "QUIT"]);
    expect(server.messages).toEqual([]);
    expect(checks["spf"]).toMatchObject({ state: "unknown" });
  });

  test.each([
    ["is not there", "hang up", 69, /the network/],
    ["takes no password", "535 5.7.8 no", 78, /password/],
    ["says no in its greeting", "554 no", 69, /email\.smtp/],
  ])("%s", async (_, reaction, code, fix) => {
    const server = await sink((stage) =>
      stage === (reaction.startsWith("535") ? "AUTH" : "greeting") && reaction !== "hang up"
        ? reaction
        : null,
    );
    if (reaction === "hang up") await server.close();
    const folder = folderWith({
      "dunning.yaml": by(server.port, ", user: compta, password_file: password"),
      password: "secret\n",
    });
    chmodSync(join(folder, "password"), 0o600);
    const { exit, checks } = await ask(folder);
    expect([exit, checks["mail-server"]]).toMatchObject([
      code,
      { state: "fail", fix: expect.stringMatching(fix) },
    ]);
    expect(JSON.stringify(checks)).not.toContain("secret");
  });

  test("a password that others can read: 78, as a run would say", async () => {
    const folder = folderWith({
      "dunning.yaml": by(9, ", user: compta, password_file: password"),
      password: "secret\n",
    });
    chmodSync(join(folder, "password"), 0o644);
    expect(await ask(folder)).toMatchObject({ exit: 78, checks: { "mail-server": { state: "fail" } } });
  });

  test("--offline opens nothing; what was set for a while is said", async () => {
    const folder = folderWith({
      "dunning.yaml": `${SMALL}email: { transport: smtp, redirect_to: me@x.example, allow_domains: [x.example], smtp: { host: 127.0.0.1, port: 9 } }\n`,
    });
    const { exit, checks } = await ask(folder, "--offline");
    expect([exit, checks["mail-server"]?.state]).toEqual([0, "unknown"]);
    expect([checks["redirect-to"]?.state, checks["allow-domains"]?.state]).toEqual(["warn", "warn"]);
  });
});

describe("a program that sends", () => {
  const transport = async (email: string) => {
    const folder = folderWith({ "dunning.yaml": `${SMALL}email: ${email}\n` });
    await takeBalance(folder, DAY, COLUMNS, [row("A1", "a@client.example")]);
    const { exit, json } = await dunning(folder, DAY, "doctor", "--offline", "--json");
    const checks = json["checks"] as Check[];
    const status = await dunning(folder, DAY, "status", "--json");
    return {
      exit,
      said: checks.find(({ id }) => id === "transport")?.found,
      warned: checks.some(({ id }) => id === "allow-domains"),
      keptBack: (status.json["keptBack"] as { id: string }[]).map(({ id }) => id),
    };
  };

  test("is named, and so are the domains to which it may send", async () => {
    expect(
      await transport("{ transport: command, command: { run: [cat] }, allow_domains: [x.example] }"),
    ).toMatchObject({
      exit: 0,
      said: "command: e-mails are handed to cat",
      warned: true,
      keptBack: expect.arrayContaining(["allow-domains"]),
    });
  });

  test.each([
    ["that nobody names", "{ transport: command }", /names no program/],
    [
      "in a rehearsal",
      "{ transport: command, command: { run: [./send] }, redirect_to: me@x.example }",
      /redirect_to/,
    ],
  ])("%s: 78, as a run would say", async (_, email, said) => {
    expect(await transport(email)).toMatchObject({ exit: 78, said: expect.stringMatching(said) });
  });
});

describe("what the name service tells", () => {
  const told = (records: Partial<MailRecords>): string[] =>
    mailPolicy("firm.fr", { domain: [], dmarc: [], dkim: [], ...records }).map(
      ({ id, state }) => `${id} ${state}`,
    );

  test.each<[string, Partial<MailRecords>, string]>([
    ["nothing", {}, "spf warn, dkim unknown, dmarc warn"],
    ["no answer", { domain: null, dmarc: null, dkim: null }, "spf unknown, dkim unknown, dmarc unknown"],
    [
      "all there",
      { domain: ["google=1", "v=spf1 include:_spf.x -all"], dmarc: ["v=DMARC1; p=none"], dkim: ["google"] },
      "spf ok, dkim ok, dmarc ok",
    ],
    ["two SPF records", { domain: ["v=spf1 -all", "v=spf1 mx ~all"] }, "spf warn, dkim unknown, dmarc warn"],
    ["an SPF record for everybody", { domain: ["v=spf1 +all"] }, "spf warn, dkim unknown, dmarc warn"],
    ["the same without the sign", { domain: ["v=spf1 all"] }, "spf warn, dkim unknown, dmarc warn"],
    [
      "an ending that is no all",
      { domain: ["v=spf1 include:overall.x ~all"] },
      "spf ok, dkim unknown, dmarc warn",
    ],
    ["another version", { domain: ["v=spf10 -all"] }, "spf warn, dkim unknown, dmarc warn"],
    ["another text", { dmarc: ["v=DMARC10; p=none", "hello"] }, "spf warn, dkim unknown, dmarc warn"],
  ])("%s", (_, records, expected) => {
    expect(told(records).join(", ")).toBe(expected);
  });

  const failing = (code: string) => async () =>
    await Promise.reject(Object.assign(new Error(code), { code }));
  test.each([
    ["ENOTFOUND", { domain: [], dmarc: [], dkim: [] }],
    ["ENODATA", { domain: [], dmarc: [], dkim: [] }],
    ["ECONNREFUSED", { domain: null, dmarc: null, dkim: null }],
    ["ETIMEOUT", { domain: null, dmarc: null, dkim: null }],
    ["ESERVFAIL", { domain: null, dmarc: null, dkim: null }],
  ])("%s", async (code, expected) => {
    expect(await mailRecords("firm.fr", failing(code))).toEqual(expected);
  });

  test("keys under the common names; a withdrawn one (p= and nothing) is none", async () => {
    const zone: Record<string, string[]> = {
      "selector1._domainkey.firm.fr": ["v=DKIM1; k=rsa; p=MIIB"],
      "google._domainkey.firm.fr": ["v=DKIM1; p="],
    };
    const ask = async (name: string) => await Promise.resolve(zone[name] ?? []);
    expect((await mailRecords("firm.fr", ask)).dkim).toEqual(["selector1"]);
  });

  test("the command asks for the sender's domain alone", async () => {
    const folder = folderWith({
      "dunning.yaml": `${changed("compta@exemple.test", "compta@firm.fr")}email: { transport: smtp, smtp: { host: 127.0.0.1, port: 9 } }\n`,
    });
    const asked: string[] = [];
    const context = {
      globals: { dir: folder, asOf: DAY, json: true },
      now: () => new Date(`${DAY}T12:00:00Z`),
      env: {},
      home: join(import.meta.dirname, ".."),
      out: { say: () => undefined, note: () => undefined, paint: (_: string, text: string) => text },
    } as unknown as Context;
    const { document } = await doctor(context, {}, async (name) => {
      asked.push(name);
      return await Promise.resolve(name === "firm.fr" ? ["v=spf1 -all"] : []);
    });
    expect((document["checks"] as Check[]).find(({ id }) => id === "spf")).toMatchObject({ state: "ok" });
    expect(asked.every((name) => name === "firm.fr" || name.endsWith(".firm.fr"))).toBe(true);
  });

  test.each([
    ["exemple.test", true],
    ["example.com", true],
    ["sub.example.org", true],
    ["localhost", true],
    ["myexample.com", false],
    ["firm.fr", false],
    ["test.fr", false],
  ])("%s is reserved: %s", (domain, expected) => {
    expect(isReserved(domain)).toBe(expected);
  });
});
