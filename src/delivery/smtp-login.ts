import type { SMTPConnectionAuth, SMTPConnectionCustomAuthHandler } from "nodemailer/lib/smtp-connection";
import type { Credentials } from "./secret.ts";
import type { SmtpError } from "./smtp-outcome.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const sasl = (user: string, token: string): string => base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`);

/** Not called XOAUTH2: without a token generator of its own, nodemailer would take another method instead. */
export const BY_TOKEN = "TOKEN";

export const authOf = (credentials: Credentials): SMTPConnectionAuth =>
  "password" in credentials
    ? { user: credentials.user, pass: credentials.password }
    : { user: credentials.user, token: credentials.token, method: BY_TOKEN };

/** One attempt with the token: nodemailer's own way asks twice, which counts as two wrong logins. */
export const byToken: SMTPConnectionCustomAuthHandler = async (context) => {
  const { auth } = context;
  let answer = await context.sendCommand(`AUTH XOAUTH2 ${sasl(auth.user ?? "", String(auth["token"]))}`);
  // 334: what is wrong, in Base64; the refusal itself follows an empty line.
  if (answer.status === 334) answer = await context.sendCommand("");
  if (answer.status === 235) context.resolve();
  else context.reject("the token is not accepted");
};

/** What a server said of a login, without the secret: some servers repeat the line that they do not like. */
export function withoutSecret(credentials: Credentials, text: string): string {
  const { user } = credentials;
  const secrets =
    "password" in credentials
      ? [
          credentials.password,
          // As IMAP quotes it.
          credentials.password.replaceAll(/["\\]/g, "\\$&"),
          base64(credentials.password),
          base64(`\0${user}\0${credentials.password}`),
        ]
      : [credentials.token, base64(credentials.token), sasl(user, credentials.token)];
  return secrets.reduce((left, secret) => left.replaceAll(secret, "..."), text);
}

export function without(credentials: Credentials | null, error: SmtpError): SmtpError {
  if (credentials === null) return error;
  const { code, originalCode, command, response } = error;
  return Object.assign(new Error(withoutSecret(credentials, error.message)), {
    code,
    originalCode,
    command,
    response: response === undefined ? undefined : withoutSecret(credentials, response),
  });
}
