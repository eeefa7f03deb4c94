import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "../core/types.ts";
import { EXIT, Failure, type Problem } from "../problem.ts";

/** The text of one message, or (name with "_") a part that several share. */
export interface TemplateSource {
  readonly language: Language;
  readonly name: string;
  /** As shown to people: relative to the company folder for own texts, else absolute. */
  readonly file: string;
  /** The company's own, in place of the one that came with the program. */
  readonly own: boolean;
  readonly text: string;
}

/** The texts that a company uses. */
export interface Templates {
  /** The package's own folder: the letters' fonts lie in it. */
  readonly home: string;
  readonly sources: readonly TemplateSource[];
  readonly find: (language: Language, name: string) => TemplateSource | null;
}

const LANGUAGES: readonly Language[] = ["fr", "nl", "de", "en"];
const NAME = /^_?[a-z0-9]+(?:-[a-z0-9]+)*$/;
const SIZE_LIMIT = 64 * 1024;
const COUNT_LIMIT = 500;

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

interface Found {
  readonly sources: TemplateSource[];
  readonly problems: Problem[];
}

/** Reads `<root>/<language>/<name>.md`. `shown` stands before the path in messages. */
function readRoot(root: string, shown: string, own: boolean): Found {
  const sources: TemplateSource[] = [];
  const problems: Problem[] = [];
  for (const folder of entriesOf(root)) {
    if (folder.startsWith(".") || !statSync(join(root, folder)).isDirectory()) continue;
    const language = LANGUAGES.find((known) => known === folder);
    if (language === undefined) {
      const where = { file: join(shown, folder) };
      const message = "this folder of texts is for a language that is not known";
      problems.push({
        code: "template-language",
        where,
        message,
        found: folder,
        expected: LANGUAGES.join(", "),
        fix: "rename the folder",
      });
      continue;
    }
    for (const entry of entriesOf(join(root, folder))) {
      if (!entry.endsWith(".md") || entry === "README.md") continue;
      const file = join(shown, folder, entry);
      const name = entry.slice(0, -".md".length);
      const stat = statSync(join(root, folder, entry));
      if (!NAME.test(name))
        problems.push({
          code: "template-name",
          where: { file },
          message: "the name of this text cannot be used",
          found: name,
          expected: 'small letters, digits and "-", such as reminder-a.md',
          fix: "rename the file",
        });
      else if (!stat.isFile() || stat.size > SIZE_LIMIT)
        problems.push({
          code: "template-size",
          where: { file },
          message: stat.isFile() ? "this text is too long" : "this is not a file",
          found: `${stat.size} bytes`,
          expected: `at most ${SIZE_LIMIT} bytes`,
          fix: stat.isFile() ? "shorten the text" : "move it away",
        });
      else sources.push({ language, name, file, own, text: readFileSync(join(root, folder, entry), "utf8") });
    }
  }
  if (sources.length > COUNT_LIMIT)
    problems.push({
      code: "template-count",
      where: { file: shown },
      message: "too many texts",
      found: String(sources.length),
      expected: `at most ${COUNT_LIMIT}`,
      fix: "move away the texts that no step names",
    });
  return { sources, problems };
}

/** The texts with what is wrong with their files. A company's own text replaces the one of the same name. */
export function readTemplates(
  home: string,
  folder: string | null,
): { templates: Templates; problems: Problem[] } {
  const shipped = readRoot(join(home, "templates"), join(home, "templates"), false);
  const own =
    folder === null ? { sources: [], problems: [] } : readRoot(join(folder, "templates"), "templates", true);
  const byKey = new Map<string, TemplateSource>();
  // `template show NAME > templates/...` begins with an empty file: nobody means to send nothing.
  const written = own.sources.filter(({ text }) => text.trim() !== "");
  for (const source of [...shipped.sources, ...written])
    byKey.set(`${source.language}/${source.name}`, source);
  const templates = {
    home,
    sources: [...byKey.values()],
    find: (language: Language, name: string) => byKey.get(`${language}/${name}`) ?? null,
  };
  return { templates, problems: [...shipped.problems, ...own.problems] };
}

/**
 * The texts of a company: those in `<home>/templates`, those in `<folder>/templates` before them.
 * Throws Failure (78) for files that cannot be texts. What stands in them is checked by `checkTemplates`.
 */
export function loadTemplates(home: string, folder: string | null): Templates {
  const { templates, problems } = readTemplates(home, folder);
  const [first, ...rest] = problems;
  if (first !== undefined) throw new Failure(EXIT.config, [first, ...rest]);
  return templates;
}

/** The texts with these among them, for a look at one that stands in no file. */
export function withText(templates: Templates, more: readonly TemplateSource[]): Templates {
  const find: Templates["find"] = (language, name) =>
    more.find((each) => each.language === language && each.name === name) ?? templates.find(language, name);
  return { ...templates, sources: [...templates.sources, ...more], find };
}

/** The names that a step may use, in order; parts ("_items") are not among them. */
export function templateNames(templates: Templates): readonly string[] {
  const names = templates.sources.map(({ name }) => name).filter((name) => !name.startsWith("_"));
  return [...new Set(names)].sort();
}

/** The languages in which a text exists, in the order fr, nl, de, en. */
export function languagesWith(templates: Templates, name: string): readonly Language[] {
  return LANGUAGES.filter((language) => templates.find(language, name) !== null);
}
