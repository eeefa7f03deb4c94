import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Failure } from "../src/problem.ts";
import { folderWith } from "./support/config.ts";
import { fecText, LINES, NAME, readJournal } from "./support/fec.ts";

test("a byte flipped, or cut off: no crash, and no total that differs in silence", async () => {
  const whole = Buffer.from(fecText(LINES, { separator: "|" }));
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
      const bytes = cut ? whole.subarray(0, at) : Buffer.from(whole);
      if (!cut) bytes[at] = byte;
      const path = join(folderWith({}), NAME);
      writeFileSync(path, bytes);
      try {
        const { items, rejected, report } = await readJournal(path);
        const sum = items.reduce((all, { open }) => all + open, 0);
        const lost =
          rejected.length > 0 ||
          report.holds.length > 0 ||
          report.warnings.some((each) => /could not be read|chooses them/.test(each));
        if (!lost) expect(sum).toBe(report.control.expected);
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
      }
    }),
    { numRuns: 150 },
  );
});
