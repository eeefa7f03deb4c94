import { stat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { Failure } from "../problem.ts";
import { type Batch, unpack } from "./batch.ts";
import type { BalanceOptions, ReadReport } from "./options.ts";
import type { BalanceSink } from "./reader.ts";
import type { Understanding } from "./understanding.ts";

/** What the reading thread is told. Plain data: a function cannot go there. */
export interface Order {
  readonly path: string;
  readonly options: BalanceOptions;
  /** Counts the batches that were taken: the thread waits where it is too far ahead. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** What came of a reading. */
export interface Outcome {
  readonly report: ReadReport;
  readonly understanding: Understanding;
}

/** What the reading thread says. */
export type Message =
  | { readonly is: "batch"; readonly batch: Batch; readonly read: number; readonly size: number }
  | { readonly is: "restart" }
  | { readonly is: "done"; readonly outcome: Outcome }
  | { readonly is: "failure"; readonly exit: Failure["exit"]; readonly problems: Failure["problems"] };

/** A thread takes a tenth of a second to start: a smaller file is read in that time. */
const WORTH_IT = 16_000_000;
/** Only the built program has the file of the thread. */
const BUILT = !import.meta.url.endsWith(".ts");

/** A thread that has started, and waits to be told what to read. */
export interface Reader {
  /** Tells it: it looks at the file. */
  readonly begin: (path: string, options: BalanceOptions) => void;
  /** Whether it has begun, and nobody has let it go since. */
  readonly isReady: () => boolean;
  /** Lets it read, and gives the sink what it says. Once. */
  readonly read: (sink: BalanceSink, onProgress: BalanceOptions["onProgress"]) => Promise<Outcome>;
  readonly dismiss: () => Promise<void>;
}

/** Whether a reading needs something of this thread: its answers are not plain data. */
export const needsUs = ({ scan, termsOf, anyTerms = () => true }: BalanceOptions): boolean =>
  scan !== undefined || (termsOf !== undefined && anyTerms());

/** The one that has not been let go: of many files that are looked at, few are read. */
let waiting: Reader | null = null;

/**
 * Starts a thread for a large file, before its bytes are looked at: it is ready when they have been. Null where that is not
 * worth it, or where another one waits.
 */
export async function readerFor(path: string, options: BalanceOptions): Promise<Reader | null> {
  if (!BUILT || waiting !== null || needsUs(options)) return null;
  // Whoever reads the file says why that is not possible.
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  return size < WORTH_IT ? null : (waiting = start());
}

/** Lets a thread go that nobody needs any more. */
export const dismissReader = async (): Promise<void> => await waiting?.dismiss();

function start(): Reader {
  const thread = new Worker(new URL("reading-thread.js", import.meta.url), {
    execArgv: [],
    // Rows live for a moment: less room for new objects costs time, more costs memory and gains nothing.
    resourceLimits: { maxYoungGenerationSizeMb: 48 },
  });
  // A balance that is opened and never read must not keep the process.
  thread.unref();
  const ended = new Promise<never>((_, fail) => {
    thread.on("error", fail);
    thread.on("exit", () => fail(new Error("the thread that reads has ended too early")));
  });
  // Told by `read`; until then a failure must not end the process.
  ended.catch(() => undefined);
  const taken = new Int32Array(new SharedArrayBuffer(4));
  let begun = false;
  const dismiss = async (): Promise<void> => {
    if (waiting === reader) waiting = null;
    await thread.terminate();
  };
  const reader: Reader = {
    dismiss,
    begin: (path, { onProgress: _onProgress, termsOf: _termsOf, anyTerms: _anyTerms, ...options }) => {
      const order: Order = { path, options, taken };
      thread.postMessage(order, []);
      begun = true;
    },
    isReady: () => begun && waiting === reader,
    read: async (sink, onProgress) => {
      if (waiting === reader) waiting = null;
      thread.ref();
      try {
        return await Promise.race([follow(thread, taken, sink, onProgress), ended]);
      } finally {
        await dismiss();
      }
    },
  };
  return reader;
}

/** Gives the sink what a thread says, until it is done. */
async function follow(
  thread: Worker,
  taken: Int32Array<SharedArrayBuffer>,
  sink: BalanceSink,
  onProgress: BalanceOptions["onProgress"],
): Promise<Outcome> {
  const take = (batch: Batch): void => {
    unpack(batch, (row) => sink.item(row));
    for (const row of batch.rejected) sink.reject(row);
    Atomics.add(taken, 0, 1);
    Atomics.notify(taken, 0);
  };
  return await new Promise((done, fail) => {
    thread.on("message", (message: Message) => {
      try {
        if (message.is === "batch") {
          take(message.batch);
          onProgress?.(message.read, message.size);
        } else if (message.is === "restart") sink.restart();
        else if (message.is === "done") done(message.outcome);
        else fail(new Failure(message.exit, message.problems));
      } catch (error) {
        thread.removeAllListeners("message");
        fail(error);
      }
    });
    thread.postMessage("go", []);
  });
}
