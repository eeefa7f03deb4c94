import { describe, expect, test } from "vitest";
import type { MailOutcome, Outgoing } from "../src/delivery/transport.ts";
import { Failure } from "../src/problem.ts";
import { bench, message, SENDER } from "./outbox-fixture.ts";
import {
  atStage,
  goodServer,
  patience,
  plainSmtp,
  type Reaction,
  type Script,
  type Stage,
  scripted,
  sink,
} from "./support/scripted-smtp.ts";

function mails(count: number, body?: string): Outgoing[] {
  const { box, run } = bench(count);
  box.queue(
    run(),
    Array.from({ length: count }, (_, n) => message(n + 1, body === undefined ? {} : { body })),
  );
  return box.waiting().map((each) => ({ message: each, bytes: box.bytesOf(each.id) }));
}

interface Told {
  readonly outcome: MailOutcome | Failure;
  readonly gates: number;
}

async function sendAll(port: number, batch: readonly Outgoing[], reply = patience()): Promise<Told[]> {
  const transport = plainSmtp(port, reply);
  const told: Told[] = [];
  for (const each of batch) {
    let gates = 0;
    const outcome = await transport
      .send(each, () => {
        gates += 1;
        return Promise.resolve(true);
      })
      .catch((error: unknown) => {
        if (error instanceof Failure) return error;
        throw error;
      });
    told.push({ outcome, gates });
  }
  await transport.close();
  return told;
}

const kindOf = ({ outcome }: Told): string =>
  outcome instanceof Failure ? `exit ${outcome.exit}` : outcome.kind;

const cut = (raw: string, next: "drop" | "hang" = "drop"): Reaction => ({ raw, next });

