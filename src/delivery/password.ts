import { execFile } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { EXIT, Failure } from "../problem.ts";

/** Where the password of the mail server comes from: never from the configuration itself. */
export type PasswordSource =
  /** Absolute path; the file holds the password alone and nobody else may read it. */
  | { readonly file: string }
  /** A shell command that prints it, such as `pass show mail`. */
  | { readonly command: string };

const TIMEOUT_MS = 30_000;

function unfit(message: string, fix: string, file?: string): Failure {
  return new Failure(EXIT.config, {
    code: "smtp-password",
    ...(file === undefined ? {} : { where: { file } }),
    message,
    expected: "the password alone, on the first line",
    fix,
  });
}

function fromFile(path: string): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw unfit(
      `the password file cannot be read (${code})`,
      "see email.smtp.password_file in dunning.yaml",
      path,
    );
  }
  try {
    const { mode, size } = fstatSync(file);
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw unfit("others can read the password file", `chmod 600 ${path}`, path);
    }
    if (size > 4096)
      throw unfit("this is not a password file: it is too large", "put the password alone into it", path);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function fromCommand(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("/bin/sh", ["-c", command], { timeout: TIMEOUT_MS, maxBuffer: 4096 }, (error, stdout) => {
      // Neither what it printed nor its own words: either may hold the password.
      if (error === null) resolve(stdout);
      else
        reject(
          unfit("the password command failed", "run the command of email.smtp.password_command by hand"),
        );
    });
  });
}

/** The first line. Throws a Failure (78) that never quotes what was read. */
export async function readPassword(source: PasswordSource): Promise<string> {
  const text = "file" in source ? fromFile(source.file) : await fromCommand(source.command);
  const password = text.split(/\r?\n/, 1)[0] ?? "";
  if (password === "") throw unfit("the password is empty", "see email.smtp in dunning.yaml");
  return password;
}
