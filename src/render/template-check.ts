import { nearest } from "../core/nearest.ts";
import { isWord, type Vocabulary, vocabulary, type Word, wordLines } from "../core/vocabulary.ts";
import type { Problem } from "../problem.ts";
import { readTemplates, type Templates } from "./template.ts";
import { isPart, type ParsedTemplate, parseTemplate } from "./template-parse.ts";

/** What `{{this}}` means, and around it what `{{../this}}` means. */
interface Scope {
  readonly node: Word;
  readonly outer: Scope | null;
}

interface Walk {
  readonly file: string;
  readonly parts: ReadonlyMap<string, ParsedTemplate>;
  /** Names of the parts that are being walked: a part may not contain itself. */
  readonly inside: readonly string[];
  readonly problems: Problem[];
}

function report(walk: Walk, node: hbs.AST.Node, problem: Omit<Problem, "where">): void {
  const { line, column } = node.loc.start;
  walk.problems.push({ ...problem, where: { file: walk.file, line, column: column + 1 } });
}

/** Every name that would be right in this place. */
function namesIn(scope: Scope, prefix = ""): string[] {
  const inner = isWord(scope.node) ? [] : wordLines(scope.node).map(({ path }) => `${prefix}${path}`);
  const usable = inner.filter((path) => !path.includes("[]"));
  return scope.outer === null ? usable : [...usable, ...namesIn(scope.outer, `${prefix}../`)];
}

const lastPart = (name: string): string => name.split(/[./]/).at(-1) ?? name;

function suggestion(written: string, scope: Scope): string | undefined {
  const names = namesIn(scope);
  const same = names.find((name) => lastPart(name) === lastPart(written));
  const close = nearest(written, names);
  const byLast = nearest(lastPart(written), names.map(lastPart));
  const name = same ?? close ?? names.find((each) => lastPart(each) === byLast);
  return name === undefined ? undefined : `did you mean {{${name}}}?`;
}

/** The word that a path names, or null after reporting that it names none. */
function resolve(path: hbs.AST.PathExpression, scope: Scope, walk: Walk): Word | null {
  let from: Scope | null = scope;
  for (let up = 0; up < path.depth && from !== null; up++) from = from.outer;
  let node: Word | undefined = path.data ? undefined : from?.node;
  for (const name of path.parts) {
    const group: Vocabulary | null = node === undefined || isWord(node) ? null : node;
    node = group !== null && Object.hasOwn(group, name) ? group[name] : undefined;
  }
  if (node !== undefined) return node;
  const fix = suggestion(path.original, scope);
  report(walk, path, {
    code: "template-unknown-name",
    message: "this name is not known here",
    found: `{{${path.original}}}`,
    expected: "one of the names that `dunning template list --verbose` prints",
    ...(fix === undefined ? {} : { fix }),
  });
  return null;
}

function refuse(walk: Walk, node: hbs.AST.Node, found: string): void {
  report(walk, node, {
    code: "template-not-allowed",
    message: "a text may not do this",
    found,
    expected: "only {{name}}, {{#if name}}, {{#unless name}}, {{#each name}} and {{> part}}",
  });
}

function isPath(node: hbs.AST.Expression): node is hbs.AST.PathExpression {
  return node.type === "PathExpression";
}

function value(statement: hbs.AST.MustacheStatement, scope: Scope, walk: Walk): void {
  const { path } = statement;
  if (!statement.escaped) return refuse(walk, statement, "{{{...}}} or {{&...}}: a value without protection");
  if (!isPath(path) || statement.params.length > 0 || (statement.hash?.pairs.length ?? 0) > 0)
    return refuse(walk, statement, "a call or a constant between {{ and }}");
  const node = resolve(path, scope, walk);
  if (node === null) return;
  if (isWord(node) && node.kind === "text") return;
  const kind = isWord(node) ? node.kind : "group";
  report(walk, statement, {
    code: "template-not-a-text",
    message: "this name does not stand for a text",
    found: `{{${path.original}}}, a ${kind}`,
    expected:
      kind === "list" ? "{{#each}} around it" : kind === "flag" ? "{{#if}}" : "a name inside the group",
  });
}

