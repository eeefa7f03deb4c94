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
  /** Reads a balance beside what the sink does with its rows. Once. */
  readonly read: (path: string, options: BalanceOptions, sink: BalanceSink) => Promise<Outcome>;
  readonly dismiss: () => Promise<void>;
}

/** Whether a reading needs something of this thread: its answers are not plain data. */
export const needsUs = ({ scan, termsOf, anyTerms = () => true }: BalanceOptions): boolean =>
  scan !== undefined || (termsOf !== undefined && anyTerms());

/** Starts a thread for a large file, before its bytes are looked at: it is ready when they have been. Else null. */
export async function readerFor(path: string, options: BalanceOptions): Promise<Reader | null> {
  if (!BUILT || needsUs(options)) return null;
  // Whoever reads the file says why that is not possible.
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  return size < WORTH_IT ? null : start();
}

function start(): Reader {
  const thread = new Worker(new URL("reading-thread.js", import.meta.url), {
    execArgv: [],
    // Rows live for a moment: with the usual room for new objects the process would be a fifth larger.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  // A balance that is opened and never read must not keep the process.
  thread.unref();
  const ended = new Promise<never>((_, fail) => {
    thread.on("error", fail);
    thread.on("exit", () => fail(new Error("the thread that reads has ended too early")));
  });
  // Told by `read`; until then a failure must not end the process.
  ended.catch(() => undefined);
  const dismiss = async (): Promise<void> => {
    await thread.terminate();
  };
  return {
    dismiss,
    read: async (path, options, sink) => {
      thread.ref();
      try {
        return await Promise.race([follow(thread, path, options, sink), ended]);
      } finally {
        await dismiss();
      }
    },
  };
}

/** Gives the thread its order, and the sink what comes of it. */
async function follow(
  thread: Worker,
  path: string,
  { onProgress, termsOf: _termsOf, anyTerms: _anyTerms, ...options }: BalanceOptions,
  sink: BalanceSink,
): Promise<Outcome> {
  const taken = new Int32Array(new SharedArrayBuffer(4));
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
    const order: Order = { path, options, taken };
    thread.postMessage(order, []);
  });
}
