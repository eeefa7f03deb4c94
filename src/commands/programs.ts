import { EXIT, Failure } from "../problem.ts";
import type { Company } from "./company.ts";

type Settings = Pick<Company, "config" | "folder">;

const missingProgram = (key: string) => ({
  code: "command-missing",
  where: { file: "dunning.yaml" },
  message: `transport is command, but ${key} names no program; nothing was sent`,
  expected: `${key}: { run: [./program] }`,
  fix: `add ${key} to dunning.yaml`,
});

/** The programs that the configuration names. Throws a Failure (78) where one is missing, or cannot rehearse. */
function programsOf({ config: { email, letters } }: Settings) {
  if (email.transport === "command" && email.redirect_to !== null) {
    throw new Failure(EXIT.config, {
      code: "redirect-by-program",
      where: { file: "dunning.yaml" },
      message:
        "email.redirect_to works over smtp alone: a program would send to the debtors; nothing was sent",
      fix: "take email.redirect_to out, or set email.transport to smtp or drafts",
    });
  }
  const named = (key: string, transport: string, program: typeof email.command) => {
    if (transport !== "command") return null;
    if (program === null) throw new Failure(EXIT.config, missingProgram(key));
    return { ...program, key };
  };
  return {
    command: named("email.command", email.transport, email.command),
    post: named("letters.command", letters.transport, letters.command),
  };
}

/** Before anything is recorded. */
export function refusePrograms(company: Settings): void {
  programsOf(company);
}

export async function programs(company: Settings) {
  const { command: mail, post } = programsOf(company);
  const { command } = await import("../delivery/command.ts");
  const { folder } = company;
  return {
    ...(mail === null ? {} : { command: command({ ...mail, folder }) }),
    ...(post === null ? {} : { post: command({ ...post, folder }) }),
  };
}
