import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { pathsMatching } from "./intake/exports.ts";
import { EXIT, Failure } from "./problem.ts";

/** What one company's command printed, and how it ended. */
export interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in a company's folder, as a process of its own. */
export type RunIn = (folder: string, argv: readonly string[]) => Promise<Ended>;

export interface OfCompany {
  /** As it is written, relative to where the user stands. */
  readonly dir: string;
  readonly exit: number;
  /** The last line that it printed. */
  readonly said: string;
  readonly ended: Ended;
}

/** From the best to the worst: what a person must decide is less than what did not work, and that less than damage. */
const ORDER: readonly number[] = [
  EXIT.done,
  EXIT.partial,
  EXIT.person,
  EXIT.busy,
  EXIT.mailServer,
  EXIT.missing,
  EXIT.input,
  EXIT.usage,
  EXIT.config,
  EXIT.cannotCreate,
  EXIT.io,
  EXIT.store,
  EXIT.bug,
];

/** The worst of several exit codes; one that is not ours (a signal) is worse than all. */
export function worst(exits: readonly number[]): number {
  const rank = (exit: number): number => (ORDER.includes(exit) ? ORDER.indexOf(exit) : ORDER.length);
  return exits.reduce((bad, exit) => (rank(exit) > rank(bad) ? exit : bad), EXIT.done as number);
}

/** The command line without `--each` and its value. Throws a Failure (2) where it is there twice, or with a folder. */
export function withoutEach(argv: readonly string[]): string[] {
  const at = argv.findIndex((word) => word === "--each" || word.startsWith("--each="));
  if (at === -1) return [...argv];
  const taken = argv[at] === "--each" ? 2 : 1;
  const rest = [...argv.slice(0, at), ...argv.slice(at + taken)];
  const other = rest.find((word) => /^--each(=|$)|^--dir(=|$)|^-C/.test(word));
  if (other === undefined) return rest;
  throw new Failure(EXIT.usage, {
    code: "each-and-folder",
    message: "--each says already which companies are meant",
    found: other,
    expected: "one pattern, without --dir",
    fix: "dunning --each 'clients/*' COMMAND",
  });
}

function isCompany(folder: string): boolean {
  // A file among the folders is no company.
  const is = (path: string, what: "isFile" | "isDirectory"): boolean =>
    statSync(path, { throwIfNoEntry: false })?.[what]() === true;
  return is(folder, "isDirectory") && is(join(folder, "dunning.yaml"), "isFile");
}

/** The company folders that a pattern names, sorted. Throws a Failure (66) where there is none. */
function companiesIn(cwd: string, pattern: string): string[] {
  const found = pathsMatching(pattern, cwd);
  const companies = found.filter(isCompany).sort();
  if (companies.length > 0) return companies;
  throw new Failure(EXIT.missing, {
    code: "no-companies",
    message: "no company folder matches",
    found:
      found.length === 0 ? pattern : `${pattern}: ${found.length} folders or files, none with a dunning.yaml`,
    expected: "a pattern in quotes such as 'clients/*'",
    fix: "dunning init makes a company folder",
  });
}

const lastLine = ({ exit, stdout, stderr }: Ended): string => {
  const lines = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");
  const failed = exit !== EXIT.done && exit !== EXIT.partial && exit !== EXIT.person;
  return (
    (failed ? (lines(stderr)[0] ?? lines(stdout).at(-1)) : (lines(stdout).at(-1) ?? lines(stderr).at(-1))) ??
    ""
  );
};

/**
 * The same command in every company, several at once; `tell` hears of each in the order of the folders. Relative file
 * names are meant inside each folder.
 */
export async function inEach(
  {
    cwd,
    pattern,
    argv,
  }: { readonly cwd: string; readonly pattern: string; readonly argv: readonly string[] },
  run: RunIn,
  tell: (company: OfCompany) => void,
): Promise<OfCompany[]> {
  const folders = companiesIn(cwd, pattern);
  const words = withoutEach(argv);
  const results = new Map<string, OfCompany>();
  let next = 0;
  let told = 0;
  const work = async (): Promise<void> => {
    for (let folder = folders[next++]; folder !== undefined; folder = folders[next++]) {
      const ended = await run(folder, words);
      const dir = relative(cwd, folder) || ".";
      results.set(folder, { dir, exit: ended.exit, said: lastLine(ended), ended });
      for (let at = folders[told]; at !== undefined && results.has(at); at = folders[++told])
        tell(results.get(at) as OfCompany);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), folders.length) }, work));
  return folders.flatMap((folder) => results.get(folder) ?? []);
}
