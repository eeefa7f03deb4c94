import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { createProgram } from "../../src/cli.ts";
import { jsonSchema } from "../../src/config/json-schema.ts";
import { ITEM_CODES, REASONS } from "../../src/core/reasons.ts";
import { type Vocabulary, vocabulary } from "../../src/core/vocabulary.ts";
import { EXIT } from "../../src/problem.ts";
import { ratesPage } from "./reference-rates.ts";
import { tonePage } from "./tone-page.ts";

/** The pages of docs/reference, made from the program itself. */
export function referencePages(root: string): ReadonlyMap<string, string> {
  return new Map([
    ["commands.md", commandsPage()],
    ["configuration.md", configurationPage()],
    ["reasons.md", reasonsPage()],
    ["variables.md", variablesPage()],
    ["rates.md", ratesPage(root, GENERATED)],
    ["exit-codes.md", exitCodesPage()],
    ["tone.md", `${GENERATED}\n${tonePage(root)}`],
    ["errors.md", errorsPage(join(root, "fixtures", "errors"))],
  ]);
}

const GENERATED = "<!-- Made from the program: UPDATE=1 npx vitest run test/docs.test.ts -->\n";
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function commandsPage(): string {
  const { program } = createProgram({
    cwd: "/",
    version: () => "0",
    write: () => undefined,
    writeError: () => undefined,
    canAsk: false,
    misused: () => undefined,
    inEach: () => Promise.resolve(0),
    run: async () => 0,
  });
  const help = (command: Command): string => {
    const parts: string[] = [];
    command.configureOutput({
      writeOut: (text) => parts.push(text),
      getOutHelpWidth: () => 100,
      getOutHasColors: () => false,
    });
    command.outputHelp();
    return parts.join("").trimEnd();
  };
  const sections = [`${GENERATED}\n# Commands\n\n\`\`\`text\n${help(program)}\n\`\`\``];
  const walk = (command: Command, path: string): void => {
    for (const sub of command.commands.filter((each) => each.name() !== "help")) {
      const name = `${path} ${sub.name()}`;
      sections.push(`## ${name}\n\n\`\`\`text\n${help(sub)}\n\`\`\``);
      walk(sub, name);
    }
  };
  walk(program, "dunning");
  return `${sections.join("\n\n")}\n`;
}

interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
}

function kindOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.anyOf !== undefined)
    return [...new Set(schema.anyOf.map(kindOf))].filter((kind) => kind !== "null").join(" or ");
  return Array.isArray(schema.type) ? schema.type.join(" or ") : String(schema.type ?? "");
}

