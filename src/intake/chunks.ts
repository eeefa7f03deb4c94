import type { FileHandle } from "node:fs/promises";

/** A file's bytes from `position` on, piece by piece; while one is worked on the next is read. Each holds until then. */
export async function* chunksOf(
  handle: FileHandle,
  position: number,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  const buffers = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)] as const;
  let at = position;
  let turn: 0 | 1 = 0;
  const read = (): ReturnType<typeof handle.read<Buffer>> => {
    turn = turn === 0 ? 1 : 0;
    const reading = handle.read(buffers[turn], 0, size, at);
    // Told by the `await` below; nobody comes to it where the bytes before were refused.
    reading.catch(() => undefined);
    return reading;
  };
  for (let ahead = read(); ; ) {
    const { bytesRead, buffer } = await ahead;
    if (bytesRead === 0) return;
    at += bytesRead;
    ahead = read();
    yield buffer.subarray(0, bytesRead);
  }
}
