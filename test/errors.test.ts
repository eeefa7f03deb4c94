import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Ran, runLine } from "./support/command-line.ts";

/**
 * The error catalogue: each folder of fixtures/errors is called after a problem's code and holds the files that cause it,
 * the command to type (`command.txt`; several lines: the last one is meant) and exactly what it prints (`expected.txt`).
 */
const catalogue = join(import.meta.dirname, "..", "fixtures", "errors");
const home = join(import.meta.dirname, "..");
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Runs the commands of a folder of the catalogue in a copy of it. */
async function runCase(code: string, more: readonly string[] = []): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "dunning-error-"));
  folders.push(folder);
  cpSync(join(catalogue, code), folder, { recursive: true });
  rmSync(join(folder, "expected.txt"), { force: true });
  rmSync(join(folder, "command.txt"));
  const commands = readFileSync(join(catalogue, code, "command.txt"), "utf8")
    .trim()
    .split("\n");
  const last = commands.pop() ?? "";
  for (const command of commands) await runLine(folder, command.split(" "));
  return await runLine(folder, [...last.split(" "), ...more]);
}

/** Every `code` of a document, however deep. */
function codesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "code" in value && typeof value.code === "string" ? [value.code] : [];
  return [...own, ...Object.values(value).flatMap(codesIn)];
}

describe.each(readdirSync(catalogue).sort())("%s", (code) => {
  test("prints exactly what the catalogue says", async () => {
    const { printed } = await runCase(code);
    await expect(printed).toMatchFileSnapshot(join(catalogue, code, "expected.txt"));
  });

  test("carries its code in the JSON document", async () => {
    const { results, exit } = await runCase(code, ["--json"]);
    const document = JSON.parse(results) as { ok: boolean; exit: number };
    expect(document).toMatchObject({ ok: exit === 0, exit });
    expect(codesIn(document)).toContain(code);
  });
});

/** Those that no small file can cause; other tests do. */
const ELSEWHERE = ["config-too-large", "folder-refused"];

test("every problem of the configuration has its folder", () => {
  const room = join(home, "src", "config");
  const text = readdirSync(room)
    .map((file) => readFileSync(join(room, file), "utf8"))
    .join("\n");
  const codes = [...text.matchAll(/code: "([a-z-]+)"/g)].map((match) => match[1] ?? "");
  const known = new Set([...readdirSync(catalogue), ...ELSEWHERE]);
  expect([...new Set(codes)].filter((code) => !known.has(code))).toEqual([]);
});
