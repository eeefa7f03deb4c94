import { statfsSync } from "node:fs";

/** The disk on which a folder lies: bytes that we may still write, and its kind as statfs(2) numbers it. */
export function diskOf(folder: string): { readonly free: number; readonly type: number } {
  const { bavail, bsize, type } = statfsSync(folder);
  return { free: bavail * bsize, type };
}