function configurationPage(): string {
  const rows: string[] = [];
  const walk = (schema: Schema, path: string, required: boolean): void => {
    if (path !== "") {
      const standard =
        schema.default === undefined || schema.default === null || typeof schema.default === "object"
          ? ""
          : `\`${JSON.stringify(schema.default).replaceAll('"', "")}\``;
      rows.push(
        `| \`${path}\`${required ? " *" : ""} | ${cell(schema.description ?? "")} | ${cell(kindOf(schema))} | ${cell(standard)} |`,
      );
    }
    const inner =
      schema.anyOf?.find(({ properties, items }) => properties !== undefined || items !== undefined) ??
      schema;
    for (const [name, sub] of Object.entries(inner.properties ?? {})) {
      walk(sub, path === "" ? name : `${path}.${name}`, inner.required?.includes(name) === true);
    }
    if (typeof inner.additionalProperties === "object")
      walk(inner.additionalProperties, `${path}.NAME`, false);
    if (inner.items?.properties !== undefined)
      walk({ properties: inner.items.properties, required: inner.items.required ?? [] }, `${path}[]`, false);
  };
  walk(JSON.parse(jsonSchema()) as Schema, "", false);
  return [
    GENERATED,
    "# dunning.yaml",
    "",
    "Keys marked * must be there. Durations are written `5d`. Editors complete these keys with `schema/dunning.schema.json`:",
    "put `# yaml-language-server: $schema=<path>/schema/dunning.schema.json` at the top of the file.",
    "",
    "| key | what it says | values | default |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function reasonsPage(): string {
  const rows = Object.entries(REASONS).map(
    ([code, { meaning, example }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(example)} |`,
  );
  const items = Object.entries(ITEM_CODES).map(([code, meaning]) => `| \`${code}\` | ${cell(meaning)} |`);
  return [
    GENERATED,
    "# Why nothing is sent",
    "",
    "Every overdue dossier is in an action or has one of these reasons (`run --json`: `notActed[].code`, `explain`).",
    "",
    "| code | meaning | as you see it |",
    "| --- | --- | --- |",
    ...rows,
    "",
    "## Items in `explain`",
    "",
    "| code | meaning |",
    "| --- | --- |",
    ...items,
    "",
  ].join("\n");
}

function variablesPage(): string {
  const rows: string[] = [];
  const walk = (words: Vocabulary, path: string): void => {
    for (const [name, word] of Object.entries(words)) {
      const full = path === "" ? name : `${path}.${name}`;
      if (word.kind === "text")
        rows.push(
          `| \`{{${full}}}\` | ${cell(word.about)}${word.optional ? " (may be empty: ask with `{{#if}}`)" : ""} | ${cell(word.example)} |`,
        );
      else if (word.kind === "flag") rows.push(`| \`{{#if ${full}}}\` | ${cell(word.about)} | |`);
      else if (word.kind === "list") {
        rows.push(`| \`{{#each ${full}}}\` | ${cell(word.about)} | |`);
        const each = word.each as Vocabulary;
        if ((each as { kind?: unknown }).kind === "text")
          rows.push(`| \`{{this}}\` inside it | ${cell((each as unknown as { about: string }).about)} | |`);
        else walk(each, "");
      } else walk(word, full);
    }
  };
  walk(vocabulary, "");
  return [
    GENERATED,
    "# Variables of the texts",
    "",
    "Everything that a template may use; names inside `{{#each}}` follow it. All values are ready-made texts in the language",
    "of the message. `dunning check` finds every name that is not in this list.",
    "",
    "| variable | what it says | example |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

const EXIT_WORDS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "done, or nothing to do",
  bug: "internal error: a bug, please report it",
  usage: "usage error",
  partial: "finished, but part of the work was refused, deferred or rejected (listed)",
  person:
    "a person is needed: uncertain message, import on hold, balance too old, over the cap, or new work in the list",
  store: "the store is unfit: damaged, of a newer program, behind the sent journal",
  input: "input refused, nothing changed",
  missing: "a file or the store is missing",
  mailServer: "mail server unreachable, nothing sent",
  cannotCreate: "an output file cannot be made",
  io: "disk full or I/O error",
  busy: "another run holds the lock",
  config: "configuration error (file:line:column), TLS or authentication set-up",
};

function exitCodesPage(): string {
  const rows = (Object.keys(EXIT) as (keyof typeof EXIT)[]).map(
    (name) => `| ${EXIT[name]} | ${EXIT_WORDS[name]} |`,
  );
  return [
    GENERATED,
    "# Exit codes",
    "",
    "| code | meaning |",
    "| --- | --- |",
    ...rows,
    "| 130, 143 | ended by SIGINT, SIGTERM, after the message in hand |",
    "",
  ].join("\n");
}

function errorsPage(folder: string): string {
  const sections = readdirSync(folder)
    .sort()
    .map((code) => {
      const commands = readFileSync(join(folder, code, "command.txt"), "utf8")
        .trim()
        .split("\n");
      const typed = commands.map((command) => `\`dunning ${command}\``).join(", then ");
      const expected = readFileSync(join(folder, code, "expected.txt"), "utf8").trim();
      return `## ${code}\n\n${typed} on \`fixtures/errors/${code}\` says:\n\n\`\`\`text\n${expected}\n\`\`\``;
    });
  return `${GENERATED}\n# Errors\n\nEach has a folder with the files that cause it.\n\n${sections.join("\n\n")}\n`;
}
