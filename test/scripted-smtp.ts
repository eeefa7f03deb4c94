import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { smtp } from "../src/delivery/smtp.ts";
import type { MailTransport } from "../src/delivery/transport.ts";
import { SENDER } from "./outbox-fixture.ts";

export type Stage =
  | "greeting"
  | "EHLO"
  | "AUTH"
  | "MAIL"
  | "RCPT"
  | "DATA"
  | "body"
  | "dot"
  | "RSET"
  | "QUIT";

/** A reply line, or "drop", "reset" or "hang" for what else a bad server does; `raw` bytes may go before. */
export type Reaction = string | { readonly raw: string; readonly next: "drop" | "hang" };

/** What the server does at the nth time (from 1) that it comes to a stage; null: what a good server would do. */
export type Script = (stage: Stage, nth: number) => Reaction | null;

export interface Sink {
  readonly port: number;
  /** Every message whose end the server saw, as the receiver would keep it (dots unstuffed). */
  readonly messages: readonly string[];
  readonly envelopes: readonly string[];
  /** What had come of messages whose line went away before their end. */
  readonly torn: readonly string[];
  readonly connections: () => number;
  /** Lines that are open now. */
  readonly open: () => number;
  readonly close: () => Promise<void>;
}

const GOOD: Readonly<Record<Stage, string | null>> = {
  greeting: "220 sink.test ESMTP",
  EHLO: "250-sink.test\r\n250-SIZE\r\n250-8BITMIME\r\n250 AUTH PLAIN",
  AUTH: "235 2.7.0 ok",
  MAIL: "250 2.1.0 ok",
  RCPT: "250 2.1.5 ok",
  DATA: "354 go on",
  body: null,
  dot: "250 2.0.0 queued",
  RSET: "250 ok",
  QUIT: "221 bye",
};

/** A small SMTP server on the loopback interface that follows a script, to the letter or to the byte. */
export async function sink(script: Script, { pipelining = false } = {}): Promise<Sink> {
  const messages: string[] = [];
  const envelopes: string[] = [];
  const torn: string[] = [];
  const times = new Map<Stage, number>();
  const sockets = new Set<Socket>();
  let connections = 0;

  const serve = (socket: Socket): void => {
    connections += 1;
    sockets.add(socket);
    let pending = "";
    let body: string | null = null;
    socket
      .on("error", () => undefined)
      .on("close", () => {
        if (body !== null) torn.push(pending);
        sockets.delete(socket);
      });
    let envelope = "";
    let ended = false;

    /** Does what the script says; true where the line goes on as with a good server. */
    const at = (stage: Stage): boolean => {
      const nth = (times.get(stage) ?? 0) + 1;
      times.set(stage, nth);
      const reaction = script(stage, nth);
      const good = GOOD[stage];
      if (reaction === null) {
        const text = stage === "EHLO" && pipelining ? `250-PIPELINING\r\n${good}` : good;
        if (text !== null) socket.write(`${text}\r\n`);
        return true;
      }
      if (typeof reaction === "string" && !["drop", "reset", "hang"].includes(reaction)) {
        socket.write(`${reaction}\r\n`);
        if (reaction.startsWith("421")) socket.end();
        // An answer in the middle of a message: what still comes is of no interest.
        ended = stage === "body";
        return /^[23]/.test(reaction);
      }
      ended = true;
      const what = typeof reaction === "string" ? reaction : reaction.next;
      if (typeof reaction !== "string") socket.write(reaction.raw);
      if (what === "drop") socket.end();
      if (what === "reset") socket.resetAndDestroy();
      return false;
    };

    const onLine = (line: string): void => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === "EHLO" || verb === "HELO") at("EHLO");
      else if (verb === "AUTH") at("AUTH");
      else if (verb === "MAIL") {
        if (envelope !== "") socket.write("503 5.5.1 one message at a time\r\n");
        else if (at("MAIL")) envelope = line;
      } else if (verb === "RCPT") {
        if (envelope === "") socket.write("503 5.5.1 MAIL first\r\n");
        else if (at("RCPT")) envelope += ` ${line}`;
      } else if (verb === "DATA") {
        if (!envelope.includes("RCPT")) socket.write("554 5.5.1 no valid recipients\r\n");
        else if (at("DATA")) body = "";
      } else if (verb === "RSET") {
        envelope = "";
        at("RSET");
      } else if (verb === "QUIT") {
        at("QUIT");
        socket.end();
      } else socket.write("500 what?\r\n");
    };

    const onBody = (): void => {
      const text = `\r\n${pending}`;
      const dot = text.indexOf("\r\n.\r\n");
      if (body === "" && pending !== "") {
        body = "begun";
        if (!at("body")) return;
      }
      if (dot === -1) return;
      messages.push(text.slice(2, dot + 2).replaceAll("\r\n..", "\r\n."));
      envelopes.push(envelope);
      envelope = "";
      pending = text.slice(dot + 5);
      body = null;
      at("dot");
    };

    at("greeting");
    socket.setEncoding("latin1").on("data", (chunk) => {
      pending += String(chunk);
      for (;;) {
        if (ended) return;
        if (body !== null) {
          onBody();
          if (body !== null) return;
          continue;
        }
        const end = pending.indexOf("\r\n");
        if (end === -1) return;
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        onLine(line);
      }
    });
  };

  const server = createServer({ noDelay: true }, serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    envelopes,
    torn,
    connections: () => connections,
    open: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Only this stage misbehaves, each time or the nth time. */
export const atStage =
  (stage: Stage, reaction: Reaction, only: number | null = null): Script =>
  (where, nth) =>
    where === stage && (only === null || nth === only) ? reaction : null;

export const goodServer: Script = () => null;

/** A sink that is closed when the test has ended. */
export async function scripted(script: Script, options = {}, finished = onTestFinished): Promise<Sink> {
  const made = await sink(script, options);
  finished(made.close);
  return made;
}

/** Short where the server says nothing more, else so long that a slow machine changes no result. */
export const patience = (reaction: Reaction = ""): number =>
  reaction === "hang" || (typeof reaction === "object" && reaction.next === "hang") ? 500 : 20_000;

export const plainSmtp = (port: number, reply = patience()): MailTransport =>
  smtp({
    host: "127.0.0.1",
    port,
    encryption: null,
    authority: null,
    user: null,
    password: null,
    from: SENDER,
    timeouts: { connect: reply, greeting: reply, reply },
  });
