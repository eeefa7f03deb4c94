import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "src");
const ROOMS = ["intake", "config", "store", "render", "delivery"];

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path: path.split(sep).join("/"), text: readFileSync(join(root, path), "utf8") }));

function importsOf({ path, text }: { path: string; text: string }): Import[] {
  const found: Import[] = [];
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^"'`;]*?\s+from\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;
  for (const match of text.matchAll(pattern)) {
    const raw = match[2] ?? match[3] ?? "";
    const target = raw.startsWith(".")
      ? relative(root, normalize(join(root, dirname(path), raw)))
          .split(sep)
          .join("/")
      : raw;
    found.push({ target, typeOnly: match[1] !== undefined, dynamic: match[3] !== undefined });
  }
  return found;
}

const room = (path: string): string => (path.includes("/") ? (path.split("/")[0] ?? "") : "top");
const isPackage = (target: string): boolean => !target.endsWith(".ts") && !target.startsWith("node:");

/** Which rooms and top files a room may import; packages and node: are judged apart. */
function allowed(from: string, target: string): boolean {
  const to = room(target);
  if (from === "core") return to === "core";
  if (ROOMS.includes(from)) {
    if (to === from || to === "core" || target === "problem.ts") return true;
    return from === "delivery" && target === "store/outbox.ts";
  }
  if (from === "commands") return to !== "top" || ["problem.ts", "context.ts", "table.ts"].includes(target);
  return true;
}

test.each(files)("$path imports only what its room may", (file) => {
  const from = room(file.path);
  const own = importsOf(file).filter(({ target }) => target.endsWith(".ts"));
  expect(own.filter(({ target }) => !allowed(from, target)).map(({ target }) => target)).toEqual([]);
  const foreign = importsOf(file).filter(({ target }) => !target.endsWith(".ts"));
  if (from === "core") expect(foreign.map(({ target }) => target)).toEqual([]);
});

test("one package, one room", () => {
  const rooms = new Map<string, Set<string>>();
  for (const file of files) {
    for (const { target } of importsOf(file).filter((each) => isPackage(each.target))) {
      const name = target
        .split("/")
        .slice(0, target.startsWith("@") ? 2 : 1)
        .join("/");
      rooms.set(name, (rooms.get(name) ?? new Set()).add(room(file.path)));
    }
  }
  // nodemailer composes a message in one room and speaks SMTP in another: two doors of one library.
  rooms.delete("nodemailer");
  const shared = [...rooms]
    .filter(([, users]) => users.size > 1)
    .map(([name, users]) => `${name}: ${[...users].join(", ")}`);
  expect(shared).toEqual([]);
});

test("no circle between files", () => {
  const graph = new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        .filter(({ target, typeOnly }) => target.endsWith(".ts") && !typeOnly)
        .map(({ target }) => target),
    ]),
  );
  const state = new Map<string, "open" | "done">();
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      circles.push([...way.slice(way.indexOf(path)), path].join(" -> "));
      return;
    }
    state.set(path, "open");
    for (const next of graph.get(path) ?? []) visit(next, [...way, path]);
    state.set(path, "done");
  };
  for (const path of graph.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test.each(files)("$path keeps the house rules", ({ path, text }) => {
  expect(text.split("\n").length, "lines").toBeLessThanOrEqual(340);
  if (path !== "main.ts") {
    expect(text, "one place ends the process").not.toMatch(/process\.exit\(/);
    expect(text, "one place prints").not.toMatch(/console\.|process\.std(out|err)/);
    expect(text, "one place reads the clock").not.toMatch(/new Date\(\)|Date\.now\(/);
  }
  if (path.startsWith("core/")) expect(text, "no dice").not.toMatch(/Math\.random|new Date\(/);
  expect(path).not.toMatch(/utils|helpers|manager/);
});
