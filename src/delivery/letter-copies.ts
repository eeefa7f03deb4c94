import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { EXIT, Failure } from "../problem.ts";
import { ownName, privateFolder, sha256Of, writeFolder } from "./files.ts";
import type { LetterSettings } from "./letters.ts";

/** A letter that is printed once more. */
export interface LetterCopy {
  readonly id: string;
  /** The PDF with its mark. */
  readonly bytes: Uint8Array;
  /** Of the letter without the mark. */
  readonly copyOf: string;
}

/** The letter's file as it was written. Throws a Failure: 66 where it is gone, 5 where it is another one. */
export function letterFile(company: string, file: string, sha256: string): Uint8Array {
  const path = join(company, file);
  if (!existsSync(path)) {
    throw new Failure(EXIT.missing, {
      code: "letter-gone",
      where: { file },
      message: "the letter is not in its folder any more",
      fix: "put the folder back from a backup",
    });
  }
  const bytes = readFileSync(path);
  if (sha256Of(bytes) === sha256) return bytes;
  throw new Failure(EXIT.store, {
    code: "letter-changed",
    where: { file },
    message: "the file is not the letter that was written",
    fix: "put the folder back from a backup",
  });
}

/**
 * Copies of letters of one batch as a folder of their own, `<batch>-copy`, "-copy-2" and so on: a PDF per letter, print.pdf
 * and manifest.json. Returns what was written, relative to the company folder.
 */
export async function writeCopies(
  { company, folder, printFile }: LetterSettings,
  batch: string,
  copies: readonly LetterCopy[],
): Promise<readonly string[]> {
  const root = join(company, folder);
  privateFolder(root);
  let name = ownName(`${batch}-copy`);
  for (let n = 2; existsSync(join(root, name)); n++) name = ownName(`${batch}-copy-${n}`);
  const print = await printFile(copies.map(({ bytes }) => bytes));
  const manifest = {
    batch: name,
    copyOf: batch,
    print: {
      file: "print.pdf",
      pages: print.pages.reduce((sum, n) => sum + n, 0),
      sha256: sha256Of(print.bytes),
    },
    letters: copies.map(({ id, bytes, copyOf }, n) => ({
      id,
      file: `${id}.pdf`,
      pages: print.pages[n],
      sha256: sha256Of(bytes),
      copyOf,
    })),
  };
  const files = new Map(copies.map(({ id, bytes }) => [`${id}.pdf`, bytes]));
  files.set("print.pdf", print.bytes);
  files.set("manifest.json", Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  writeFolder(join(root, name), files);
  return [...files.keys()].map((file) => posix.join(folder, name, file));
}
