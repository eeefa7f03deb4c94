import { describe, expect, type TestContext, test } from "vitest";
import { type SmtpSettings, smtp } from "../src/delivery/smtp.ts";
import { message } from "./outbox-fixture.ts";
import { certificateFor } from "./support/certificate.ts";
import { company } from "./support/delivery.ts";
import {
  patience,
  type Reaction,
  type Script,
  type Stage,
  scripted,
  settingsFor,
} from "./support/scripted-smtp.ts";

/**
 * What bad servers do, and what the store must say of the message that met it. Every script meets the first, the second
 * and the last of three messages, small and large, with and without TLS and login: `npm run smtp` runs all of them, the
 * suite one combination per script in turn.
 */
const all = process.env["SMTP"] === "all";

type Expected =
  | "queued"
  /** On a line that was kept from the message before, it is tried once more on a new one. */
  | "queued, sent on a kept line"
  | "deferred"
  | "refused"
  | "uncertain"
  | "sent"
  /** The same where the end of the message had not been released yet. */
  | "queued, sent on a kept line, or uncertain"
  /** A server that does not take EHLO is greeted with HELO (RFC 5321, 4.1.1.1), which knows no TLS. */
  | "queued, without TLS sent after HELO";
const cut = (raw: string, next: "drop" | "hang" = "drop"): Reaction => ({ raw, next });

const EVERYWHERE = ["drop", "reset", "hang", "garbage", cut("2"), cut("250-first\r\n"), cut("4")] as const;
const BEFORE: readonly (readonly [Stage, Expected])[] = [
  ["greeting", "queued"],
  ["EHLO", "queued"],
  ["STARTTLS", "queued"],
  ["AUTH", "queued"],
  ["MAIL", "queued, sent on a kept line"],
  ["RCPT", "queued, sent on a kept line"],
  ["DATA", "queued, sent on a kept line"],
];

const SCRIPTS: readonly (readonly [Stage, Reaction, Expected])[] = [
  ...BEFORE.flatMap(([stage, expected]) =>
    EVERYWHERE.map((reaction) =>
      stage === "EHLO" && reaction === "garbage"
        ? ([stage, reaction, "queued, without TLS sent after HELO"] as const)
        : ([stage, reaction, expected] as const),
    ),
  ),
  ["greeting", "gone", "queued"],
  ["greeting", "421 4.3.2 not now", "queued"],
  ["greeting", "450 4.7.1 later", "queued"],
  ["greeting", "554 5.7.1 go away", "queued"],
  ["EHLO", "421 4.3.2 not now", "queued"],
  ["EHLO", "550 5.7.1 your name is not welcome", "queued, without TLS sent after HELO"],
  ["STARTTLS", "454 4.7.0 no TLS just now", "queued"],
  ["STARTTLS", "502 5.5.1 no TLS", "queued"],
  // Clear text behind the answer (RFC 3207: to be thrown away) and no TLS after it.
  ["STARTTLS", { raw: "220 go\r\n250 injected\r\n", next: "go-on" }, "sent"],
  ["STARTTLS", { raw: "220 go\r\n250 injected\r\n", next: "hang" }, "queued"],
  ["STARTTLS", cut("220 go\r\n"), "queued"],
  ["AUTH", "454 4.7.0 temporary failure", "queued"],
  ["AUTH", "535 5.7.8 wrong", "queued"],
  ["AUTH", "334 ", "queued"],
  ["MAIL", "451 4.3.0 later", "deferred"],
  ["MAIL", "550 5.7.1 not this sender", "queued"],
  ["RCPT", "450 4.2.0 greylisted", "deferred"],
  ["RCPT", "550 5.1.1 no such user", "refused"],
  ["RCPT", cut("550 5.1.1 no such us"), "queued, sent on a kept line"],
  ["DATA", "451 4.3.0 later", "deferred"],
  ["DATA", "554 5.5.1 no", "refused"],
  ["DATA", "250 what?", "queued, sent on a kept line"],
  // Two answers at once: the second one is not about what has not been sent yet.
  ["DATA", { raw: "354 go on\r\n250 2.0.0 queued\r\n", next: "go-on" }, "queued, sent on a kept line"],
  ["RCPT", { raw: "250 ok\r\n250 ok\r\n250 2.0.0 queued\r\n", next: "go-on" }, "queued, sent on a kept line"],
  ["body", "drop", "queued, sent on a kept line, or uncertain"],
  ["body", "reset", "queued, sent on a kept line, or uncertain"],
  ["dot", "drop", "uncertain"],
  ["dot", "reset", "uncertain"],
  ["dot", "hang", "uncertain"],
  ["dot", "garbage", "uncertain"],
  ["dot", "25", "uncertain"],
  ["dot", "354 go on", "uncertain"],
  ["dot", cut("25"), "uncertain"],
  ["dot", cut("25", "hang"), "uncertain"],
  ["dot", cut("250 2.0.0 queued"), "uncertain"],
  ["dot", cut("250-first\r\n"), "uncertain"],
  ["dot", cut("250-first\r\n", "hang"), "uncertain"],
  ["dot", cut("451 4.3.0 la"), "uncertain"],
  ["dot", cut("550 5.7.1 refused as sp"), "uncertain"],
  ["dot", "451 4.3.0 later", "deferred"],
  ["dot", "421 4.3.0 going down", "deferred"],
  ["dot", "550 5.7.1 content refused", "refused"],
  ["dot", "250-first\r\n250 2.0.0 queued", "sent"],
  ["dot", { trickle: "250 2.0.0 queued", every: 5 }, "sent"],
  ["RSET", "drop", "sent"],
  ["QUIT", "hang", "sent"],
];

