import { describe, expect, test } from "vitest";
import type { Day } from "../src/core/types.ts";
import { allowance } from "../src/delivery/allowance.ts";
import { isPasswordEnd, isThrottle } from "../src/delivery/replies.ts";
import { smtp } from "../src/delivery/smtp.ts";
import { TODAY } from "./outbox-fixture.ts";
import { company, counted, UNPACED } from "./support/delivery.ts";
import {
  atStage,
  goodServer,
  plainSmtp,
  type Stage,
  scripted,
  settingsFor,
} from "./support/scripted-smtp.ts";

describe("a server that wants less", () => {
  test.each<[string, boolean]>([
    ["421 4.7.0 Try again later, closing connection", true],
    ["421 too many", true],
    ["4210 what", false],
    ["432 4.3.2 Concurrent connections limit exceeded", true],
    ["450 4.7.1 too many messages from this sender", true],
    ["451 4.7.500 Server busy", true],
    ["450 4.2.1 The user you are trying to contact is receiving mail too quickly", false],
    ["451 4.3.0 temporary lookup failure", false],
    ["450 4.7.1 Greylisted, see you in 5 minutes", false],
    ["451 4.7.1 Greylisting in action", false],
    ["452 4.3.1 Insufficient system resources", true],
    ["452 4.5.3 Too many recipients", true],
    ["452 too much", true],
    ["452 4.2.2 mailbox full", false],
    ["550 5.4.5 Daily user sending limit exceeded", true],
    ["550 5.4.50 something else", false],
    ["550 5.7.232 tenant limit", true],
    ["550 5.7.1 relaying denied", false],
    ["550 5.1.1 no such user", false],
    ["250 4.7.0 ok", false],
  ])("%j: %s", (reply, expected) => {
    expect(isThrottle(reply)).toBe(expected);
  });

  test.each<[Stage, string, number]>([
    ["MAIL", "450 4.7.1 too many messages", 1],
    ["RCPT", "452 4.5.3 too many recipients", 1],
    ["RCPT", "550 5.4.5 Daily user sending limit exceeded", 1],
    ["dot", "451 4.7.500 server busy", 2],
    ["dot", "421 4.7.0 try again later", 2],
  ])("%s %j at the second message: the third is not tried", async (stage, reply, ended) => {
    const at = company(3);
    const server = await scripted(atStage(stage, reply, 2));
    at.queue("smtp");
    const report = await at.go({ transports: { smtp: plainSmtp(server.port) } });
    expect(counted(report)).toEqual({ sent: 1, deferred: 1, waiting: 1 });
    expect([report.stopped?.exit, report.stopped?.problems[0].code]).toEqual([3, "mail-throttled"]);
    expect([server.messages.length, server.accepted.length]).toEqual([ended, 1]);
    expect(at.states()).toEqual({ sent: 1, deferred: 1, queued: 1 });
    expect(at.events.filter(({ kind }) => kind === "message-refused")).toEqual([]);
  });
});

describe("Microsoft 365 without passwords", () => {
  const END = "550 5.7.30 Basic authentication is not supported for Client Submission.";
  test.each<[string, boolean]>([
    [END, true],
    ["535 5.7.139 Authentication unsuccessful, basic authentication is disabled", true],
    ["535 5.7.3 Authentication unsuccessful", false],
    ["550 5.7.301 something else", false],
  ])("%j: %s", (reply, expected) => {
    expect(isPasswordEnd(reply)).toBe(expected);
  });

  test.each<[Stage, object]>([
    ["AUTH", { queued: 3 }],
    ["MAIL", { queued: 3 }],
    ["dot", { deferred: 1, queued: 2 }],
  ])("said at %s: one attempt, exit 78, what to do", async (stage, states) => {
    const at = company(3);
    const server = await scripted(atStage(stage, END));
    at.queue("smtp");
    const login = { user: "compta", password: { command: "echo secret" } };
    const transport = smtp({ ...settingsFor(server.port), connections: 3, login });
    const report = await at.go({ transports: { smtp: transport } });
    const problem = report.stopped?.problems[0];
    expect([report.stopped?.exit, problem?.code]).toEqual([78, "smtp-password-end"]);
    expect(problem?.fix).toContain("email.smtp.oauth2");
    expect([server.logins.length, server.accepted.length]).toEqual([1, 0]);
    expect(at.states()).toEqual(states);
  });
});

