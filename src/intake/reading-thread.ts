// The thread of `readerFor`: reads the balance that it is told of, and ends.
import { on } from "node:events";
import { parentPort } from "node:worker_threads";
import { Failure } from "../problem.ts";
import { openBalance } from "./balance.ts";
import { type Batch, packer } from "./batch.ts";
import type { Message, Order } from "./beside.ts";
import { NOWHERE } from "./reader.ts";

/** Batches that may wait to be taken: each is about a megabyte. */
const AHEAD = 4;

const port = parentPort!;
const told = on(port, "message") as AsyncIterator<[unknown]>;
const next = async (): Promise<unknown> => (await told.next()).value[0];
const { path, options, taken } = (await next()) as Order;
const say = (message: Message, moved: readonly ArrayBuffer[] = []): void => port.postMessage(message, moved);

let going = false;
/** Nothing is read before somebody listens: who opens a balance need not read it. */
async function go(): Promise<void> {
  if (!going) await next();
  going = true;
}

let sent = 0;
let read = 0;
let size = 0;

function give(batch: Batch): void {
  for (let at = Atomics.load(taken, 0); sent - at >= AHEAD; at = Atomics.load(taken, 0))
    Atomics.wait(taken, 0, at);
  sent++;
  say({ is: "batch", batch, read, size }, [batch.values.buffer as ArrayBuffer]);
}

try {
  const onProgress = (bytes: number, of: number): void => {
    read = bytes;
    size = of;
  };
  const balance = await openBalance(path, { ...options, onProgress });
  await go();
  const { item, reject, flush, clear } = packer(give);
  const restart = (): void => {
    clear();
    say({ is: "restart" });
  };
  const report = await balance.read({ ...NOWHERE, item, reject, restart });
  flush();
  say({ is: "done", outcome: { report, understanding: balance.understanding } });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  await go();
  say({ is: "failure", exit: error.exit, problems: error.problems });
} finally {
  await told.return?.();
}
