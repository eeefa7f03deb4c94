import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { credentialsOf, PASSWORD, type SecretSource, TOKEN } from "../src/delivery/secret.ts";
import { Failure } from "../src/problem.ts";

function file(content: string, mode: number): SecretSource {
  const folder = mkdtempSync(join(tmpdir(), "dunning-password-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "password");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return { file: path };
}
const read = async (source: SecretSource): Promise<string> => {
  try {
    const login = { user: "u", password: source };
    const found = await credentialsOf(login, { password: PASSWORD, token: TOKEN });
    return `got ${"password" in found ? found.password : "a token"}`;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return `exit ${error.exit}: ${error.message}`;
  }
};

describe("the password", () => {
  test.each([
    ["s3cret\n", 0o600, "got s3cret"],
    ["s3cret", 0o400, "got s3cret"],
    ["pass phrase \r\nsecond line", 0o600, "got pass phrase "],
    ["s3cret", 0o640, "exit 78: "],
    ["s3cret", 0o604, "exit 78: "],
    ["", 0o600, "exit 78: the password is empty"],
    ["\n", 0o600, "exit 78: the password is empty"],
    [`s3cret${"x".repeat(20_000)}`, 0o600, "exit 78: "],
  ])("file %j, mode %i: %s", async (content, mode, expected) => {
    const told = await read(file(content, mode));
    expect(told).toContain(expected);
    expect(told.startsWith("exit") && told.includes("s3cret")).toBe(false);
  });

  test("others can read it: says what to type", async () => {
    const source = file("s3cret", 0o644);
    expect(await read(source)).toContain(`chmod 600 ${"file" in source ? source.file : ""}`);
  });

  test.each([
    ["echo s3cret", "got s3cret"],
    ["printf 'a b\\nrest\\n'", "got a b"],
    ["echo s3cret; exit 3", "exit 78: the password command failed"],
    ["echo s3cret >&2; exit 1", "exit 78: the password command failed"],
    ["no-such-command-here", "exit 78: the password command failed"],
    ["true", "exit 78: the password is empty"],
  ])("command %j: %s", async (command, expected) => {
    const told = await read({ command });
    expect(told).toContain(expected);
    expect(told.startsWith("exit") && told.includes("s3cret")).toBe(false);
  });

  test("no such file", async () => {
    expect(await read({ file: "/nowhere/password" })).toContain("cannot be read (ENOENT)");
  });
});
