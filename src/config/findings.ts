import { nearest } from "../core/nearest.ts";
import type { Problem, Where } from "../problem.ts";
import { compileRule, type FactTable } from "./rules.ts";
import type { Path, YamlFile } from "./yaml.ts";

/** An error keeps the configuration from being used; a warning does not. */
export interface Finding extends Problem {
  readonly severity: "error" | "warning";
}

export const error = (where: Where, problem: Problem): Finding => ({ severity: "error", where, ...problem });
export const warning = (where: Where, problem: Problem): Finding => ({
  severity: "warning",
  where,
  ...problem,
});

/** A name that must be one of those defined elsewhere. */
export function known(
  where: Where,
  what: string,
  found: string | null,
  names: readonly string[],
  fix: string,
): Finding[] {
  if (found === null || found === "" || names.includes(found)) return [];
  const near = nearest(found, names);
  const problem = {
    code: `unknown-${what}`,
    message: `there is no ${what} ${found}`,
    found,
    ...(names.length === 0 ? {} : { expected: `one of ${[...names].sort().join(", ")}` }),
    fix: near === null ? fix : `write ${near}`,
  };
  return [error(where, problem)];
}

export function ruleFindings(file: YamlFile, path: Path, text: string | null, facts: FactTable): Finding[] {
  if (text === null || text === "") return [];
  const compiled = compileRule(text, facts);
  if ("mistake" in compiled) {
    const { offset, ...mistake } = compiled.mistake;
    return [error(file.whereValue(path, offset), mistake)];
  }
  return [];
}

export function duplicates(
  file: YamlFile,
  what: "step" | "segment",
  key: "id" | "name",
  all: readonly { readonly path: Path; readonly name: string | null }[],
): Finding[] {
  const seen = new Set<string>();
  return all.flatMap(({ path, name }) => {
    if (name === null || !seen.has(name)) {
      if (name !== null) seen.add(name);
      return [];
    }
    const message = `two ${what}s are called ${name}`;
    const fix = `give this one another ${key}`;
    return [error(file.whereValue([...path, key]), { code: `duplicate-${what}`, message, found: name, fix })];
  });
}
