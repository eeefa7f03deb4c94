import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Context } from "../context.ts";
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

/** Programs that cannot be started, looked for as execvp(3) does; none of them is started. */
export function unstartable({ config, folder }: Settings, env: Context["env"]) {
  const path = env["PATH"] ?? "/usr/bin:/bin";
  return (["email", "letters"] as const).flatMap((what) => {
    const { transport, command } = config[what];
    if (transport !== "command" || command === null) return [];
    const [program = ""] = command.run;
    const places = program.includes("/")
      ? [resolve(folder, program)]
      : path.split(delimiter).map((place) => join(place, program));
    return places.some(isProgram) ? [] : [{ key: `${what}.command`, program }];
  });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
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
