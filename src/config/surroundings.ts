import { readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Language } from "../core/types.ts";
import { builtInNames } from "./built-in.ts";
import type { Config } from "./schema.ts";

/** What a configuration refers to outside of itself. */
export interface Surroundings {
  /** Names of texts, by language: those that came with the program and the company's own. */
  readonly profiles: readonly string[];
  readonly templates: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether there is such a file, as written in the configuration. */
  readonly exists: (file: string) => boolean;
  /** The bytes of the logo, null where there is no such file, or what is wrong with it. */
  readonly logo: (file: string) => Uint8Array | string | null;
  /** The same of the letterhead. */
  readonly letterhead: (file: string) => Uint8Array | string | null;
}

/** The text that balances without invoices use in place of a step's own. */
export const STATEMENT = "statement";
export const LOGO_BYTES = 2 * 1024 * 1024;
const LANGUAGES: readonly Language[] = ["fr", "nl", "de", "en"];
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PDF = Buffer.from("%PDF-");
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (problem) {
    const { code } = problem as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw problem;
  }
}

function templatesOf(roots: readonly string[]): Surroundings["templates"] {
  const found = new Map<string, Set<string>>();
  for (const language of LANGUAGES) {
    const names = roots
      .flatMap((root) => entriesOf(join(root, "templates", language)))
      .filter((entry) => entry.endsWith(".md") && !entry.startsWith("_"))
      .map((entry) => entry.slice(0, -".md".length));
    if (names.length > 0) found.set(language, new Set(names));
  }
  return found;
}

/** The bytes of a file that begins with one of these marks. */
function bytesAt(path: string, marks: readonly Buffer[], otherwise: string): Uint8Array | string | null {
  if (!isFile(path)) return null;
  try {
    if (statSync(path).size > LOGO_BYTES) return `${statSync(path).size} bytes`;
    const bytes = readFileSync(path);
    const known = marks.some((mark) => bytes.subarray(0, mark.length).equals(mark));
    return known ? bytes : otherwise;
  } catch (problem) {
    return (problem as Error).message;
  }
}

/** Where a file of the configuration lies: beside it, or under the user's own folder (`~/`). */
export function pathOf(folder: string, file: string): string {
  return file.startsWith("~/") ? join(homedir(), file.slice(2)) : resolve(folder, file);
}

/** What stands around a configuration: `home` holds the shipped texts, `folder` is the company's. */
export function surroundingsOf(home: string, folder: string): Surroundings {
  return {
    templates: templatesOf([home, folder]),
    profiles: builtInNames(home),
    exists: (file) => isFile(pathOf(folder, file)),
    logo: (file) => bytesAt(pathOf(folder, file), [PNG, JPEG], "neither PNG nor JPEG"),
    letterhead: (file) => bytesAt(pathOf(folder, file), [PDF], "not a PDF"),
  };
}

/** Languages in which a text exists. */
export const languagesOf = (name: string, templates: Surroundings["templates"]): Language[] =>
  LANGUAGES.filter((language) => templates.get(language)?.has(name));

/** Languages in which every text that a scenario may need exists. */
export function completeLanguages(config: Config, templates: Surroundings["templates"]): Language[] {
  const steps = Object.values(config.scenarios).flatMap((scenario) => scenario.steps);
  const campaigns = Object.values(config.campaigns).flatMap(({ template }) => template);
  const agreed = Object.values(config.confirmations).filter((name) => name !== null);
  const used = [...steps.flatMap(({ template }) => template), ...campaigns, ...agreed, STATEMENT];
  return LANGUAGES.filter((language) => used.every((name) => templates.get(language)?.has(name)));
}
