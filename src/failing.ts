import { EXIT, Failure, isDiskError, type Problem } from "./problem.ts";
import { storeFailure } from "./store/failures.ts";

/** A failure, a usage error or a bug, as Problems with their exit code. */
export function asFailure(error: unknown): {
  exit: number;
  problems: readonly Problem[];
  stack: string | null;
} {
  const known = error instanceof Failure ? error : storeFailure(error);
  if (known !== null) return { exit: known.exit, problems: known.problems, stack: null };
  const code = (error as NodeJS.ErrnoException)?.code;
  const text = error instanceof Error ? error.message : String(error);
  if (isDiskError(error)) {
    return {
      exit: EXIT.io,
      problems: [
        { code: "disk", message: text, fix: "check the disk and its free space, then run it again" },
      ],
      stack: null,
    };
  }
  if (code === "EACCES" || code === "EROFS" || code === "EPERM") {
    const fix = "check the owner and mode of that file and of its folder, then run it again";
    return { exit: EXIT.cannotCreate, problems: [{ code: "permission", message: text, fix }], stack: null };
  }
  // A file of the installation that is gone or cannot be read: nothing that the program's authors could look into.
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
    const fix = "install dunning again (npm ci), and look at the disk if that does not last";
    const message = `a part of this installation cannot be read: ${text}`;
    return { exit: EXIT.io, problems: [{ code: "installation", message, fix }], stack: null };
  }
  const problem = {
    code: "internal-error",
    message: `internal error: ${text}`,
    fix: "this is a bug of dunning; run the command again with --verbose and report what it prints",
  };
  return {
    exit: EXIT.bug,
    problems: [problem],
    stack: error instanceof Error ? (error.stack ?? null) : null,
  };
}

/** What a document says where work came to an end and the list of what was done says the rest. */
export function unfinished(exit: number): Problem[] {
  if (exit === EXIT.partial)
    return [
      { code: "partly-done", message: "part of the work was refused, deferred or rejected, as listed" },
    ];
  if (exit === EXIT.person)
    return [{ code: "person-needed", message: "a person is needed, as listed", fix: "dunning status" }];
  if (exit === 130 || exit === 143)
    return [{ code: "interrupted", message: "stopped after the work in hand", fix: "run it again" }];
  return [];
}

export function errorDocument(problems: readonly Problem[]): Record<string, unknown> {
  if (problems.length === 0) return {};
  const one = (problem: Problem): Record<string, unknown> => ({
    code: problem.code,
    message: problem.message,
    found: problem.found,
    expected: problem.expected,
    hint: problem.fix ?? null,
    where: problem.where ?? null,
  });
  const [first, ...rest] = problems.map(one);
  return rest.length > 0 ? { error: first, errors: [first, ...rest] } : { error: first };
}