describe("limits", () => {
  const now = new Date("2026-11-23T12:00:00.000Z");
  const ago = (minutes: number, recipient = "a@x.example", sentOn = TODAY) => ({
    recipient,
    sentAt: new Date(now.getTime() - minutes * 60_000).toISOString(),
    sentOn,
  });
  const YESTERDAY = "2026-11-22" as Day;

  test("per hour: the last sixty minutes count, whichever day", () => {
    const pace = { ...UNPACED, perHour: 2 };
    const why = (...left: ReturnType<typeof ago>[]) =>
      allowance(pace, left, TODAY, () => now).why("b@y.example");
    expect(why(ago(10), ago(60))).toBeNull();
    expect(why(ago(10), ago(59))).toContain("limits.per_hour (2)");
    expect(why(ago(10), ago(59, "c@z.example", YESTERDAY))).toContain("limits.per_hour (2)");
  });

  test("per day and per domain: today counts, and what comes back gives its place away", () => {
    const pace = { ...UNPACED, perDay: 3, perDomain: 2 };
    const left = [ago(300, "a@x.example"), ago(1, "b@x.example", YESTERDAY)];
    const room = allowance(pace, left, TODAY, () => now);
    const giveBack = room.take("B@X.example");
    expect(room.why("c@x.example")).toContain("limits.per_domain (2) is reached for x.example");
    expect(room.why("c@y.example")).toBeNull();
    giveBack();
    expect(room.why("c@x.example")).toBeNull();
    room.take("c@y.example");
    room.take("d@y.example");
    expect(room.why("e@z.example")).toContain("limits.per_day (3)");
  });

  test("the rest of an hour waits, and the next run goes on with it", async () => {
    const at = company(5);
    const server = await scripted(goodServer);
    at.queue("smtp");
    const go = () =>
      at.go({ transports: { smtp: plainSmtp(server.port) }, pace: { ...UNPACED, perHour: 2 } });
    const first = await go();
    expect(counted(first)).toEqual({ sent: 2, waiting: 3 });
    expect(first.messages.at(-1)?.note).toContain("limits.per_hour (2)");
    at.clock.now = new Date(at.clock.now.getTime() + 59 * 60_000);
    expect(counted(await go())).toEqual({ waiting: 3 });
    at.clock.now = new Date(at.clock.now.getTime() + 60_000);
    expect(counted(await go())).toEqual({ sent: 2, waiting: 1 });
  });

  test.each<[string, object]>([
    ["where there is no room", { pace: { ...UNPACED, perHour: 1 } }],
    ["where its domain is not allowed", { allowed: () => false }],
  ])("what a newer balance has overtaken does not wait %s", async (_what, limits) => {
    const at = company(3);
    const server = await scripted(goodServer);
    at.queue("smtp");
    const transports = { smtp: plainSmtp(server.port) };
    const { sent = 0 } = counted(await at.go({ transports, ...limits }));
    const report = await at.go({ transports, ...limits, recheck: () => "newer-balance" });
    expect(counted(report)).toEqual({ superseded: 3 - sent });
    expect(server.accepted.length).toBe(sent);
  });
});

describe("a slow server", () => {
  const DELAY = 40;
  const deliver = async (connections: number, perMinute: number) => {
    const at = company(12);
    const server = await scripted(goodServer, { delay: DELAY });
    at.queue("smtp");
    const transport = smtp({ ...settingsFor(server.port), connections });
    const begun = performance.now();
    const report = await at.go({ transports: { smtp: transport }, pace: { ...UNPACED, perMinute } });
    expect(counted(report)).toEqual({ sent: 12 });
    expect(new Set(server.accepted).size).toBe(12);
    return { most: server.most(), ms: performance.now() - begun };
  };

  test("is met with as many lines as the pace needs, not more than configured", async () => {
    const one = await deliver(1, Number.POSITIVE_INFINITY);
    const four = await deliver(4, Number.POSITIVE_INFINITY);
    expect([one.most, four.most]).toEqual([1, 4]);
    expect(four.ms).toBeLessThan(one.ms * 0.7);
    // One message each 250 ms, of which each takes some 160.
    expect((await deliver(4, 240)).most).toBeLessThanOrEqual(2);
  });

  test("one byte at a time: each stage has its end, and nothing was lost", async () => {
    const at = company(2);
    const server = await scripted(atStage("RCPT", { trickle: "250 2.1.5 ok, but slowly", every: 100 }));
    at.queue("smtp");
    const report = await at.go({ transports: { smtp: plainSmtp(server.port, 400) } });
    expect(counted(report)).toEqual({ waiting: 2 });
    expect(report.stopped?.exit).toBe(69);
    expect(at.states()).toEqual({ queued: 2 });
  });

  test("all together have an end too", async () => {
    const at = company(20);
    const server = await scripted(goodServer, { delay: DELAY });
    at.queue("smtp");
    const report = await at.go({
      transports: { smtp: plainSmtp(server.port) },
      pace: { ...UNPACED, total: 400 },
    });
    expect(report.stopped?.problems[0].code).toBe("mail-slow");
    expect(report.counts.sent).toBeGreaterThan(0);
    expect(report.counts.waiting).toBeGreaterThan(0);
    expect(report.counts.sent).toBe(server.accepted.length);
  });
});

test("wrong credentials are tried once, however many lines there may be", async () => {
  const at = company(10);
  const server = await scripted(atStage("AUTH", "535 5.7.8 wrong"));
  at.queue("smtp");
  const login = { user: "compta", password: { command: "echo secret" } };
  const report = await at.go({
    transports: { smtp: smtp({ ...settingsFor(server.port), connections: 5, login }) },
  });
  expect([report.stopped?.exit, server.logins.length]).toEqual([78, 1]);
  expect(at.states()).toEqual({ queued: 10 });
});
