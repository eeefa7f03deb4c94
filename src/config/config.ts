import { readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Company, Language, Rules } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { crossFindings, STATEMENT, type Surroundings } from "./checks.ts";
import { error, type Finding } from "./findings.ts";
import { schemaProblems } from "./issues.ts";
import { outlineOf } from "./outline.ts";
import { placeholderFindings } from "./placeholders.ts";
import { type Config, schema } from "./schema.ts";
import { toCompany, toRules } from "./to-rules.ts";
import { MAX_BYTES, readYaml, type YamlFile } from "./yaml.ts";

export type { Finding } from "./findings.ts";
export type { Config } from "./schema.ts";

export const CONFIG_FILE = "dunning.yaml";
const LANGUAGES: readonly Language[] = ["fr", "nl", "de", "en"];
/** The package's own folder: two above both src/config and dist/config. */
const HOME = resolve(import.meta.dirname, "..", "..");
const LINE_CHARACTERS = 300;
const LOGO_BYTES = 2 * 1024 * 1024;

/** A company folder's configuration, fit for use. */
export interface Loaded {
  /** Absolute path of dunning.yaml. */
  readonly file: string;
  readonly config: Config;
  readonly rules: Rules;
  readonly company: Company;
  /** What a person should see; nothing that keeps the configuration from being used. */
  readonly warnings: readonly Finding[];
}

/** Every mistake of a configuration, in the order of the file; `loaded` where none is an error. */
export interface Checked {
  readonly findings: readonly Finding[];
  readonly loaded: Loaded | null;
}

export interface CheckOptions {
  /** Folder of the shipped templates; the package's own where left out. */
  readonly home?: string;
  /** What the importer has against a profile. */
  readonly profileFaults?: (profile: unknown) => readonly ProfileFault[];
}
interface ProfileFault {
  readonly key: string;
  readonly found: string;
  readonly expected: string;
}

/** The absolute path of a file that the configuration names: beside it, or under the user's home for `~/`. */
export function pathOf(folder: string, file: string): string {
  return file.startsWith("~/") ? join(homedir(), file.slice(2)) : resolve(folder, file);
}

const codeOf = (problem: unknown): string | undefined => (problem as NodeJS.ErrnoException).code;

/** Names of the texts, by language: those that came with the program and the company's own. */
function templatesOf(home: string, folder: string): Surroundings["templates"] {
  const found = new Map<string, Set<string>>();
  for (const root of [home, folder])
    for (const language of LANGUAGES) {
      let entries: string[] = [];
      try {
        entries = readdirSync(join(root, "templates", language));
      } catch (problem) {
        if (codeOf(problem) !== "ENOENT" && codeOf(problem) !== "ENOTDIR") throw problem;
      }
      const names = entries.filter((entry) => entry.endsWith(".md") && !entry.startsWith("_"));
      const known = found.get(language) ?? new Set<string>();
      for (const name of names) known.add(name.slice(0, -".md".length));
      if (known.size > 0) found.set(language, known);
    }
  return found;
}

/** Languages in which every text that a scenario may need exists. */
function completeLanguages(config: Config, templates: Surroundings["templates"]): Language[] {
  const used = Object.values(config.scenarios).flatMap(({ steps }) =>
    steps.flatMap(({ template }) => template),
  );
  return LANGUAGES.filter((language) =>
    [...used, STATEMENT].every((name) => templates.get(language)?.has(name)),
  );
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readLogo(file: YamlFile, path: string): Uint8Array | Finding {
  const bytes = readFileSync(path);
  const png = bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  const jpeg = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
  if ((png || jpeg) && bytes.length <= LOGO_BYTES) return bytes;
  return error(file.whereValue(["company", "logo"]), {
    code: "bad-logo",
    message: "the logo cannot be used",
    found: png || jpeg ? `${bytes.length} bytes` : "neither PNG nor JPEG",
    expected: `a PNG or JPEG file of at most ${LOGO_BYTES / 1024 / 1024} MB`,
  });
}

/** One line each, whatever stands in the file: a terminal must not obey it. */
function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
  return line.length <= LINE_CHARACTERS ? line : `${line.slice(0, LINE_CHARACTERS)}...`;
}

