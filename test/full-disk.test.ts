import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { booksOf } from "./faults/books.ts";
import { DAY, FIRST, NEXT_DAY, SECOND, succeed, writeCompany } from "./faults/company.ts";
import { dunning } from "./support/company.ts";

/** A disk of a few megabytes: only the system's own administrator can make one. */
const small = mkdtempSync(join(tmpdir(), "dunning-small-disk-"));
const made = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", small]).status === 0;
afterAll(() => {
  if (made) spawnSync("umount", [small]);
  rmSync(small, { recursive: true, force: true });
});

describe.runIf(made)("a disk that is nearly full", () => {
  test("an import and a run do not begin, and say so with 74; who only looks is served", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "dunning-before-"));
    try {
      writeCompany(elsewhere, "drafts");
      await succeed(elsewhere, DAY, "import", FIRST);
      cpSync(elsewhere, small, { recursive: true });
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
    const before = booksOf(join(small, "dunning.db")).summary;
    for (const words of [
      ["run", "--json"],
      ["import", SECOND, "--json"],
    ]) {
      const { exit, json } = await dunning(small, NEXT_DAY, ...words);
      expect([exit, json["error"]]).toMatchObject([
        74,
        { code: "disk", hint: expect.stringContaining("free") },
      ]);
    }
    expect(booksOf(join(small, "dunning.db")).summary).toBe(before);
    expect([
      existsSync(join(small, "drafts")),
      readdirSync(small).filter((name) => name.startsWith(".")),
    ]).toEqual([false, []]);
    expect((await dunning(small, DAY, "status")).exit).toBe(0);
  });
});
