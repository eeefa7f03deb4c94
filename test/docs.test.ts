import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { referencePages } from "./support/reference.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "docs", "reference");
const pages = referencePages(root);

test.each([...pages])("docs/reference/%s says what the program does", (name, text) => {
  if (process.env["UPDATE"] === "1") {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  expect(readFileSync(join(folder, name), "utf8")).toBe(text);
});
