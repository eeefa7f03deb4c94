import type * as system from "node:fs";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { type JournalLine, journalLines, openJournal } from "../src/delivery/journal.ts";

/** Bytes that the disk still takes. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof system>();
  return {
    ...fs,
    writeSync: (file: number, bytes: Uint8Array, at = 0) => {
      if (disk.room === 0) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
      const length = Math.min(disk.room, bytes.length - at);
      disk.room -= length;
      return fs.writeSync(file, bytes, at, length);
    },
  };
});

const line = (seq: number, message: string): JournalLine => ({
  seq,
  at: "2026-11-20T08:00:00.000Z",
  day: "2026-11-20" as JournalLine["day"],
  what: "sent",
  message,
  messageId: null,
  sha256: "00",
});

test("lines for which there is no room leave nothing behind: what finds room later is a line of its own", () => {
  const folder = mkdtempSync(join(tmpdir(), "dunning-journal-"));
  const path = join(folder, "sent.jsonl");
  const journal = openJournal(path);
  try {
    journal.append([line(1, "first")]);
    const whole = readFileSync(path, "utf8");
    const size = Buffer.byteLength(`${JSON.stringify(line(2, "second"))}\n`);
    for (let room = 0; room < 2 * size; room += 7) {
      disk.room = room;
      expect(() => journal.append([line(2, "second"), line(3, "third")])).toThrow("no space left");
      expect([readFileSync(path, "utf8"), journal.lastSeq]).toEqual([whole, 1]);
    }
    disk.room = Number.POSITIVE_INFINITY;
    journal.append([line(4, "fourth")]);
    expect([...journalLines(path)].map(({ seq }) => seq)).toEqual([1, 4]);
  } finally {
    journal.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
