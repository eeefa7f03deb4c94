import Handlebars from "handlebars";
import type { Problem } from "../problem.ts";
import type { TemplateSource } from "./template.ts";

/** A template's two halves as trees whose places are the file's own lines and columns. */
export interface ParsedTemplate {
  readonly source: TemplateSource;
  /** Null for shared parts, and where it cannot be read. */
  readonly subject: hbs.AST.Program | null;
  readonly body: hbs.AST.Program | null;
  /** What is wrong with the front matter and the syntax. */
  readonly problems: readonly Problem[];
}

const FENCE = "---";

export function isPart(source: TemplateSource): boolean {
  return source.name.startsWith("_");
}

/** The line's value and where it starts, without surrounding quotes. */
function valueOf(line: string): { value: string; column: number } {
  const start = /^[a-z]+:\s*/.exec(line)?.[0].length ?? 0;
  const raw = line.slice(start).trimEnd();
  const quoted = /^(["'])(.*)\1$/.exec(raw);
  return quoted === null ? { value: raw, column: start } : { value: quoted[2] ?? "", column: start + 1 };
}

interface FrontMatter {
  /** Padded with blank lines and spaces up to its place in the file. */
  readonly subject: string | null;
  /** The line on which the body starts, from 0. */
  readonly bodyFrom: number;
  readonly problems: readonly Problem[];
}

function frontMatter(lines: readonly string[], file: string): FrontMatter {
  const end =
    lines[0]?.trimEnd() === FENCE ? lines.findIndex((line, at) => at > 0 && line.trimEnd() === FENCE) : 0;
  const problems: Problem[] = [];
  let subject: string | null = null;
  for (const [at, line] of lines.slice(1, Math.max(end, 1)).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const { value, column } = valueOf(line);
    if (line.startsWith("subject:") && subject === null && value !== "")
      subject = `${"\n".repeat(at + 1)}${" ".repeat(column)}${value}`;
    else
      problems.push({
        code: "template-front-matter",
        where: { file, line: at + 2, column: 1 },
        message: "this line of the front matter is not understood",
        found: line.slice(0, 60),
        expected: "one line `subject: ...`",
      });
  }
  if (subject === null && problems.length === 0)
    problems.push({
      code: "template-subject",
      where: { file, line: 1, column: 1 },
      message: "this text has no subject",
      expected: "three lines at the top: `---`, `subject: ...`, `---`",
    });
  return { subject, bodyFrom: end > 0 ? end + 1 : 0, problems };
}

const linesOf = (source: TemplateSource): string[] =>
  source.text
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .split("\n");

/** The innermost block that is still open at the end of the text. */
function openBlock(template: string): { line: number; name: string; written: string } | null {
  const open: { line: number; name: string; written: string }[] = [];
  for (const match of template.matchAll(
    /\{\{!--[^]*?--\}\}|\{\{!.*?\}\}|\{\{~?([#^/])\s*([\w-]+)[^}]*\}\}/g,
  )) {
    const [written, mark, name = ""] = match;
    if (mark === "/") open.pop();
    else if (mark !== undefined) {
      const line = template.slice(0, match.index).split("\n").length;
      open.push({ line, name, written: written.slice(0, 60) });
    }
  }
  return open.at(-1) ?? null;
}

/** What Handlebars' own parser says, as a Problem: its message holds the place. */
function syntaxProblem(error: unknown, file: string, template: string): Problem {
  const text = error instanceof Error ? error.message : String(error);
  const mismatch = /^(.*) - (\d+):(\d+)$/s.exec(text);
  const line = /(?:Parse|Lexical) error on line (\d+)/.exec(text);
  const expecting = /got '(\w+)'/.exec(text)?.[1];
  const block = expecting === "EOF" ? openBlock(template) : null;
  const open = expecting === "EOF" ? "a `{{` that is never closed" : undefined;
  if (block !== null)
    return {
      code: "template-syntax",
      where: { file, line: block.line },
      message: "this block is never closed",
      found: block.written,
      expected: `{{/${block.name}}} where it ends`,
    };
  const where =
    mismatch === null
      ? { file, ...(line === null ? {} : { line: Number(line[1]) }) }
      : { file, line: Number(mismatch[2]), column: Number(mismatch[3]) + 1 };
  const found = open ?? (mismatch === null ? text.split("\n")[1] : mismatch[1]);
  return {
    code: "template-syntax",
    where,
    message: "this text cannot be read as a template",
    ...(found === undefined ? {} : { found }),
    expected: "{{name}}, {{#if name}}...{{/if}}, {{#each name}}...{{/each}} or {{> part}}",
  };
}

/** Takes a file apart: front matter between two `---` lines with `subject:`, then the body. */
export function parseTemplate(source: TemplateSource): ParsedTemplate {
  const { file } = source;
  const lines = linesOf(source);
  const none: FrontMatter = { subject: null, bodyFrom: 0, problems: [] };
  const { subject, bodyFrom, problems } = isPart(source) ? none : frontMatter(lines, file);
  const all = [...problems];
  const read = (text: string): hbs.AST.Program | null => {
    try {
      return Handlebars.parse(text);
    } catch (error) {
      all.push(syntaxProblem(error, file, text));
      return null;
    }
  };
  const body = `${"\n".repeat(bodyFrom)}${lines.slice(bodyFrom).join("\n")}`;
  return { source, subject: subject === null ? null : read(subject), body: read(body), problems: all };
}

/** The subject as it is written in the file, one line. */
export function subjectOf(source: TemplateSource): string {
  return frontMatter(linesOf(source), source.file).subject?.trim() ?? "";
}
