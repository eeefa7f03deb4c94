import { onTestFinished } from "vitest";
import { type SmtpSettings, smtp } from "../../src/delivery/smtp.ts";
import type { MailTransport } from "../../src/delivery/transport.ts";
import { SENDER } from "../outbox-fixture.ts";
import { type Reaction, type Script, type Sink, type SinkOptions, sink } from "./smtp-sink.ts";

export { atStage, goodServer, type Reaction, type Script, type Stage, sink } from "./smtp-sink.ts";

/** A sink that is closed when the test has ended. */
export async function scripted(
  script: Script,
  options: SinkOptions = {},
  finished = onTestFinished,
): Promise<Sink> {
  const made = await sink(script, options);
  finished(made.close);
  return made;
}

/** Short where the server says nothing more, else so long that a slow machine changes no result. */
export const patience = (reaction: Reaction = "", short = 500): number =>
  reaction === "hang" || (typeof reaction === "object" && "raw" in reaction && reaction.next === "hang")
    ? short
    : 20_000;

/** A server on this machine: no TLS, no login. */
export const settingsFor = (port: number, reply = patience()): SmtpSettings => ({
  host: "127.0.0.1",
  port,
  encryption: null,
  authority: null,
  login: null,
  from: SENDER,
  connections: 1,
  timeouts: { connect: reply, greeting: reply, reply },
});

export const plainSmtp = (port: number, reply = patience()): MailTransport => smtp(settingsFor(port, reply));
