import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import type { Certificate } from "./certificate.ts";

/** `idle`: the answer to the dot has been given. */
export type Stage =
  | "greeting"
  | "EHLO"
  | "STARTTLS"
  | "AUTH"
  | "MAIL"
  | "RCPT"
  | "DATA"
  | "body"
  | "dot"
  | "idle"
  | "RSET"
  | "QUIT";

/**
 * What a server does instead of answering: a reply line; "drop", "reset" or "hang"; "gone": it ends the line and listens no
 * more; `raw` bytes and then one of these; or a reply of which one byte comes every `every` milliseconds.
 */
export type Reaction =
  | string
  | { readonly raw: string; readonly next: "drop" | "hang" | "go-on" }
  | { readonly trickle: string; readonly every: number };

/** What the server does at the nth time (from 1) that it comes to a stage; null: what a good server would do. */
export type Script = (stage: Stage, nth: number) => Reaction | null;

export interface Sink {
  readonly port: number;
  /** Every message whose end the server saw, as the receiver would keep it (dots unstuffed). */
  readonly messages: readonly string[];
  /** Those of them that it did not refuse: it will deliver them, whether its answer arrives or not. */
  readonly accepted: readonly string[];
  readonly envelopes: readonly string[];
  /** What came with AUTH, decoded. */
  readonly logins: readonly string[];
  /** What had come of messages whose line went away before their end. */
  readonly torn: readonly string[];
  readonly connections: () => number;
  /** Lines that are open now. */
  readonly open: () => number;
  /** The most lines that were open at one time. */
  readonly most: () => number;
  readonly close: () => Promise<void>;
}

export interface SinkOptions {
  readonly pipelining?: boolean;
  /** Offers STARTTLS. */
  readonly certificate?: Certificate;
  /** Milliseconds before each reply. */
  readonly delay?: number;
}

const GOOD: Readonly<Record<Stage, string | null>> = {
  greeting: "220 sink.test ESMTP",
  EHLO: "250-sink.test\r\n250-SIZE\r\n250-8BITMIME\r\n250 AUTH PLAIN XOAUTH2",
  STARTTLS: "220 go ahead",
  AUTH: "235 2.7.0 ok",
  MAIL: "250 2.1.0 ok",
  RCPT: "250 2.1.5 ok",
  DATA: "354 go on",
  body: null,
  dot: "250 2.0.0 queued",
  idle: null,
  RSET: "250 ok",
  QUIT: "221 bye",
};

const refuses = (reaction: Reaction | null): boolean => {
  const said =
    reaction === null || typeof reaction === "string"
      ? reaction
      : "raw" in reaction
        ? reaction.raw
        : reaction.trickle;
  return said !== null && /^[45]\d\d/.test(said);
};