describe("how one message ends", () => {
  const large = `${"Une ligne de relance, encore une.\r\n".repeat(8000)}fin\r\n`;
  /** Stage, what the server does there, how it ends, whether the gate was passed, whether the server has the message. */
  const cases: readonly (readonly [Stage, Reaction, string, gate: 0 | 1, held: 0 | 1])[] = [
    ["greeting", "drop", "not-reached", 0, 0],
    ["greeting", "reset", "not-reached", 0, 0],
    ["greeting", "hang", "not-reached", 0, 0],
    ["greeting", "421 not now", "not-reached", 0, 0],
    ["greeting", "554 go away", "not-reached", 0, 0],
    ["greeting", "garbage", "not-reached", 0, 0],
    ["EHLO", "drop", "not-reached", 0, 0],
    ["EHLO", "hang", "not-reached", 0, 0],
    ["EHLO", "421 not now", "not-reached", 0, 0],
    ["MAIL", "drop", "not-reached", 0, 0],
    ["MAIL", "hang", "not-reached", 0, 0],
    ["MAIL", "451 4.3.0 later", "deferred", 0, 0],
    ["MAIL", "421 not now", "deferred", 0, 0],
    ["MAIL", "550 5.7.1 sender not allowed", "exit 78", 0, 0],
    ["MAIL", "530 5.7.0 authentication required", "exit 78", 0, 0],
    ["MAIL", "552 5.3.4 too large", "refused", 0, 0],
    ["RCPT", "drop", "not-reached", 0, 0],
    ["RCPT", "hang", "not-reached", 0, 0],
    ["RCPT", "garbage", "not-reached", 0, 0],
    ["RCPT", "450 4.2.0 greylisted", "deferred", 0, 0],
    ["RCPT", "452 4.2.2 mailbox full", "deferred", 0, 0],
    ["RCPT", "550 5.1.1 no such user", "refused", 0, 0],
    ["RCPT", "550 no such user", "refused", 0, 0],
    ["DATA", "drop", "not-reached", 0, 0],
    ["DATA", "hang", "not-reached", 0, 0],
    ["DATA", "451 later", "deferred", 0, 0],
    ["DATA", "554 no valid recipients", "refused", 0, 0],
    ["dot", "drop", "uncertain", 1, 1],
    ["dot", "reset", "uncertain", 1, 1],
    ["dot", "hang", "uncertain", 1, 1],
    ["dot", "garbage", "uncertain", 1, 1],
    ["dot", "2", "uncertain", 1, 1],
    ["dot", "25", "uncertain", 1, 1],
    ["dot", "2500 what", "uncertain", 1, 1],
    ["dot", "354 go on", "uncertain", 1, 1],
    ["dot", cut("25"), "uncertain", 1, 1],
    ["dot", cut("250 2.0.0 queued"), "uncertain", 1, 1],
    ["dot", cut("550 5.7.1 refused as sp"), "uncertain", 1, 1],
    ["dot", cut("250-first line\r\n"), "uncertain", 1, 1],
    ["dot", cut("250-first line\r\n", "hang"), "uncertain", 1, 1],
    ["dot", "250", "sent", 1, 1],
    ["dot", "250-first line\r\n250 queued", "sent", 1, 1],
    ["dot", "451 4.3.0 later", "deferred", 1, 1],
    ["dot", "421 4.3.0 going down", "deferred", 1, 1],
    ["dot", "550 5.7.1 content refused", "refused", 1, 1],
    ["dot", "552 5.2.2 mailbox full", "refused", 1, 1],
    ["QUIT", "hang", "sent", 1, 1],
    ["QUIT", "drop", "sent", 1, 1],
  ];

  for (const pipelining of [false, true]) {
    for (const [size, body] of [
      ["small", undefined],
      ["large", large],
    ] as const) {
      test.concurrent.for(cases)(
        `${size}${pipelining ? ", pipelined" : ""}: %s %j is %s`,
        async ([stage, reaction, expected, gate, held], context) => {
          const server = await scripted(atStage(stage, reaction), { pipelining }, context.onTestFinished);
          // Leaving has an end of its own; a short time for the rest would fail on a slow machine.
          const reply = patience(stage === "QUIT" ? "" : reaction);
          const [told] = await sendAll(server.port, mails(1, body), reply);
          if (told === undefined) throw new Error("nothing was tried");
          context.expect([kindOf(told), told.gates, server.messages.length]).toEqual([expected, gate, held]);
        },
      );
    }
  }

  test.each<[string, Reaction, string]>([
    ["drops", "drop", "not-reached"],
    ["resets", "reset", "not-reached"],
    ["says too early that it has it", "250 2.0.0 queued", "not-reached"],
    ["refuses early", "552 5.3.4 too large", "refused"],
    ["defers early", "451 4.3.0 later", "deferred"],
  ])(
    "a server that %s in the middle of a large message never gets its end",
    async (_, reaction, expected) => {
      // So large that the gate cannot be reached before the server's answer is heard.
      const server = await scripted(atStage("body", reaction));
      const [told] = await sendAll(server.port, mails(1, "x".repeat(76).concat("\r\n").repeat(200_000)));
      if (told === undefined) throw new Error("nothing was tried");
      expect([kindOf(told), told.gates, server.messages.length]).toEqual([expected, 0, 0]);
    },
  );

  test("nobody there: not reached, with the address in the reason", async () => {
    const server = await sink(goodServer);
    await server.close();
    const [told] = await sendAll(server.port, mails(1));
    expect(told?.outcome).toEqual({
      kind: "not-reached",
      reason: `127.0.0.1:${server.port}: connect ECONNREFUSED 127.0.0.1:${server.port}`,
      ready: false,
    });
  });

  test.each<[Stage, string, boolean]>([
    ["RCPT", "550 no such user", true],
    ["RCPT", "550 5.1.1 no such user", true],
    ["RCPT", "550 5.1.7 no such sender", false],
    ["RCPT", "550 5.1.8 the sender's domain does not exist", false],
    ["RCPT", "550 5.2.1 mailbox disabled", true],
    ["RCPT", "550 5.7.1 relaying denied", false],
    ["dot", "550 5.1.1 no such user", true],
    ["dot", "554 5.7.1 looks like spam", false],
    ["dot", "552 5.2.2 mailbox full", false],
    ["dot", "554 transaction failed", false],
    ["DATA", "554 no valid recipients", false],
  ])("%s %j: is it the address? %s", async (stage, reply, address) => {
    const server = await scripted(atStage(stage, reply));
    const [told] = await sendAll(server.port, mails(1));
    expect(told?.outcome).toEqual({
      kind: "refused",
      reply: expect.stringContaining(reply) as string,
      address,
    });
  });

  test("the reply after the end is kept as it came", async () => {
    const server = await scripted(atStage("dot", "250 2.0.0 queued as 4711"));
    const [told] = await sendAll(server.port, mails(1));
    expect(told?.outcome).toEqual({ kind: "sent", reply: "250 2.0.0 queued as 4711" });
  });

  test("what cannot be known says which server it was and what came last", async () => {
    const server = await scripted(atStage("dot", "hang"));
    const [told] = await sendAll(server.port, mails(1), patience("hang"));
    expect(told?.outcome).toMatchObject({
      kind: "uncertain",
      reason: `127.0.0.1:${server.port}: no answer within 0.5 s; last reply: 354 go on`,
    });
  });
});