/** In the order of the file, fit to be shown. */
function finished(findings: readonly Finding[]): readonly Finding[] {
  const shown = findings.map(({ message, found, expected, fix, ...rest }) => ({
    ...rest,
    message: printable(message),
    ...(found === undefined ? {} : { found: printable(found) }),
    ...(expected === undefined ? {} : { expected }),
    ...(fix === undefined ? {} : { fix: printable(fix) }),
  }));
  return shown.sort(
    (a, b) =>
      (a.where?.line ?? 0) - (b.where?.line ?? 0) ||
      (a.where?.column ?? 0) - (b.where?.column ?? 0) ||
      a.code.localeCompare(b.code, "en"),
  );
}

function readText(path: string): string | Finding {
  let bytes: Buffer;
  try {
    if (statSync(path).size > MAX_BYTES)
      return error(
        { file: CONFIG_FILE },
        {
          code: "config-too-large",
          message: "this file is too large",
          expected: `at most ${MAX_BYTES} bytes`,
        },
      );
    bytes = readFileSync(path);
  } catch (problem) {
    if (codeOf(problem) !== "ENOENT" && codeOf(problem) !== "ENOTDIR") throw problem;
    const message = `there is no ${CONFIG_FILE} in this folder`;
    return error(
      { file: path },
      { code: "config-missing", message, fix: "dunning init, or dunning -C FOLDER for another folder" },
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return error(
      { file: CONFIG_FILE },
      {
        code: "config-encoding",
        message: "this file is not UTF-8 text",
        fix: "save it as UTF-8 in your editor",
      },
    );
  }
}

/** What the importer has against profiles whose form is right. */
function profileFindings(
  file: YamlFile,
  broken: readonly (PropertyKey | undefined)[],
  faultsOf: NonNullable<CheckOptions["profileFaults"]>,
): Finding[] {
  const { profiles } = (file.value ?? {}) as { profiles?: unknown };
  if (typeof profiles !== "object" || profiles === null) return [];
  return Object.entries(profiles)
    .filter(([name]) => !broken.includes(name))
    .flatMap(([name, profile]) =>
      faultsOf(profile).map(({ key, found, expected }) =>
        error(file.whereValue(["profiles", name, key]), {
          code: "bad-profile",
          message: `wrong value for profiles.${name}.${key}`,
          found,
          expected,
        }),
      ),
    );
}

/** Reads and checks `<folder>/dunning.yaml`: all mistakes at once. Never throws for what stands in the file. */
export function checkConfig(folder: string, { home = HOME, profileFaults }: CheckOptions = {}): Checked {
  const source = resolve(folder, CONFIG_FILE);
  const text = readText(source);
  if (typeof text !== "string") return { findings: [text], loaded: null };
  const file = readYaml(text, CONFIG_FILE);
  const findings: Finding[] = file.problems.map((problem) => ({ severity: "error", ...problem }));
  if (file.value === undefined) return { findings: finished(findings), loaded: null };

  const parsed = schema.safeParse(file.value);
  const issues = parsed.success ? [] : parsed.error.issues;
  for (const problem of schemaProblems(issues, file)) findings.push({ severity: "error", ...problem });
  if (profileFaults !== undefined) {
    const broken = issues.filter(({ path }) => path[0] === "profiles").map(({ path }) => path[1]);
    findings.push(...profileFindings(file, broken, profileFaults));
  }
  const outline = outlineOf(file.value);
  const around: Surroundings = {
    templates: templatesOf(home, folder),
    exists: (name) => isFile(pathOf(folder, name)),
  };
  findings.push(...crossFindings(file, outline, around), ...placeholderFindings(file));
  const logoFile = outline.company.logo === null ? null : pathOf(folder, outline.company.logo);
  const logo = logoFile !== null && isFile(logoFile) ? readLogo(file, logoFile) : null;
  if (logo !== null && !(logo instanceof Uint8Array)) findings.push(logo);

  const errors = findings.some(({ severity }) => severity === "error");
  if (errors || !parsed.success) return { findings: finished(findings), loaded: null };
  const config = parsed.data;
  const rules = toRules(config, completeLanguages(config, around.templates));
  const company = toCompany(config, logo instanceof Uint8Array ? logo : null);
  const warnings = finished(findings);
  return { findings: warnings, loaded: { file: source, config, rules, company, warnings } };
}

/** The configuration of a company folder. Throws a Failure (78) with every error, 66 where there is none. */
export function loadConfig(folder: string, options: CheckOptions = {}): Loaded {
  const { findings, loaded } = checkConfig(folder, options);
  if (loaded !== null) return loaded;
  const [first, ...rest] = findings.filter(({ severity }) => severity === "error");
  if (first === undefined) throw new Error("a configuration without errors was not loaded");
  throw new Failure(first.code === "config-missing" ? EXIT.missing : EXIT.config, [first, ...rest]);
}