/** A small SMTP server on the loopback interface that follows a script, to the letter or to the byte. */
export async function sink(
  script: Script,
  { pipelining = false, certificate, delay = 0 }: SinkOptions = {},
): Promise<Sink> {
  const messages: string[] = [];
  const accepted: string[] = [];
  const envelopes: string[] = [];
  const logins: string[] = [];
  const torn: string[] = [];
  const times = new Map<Stage, number>();
  const sockets = new Set<Socket>();
  let connections = 0;
  let most = 0;

  const serve = (raw: Socket): void => {
    connections += 1;
    sockets.add(raw);
    most = Math.max(most, sockets.size);
    let socket: Socket = raw;
    let secure = false;
    let pending = "";
    let parts: string[] | null = null;
    raw
      .on("error", () => undefined)
      .on("close", () => {
        if (parts !== null) torn.push(`${parts.join("")}${pending}`.slice(2));
        sockets.delete(raw);
      });
    let envelope = "";
    let ended = false;
    let busy: Promise<unknown> = Promise.resolve();

    const say = (text: string): void => {
      if (delay === 0) socket.write(text);
      else busy = busy.then(async () => await sleep(delay)).then(() => socket.write(text));
    };

    const goodAt = (stage: Stage): string | null => {
      if (stage !== "EHLO") return GOOD[stage];
      const more = `${pipelining ? "250-PIPELINING\r\n" : ""}${certificate !== undefined && !secure ? "250-STARTTLS\r\n" : ""}`;
      return `${more}${GOOD.EHLO}`;
    };

    const trickle = async (text: string, every: number): Promise<void> => {
      for (const byte of text) {
        if (socket.destroyed) return;
        socket.write(byte);
        await sleep(every);
      }
    };

    /** Does what the script says; true where the line goes on as with a good server. */
    const at = (stage: Stage): boolean => {
      const nth = (times.get(stage) ?? 0) + 1;
      times.set(stage, nth);
      const reaction = script(stage, nth);
      if (stage === "dot" && !refuses(reaction)) accepted.push(messages.at(-1) ?? "");
      if (reaction === null) {
        const text = goodAt(stage);
        if (text !== null) say(`${text}\r\n`);
        return true;
      }
      if (typeof reaction === "object" && "trickle" in reaction) {
        void trickle(`${reaction.trickle}\r\n`, reaction.every);
        return true;
      }
      if (typeof reaction === "string" && !["drop", "reset", "hang", "gone"].includes(reaction)) {
        say(`${reaction}\r\n`);
        if (reaction.startsWith("421")) socket.end();
        // An answer in the middle of a message: what still comes is of no interest.
        ended = stage === "body";
        return /^[23]/.test(reaction);
      }
      const what = typeof reaction === "string" ? reaction : reaction.next;
      if (typeof reaction !== "string") socket.write(reaction.raw);
      if (what === "go-on") return true;
      ended = true;
      if (what === "gone") server.close();
      if (what === "drop" || what === "gone") socket.end();
      if (what === "reset") raw.resetAndDestroy();
      return false;
    };

    const onLine = (line: string): void => {
      const verb = line.split(" ", 1)[0]?.toUpperCase() ?? "";
      if (verb === "EHLO" || verb === "HELO") at("EHLO");
      else if (verb === "STARTTLS" && certificate !== undefined) {
        if (at("STARTTLS")) secured(certificate);
      } else if (verb === "AUTH") {
        logins.push(Buffer.from(line.split(" ")[2] ?? "", "base64").toString());
        at("AUTH");
      } else if (verb === "MAIL") {
        if (envelope !== "") say("503 5.5.1 one message at a time\r\n");
        else if (at("MAIL")) envelope = line;
      } else if (verb === "RCPT") {
        if (envelope === "") say("503 5.5.1 MAIL first\r\n");
        else if (at("RCPT")) envelope += ` ${line}`;
      } else if (verb === "DATA") {
        if (!envelope.includes("RCPT")) say("554 5.5.1 no valid recipients\r\n");
        else if (at("DATA")) parts = [];
      } else if (verb === "RSET") {
        envelope = "";
        at("RSET");
      } else if (verb === "QUIT") {
        at("QUIT");
        socket.end();
      } else say("500 what?\r\n");
    };

    /** Takes what there is of a message; its last bytes may be the beginning of the end. */
    const onBody = (): void => {
      if (parts === null) return;
      if (parts.length === 0) {
        if (pending === "") return;
        parts.push("\r\n");
        if (!at("body")) return;
      }
      const text = `${parts.pop() ?? ""}${pending}`;
      pending = "";
      const dot = text.indexOf("\r\n.\r\n");
      if (dot === -1) {
        parts.push(text.slice(0, -4), text.slice(-4));
        return;
      }
      const message = `${parts.join("")}${text.slice(0, dot + 2)}`.slice(2).replaceAll("\r\n..", "\r\n.");
      pending = text.slice(dot + 5);
      parts = null;
      messages.push(message);
      envelopes.push(envelope);
      envelope = "";
      if (at("dot")) at("idle");
    };

    const onData = (chunk: unknown): void => {
      pending += String(chunk);
      for (;;) {
        if (ended) return;
        if (parts !== null) {
          onBody();
          if (parts !== null) return;
          continue;
        }
        const end = pending.indexOf("\r\n");
        if (end === -1) return;
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        onLine(line);
      }
    };

    const secured = ({ key, cert }: Certificate): void => {
      raw.removeListener("data", onData);
      raw.setEncoding();
      socket = new TLSSocket(raw, { isServer: true, key, cert });
      secure = true;
      socket.on("error", () => undefined);
      socket.setEncoding("latin1").on("data", onData);
    };

    at("greeting");
    socket.setEncoding("latin1").on("data", onData);
  };

  const server = createServer({ noDelay: true }, serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    accepted,
    envelopes,
    logins,
    torn,
    open: () => sockets.size,
    connections: () => connections,
    most: () => most,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
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
