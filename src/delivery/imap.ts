import type { FetchMessageObject, ImapFlow } from "imapflow";
import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { RawMail } from "./mail-files.ts";
import { credentialsOf, type Login, MAILBOX_PASSWORD, MAILBOX_TOKEN } from "./secret.ts";
import { type Encryption, encryptionFor } from "./smtp.ts";
import { withoutSecret } from "./smtp-login.ts";

export interface ImapSettings {
  readonly host: string;
  readonly port: number;
  /** Null: TLS is required, but not on this very machine. */
  readonly encryption: Encryption | null;
  /** PEM of an own certificate authority; null: only the well-known ones are trusted. */
  readonly authority: string | null;
  readonly login: Login;
  /** Folder of the mailbox. */
  readonly folder: string;
}

/** How far a mailbox has been read (RFC 9051, 2.3.1.1): another `validity` numbers its mails anew. */
export interface ReadUpTo {
  readonly validity: string;
  readonly uid: number;
}

/** What reports stands at the beginning of a mail. */
const MAIL_BYTES = 1024 * 1024;
const PATIENCE_MS = 30_000;

async function connect(settings: ImapSettings): Promise<ImapFlow> {
  const { host, port, authority } = settings;
  const encryption = settings.encryption ?? encryptionFor(host, port);
  const credentials = await credentialsOf(settings.login, {
    password: MAILBOX_PASSWORD,
    token: MAILBOX_TOKEN,
  });
  const { ImapFlow: Client } = await import("imapflow");
  const client = new Client({
    host,
    port,
    secure: encryption === "tls",
    ...(encryption === "tls" ? {} : { doSTARTTLS: encryption === "starttls" }),
    auth:
      "password" in credentials
        ? { user: credentials.user, pass: credentials.password }
        : { user: credentials.user, accessToken: credentials.token },
    ...(authority === null ? {} : { tls: { ca: authority } }),
    clientInfo: { name: false, version: false, vendor: false, "support-url": false },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    maxLiteralSize: 16 * MAIL_BYTES,
  });
  // What breaks a line that nobody waits for ends the next command.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    client.close();
    throw refused(settings, error as ImapError, (text) => withoutSecret(credentials, text));
  }
  return client;
}

type ImapError = Error & {
  readonly authenticationFailed?: boolean;
  readonly responseText?: string;
  readonly code?: string;
};

/** `clean`: takes out what must not be shown of what the server said. */
function refused(
  { host, port, login }: ImapSettings,
  error: ImapError,
  clean: (text: string) => string = (text) => text,
): Failure {
  if (error.authenticationFailed === true)
    return new Failure(EXIT.config, {
      code: "imap-login",
      message: `${host}:${port} does not let user ${login.user} in`,
      ...(error.responseText === undefined ? {} : { found: clean(error.responseText) }),
      fix: "check email.imap: some providers want a password of its own for programs, or oauth2",
    });
  return new Failure(EXIT.mailServer, {
    code: "imap-unreachable",
    message: `the mailbox on ${host}:${port} cannot be read`,
    found: clean(error.responseText ?? error.message),
    fix: "check email.imap and the network; nothing was recorded, the next time reads it again",
  });
}

async function open(client: ImapFlow, settings: ImapSettings) {
  try {
    return await client.mailboxOpen(settings.folder, { readOnly: true });
  } catch (error) {
    const { responseText, code } = error as ImapError;
    if (!client.usable) throw refused(settings, error as ImapError);
    const folders = await client.list().catch(() => []);
    throw new Failure(EXIT.config, {
      code: "imap-folder",
      message: `there is no folder ${settings.folder} in this mailbox`,
      found: responseText ?? code ?? "refused",
      expected: folders.map(({ path }) => path).join(", "),
      fix: "write email.imap.folder as the mailbox has it",
    });
  }
}

const leave = async (client: ImapFlow): Promise<void> => {
  await client.logout().catch(() => client.close());
};

/** Connects, logs in, opens the folder, leaves: nothing is read. Throws a Failure (69, 78). */
export async function greetMailbox(settings: ImapSettings): Promise<{ readonly mails: number }> {
  const client = await connect(settings);
  try {
    return { mails: (await open(client, settings)).exists };
  } finally {
    await leave(client);
  }
}

/**
 * The mails that have come since `from`, oldest first; where that says nothing (the first time, or a mailbox numbered anew) those
 * since a day. Nothing in the mailbox changes: no mail becomes read. Returns how far it has been read. Throws a Failure (69, 78).
 */
export async function* mailsInMailbox(
  settings: ImapSettings,
  from: ReadUpTo | null,
  since: Day,
): AsyncGenerator<RawMail, ReadUpTo> {
  const client = await connect(settings);
  try {
    const box = await open(client, settings);
    const validity = String(box.uidValidity);
    const known = from?.validity === validity ? from.uid : null;
    let uid = known ?? box.uidNext - 1;
    for await (const { uid: number, source } of fetched(client, known, since)) {
      // `n:*` names the last mail, also where it came before n.
      if (known !== null && number <= known) continue;
      // Flags that changed meanwhile are told in between.
      if (source === undefined) continue;
      uid = Math.max(uid, number);
      yield {
        file: `${settings.folder} of ${settings.login.user}`,
        position: number,
        // The server may have nothing to show of it (NIL).
        bytes: Buffer.isBuffer(source) ? source : new Uint8Array(),
      };
    }
    return { validity, uid };
  } catch (error) {
    throw error instanceof Failure ? error : refused(settings, error as ImapError);
  } finally {
    await leave(client);
  }
}

async function* fetched(
  client: ImapFlow,
  known: number | null,
  since: Day,
): AsyncGenerator<FetchMessageObject> {
  let first = known === null ? null : known + 1;
  if (first === null) {
    const found = await client.search({ since: new Date(`${since}T00:00:00Z`) }, { uid: true });
    // A refusal is no empty mailbox: what it hides would count as read.
    if (found === undefined || found === false) throw new Error("the server refused to search the folder");
    first = found[0] ?? null;
    if (first === null) return;
  }
  yield* client.fetch(`${first}:*`, { uid: true, source: { maxLength: MAIL_BYTES } }, { uid: true });
}