describe("the gate", () => {
  test("the last byte is not there when commit is called, and the bytes arrive unchanged", async () => {
    const server = await scripted(goodServer);
    const [mail] = mails(1, "début\r\n.\r\n..deux\r\n.trois\r\nfin");
    if (mail === undefined) throw new Error("one mail");
    const transport = plainSmtp(server.port);
    let seen = -1;
    await transport.send(mail, () => {
      seen = server.messages.length;
      return Promise.resolve(true);
    });
    await transport.close();
    expect(seen).toBe(0);
    expect(Buffer.from(server.messages[0] ?? "", "latin1").toString()).toBe(
      `${Buffer.from(mail.bytes).toString()}\r\n`,
    );
    expect(server.envelopes[0]).toBe(
      `MAIL FROM:<${SENDER}> BODY=8BITMIME SIZE=${mail.bytes.length} RCPT TO:<d1@example.org>`,
    );
  });

  test("a commit that fails keeps the last byte back, and its own error comes out", async () => {
    const server = await scripted(goodServer);
    const [mail] = mails(1);
    if (mail === undefined) throw new Error("one mail");
    const transport = plainSmtp(server.port);
    const full = Object.assign(new Error("no space left"), { code: "ENOSPC" });
    const attempt = transport.send(mail, () => Promise.reject(full));
    await expect(attempt).rejects.toBe(full);
    expect(full.code).toBe("ENOSPC");
    await transport.close();
    expect(server.messages).toEqual([]);
  });

  test.each<[string, number, string, boolean[]]>([
    ["a new line", 1, "not-reached", [false]],
    ["a kept line, which is tried once more on a new one", 2, "sent", [false, true, true]],
  ])("%s that goes while the gate waits: nothing is committed of it", async (_, n, expected, answers) => {
    const server = await scripted(atStage("body", "drop", n));
    const transport = plainSmtp(server.port);
    const told: boolean[] = [];
    let calls = 0;
    let last = "";
    for (const mail of mails(n)) {
      const { kind } = await transport.send(mail, async (stands) => {
        calls += 1;
        if (calls === n) while (stands()) await new Promise(setImmediate);
        told.push(stands());
        return stands();
      });
      last = kind;
    }
    await transport.close();
    await expect.poll(() => told.toSorted((a, b) => Number(a) - Number(b))).toEqual(answers);
    expect([last, server.messages.length]).toEqual([expected, n === 1 ? 0 : n]);
  });
});

describe("one line for many messages", () => {
  test("50 messages, one connection, in order", async () => {
    const server = await scripted(goodServer);
    const batch = mails(50);
    const told = await sendAll(server.port, batch);
    expect(told.every((each) => kindOf(each) === "sent" && each.gates === 1)).toBe(true);
    expect(server.connections()).toBe(1);
    expect(server.messages.map((text) => /Subject: Relance (\d+)/.exec(text)?.[1])).toEqual(
      batch.map((_, n) => String(n + 1)),
    );
  });

  test.each([false, true])(
    "a refused message does not hurt the next one (pipelining %s)",
    async (pipelining) => {
      const server = await scripted(atStage("RCPT", "550 5.1.1 no", 2), { pipelining });
      const told = await sendAll(server.port, mails(3));
      expect(told.map(kindOf)).toEqual(["sent", "refused", "sent"]);
      expect(server.connections()).toBe(1);
      expect(server.messages).toHaveLength(2);
    },
  );

  test.each<[string, Script]>([
    ["dropped while idle", (stage, nth) => (stage === "MAIL" && nth === 2 ? "drop" : null)],
    ["ended with 421", (stage, nth) => (stage === "MAIL" && nth === 2 ? "421 too many" : null)],
  ])("a kept line that was %s: once more on a new one", async (_, script) => {
    const server = await scripted(script);
    const told = await sendAll(server.port, mails(3));
    expect(told.map(kindOf)).toEqual(["sent", "sent", "sent"]);
    expect(told.map(({ gates }) => gates)).toEqual([1, 1, 1]);
    expect(server.connections()).toBe(2);
  });

  test("a server that goes down after the end of a message has answered: the message is not sent again now", async () => {
    const server = await scripted(atStage("dot", "421 4.3.0 going down", 2));
    const told = await sendAll(server.port, mails(3));
    expect(told.map(kindOf)).toEqual(["sent", "deferred", "sent"]);
    expect(told.map(({ gates }) => gates)).toEqual([1, 1, 1]);
    expect(server.messages).toHaveLength(3);
  });

  test("after the end of a message nothing is tried twice", async () => {
    const server = await scripted(atStage("dot", "drop", 2));
    const told = await sendAll(server.port, mails(3));
    expect(told.map(kindOf)).toEqual(["sent", "uncertain", "sent"]);
    expect(server.messages).toHaveLength(3);
  });
});

test("whoever is not one plain address is refused before any connection", async () => {
  const server = await scripted(goodServer);
  const [mail] = mails(1);
  if (mail === undefined) throw new Error("one mail");
  const two = { ...mail, message: { ...mail.message, recipient: "a@example.org, b@example.org" } };
  const [told] = await sendAll(server.port, [two]);
  expect(told?.outcome).toMatchObject({ kind: "refused", address: true });
  expect(server.connections()).toBe(0);
});
