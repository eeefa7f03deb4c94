import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, Failure } from "../problem.ts";
import { CONFIG_FILE } from "./config.ts";

export interface NewFolder {
  readonly config: string;
  /** How to write own texts. */
  readonly readme: string;
}

/** Throws a Failure (73) where the folder is configured already: nothing is ever overwritten. */
export function refuseExisting(folder: string): void {
  const path = join(folder, CONFIG_FILE);
  if (!existsSync(path)) return;
  throw new Failure(EXIT.cannotCreate, {
    code: "config-exists",
    where: { file: path },
    message: `there is a ${CONFIG_FILE} already; nothing was changed`,
    fix: "dunning check, or dunning -C FOLDER init for another folder",
  });
}

/**
 * Makes a company folder (0700) with dunning.yaml (0600) and templates/README.txt; what exists stays as it is.
 * The paths written, relative to the folder. Throws a Failure (73) where there is a dunning.yaml or no room for one.
 */
export function createFolder(folder: string, { config, readme }: NewFolder): readonly string[] {
  refuseExisting(folder);
  const written: string[] = [];
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text, { flag: "wx", mode: 0o600 });
    written.push(name);
  };
  try {
    mkdirSync(join(folder, "templates"), { recursive: true, mode: 0o700 });
    const help = join("templates", "README.txt");
    if (!existsSync(join(folder, help))) write(help, readme);
    // Last: a folder with a dunning.yaml is complete.
    write(CONFIG_FILE, config);
  } catch (problem) {
    const { code, path = folder, message } = problem as NodeJS.ErrnoException;
    if (code === undefined || !["EEXIST", "ENOTDIR", "EACCES", "EROFS", "EPERM"].includes(code))
      throw problem;
    throw new Failure(EXIT.cannotCreate, {
      code: "folder-refused",
      where: { file: path },
      message: "the company folder cannot be made",
      found: message,
      fix: "choose another folder with -C",
    });
  }
  return written;
}
