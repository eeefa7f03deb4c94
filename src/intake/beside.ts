import { Worker } from "node:worker_threads";
import { Failure } from "../problem.ts";
import { type Batch, unpack } from "./batch.ts";
import type { Scan } from "./encoding.ts";
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

/** Starting a thread costs a tenth of a second: a smaller file is read in that time. */
const WORTH_IT = 16_000_000;
/** Only the built program has the file of the thread. */
const BUILT = !import.meta.url.endsWith(".ts");

/** Whether a balance is large enough, and its reading needs nothing of this thread. */
export function canBeBeside(
  { size }: Scan,
  { scan, termsOf, anyTerms = () => true }: BalanceOptions,
): boolean {
  const alone = scan === undefined && (termsOf === undefined || !anyTerms());
  return BUILT && size >= WORTH_IT && alone;
}

/** Reads a balance in a thread of its own, beside what the sink does with its rows. */
export async function readBeside(
  path: string,
  { onProgress, termsOf: _termsOf, anyTerms: _anyTerms, ...options }: BalanceOptions,
  sink: BalanceSink,
): Promise<Outcome> {
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const order: Order = { path, options, taken };
  const thread = new Worker(new URL("reading-thread.js", import.meta.url), {
    workerData: order,
    execArgv: [],
    // Rows live for a moment: with the usual room for new objects the process would be a fifth larger.
    resourceLimits: { maxYoungGenerationSizeMb: 16 },
  });
  const take = (batch: Batch): void => {
    unpack(batch, (row) => sink.item(row));
    for (const row of batch.rejected) sink.reject(row);
    Atomics.add(taken, 0, 1);
    Atomics.notify(taken, 0);
  };
  try {
    return await new Promise((done, fail) => {
      thread.on("error", fail);
      thread.on("exit", () => fail(new Error("the thread that reads has ended too early")));
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
    });
  } finally {
    await thread.terminate();
  }
}
