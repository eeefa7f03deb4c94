import { type AddressInfo, createServer } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type SmtpSettings, smtp } from "../src/delivery/smtp.ts";
import { SENDER } from "./outbox-fixture.ts";
import { type Certificate, certificateFor } from "./support/certificate.ts";
import { company, counted } from "./support/delivery.ts";
import { atStage, goodServer, plainSmtp, scripted } from "./support/scripted-smtp.ts";

let good: Certificate;
beforeAll(() => {
  good = certificateFor("127.0.0.1");
});

interface Heard {
  readonly port: number;
  readonly mails: { readonly text: string; readonly secure: boolean; readonly user: string | undefined }[];
  readonly logins: () => number;
}

/** A real SMTP server that wants TLS, and user "compta" with password "secret" where `login` is set. */
async function server(options: SMTPServerOptions, login = false): Promise<Heard> {
  const mails: Heard["mails"][number][] = [];
  let logins = 0;
  const smtpServer = new SMTPServer({
    disableReverseLookup: true,
    authOptional: !login,
    hidePIPELINING: false,
    ...options,
    onAuth: (auth, _session, done) => {
      logins += 1;
      if (auth.username === "compta" && auth.password === "secret") done(null, { user: auth.username });
      else done(Object.assign(new Error("wrong"), { responseCode: 535 }));
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        mails.push({ text: Buffer.concat(parts).toString(), secure: session.secure, user: session.user });
        done();
      });
    },
  });
  smtpServer.on("error", () => undefined);
  await new Promise<void>((resolve) => smtpServer.listen(0, "127.0.0.1", () => resolve()));
  onTestFinished(() => new Promise<void>((resolve) => smtpServer.close(() => resolve())));
  return { port: (smtpServer.server.address() as AddressInfo).port, mails, logins: () => logins };
}

const settings = (port: number, more: Partial<SmtpSettings> = {}): SmtpSettings => ({
  host: "127.0.0.1",
  port,
  encryption: "starttls",
  authority: good.cert,
  login: null,
  from: SENDER,
  connections: 1,
  timeouts: { connect: 20_000, greeting: 20_000, reply: 20_000 },
  ...more,
});

/** Delivers two messages; what was counted, the exit code and the first words of why it stopped. */
async function run(port: number, more: Partial<SmtpSettings> = {}) {
  const at = company(2);
  at.queue("smtp");
  const report = await at.go({ transports: { smtp: smtp(settings(port, more)) } });
  return {
    counts: counted(report),
    exit: report.stopped?.exit ?? null,
    code: report.stopped?.problems[0].code ?? null,
  };
}

const SENT = { counts: { sent: 2 }, exit: null, code: null };
const NOTHING = { waiting: 2 };

describe("TLS", () => {
  test.each(["starttls", "tls"] as const)("%s with a certificate that is right", async (encryption) => {
    const { key, cert } = good;
    const heard = await server({ key, cert, secure: encryption === "tls" });
    expect(await run(heard.port, { encryption })).toEqual(SENT);
    expect(heard.mails.map(({ secure }) => secure)).toEqual([true, true]);
    expect(heard.mails[0]?.text).toContain("\r\n.\r\n..deux points\r\nfin 1\r\n");
  });

  const wrong: readonly (readonly [string, () => Certificate, (mine: Certificate) => string | null])[] = [
    ["nobody vouches for", () => good, () => null],
    ["was made for another host", () => certificateFor("127.0.0.2"), ({ cert }) => cert],
    ["has expired", () => certificateFor("127.0.0.1", [-30, -1]), ({ cert }) => cert],
    ["is not valid yet", () => certificateFor("127.0.0.1", [1, 30]), ({ cert }) => cert],
  ];
  for (const encryption of ["starttls", "tls"] as const) {
    test.each(wrong)(
      `${encryption}: a certificate that %s stops the run, exit 78`,
      async (_, make, vouching) => {
        const mine = make();
        const { key, cert } = mine;
        const heard = await server({ key, cert, secure: encryption === "tls" });
        const told = await run(heard.port, { encryption, authority: vouching(mine) });
        expect(told).toEqual({ counts: NOTHING, exit: 78, code: "smtp-tls" });
        expect(heard.mails).toEqual([]);
      },
    );
  }

  test("a server that offers no STARTTLS, or had it taken away on the way, gets nothing", async () => {
    const stripped = await scripted(goodServer);
    expect(await run(stripped.port)).toEqual({ counts: NOTHING, exit: 78, code: "smtp-tls" });
    expect([stripped.messages, stripped.connections()]).toEqual([[], 1]);
  });

  test("a server that speaks no TLS on a TLS port", async () => {
    const plain = await scripted(goodServer);
    expect(await run(plain.port, { encryption: "tls" })).toEqual({
      counts: NOTHING,
      exit: 78,
      code: "smtp-tls",
    });
  });

  test("plain text only where it was said", async () => {
    const plain = await scripted(goodServer);
    expect(await run(plain.port, { encryption: "none" })).toEqual(SENT);
  });
});

const command = "printf 'secret\\n'";

describe("logging in", () => {
  test("with a password from a command, once for all messages", async () => {
    const { key, cert } = good;
    const heard = await server({ key, cert }, true);
    expect(await run(heard.port, { login: { user: "compta", password: { command } } })).toEqual(SENT);
    expect(heard.mails.map(({ user }) => user)).toEqual(["compta", "compta"]);
    expect(heard.logins()).toBe(1);
  });

  test("a wrong password is tried once: exit 78, nothing sent", async () => {
    const { key, cert } = good;
    const heard = await server({ key, cert }, true);
    const told = await run(heard.port, { login: { user: "compta", password: { command: "echo wrong" } } });
    expect(told).toEqual({ counts: NOTHING, exit: 78, code: "smtp-login" });
    expect(heard.logins()).toBe(1);
  });

  test("no password where one is wanted: the server takes nothing from this sender", async () => {
    const { key, cert } = good;
    const heard = await server({ key, cert }, true);
    expect(await run(heard.port)).toEqual({ counts: NOTHING, exit: 78, code: "smtp-sender" });
  });

  test("a login that cannot be checked now is no wrong login: exit 69", async () => {
    const busy = await scripted(atStage("AUTH", "454 4.7.0 temporary failure"));
    const told = await run(busy.port, {
      encryption: "none",
      login: { user: "compta", password: { command } },
    });
    expect(told).toEqual({ counts: NOTHING, exit: 69, code: "mail-server" });
  });
});

test("a sender that is not one plain address is refused before anything is opened", () => {
  expect(() => smtp(settings(1, { from: "Compta <compta@example.com>" }))).toThrow(
    "not one plain e-mail address",
  );
});

test("a host that does not exist, and one that accepts and says nothing: exit 69", async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", () => resolve()));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const short = { timeouts: { connect: 300, greeting: 300, reply: 300 }, encryption: "none" } as const;
  const unreachable = { counts: NOTHING, exit: 69, code: "mail-server" };
  expect(await run(port, short)).toEqual(unreachable);
  expect(await run(25, { ...short, host: "no-such-host.example" })).toEqual(unreachable);
});

test("no waiting for delayed acknowledgements: 50 messages take far less than 50 times 40 ms", async () => {
  const times: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    const at = company(50);
    const sink = await scripted(goodServer);
    at.queue("smtp");
    const begun = performance.now();
    await at.go({ transports: { smtp: plainSmtp(sink.port) } });
    times.push(performance.now() - begun);
    expect(sink.messages).toHaveLength(50);
  }
  expect(Math.min(...times)).toBeLessThan(1500);
});
