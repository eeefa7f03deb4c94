import { expect, test } from "vitest";
import { isPrintable } from "../src/intake/bytes.ts";

test("four bytes are printable where each is, whatever stands beside it", () => {
  const neighbours = [0x20, 0x41, 0x7e, 0x00, 0x1f, 0x7f, 0x80, 0xff];
  const wrong: string[] = [];
  for (let place = 0; place < 4; place++) {
    for (let byte = 0; byte < 256; byte++) {
      for (const beside of neighbours) {
        const bytes = Buffer.alloc(4, beside);
        bytes[place] = byte;
        const expected = bytes.every((each) => each >= 32 && each <= 126);
        if (isPrintable(bytes.readInt32LE()) !== expected) wrong.push(bytes.toString("hex"));
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(isPrintable(undefined)).toBe(false);
});
