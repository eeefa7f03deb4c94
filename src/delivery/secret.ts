import { execFile } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { EXIT, Failure } from "../problem.ts";

/** Where a password or a token comes from: never from the configuration itself. */
export type SecretSource =
  /** Absolute path; the file holds the secret alone and nobody else may read it. */
  | { readonly file: string }
  /** A shell command that prints it, such as `pass show mail`. */
  | { readonly command: string }
  /** The path of a systemd credential, readable by this service alone. */
  | { readonly credential: string };

/** What is read, for messages; `key` begins the names of its keys: `password_file`, `token_command`. */
export interface SecretName {
  readonly what: "password" | "token" | "key";
  /** Of the problem. */
  readonly code: string;
  readonly key: string;
}
export const PASSWORD: SecretName = { what: "password", code: "smtp-password", key: "email.smtp.password" };
export const MAILBOX_PASSWORD: SecretName = {
  what: "password",
  code: "imap-password",
  key: "email.imap.password",
};
export const MAILBOX_TOKEN: SecretName = {
  what: "token",
  code: "imap-token",
  key: "email.imap.oauth2.token",
};
export const TOKEN: SecretName = { what: "token", code: "smtp-token", key: "email.smtp.oauth2.token" };

const TIMEOUT_MS = 30_000;
/** Tokens of Microsoft 365 have some 2,500 characters. */
const MAX_BYTES = 16_384;

function unfit({ what, code }: SecretName, message: string, fix: string, file?: string): Failure {
  return new Failure(EXIT.config, {
    code,
    ...(file === undefined ? {} : { where: { file } }),
    message,
    expected: what === "key" ? "the private key alone" : `the ${what} alone, on the first line`,
    fix,
  });
}

function fromFile(path: string, name: SecretName, how: "file" | "credential"): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const fix = `see ${name.key}_${how} in dunning.yaml`;
    throw unfit(name, `the ${name.what} ${how} cannot be read (${code})`, fix, path);
  }
  try {
    const { mode, size } = fstatSync(file);
    // systemd keeps others out by the folder, and shows its access list as rights of the group.
    if (how === "file" && process.platform !== "win32" && (mode & 0o077) !== 0)
      throw unfit(name, `others can read the ${name.what} file`, `chmod 600 ${path}`, path);
    if (size > MAX_BYTES)
      throw unfit(
        name,
        `this is not a ${name.what} file: it is too large`,
        `put the ${name.what} alone into it`,
        path,
      );
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function fromCommand(command: string, name: SecretName): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("/bin/sh", ["-c", command], { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES }, (error, stdout) => {
      // Neither what it printed nor its own words: either may hold the secret.
      if (error === null) resolve(stdout);
      else
        reject(
          unfit(name, `the ${name.what} command failed`, `run the command of ${name.key}_command by hand`),
        );
    });
  });
}

/** A file that only its owner can read, whole. Throws a Failure (78). */
export const readPrivateFile = (path: string, name: SecretName): string => fromFile(path, name, "file");

/** The first line. Throws a Failure (78) that never quotes what was read. */
async function readSecret(source: SecretSource, name: SecretName): Promise<string> {
  const text =
    "command" in source
      ? await fromCommand(source.command, name)
      : "file" in source
        ? fromFile(source.file, name, "file")
        : fromFile(source.credential, name, "credential");
  const secret = text.split(/\r?\n/, 1)[0] ?? "";
  if (secret === "") throw unfit(name, `the ${name.what} is empty`, `see ${name.key}_... in dunning.yaml`);
  return secret;
}

/** How we log in: with a password, or with an OAuth 2 access token (XOAUTH2). */
export type Login = { readonly user: string } & (
  | { readonly password: SecretSource }
  | { readonly token: SecretSource }
);

/** A password, or an OAuth 2 access token. */
export type Credentials = { readonly user: string } & (
  | { readonly password: string }
  | { readonly token: string }
);

/** A token lives for an hour or so: it is read for each line. Throws a Failure (78). */
export async function credentialsOf(
  login: Login,
  names: { readonly password: SecretName; readonly token: SecretName },
): Promise<Credentials> {
  return "password" in login
    ? { user: login.user, password: await readSecret(login.password, names.password) }
    : { user: login.user, token: await readSecret(login.token, names.token) };
}
