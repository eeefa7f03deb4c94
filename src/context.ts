import type { Day } from "./core/types.ts";
import type { Exit } from "./problem.ts";

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
  /** No question may be asked: no terminal, `--no-input`, `--json` or CI. */
  readonly noInput: boolean;
}

/**
 * Everything impure that a command may touch, as an interface: tests give their own.
 * Files, the store and mail servers are reached through their rooms' doors.
 */
export interface Context {
  readonly globals: Globals;
  /** The wall clock. */
  readonly now: () => Date;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  /** The package's own folder (templates, schema, fixtures). */
  readonly home: string;
  readonly version: string;
}

export interface Output {
  /** Results: standard output. Silent under `--json`. */
  readonly say: (text: string) => void;
  /** Talk: standard error. Silent under `--quiet`. */
  readonly note: (text: string) => void;
  /** Columns of the terminal, 100 where there is none. */
  readonly width: number;
  readonly terminal: boolean;
  readonly colour: boolean;
  /** One line that is overwritten, on standard error, only on a terminal. Empty text clears it. */
  readonly progress: (text: string) => void;
}

/** What a command returns: the document for `--json`, and how it ended. */
export interface Outcome {
  readonly exit: Exit;
  /** Keys of the command's JSON document (see design of each command); amounts as strings. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly warnings?: readonly string[];
}
