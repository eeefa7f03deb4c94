import { dirname } from "node:path";
import { isFile, isSync, type Traced } from "./strike.ts";

const WRITES = /^p?write/;
/** Made anew after a crash, or of no use after it. */
const PASSING = /^dunning\.lock|-shm$|\.part-/;
/** A name is kept by the folder that it stands in; "." is the company folder. */
const TWO_NAMES = /"([^"]*)"[^"]*"([^"]*)"/;

/**
 * What a power cut could still take away when it must not any more, by a log of system calls: nothing is lost that
 * was written and flushed, anything else may be. Paths are relative to the company folder `root`.
 */
export function unflushed(calls: readonly Traced[], root: string): string[] {
  const dirty = new Set<string>();
  const wrong: string[] = [];
  let gate = false;
  const demand = (paths: readonly string[], before: string): void => {
    for (const path of paths) if (dirty.has(path)) wrong.push(`${path} is not on the disk before ${before}`);
  };
  const moved = (from: string, to: string, call: string): void => {
    demand([from, ...[...dirty].filter((path) => path.startsWith(`${from}/`))], `${call} to ${to}`);
    for (const path of dirty) if (path === from || path.startsWith(`${from}/`)) dirty.delete(path);
    dirty.add(dirname(to));
  };
  for (const { name, on, line } of calls) {
    if (/= -1 /.test(line) || PASSING.test(on)) continue;
    const path = on === root ? "." : on;
    if (isSync(name)) dirty.delete(path);
    else if (name === "openat") {
      const made = TWO_NAMES.exec(line.replace(/^[^"]*/, ""))?.[1] ?? /"([^"]*)"/.exec(line)?.[1] ?? "";
      if (!PASSING.test(made) && line.includes("O_EXCL")) dirty.add(dirname(made));
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
        gate = true;
      }
      dirty.add(path);
    } else if (WRITES.test(name) && on.startsWith("socket") && gate) {
      // The first thing that goes out after a line in the journal: the last byte of a message, or the next one.
      demand(["dunning.db-wal", "sent.jsonl"], "the next byte goes out");
      gate = false;
    }
  }
  return [...wrong, ...[...dirty].map((path) => `${path} is not on the disk at the end`)];
}
