import { createHash } from "node:crypto";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, gzip } from "node:zlib";
import type { Database } from "better-sqlite3";
import { EXIT, Failure } from "../problem.ts";

/** A file as it was read: where it lies, and what it held then. */
export interface KeptFile {
  readonly path: string;
  readonly sha256: string;
}

const PIECE = 4 * 1024 * 1024;
const compress = promisify(gzip);
/** A piece is compressed in few steps: going from one to the next costs as much as the work. */
const WAY = { level: 1, chunkSize: PIECE / 4 };

/** Who is keeping files, and who waits for that. */
export interface Keeping {
  readonly stopped: () => boolean;
  /** Told at once, before the files are closed: SQLite may have taken back the transaction. */
  readonly failed: (error: unknown) => void;
}

/**
 * Keeps files of a snapshot, compressed, piece by piece, inside the transaction that is open; compression runs beside
 * the caller's own work. Throws a Failure (65) where a file is no longer what was read.
 */
export async function keepContent(
  db: Database,
  snapshot: number,
  files: readonly KeptFile[],
  { stopped, failed }: Keeping,
): Promise<void> {
  const insert = db.prepare(
    "INSERT INTO snapshot_content (snapshot, file, piece, content) VALUES (?, ?, ?, ?)",
  );
  const keep = (file: number, piece: number, content: Buffer): void => {
    try {
      insert.run(snapshot, file, piece, content);
    } catch (error) {
      failed(error);
      throw error;
    }
  };
  // One for all pieces: buffers that nobody needs any more stay until memory is short.
  const buffer = Buffer.allocUnsafe(PIECE);
  for (const [number, { path, sha256 }] of files.entries()) {
    const hash = createHash("sha256");
    const handle = await open(path, "r");
    try {
      for (let piece = 0; !stopped(); piece++) {
        const { bytesRead } = await handle.read(buffer, 0, PIECE);
        if (bytesRead === 0) break;
        const bytes = buffer.subarray(0, bytesRead);
        hash.update(bytes);
        const content = await compress(bytes, WAY);
        if (stopped()) return;
        keep(number, piece, content);
      }
    } finally {
      await handle.close();
    }
    if (!stopped() && hash.digest("hex") !== sha256) {
      throw new Failure(EXIT.input, {
        code: "file-changed",
        where: { file: path },
        message: "the file changed while it was being read",
        fix: "wait until it is written completely, then import it again",
      });
    }
  }
}

/** Writes a snapshot's files into a folder, byte for byte, mode 0600. Returns their paths. */
export function writeContent(
  db: Database,
  snapshot: number,
  names: readonly string[],
  folder: string,
): readonly string[] {
  const pieces = db
    .prepare<[number, number, number], Buffer>(
      "SELECT content FROM snapshot_content WHERE snapshot = ? AND file = ? AND piece = ?",
    )
    .pluck();
  return names.map((name, number) => {
    // Two files of one import may have the same name in different folders.
    const path = join(
      folder,
      names.indexOf(name) === number ? basename(name) : `${number}-${basename(name)}`,
    );
    const handle = openSync(path, "wx", 0o600);
    try {
      for (let piece = 0; ; piece++) {
        const content = pieces.get(snapshot, number, piece);
        if (content === undefined) break;
        writeFileSync(handle, gunzipSync(content));
      }
    } finally {
      closeSync(handle);
    }
    return path;
  });
}
