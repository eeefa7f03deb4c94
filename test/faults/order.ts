import { dirname } from "node:path";
import { isFile, isSync, type Traced } from "./strike.ts";

const WRITES = /^p?write/;
/** Made anew after a crash, or of no use after it. */
const PASSING = /^dunning\.lock|-shm$|\.part-/;
/** A name is kept by the folder that it stands in; "." is the company folder. */
const TWO_NAMES = /"([^"]*)"[^"]*"([^"]*)"/;

/** Lines of the sent journal that say that a last byte is about to leave, in what is written of it at once. */
const GATES = /\\"what\\":\\"gate\\"/g;
/** The end of a message on its way: the dot that stands alone, or the last character of a program's document. */
const END = /(?:"|\\n)\.\\r\\n"|"\}\\n"/;

/**
 * What a power cut could still take away when it must not any more, by a log of system calls: nothing is lost that
 * was written and flushed, anything else may be. Paths are relative to the company folder `root`.
 */
export function unflushed(calls: readonly Traced[], root: string): string[] {
  const dirty = new Set<string>();
  const wrong: string[] = [];
  /** Gates in the sent journal, those of them that are on the disk, and messages whose end has left. */
  let [written, safe, left] = [0, 0, 0];
  const demand = (paths: readonly string[], before: string): void => {
    for (const path of paths) if (dirty.has(path)) wrong.push(`${path} is not on the disk before ${before}`);
  };
  const moved = (from: string, to: string, call: string): void => {
    demand([from, ...[...dirty].filter((path) => path.startsWith(`${from}/`))], `${call} to ${to}`);
    for (const path of dirty) if (path === from || path.startsWith(`${from}/`)) dirty.delete(path);
    dirty.add(dirname(to));
  };
  for (const { name, on, line } of calls) {
    const path = on === root ? "." : on;
    // What SQLite does not keep in memory it keeps outside the folder, in files that nobody reads after it.
    if (/= -1 /.test(line) || PASSING.test(on) || path.startsWith("/")) continue;
    if (isSync(name)) {
      dirty.delete(path);
      if (path === "sent.jsonl") safe = written;
    } else if (name === "openat") {
      const made = TWO_NAMES.exec(line.replace(/^[^"]*/, ""))?.[1] ?? /"([^"]*)"/.exec(line)?.[1] ?? "";
      if (!PASSING.test(made) && !made.startsWith("/") && line.includes("O_EXCL")) dirty.add(dirname(made));
    } else if (name === "mkdir") dirty.add(dirname(path));
    else if (name === "unlink") dirty.delete(path);
    else if (/^(rename|link)/.test(name)) {
      const [, from = "", to = ""] = TWO_NAMES.exec(line) ?? [];
      moved(from, to, name);
    } else if (WRITES.test(name) && isFile(on)) {
      // What a commit says of files must be true once it is on the disk.
      if (on === "dunning.db-wal")
        demand(
          [...dirty].filter((each) => /^(drafts|letters)/.test(each)),
          "the store says so",
        );
      if (on === "sent.jsonl") {
        demand(["dunning.db-wal"], "its line in the sent journal");
        written += line.match(GATES)?.length ?? 0;
      }
      dirty.add(path);
    } else if (WRITES.test(name) && on.startsWith("socket") && END.test(line)) {
      left += 1;
      if (left > safe) wrong.push(`the end of message ${left} left, and ${safe} gates are on the disk`);
    }
  }
  if (left !== written)
    wrong.push(`${written} gates are in the sent journal, and ${left} messages have left`);
  return [...wrong, ...[...dirty].map((path) => `${path} is not on the disk at the end`)];
}
