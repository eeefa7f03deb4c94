import { extname, resolve } from "node:path";
import type { Context } from "../context.ts";
import { EXIT, Failure, isDiskError } from "../problem.ts";

/** Throws a Failure (2) for a file name that does not end as its content asks: a configuration or a store is never written over. */
export function refuseEnding(file: string, ending: ".json" | ".html" | ".pdf"): void {
  if (extname(file).toLowerCase() === ending) return;
  throw new Failure(EXIT.usage, {
    code: "output-kind",
    message: "this would be written into a file of another kind",
    found: file,
    expected: `a file name ending in ${ending}`,
    fix: `name it ${file.slice(0, file.length - extname(file).length) || "output"}${ending}`,
  });
}

/**
 * Writes over what stands there, whole or not at all: the user named the file. Throws a Failure (73) where it cannot,
 * and what the disk reports (74).
 */
export async function writeOutput({ cwd }: Context, output: string, content: Uint8Array): Promise<string> {
  const { replaceWhole } = await import("../delivery/files.ts");
  const file = resolve(cwd, output);
  try {
    replaceWhole(file, content);
  } catch (error) {
    throw cannotWrite(output, error);
  }
  return file;
}

/** Why a file that the user wants is not there: 73, and for what the disk reports the error itself (74). */
export function cannotWrite(output: string, error: unknown): unknown {
  if (isDiskError(error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  return new Failure(EXIT.cannotCreate, {
    code: "cannot-write",
    where: { file: output },
    message: "this file cannot be written",
    found: code === "ENOENT" ? "there is no such folder" : (code ?? String(error)),
    expected: "a file in a folder that exists and may be written to",
    fix: "name another file",
  });
}
