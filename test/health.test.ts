import { describe, expect, test } from "vitest";
import { type Check, exitOfChecks, freeSpace, isAtLeast, networkFileSystem } from "../src/core/health.ts";

describe("what is decided of numbers", () => {
  test.each([
    ["3.51.3", true],
    ["3.51.2", false],
    ["3.52.0", true],
    ["3.6.9", false],
    ["4.0.0", true],
    ["3.51", false],
  ])("SQLite %s will do: %s", (version, expected) => {
    expect(isAtLeast(version, "3.51.3")).toBe(expected);
  });

  test.each([
    [0x6969, "NFS"],
    [0xff534d42, "CIFS"],
    [0xff534d42 | 0, "CIFS"],
    [0xfe534d42, "SMB2"],
    [0x65735546, "FUSE"],
    [0xef53, null],
    [0x9123683e, null],
    [0x01021994, null],
  ])("file system %i: %s", (type, expected) => {
    expect(networkFileSystem(type)).toBe(expected);
  });

  test.each([
    [1_019_999_999, 1_000_000_000, "fail"],
    [1_020_000_000, 1_000_000_000, "warn"],
    [3_099_999_999, 1_000_000_000, "warn"],
    [3_100_000_000, 1_000_000_000, "ok"],
    [19_999_999, 0, "fail"],
    [100_000_000, 0, "ok"],
  ])("%i bytes free beside a store of %i: %s", (free, store, expected) => {
    expect(freeSpace(free, store).state).toBe(expected);
  });

  test("the gravest failure decides", () => {
    const failing = (exit: Check["exit"]): Check => ({
      id: "x",
      state: "fail",
      found: "",
      fix: "",
      exit: exit ?? 5,
    });
    expect(exitOfChecks([])).toBe(0);
    expect(exitOfChecks([{ id: "x", state: "warn", found: "", fix: "" }])).toBe(0);
    expect(exitOfChecks([failing(69), failing(78), failing(5), failing(74)])).toBe(5);
    expect(exitOfChecks([failing(69), failing(74), failing(78)])).toBe(78);
    expect(exitOfChecks([failing(69), failing(73)])).toBe(73);
  });
});
