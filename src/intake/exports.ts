import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, extname, join, parse, resolve, sep } from "node:path";
import { EXIT, Failure } from "../problem.ts";

/** `*` and `?` stand for characters of one name, as in a shell. */
export const isPattern = (path: string): boolean => /[*?]/.test(path);

function matcher(segment: string): RegExp {
  const source = segment
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "u");
}

/** Whatever a pattern names, in the order of the folders; hidden names are not meant. Without signs: the path itself. */
export function pathsMatching(pattern: string, folder: string): readonly string[] {
  const path = resolve(folder, pattern);
  const { root } = parse(path);
  let found = [root];
  for (const segment of path.slice(root.length).split(sep)) {
    const fits = isPattern(segment) ? matcher(segment) : null;
    found = found.flatMap((parent) => {
      if (fits === null) return existsSync(join(parent, segment)) ? [join(parent, segment)] : [];
      if (statSync(parent, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
      return readdirSync(parent)
        .filter((name) => !name.startsWith(".") && fits.test(name))
        .map((name) => join(parent, name));
    });
  }
  return found;
}

/**
 * The files that a pattern names ("exports/balance-*.csv"), newest written first; a file that is called so itself is
 * meant by its name. Hidden ones are no exports. Throws Failure(66) where there is none.
 */
export function exportsMatching(pattern: string, folder: string): readonly [string, ...string[]] {
  const path = resolve(folder, pattern);
  if (!isPattern(pattern) || existsSync(path)) return [path];
  const found = pathsMatching(pattern, folder);
  const written = new Map(found.map((file) => [file, statSync(file, { throwIfNoEntry: false })]));
  const [first, ...rest] = found
    .filter((file) => written.get(file)?.isFile() === true)
    .sort((a, b) => (written.get(b)?.mtimeMs ?? 0) - (written.get(a)?.mtimeMs ?? 0) || (a < b ? -1 : 1));
  if (first !== undefined) return [first, ...rest];
  throw new Failure(EXIT.missing, {
    code: "no-match",
    message: "no file has a name like that",
    found: pattern,
    expected: "at least one export",
    fix: "check the folder; in a script, put the pattern in quotation marks",
  });
}

/** Moves a file that was taken into a folder, under a name that is free there. Returns its new path. */
export function archiveExport(path: string, folder: string): string {
  if (resolve(dirname(path)) === resolve(folder)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const extension = extname(path);
  const stem = basename(path, extension);
  let target = join(folder, basename(path));
  for (let n = 2; existsSync(target); n++) target = join(folder, `${stem}-${n}${extension}`);
  try {
    renameSync(path, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    // Another file system: the copy is whole on the disk before the original goes.
    copyFileSync(path, target);
    const copy = openSync(target, "r+");
    fsyncSync(copy);
    closeSync(copy);
    rmSync(path);
  }
  return target;
}
