import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { FIRST_REMINDER } from "../core/action-charges.ts";
import type { RateTable } from "../core/rates.ts";
import type { Company, Rules } from "../core/types.ts";
import { EXIT, Failure, type Where } from "../problem.ts";
import { crossFindings } from "./checks.ts";
import { error, type Finding } from "./findings.ts";
import { schemaProblems } from "./issues.ts";
import { lintFindings } from "./lint.ts";
import { chargeFindings, lackingElements } from "./lint-charges.ts";
import { type Outline, outlineOf } from "./outline.ts";
import { placeholderFindings } from "./placeholders.ts";
import { ratesIn } from "./rates.ts";
import { compileRule, DEBTOR_FACTS } from "./rules.ts";
import { type Config, schema } from "./schema.ts";
import { completeLanguages, isFile, LOGO_BYTES, languagesOf, surroundingsOf } from "./surroundings.ts";
import { suppliedIn, toCompany, toRules } from "./to-rules.ts";
import { MAX_BYTES, readYaml, type YamlFile } from "./yaml.ts";

export type { Finding } from "./findings.ts";
export type { Config } from "./schema.ts";

export const CONFIG_FILE = "dunning.yaml";
/** The package's own folder: the nearest one above this file that is a package. */
function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}
const LINE_CHARACTERS = 300;

/** A company folder's configuration, fit for use. */
export interface Loaded {
  /** Absolute path of dunning.yaml. */
  readonly file: string;
  readonly config: Config;
  readonly rules: Rules;
  readonly company: Company;
  /** What a person should see; nothing that keeps the configuration from being used. */
  readonly warnings: readonly Finding[];
  /** What the rules of segments ask for behind `attr`, and where. */
  readonly attributesAsked: () => readonly AttributeAsked[];
}

export interface AttributeAsked {
  readonly name: string;
  readonly where: Where;
}

/** Every mistake of a configuration, in the order of the file; `loaded` where none is an error. */
export interface Checked {
  readonly findings: readonly Finding[];
  readonly loaded: Loaded | null;
}

export interface CheckOptions {
  /** Folder of the shipped templates; the package's own where left out. */
  readonly home?: string;
  /** Habits are looked at too: for `check`. */
  readonly lint?: boolean;
  /** Another name than dunning.yaml. */
  readonly file?: string;
  /** What the importer has against a profile. */
  readonly profileFaults?: (profile: unknown) => readonly ProfileFault[];
}
interface ProfileFault {
  readonly key: string;
  readonly found: string;
  readonly expected: string;
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
  const refused = (code: string, message: string, more: Pick<Finding, "expected" | "fix">): Finding =>
    error({ file: code === "config-missing" ? path : CONFIG_FILE }, { code, message, ...more });
  if (!isFile(path))
    return refused("config-missing", `there is no ${CONFIG_FILE} in this folder`, {
      fix: "dunning init, or dunning -C FOLDER for another folder",
    });
  if (statSync(path).size > MAX_BYTES)
    return refused("config-too-large", "this file is too large", { expected: `at most ${MAX_BYTES} bytes` });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
    return refused("config-encoding", "this file is not UTF-8 text", {
      fix: "save it as UTF-8 in your editor",
    });
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

function badLogo(file: YamlFile, found: string): Finding {
  return error(file.whereValue(["company", "logo"]), {
    code: "bad-logo",
    message: "the logo cannot be used",
    found,
    expected: `a PNG or JPEG file of at most ${LOGO_BYTES / 1024 / 1024} MB`,
  });
}

function badLetterhead(file: YamlFile, found: string): Finding {
  return error(file.whereValue(["letters", "letterhead"]), {
    code: "bad-letterhead",
    message: "the letterhead cannot be used",
    found,
    expected: `a PDF file of at most ${LOGO_BYTES / 1024 / 1024} MB`,
  });
}

const bytesOf = (read: Uint8Array | string | null): Uint8Array | null =>
  typeof read === "string" ? null : read;

function attributesIn(file: YamlFile, { segments }: Outline): AttributeAsked[] {
  return (segments ?? []).flatMap(({ path, when }) => {
    const compiled = compileRule(when ?? "true", DEBTOR_FACTS);
    if ("mistake" in compiled) return [];
    return compiled.attributes.map(({ name, offset }) => ({
      name,
      where: file.whereValue([...path, "when"], offset),
    }));
  });
}

/** Reads and checks `<folder>/dunning.yaml`: all mistakes at once. Never throws for what stands in the file. */
export function checkConfig(
  folder: string,
  { home = packageFolder(), file: name = CONFIG_FILE, lint = false, profileFaults }: CheckOptions = {},
): Checked {
  const source = resolve(folder, name);
  const text = readText(source);
  if (typeof text !== "string") return { findings: [text], loaded: null };
  const file = readYaml(text, name);
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
  const around = surroundingsOf(home, folder);
  findings.push(...crossFindings(file, outline, around), ...placeholderFindings(file));
  const logo = outline.company.logo === null ? null : around.logo(outline.company.logo);
  if (typeof logo === "string") findings.push(badLogo(file, logo));

  const letterhead = outline.letterhead === null ? null : around.letterhead(outline.letterhead);
  if (typeof letterhead === "string") findings.push(badLetterhead(file, letterhead));

  const errors = findings.some(({ severity }) => severity === "error");
  if (errors || !parsed.success) return { findings: finished(findings), loaded: null };
  const config = parsed.data;
  if (lint) findings.push(...lintFindings(file, config), ...chargeFindings(file, config));
  let rates: RateTable | null = null;
  const rules = toRules(config, completeLanguages(config, around.templates), {
    table: () => (rates ??= ratesIn(home, folder)),
    firstReminder:
      lackingElements(config).length > 0
        ? []
        : suppliedIn(config, languagesOf(FIRST_REMINDER, around.templates)),
  });
  const company = toCompany(config, { logo: bytesOf(logo), letterhead: bytesOf(letterhead) });
  const warnings = finished(findings);
  const attributesAsked = () => attributesIn(file, outline);
  return { findings: warnings, loaded: { file: source, config, rules, company, warnings, attributesAsked } };
}

/** The configuration of a company folder. Throws a Failure (78) with every error, 66 where there is none. */
export function loadConfig(folder: string, options: CheckOptions = {}): Loaded {
  const { findings, loaded } = checkConfig(folder, options);
  if (loaded !== null) return loaded;
  const [first, ...rest] = findings.filter(({ severity }) => severity === "error");
  if (first === undefined) throw new Error("a configuration without errors was not loaded");
  throw new Failure(first.code === "config-missing" ? EXIT.missing : EXIT.config, [first, ...rest]);
}
