import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import type { QueuedMessage } from "../store/outbox.ts";
import { dropHalf, holds, ownName, privateFolder, runFolder, sha256Of, writeFolder } from "./files.ts";
import type { FileTransport, Outgoing } from "./transport.ts";

/** All letters of a batch in one PDF, in order, and how many pages each of them has. */
export interface PrintFile {
  readonly bytes: Uint8Array;
  readonly pages: readonly number[];
}

export interface LetterSettings {
  /** Absolute path of the company folder. */
  readonly company: string;
  /** Name of the folder for letters inside it. */
  readonly folder: string;
  readonly printFile: (letters: readonly Uint8Array[]) => Promise<PrintFile>;
}

/** A batch's possible names: the run's, "-2" and so on where a part of the run has its folder already. */
function* batchNames({ run }: QueuedMessage): Generator<string> {
  const name = runFolder(run);
  yield name;
  for (let n = 2; ; n++) yield `${name}-${n}`;
}

function manifest(batch: string, outgoing: readonly Outgoing[], print: PrintFile): Uint8Array {
  const first = outgoing[0]?.message.run;
  const document = {
    batch,
    run: first?.name,
    date: first?.asOf,
    print: {
      file: "print.pdf",
      pages: print.pages.reduce((sum, pages) => sum + pages, 0),
      sha256: sha256Of(print.bytes),
    },
    letters: outgoing.map(({ message }, n) => ({
      id: message.id,
      debtor: message.debtor,
      channel: message.channel,
      file: `${message.id}.pdf`,
      pages: print.pages[n],
      sha256: message.sha256,
    })),
  };
  return Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
}

/**
 * The letters of a run as one folder, `<company>/<folder>/<date>-<run>/`: a PDF per letter, `print.pdf` with all of
 * them and `manifest.json`. The folder is renamed into place last.
 */
export function letters({ company, folder, printFile }: LetterSettings): FileTransport {
  const root = join(company, folder);
  const firstFree = (message: QueuedMessage): string => {
    for (const name of batchNames(message)) if (!existsSync(join(root, name))) return name;
    throw new Error("names never end");
  };

  return {
    batches: (messages) => {
      const runs = new Map<number, QueuedMessage[]>();
      for (const message of messages) {
        const batch = runs.get(message.run.id);
        if (batch === undefined) runs.set(message.run.id, [message]);
        else batch.push(message);
      }
      return [...runs.values()];
    },
    find: (message) => {
      const file = ownName(`${message.id}.pdf`);
      for (const name of batchNames(message)) {
        if (!existsSync(join(root, name))) {
          dropHalf(join(root, name));
          return null;
        }
        if (holds(join(root, name, file), message.sha256)) return posix.join(folder, name, file);
      }
      return null;
    },
    write: async (batch) => {
      const first = batch[0];
      if (first === undefined) return { placed: [], others: [] };
      privateFolder(root);
      const name = firstFree(first.message);
      const print = await printFile(batch.map(({ bytes }) => bytes));
      if (print.pages.length !== batch.length) throw new Error("the print file lacks a letter");
      const files = new Map(batch.map(({ message, bytes }) => [`${message.id}.pdf`, bytes]));
      files.set("print.pdf", print.bytes);
      files.set("manifest.json", manifest(name, batch, print));
      writeFolder(join(root, name), files);
      return {
        placed: batch.map(({ message }) => posix.join(folder, name, `${message.id}.pdf`)),
        others: ["print.pdf", "manifest.json"].map((file) => posix.join(folder, name, file)),
      };
    },
  };
}
