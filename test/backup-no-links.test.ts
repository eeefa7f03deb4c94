import type * as system from "node:fs";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openStore } from "../src/store/store.ts";
import { newStore, now } from "./store-fixture.ts";

/** A stick that knows no links, and a machine that is switched off in the middle of a copy. */
const stick = vi.hoisted(() => ({ meanwhile: null as (() => void) | null }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof system>();
  return {
    ...fs,
    linkSync: () => {
      stick.meanwhile?.();
      throw Object.assign(new Error("operation not permitted"), { code: "EPERM" });
    },
    copyFileSync: (from: string, to: string) => {
      fs.writeFileSync(to, fs.readFileSync(from).subarray(0, 1000));
      throw new Error("killed");
    },
  };
});

test("without links a backup is whole under its name, and takes no other file's place", () => {
  const { store, file } = newStore();
  const folder = mkdtempSync(`${file}-copies-`);
  try {
    const copy = join(folder, "copy.db");
    store.backup(copy);
    expect(readdirSync(folder)).toEqual(["copy.db"]);
    const opened = openStore(copy, { mode: "read", now });
    expect(opened.events.verify().broken).toBeNull();
    opened.close();

    const other = join(folder, "other.db");
    stick.meanwhile = () => writeFileSync(other, "somebody's");
    expect(() => store.backup(other)).toThrow("the backup cannot be written here");
    expect([readdirSync(folder).sort(), readFileSync(other, "utf8")]).toEqual([
      ["copy.db", "other.db"],
      "somebody's",
    ]);
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
