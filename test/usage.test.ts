// Command lines that are not understood: what was meant, and where to look.
import { expect, test } from "vitest";
import { dunning } from "./support/company.ts";
import { folderWith } from "./support/config.ts";

test.each([
  ["letters lst", "unknown command 'lst'", "list", "letters"],
  ["template preveiw firm", "unknown command 'preveiw'", "preview", "template"],
  ["worklist dnoe 3", "unknown command 'dnoe'", "done", "worklist"],
  ["rates chek", "unknown command 'chek'", "check", "rates"],
  ["hold x", "unknown command 'x'", null, "hold"],
  ["hold --x", "unknown option '--x'", null, "hold"],
  ["letters list x", "too many arguments for 'list'", null, "letters"],
  ["promise add C1", "required option '--date <date>' not specified", null, "promise add"],
  ["run --dryrun", "unknown option '--dryrun'", "--dry-run", "run"],
] as const)("dunning %s: %s", async (line, message, near, command) => {
  const folder = folderWith({});
  const words = line.split(" ");
  const { exit, stderr } = await dunning(folder, "2026-11-20", ...words);
  expect(exit).toBe(2);
  expect(stderr).toContain(`error: ${message}`);
  if (near === null) expect(stderr).not.toMatch(/Did you mean/);
  else expect(stderr).toContain(`(Did you mean ${near}?)`);
  expect(stderr).toContain(`(dunning ${command} --help shows what it takes)`);
  const { json } = await dunning(folder, "2026-11-20", ...words, "--json");
  expect(json["error"]).toMatchObject({ code: "usage", message: expect.stringContaining(message) as string });
});