function block(statement: hbs.AST.BlockStatement, scope: Scope, walk: Walk): void {
  const kind = statement.path.original;
  const raw = statement.openStrip?.open === undefined;
  if (raw || !["if", "unless", "each"].includes(kind))
    return refuse(walk, statement, raw ? `{{{{${kind}}}}}` : `{{#${kind}}}`);
  const [subject, ...more] = statement.params;
  if (subject === undefined || more.length > 0 || (statement.hash?.pairs.length ?? 0) > 0 || !isPath(subject))
    return refuse(walk, statement, `{{#${kind}}} with something else than one name`);
  if ((statement.program?.blockParams?.length ?? 0) > 0)
    return refuse(walk, statement, `{{#${kind} ... as |name|}}`);
  const node = resolve(subject, scope, walk);
  let inside: Scope | null = scope;
  if (kind === "each") {
    inside = node !== null && isWord(node) && node.kind === "list" ? { node: node.each, outer: scope } : null;
    if (node !== null && inside === null)
      refuse(walk, subject, `{{#each ${subject.original}}}, which is not a list`);
  } else if (node !== null && !isWord(node)) {
    refuse(walk, subject, `{{#${kind} ${subject.original}}}, a group that is always there`);
  }
  // Inside a list that is not known, nothing can be judged.
  if (statement.program && inside !== null) program(statement.program, inside, walk);
  if (statement.inverse) program(statement.inverse, scope, walk);
}

function part(statement: hbs.AST.PartialStatement, scope: Scope, walk: Walk): void {
  const { name } = statement;
  if (!isPath(name) || statement.params.length > 0 || (statement.hash?.pairs.length ?? 0) > 0)
    return refuse(walk, statement, "{{> ...}} with something else than the name of a part");
  const found = walk.parts.get(name.original);
  if (found === undefined) {
    const near = nearest(name.original, walk.parts.keys());
    return report(walk, statement, {
      code: "template-unknown-part",
      message: "this part does not exist",
      found: `{{> ${name.original}}}`,
      expected:
        [...walk.parts.keys()].map((each) => `{{> ${each}}}`).join(", ") || "a file such as _items.md",
      ...(near === null ? {} : { fix: `did you mean {{> ${near}}}?` }),
    });
  }
  if (walk.inside.includes(name.original)) return refuse(walk, statement, "a part that contains itself");
  walk.problems.push(...found.problems);
  const inside = [...walk.inside, name.original];
  // A part sees the names of the place where it stands, and nothing around it.
  const own = { ...walk, file: found.source.file, inside };
  if (found.body !== null) program(found.body, { node: scope.node, outer: null }, own);
}

function program(tree: hbs.AST.Program, scope: Scope, walk: Walk): void {
  for (const statement of tree.body) {
    switch (statement.type) {
      case "ContentStatement":
        if ((statement as hbs.AST.ContentStatement).value.includes("{{"))
          refuse(walk, statement, "\\{{: double braces as text");
        break;
      case "CommentStatement":
        break;
      case "MustacheStatement":
        value(statement as hbs.AST.MustacheStatement, scope, walk);
        break;
      case "BlockStatement":
        block(statement as hbs.AST.BlockStatement, scope, walk);
        break;
      case "PartialStatement":
        part(statement as hbs.AST.PartialStatement, scope, walk);
        break;
      default:
        refuse(walk, statement, statement.type);
    }
  }
}

/** The shared parts of a language by the name in `{{> name}}`. */
export function partsOf(templates: Templates, language: string): ReadonlyMap<string, ParsedTemplate> {
  const parts = templates.sources.filter((source) => source.language === language && isPart(source));
  return new Map(parts.map((source) => [source.name.slice(1), parseTemplate(source)]));
}

/** Everything that is wrong with one text and the parts that it uses. Source of the rule: the vocabulary. */
export function checkTemplate(
  template: ParsedTemplate,
  parts: ReadonlyMap<string, ParsedTemplate>,
): Problem[] {
  const problems: Problem[] = [...template.problems];
  const walk: Walk = { file: template.source.file, parts, inside: [], problems };
  for (const tree of [template.subject, template.body])
    if (tree !== null) program(tree, { node: vocabulary, outer: null }, walk);
  return problems;
}

function placed(problem: Problem): string {
  const { file = "", line = 0, column = 0 } = problem.where ?? {};
  return [
    file,
    String(line).padStart(6, "0"),
    String(column).padStart(6, "0"),
    problem.code,
    problem.found,
  ].join("\0");
}

/** Every mistake in the texts of a company: files, syntax, names, also inside blocks and parts. Each once, in order. */
export function checkTemplates(home: string, folder: string | null): Problem[] {
  const { templates, problems } = readTemplates(home, folder);
  const all = [...problems];
  for (const language of new Set(templates.sources.map((source) => source.language))) {
    const parts = partsOf(templates, language);
    for (const source of templates.sources)
      if (source.language === language && !isPart(source))
        all.push(...checkTemplate(parseTemplate(source), parts));
  }
  const once = new Map(all.map((problem) => [placed(problem), problem]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, problem]) => problem);
}
