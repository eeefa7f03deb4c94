import { spawn } from "node:child_process";
import type { Context } from "../context.ts";

/** How a desktop opens a file with the program that belongs to it; `{file}` stands for the file. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open", "{file}"],
  win32: ["cmd", "/c", "start", "", "{file}"],
};
const OTHERWISE = ["xdg-open", "{file}"];

/** Shows a file in the program that belongs to it. Where there is none, its path is said: the file is there anyway. */
export async function openFile({ env, out }: Context, file: string): Promise<void> {
  const [command = "", ...words] = (OPENERS[process.platform] ?? OTHERWISE).map((word) =>
    word === "{file}" ? file : word,
  );
  const found = await new Promise<boolean>((done) => {
    const viewer = spawn(command, words, { detached: true, stdio: "ignore", env: { ...env } });
    viewer.once("error", () => done(false));
    viewer.once("spawn", () => {
      viewer.unref();
      done(true);
    });
  });
  if (!found) out.note(`nothing here opens files by itself (${command}): open ${file}`);
}
