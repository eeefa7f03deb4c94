/** What the directory at the end of a ZIP file says, before anything is unpacked (APPNOTE 4.3.12, 4.3.16). */
export interface ZipDirectory {
  readonly names: readonly string[];
  /** Bytes of all parts together, once unpacked. */
  readonly unpacked: number;
  /** The first bytes of the file, as Latin-1: an OpenDocument file names its type there. */
  readonly start: string;
}

const END = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
const ENTRY = 0x02014b50;

/** Null where the file has no such directory, or a damaged one. */
export function readZipDirectory(bytes: Buffer): ZipDirectory | null {
  const end = bytes.lastIndexOf(END);
  if (end === -1 || end + 22 > bytes.length) return null;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const names: string[] = [];
  let unpacked = 0;
  for (let n = 0; n < count; n++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== ENTRY) return null;
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    names.push(bytes.toString("utf8", at + 46, at + 46 + (name ?? 0)));
    unpacked += bytes.readUInt32LE(at + 24);
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return { names, unpacked, start: bytes.toString("latin1", 0, 200) };
}
