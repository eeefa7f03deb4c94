/** Errors are data until the edge. A Problem says what happened, where, what was expected and the next command. */

export interface Where {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

export interface Problem {
  /** Stable, kebab-case: an entry of the error catalogue (fixtures/errors/<code>). */
  readonly code: string;
  readonly where?: Where;
  /** What happened, one sentence without a full stop at the end. */
  readonly message: string;
  readonly found?: string;
  readonly expected?: string;
  /** The next command to type, or what to change. */
  readonly fix?: string;
}

/** Exit codes of the command line (docs/reference/exit-codes.md). */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  partial: 3,
  person: 4,
  store: 5,
  input: 65,
  missing: 66,
  mailServer: 69,
  cannotCreate: 73,
  io: 74,
  busy: 75,
  config: 78,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** A user's mistake or a fact of the world: shown without a stack. */
export class Failure extends Error {
  readonly problems: readonly [Problem, ...Problem[]];
  readonly exit: Exit;
  constructor(exit: Exit, problem: Problem | readonly [Problem, ...Problem[]]) {
    const problems = Array.isArray(problem)
      ? (problem as readonly [Problem, ...Problem[]])
      : ([problem] as [Problem]);
    super(problems.map(formatProblem).join("\n"));
    this.name = "Failure";
    this.problems = problems;
    this.exit = exit;
  }
}

/** Whether it is the disk that could not: full, over its quota, broken. Such a failure is 74, whatever was being written. */
export const isDiskError = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT", "EIO"].includes(String((error as NodeJS.ErrnoException | null)?.code));

export const noSuchFile = (file: string, expected?: string): Failure =>
  new Failure(EXIT.missing, {
    code: "file-missing",
    where: { file },
    message: "there is no such file",
    ...(expected === undefined ? {} : { expected }),
    fix: "check the path",
  });

/** `file:line:column`, as far as known; "" where nothing is. */
function formatWhere(where: Where | undefined): string {
  if (where?.file === undefined) return "";
  const parts = [where.file, where.line, where.column].filter((part) => part !== undefined);
  return parts.join(":");
}

/** One problem as people read it: up to four lines, the first one stands alone. */
export function formatProblem(problem: Problem): string {
  const place = formatWhere(problem.where);
  const lines = [`${place === "" ? "" : `${place}: `}${problem.message}`];
  if (problem.found !== undefined) lines.push(`  found     ${problem.found}`);
  if (problem.expected !== undefined) lines.push(`  expected  ${problem.expected}`);
  if (problem.fix !== undefined) lines.push(`  next      ${problem.fix}`);
  return lines.join("\n");
}
