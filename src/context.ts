import type { Day } from "./core/types.ts";
import type { Exit, Failure, Problem } from "./problem.ts";

/** What the global options said. */
export interface Globals {
  /** Absolute path of the company folder. */
  readonly dir: string;
  /** `--as-of`, else null. */
  readonly asOf: Day | null;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly yes: boolean;
  /** No question may be asked: no terminal, `--no-input` or `--json`. */
  readonly noInput: boolean;
}

/**
 * Everything impure that a command may touch, as an interface: tests give their own.
 * Files, the store and mail servers are reached through their rooms' doors.
 */
export interface Context {
  readonly globals: Globals;
  /** The folder in which the user stands: file arguments are relative to it. */
  readonly cwd: string;
  /** The wall clock. */
  readonly now: () => Date;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  /** The package's own folder (templates, schema, fixtures). */
  readonly home: string;
  readonly version: string;
  /** What `finishing` must look at: a signal came, so finish the message in hand, then stop. */
  readonly stop: { readonly signal: "SIGINT" | "SIGTERM" | null };
  /** Work that a signal does not end in the middle. Outside of it a signal ends the process; nothing was committed. */
  readonly finishing: <T>(work: () => Promise<T>) => Promise<T>;
}

export type Paint = "bold" | "dim" | "good" | "warn" | "bad";

export interface Output {
  /** Results: standard output. Silent under `--json`. */
  readonly say: (text: string) => void;
  /** Talk: standard error. Silent under `--quiet`. */
  readonly note: (text: string) => void;
  /** Colour where there is a terminal; colour carries no meaning alone. */
  readonly paint: (paint: Paint, text: string) => string;
  /** Columns of the terminal, 100 where there is none. */
  readonly width: number;
  readonly terminal: boolean;
  /** One line that is overwritten, on standard error, only on a terminal. Empty text clears it. */
  readonly progress: (text: string) => void;
}

/** What a command returns: the document for `--json`, and how it ended. */
export interface Outcome {
  readonly exit: Exit | 130 | 143;
  /** Keys of the command's JSON document; amounts as strings. */
  readonly document: Readonly<Record<string, unknown>>;
  /** All of it in one line, for the list of many companies. */
  readonly summary?: string;
  readonly warnings?: readonly string[];
  readonly company?: string;
  readonly asOf?: Day;
  /** Why `exit` is not 0, where the command has said it to people already: for the document alone. */
  readonly because?: readonly Problem[];
  /** What ended the work early, although the document says what was done before. */
  readonly failure?: Failure;
}
