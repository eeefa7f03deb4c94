import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";

/** Copies of invoices in a folder of this machine. */

export interface CopySettings {
  /** Absolute. */
  readonly folder: string;
  /** `{number}`, `{debtor}` and `*`. */
  readonly pattern: string;
  /** Absolute path of a list in place of the pattern, else null. */
  readonly manifest: string | null;
  readonly maxBytes: number;
  /** Whether a number stands in the books of more than one debtor. */
  readonly isShared: (number: string) => boolean;
}

export type Copy = { readonly bytes: Uint8Array } | { readonly missing: string };

export interface Copies {
  /** The copy of one document of one debtor, or why there is none. Never a file outside the folder. */
  readonly find: (debtor: string, number: string) => Copy;
}

const MANIFEST_BYTES = 5_000_000;

/** A number as a part of a file name: what cannot stand in one is a hyphen. Numbers that become the same are told apart by nobody. */
export const inFileName = (number: string): string => number.replace(/[/\\:]/g, "-");

/** `number;file` or `debtor;number;file`, one per line; null: it cannot be read. */
function manifestOf(file: string): ReadonlyMap<string, string> | null {
  const found = new Map<string, string>();
  try {
    if (statSync(file).size > MANIFEST_BYTES) return null;
    for (const line of readFileSync(file, "utf8")
      .replace(/^\ufeff/, "")
      .split(/\r?\n/)) {
      const cells = line.split(/[;\t]/).map((cell) => cell.trim());
      const [debtor, number, name] = cells.length > 2 ? cells : ["", ...cells];
      if (number !== undefined && name !== undefined && name !== "")
        found.set(JSON.stringify([debtor, number]), name);
    }
    return found;
  } catch {
    return null;
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export function openCopies(settings: CopySettings): Copies {
  const { folder, pattern, manifest, maxBytes, isShared } = settings;
  const list = manifest === null ? null : manifestOf(manifest);
  const entries = new Map<string, readonly string[]>();
  const entriesOf = (path: string): readonly string[] => {
    let known = entries.get(path);
    if (known === undefined) {
      try {
        known = readdirSync(path);
      } catch {
        known = [];
      }
      entries.set(path, known);
    }
    return known;
  };

  /** The file's name below the folder, or why there is none. */
  const nameOf = (debtor: string, number: string): { name: string } | { missing: string } => {
    if (manifest !== null) {
      if (list === null) return { missing: "the list of copies cannot be read" };
      const own = list.get(JSON.stringify([debtor, number]));
      const any = list.get(JSON.stringify(["", number]));
      if (own !== undefined) return { name: own };
      if (any === undefined) return { missing: "not in the list" };
      return isShared(number) ? { missing: "several customers have this number" } : { name: any };
    }
    if (!pattern.includes("{debtor}") && isShared(number))
      return { missing: "several customers have this number" };
    const parts: Readonly<Record<string, string>> = {
      "{number}": inFileName(number),
      "{debtor}": inFileName(debtor),
    };
    if (Object.values(parts).some((part) => /^\.|[\p{Cc}*]/u.test(part)))
      return { missing: "it cannot be the name of a file" };
    const filled = pattern.replace(/\{number\}|\{debtor\}/g, (part) => parts[part] ?? part);
    if (!pattern.includes("*")) return { name: filled };
    const path = dirname(filled);
    // "F-1" is no part of "F-10", "F-1-2", "F-1_2" or "F-1-A": these may be another invoice's numbers.
    const around = (part: string): string =>
      `(?<![\\p{L}\\d./-])${escaped(part)}(?![\\p{L}\\d]|[._/-](?:\\d|\\p{L}(?!\\p{L}{2})))`;
    const source = basename(pattern)
      .split(/(\*|\{number\}|\{debtor\})/)
      .map((part) => (part === "*" ? ".*" : parts[part] === undefined ? escaped(part) : around(parts[part])));
    const wanted = new RegExp(`^${source.join("")}$`, "u");
    const matching = entriesOf(join(folder, path)).filter((entry) => wanted.test(entry));
    const [only] = matching;
    if (only === undefined) return { missing: "no such file" };
    return matching.length === 1 ? { name: join(path, only) } : { missing: `${matching.length} files match` };
  };

  return {
    find: (debtor, number) => {
      if (number === "") return { missing: "it has no number" };
      const named = nameOf(debtor, number);
      if ("missing" in named) return named;
      try {
        const root = realpathSync(folder);
        const file = realpathSync(resolve(root, named.name));
        if (!file.startsWith(root + sep)) return { missing: "its file lies outside the folder" };
        const { size } = lstatSync(file);
        if (!lstatSync(file).isFile()) return { missing: "no file" };
        if (size > maxBytes)
          return { missing: `${(size / 1e6).toFixed(1)} MB, at most ${maxBytes / 1e6} MB` };
        const bytes = readFileSync(file);
        return bytes.subarray(0, 5).toString("latin1") === "%PDF-"
          ? { bytes }
          : { missing: "its file is no PDF" };
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return { missing: code === "ENOENT" || code === "ENOTDIR" ? "no such file" : (code ?? "unreadable") };
      }
    },
  };
}