const COUNT = 3;
const LARGE = `${"Une ligne de relance, encore une.\r\n".repeat(150_000)}fin\r\n`;
const good = certificateFor("127.0.0.1");
const OF_THE_LINE: readonly Stage[] = ["greeting", "EHLO", "STARTTLS", "AUTH"];

interface Case {
  readonly stage: Stage;
  readonly reaction: Reaction;
  readonly expected: Expected;
  /** Which of the messages meets it. */
  readonly at: number;
  readonly large: boolean;
  readonly tls: boolean;
  readonly login: boolean;
}

const WAYS = [1, 2, COUNT].flatMap((at) =>
  [false, true].flatMap((large) =>
    [false, true].flatMap((tls) => [false, true].map((login) => ({ at, large, tls, login }))),
  ),
);
const fits = ({ stage, tls, login }: Case): boolean =>
  (stage !== "STARTTLS" || tls) && (stage !== "AUTH" || login);
const CASES: readonly Case[] = SCRIPTS.flatMap(([stage, reaction, expected], n) => {
  const every = WAYS.map((way): Case => ({ stage, reaction, expected, ...way })).filter(fits);
  return all ? every : every.filter((_, way) => way === (n * 7) % every.length);
});

/** The server misbehaves once, when it is the turn of the message; what concerns the line, on the line opened for it. */
function scriptFor({ stage, reaction, at }: Case): Script {
  const ofTheLine = OF_THE_LINE.includes(stage);
  let begun = 1;
  let done = false;
  return (where, nth) => {
    if (where === "idle") {
      begun += 1;
      if (ofTheLine && !done && begun === at) return reaction === "gone" ? "gone" : "drop";
    }
    // The greeting of the first line comes before any message.
    if (done || where !== stage || begun !== at || (reaction === "gone" && nth > 1)) return null;
    done = true;
    return reaction;
  };
}

function settingsOf({ tls, login }: Case, port: number, reply: number): SmtpSettings {
  const settings = settingsFor(port, reply);
  return {
    ...settings,
    ...(tls ? { encryption: "starttls", authority: good.cert } : {}),
    ...(login ? { login: { user: "compta", password: { command: "echo secret" } } } : {}),
  };
}

const statesOf = ({ expected, at, tls }: Case): readonly string[] => {
  if (expected === "queued, without TLS sent after HELO") return [tls ? "queued" : "sent"];
  const once = at === 1 ? "queued" : "sent";
  if (expected === "queued, sent on a kept line") return [once];
  return expected === "queued, sent on a kept line, or uncertain" ? [once, "uncertain"] : [expected];
};

const idOf = (text: string): string => /^Message-ID: <(\w+)@/m.exec(text)?.[1] ?? "?";

async function play(each: Case, context: TestContext): Promise<void> {
  // In tests that run side by side, each has its own.
  const check = context.expect;
  const finished = context.onTestFinished;
  const at = company(COUNT, finished);
  const ids = at.box.queue(
    at.run(),
    [1, 2, 3].map((n) => message(n, each.large && n === each.at ? { body: LARGE } : {})),
  );
  let script = scriptFor(each);
  const options = each.tls ? { certificate: good } : {};
  const server = await scripted((stage, nth) => script(stage, nth), options, finished);
  const times = (list: readonly string[], id: string): number =>
    list.filter((text) => idOf(text) === id).length;
  const met = ids[each.at - 1] ?? "";

  const go = (reply: number) => at.go({ transports: { smtp: smtp(settingsOf(each, server.port, reply)) } });
  // A large message needs its time on a slow machine, where only silence shall end the waiting.
  await go(patience(each.reaction, each.large ? 8000 : 3000));
  for (const id of ids) {
    const state = at.stateOf(id);
    const held = times(server.accepted, id);
    if (state === "uncertain") {
      // The end of a small body, and of a large one that the system has buffered, is on its way when the line breaks.
      const inWindow = each.stage === "dot" || each.stage === "body";
      check([id === met, inWindow], `${id} is uncertain`).toEqual([true, true]);
    } else {
      check(["sent", "queued", "deferred", "refused"]).toContain(state);
      check(held, `${id} is ${state}`).toBe(state === "sent" ? 1 : 0);
    }
    if (id === met) check(statesOf(each)).toContain(state);
  }

  // The server has recovered, the time for retries has come: whatever is not settled leaves, and nothing twice.
  script = () => null;
  if (each.reaction === "gone") return;
  at.clock.now = new Date(at.clock.now.getTime() + 3_600_000);
  await go(patience());
  for (const id of ids) {
    const state = at.stateOf(id);
    if (state !== "uncertain") check(times(server.accepted, id)).toBe(state === "refused" ? 0 : 1);
    else check(times(server.accepted, id)).toBeLessThanOrEqual(1);
    check(["sent", "refused", "uncertain"]).toContain(state);
  }
}

describe("what the store says is what the server has", () => {
  test.concurrent.for(CASES)(
    "$stage $reaction, message $at, large $large, tls $tls, login $login: $expected",
    play,
  );
});

test("there are enough scripts", () => {
  expect(SCRIPTS.length).toBeGreaterThanOrEqual(23);
});
