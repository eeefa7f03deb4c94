import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../src/cli.ts";

// What the pages tell people to type must exist: every command line is parsed by the program itself, none is carried out.

const root = join(import.meta.dirname, "..");
const written = ["README.md", "docs", "docs/how-to"].flatMap((place) =>
  place.endsWith(".md")
    ? [place]
    : readdirSync(join(root, place))
        .filter((name) => name.endsWith(".md"))
        .map((name) => `${place}/${name}`),
);

interface Example {
  readonly line: number;
  readonly text: string;
  /** In running text an argument may be left out: `dunning explain`. */
  readonly inline: boolean;
}

/** Shell lines of code blocks, cut at `&&`, `||`, `|`, `>` and comments; and command names in running text. */
function examplesIn(text: string): Example[] {
  const found: Example[] = [];
  let fence: string | null = null;
  for (const [at, line] of text.split("\n").entries()) {
    const mark = /^```(\w*)/.exec(line);
    if (mark !== null) fence = fence === null ? (mark[1] ?? "") : null;
    else if (fence === "sh" || fence === "crontab") {
      for (const part of line.replace(/\s#.*$/, "").split(/&&|\|\|?|[<>]|\bdo\b/)) {
        const command = /(?:^|\s)dunning\s.+/.exec(part)?.[0].trim();
        if (command !== undefined) found.push({ line: at + 1, text: command, inline: false });
      }
    } else if (fence === null) {
      for (const [, command = ""] of line.matchAll(/`(dunning [^`]+)`/g))
        found.push({ line: at + 1, text: command, inline: true });
    }
  }
  return found;
}

const words = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "").slice(1);

/** Why the program does not take a command line; null where it does. */
async function complaint({ text, inline }: Example): Promise<string | null> {
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
  try {
    await program.parseAsync(words(text.replace(/\.\.\.$/, "")), { from: "user" });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const leftOut = inline && ["commander.missingArgument", "commander.help"].includes(error.code);
    return error.exitCode === 0 || leftOut ? null : error.message;
  }
}

describe.each(written)("%s", (page) => {
  const text = readFileSync(join(root, page), "utf8");

  test("shows only commands that exist", async () => {
    const wrong: string[] = [];
    for (const example of examplesIn(text)) {
      const why = await complaint(example);
      if (why !== null) wrong.push(`${page}:${example.line}: ${example.text}: ${why}`);
    }
    expect(wrong).toEqual([]);
  });

  test("links to pages that exist", () => {
    const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
    const local = links.filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });
});

test("the reader of examples finds them", () => {
  const page =
    "```sh\ncd x && dunning -C a run || dunning status # dunning nothing\n```\nSee `dunning explain`.";
  expect(examplesIn(page).map(({ text }) => text)).toEqual([
    "dunning -C a run",
    "dunning status",
    "dunning explain",
  ]);
});

test.each([
  ["dunning runn", "unknown command 'runn'"],
  ["dunning run --dry", "unknown option '--dry'"],
  ["dunning explain", "missing required argument 'debtor'"],
])("%s is refused", async (text, message) => {
  expect(await complaint({ line: 1, text, inline: false })).toContain(message);
});
