// E-mails of 10 KB to a mail server on loopback, the outbox on, against nodemailer alone. `npm run bench:delivery`
//   node bench/delivery.js [MESSAGES]
// The server is a process of its own. nodemailer alone: one connection kept (its pool of one), TCP_NODELAY set, nothing recorded.
// The first row is what others are compared with: a text that it composes, as programs use it. The second one is given finished
// bytes, as the outbox gives them. Ours: queued before, then gate, sent journal and outcome of each message on the disk.
// The rows are run in turn, three times: what else the machine does meets all of them. The best of each.
// The last rows: a server that takes 200 ms for each reply.
import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createTransport } from "nodemailer";
import { rolldown } from "rolldown";

const count = Number(process.argv[2] ?? 1000);
const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "dunning-bench-"));
const memory = existsSync("/dev/shm") ? mkdtempSync("/dev/shm/dunning-bench-") : null;

/** The store, the transport and the sink in files that this Node can load. */
async function built(name, source) {
  const input = join(folder, `${name}.ts`);
  writeFileSync(input, source);
  const bundle = await rolldown({
    input,
    platform: "node",
    logLevel: "silent",
    cwd: root,
    external: [/^nodemailer/, /^better-sqlite3/],
  });
  const file = join(folder, `${name}.js`);
  await bundle.write({ file, format: "esm", codeSplitting: false });
  await bundle.close();
  return file;
}

const from = (path) => JSON.stringify(join(root, path));
const OURS = `
export { deliver } from ${from("src/delivery/deliver.ts")};
export { openJournal } from ${from("src/delivery/journal.ts")};
export { smtp } from ${from("src/delivery/smtp.ts")};
export { bench, message, TODAY } from ${from("test/outbox-fixture.ts")};`;
const SINK = `
import { sink } from ${from("test/support/smtp-sink.ts")};
const server = await sink(() => null, { pipelining: process.argv[3] === "pipelining", delay: Number(process.argv[2]) });
process.stdout.write(String(server.port) + "\\n");
process.on("message", () => process.send(server.accepted.length));`;

async function sinkProcess(file, delay, pipelining = "") {
  const child = spawn(process.execPath, [file, String(delay), pipelining], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const [line] = await new Promise((resolve) =>
    child.stdout.once("data", (data) => resolve(String(data).split("\n"))),
  );
  const held = () =>
    new Promise((resolve) => {
      child.once("message", resolve);
      child.send("count");
    });
  return { port: Number(line), held, end: () => child.kill() };
}

const LINE = "Nous vous prions de régler la facture FA-2026-0153, échue le 30/06/2026 : 1 250,00 euros.";
const TEXT = `${LINE}\r\n`.repeat(110);

/** Messages per second. `disk`: where store and journal lie. */
async function ours(
  { deliver, openJournal, smtp, bench, message, TODAY },
  port,
  { messages, connections, disk = folder },
) {
  const at = mkdtempSync(join(disk, "store-"));
  const { box, run } = bench(messages, join(at, "dunning.db"));
  box.queue(
    run(),
    Array.from({ length: messages }, (_, n) => message(n + 1, { body: TEXT })),
  );
  const journal = openJournal(join(at, "sent.jsonl"));
  const timeouts = { connect: 30_000, greeting: 30_000, reply: 30_000 };
  const transport = smtp({
    host: "127.0.0.1",
    port,
    encryption: "none",
    authority: null,
    login: null,
    from: "a@example.com",
    connections,
    timeouts,
  });
  const none = Number.POSITIVE_INFINITY;
  const begun = performance.now();
  const { counts } = await deliver({
    outbox: box,
    journal,
    transports: { smtp: transport },
    today: () => TODAY,
    now: () => new Date(),
    pace: { perMinute: none, perHour: none, perDay: none, perDomain: none, total: none },
    recheck: () => null,
    onProgress: () => undefined,
    stop: { signal: null },
  });
  const seconds = (performance.now() - begun) / 1000;
  journal.close();
  if (counts.sent !== messages) throw new Error(`sent ${counts.sent} of ${messages}`);
  return messages / seconds;
}

async function nodemailerAlone(port, mail, messages) {
  const { connect } = await import("node:net");
  const transport = createTransport({
    pool: true,
    maxConnections: 1,
    maxMessages: Number.POSITIVE_INFINITY,
    host: "127.0.0.1",
    port,
    ignoreTLS: true,
    getSocket: (_, done) => {
      const connection = connect({ host: "127.0.0.1", port, noDelay: true }, () =>
        done(null, { connection }),
      );
    },
  });
  const begun = performance.now();
  await Promise.all(Array.from({ length: messages }, (_, n) => transport.sendMail(mail(n))));
  const seconds = (performance.now() - begun) / 1000;
  transport.close();
  return messages / seconds;
}

/** Milliseconds until a line of the journal's length is on the disk; the median of 200. */
function flushing() {
  const file = openSync(join(folder, "probe"), "a");
  const times = Array.from({ length: 200 }, () => {
    const begun = performance.now();
    writeSync(file, `${"x".repeat(300)}\n`);
    fsyncSync(file);
    return performance.now() - begun;
  });
  closeSync(file);
  return times.sort((a, b) => a - b)[100];
}

const ROUNDS = 3;
const row = (what, rate, base) =>
  console.log(
    `${what.padEnd(66)} ${rate.toFixed(1).padStart(8)}/s  ${((100 * rate) / base).toFixed(0).padStart(4)} %`,
  );

/** The best of each, all of them once in each round. */
async function compared(rows) {
  const best = rows.map(() => 0);
  for (let round = 0; round < ROUNDS; round++)
    for (const [n, [, work]] of rows.entries()) best[n] = Math.max(best[n], await work());
  for (const [n, [what]] of rows.entries()) row(what, best[n], best[0]);
}

try {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const parts = await import(pathToFileURL(await built("ours", OURS)).href);
  const sinkFile = await built("sink", SINK);
  const { message } = parts;
  const finished = Buffer.from(message(1, { body: TEXT }).finished.bytes);
  const envelope = (n) => ({ from: "a@example.com", to: `d${n}@example.org` });
  const raw = (n) => ({ envelope: envelope(n), raw: finished });
  const composed = (n) => ({ ...envelope(n), subject: "Relance", text: TEXT });

  console.log(
    `${count} messages of ${(finished.length / 1000).toFixed(1)} KB; the last column compares with the first row of the same server`,
  );
  console.log(
    `a flush to this disk takes ${flushing().toFixed(2)} ms; a message waits for two of them (store, journal), or shares them`,
  );
  for (const pipelining of ["", "pipelining"]) {
    const fast = await sinkProcess(sinkFile, 0, pipelining);
    console.log(pipelining === "" ? "a server without PIPELINING" : "a server with PIPELINING, as most are");
    const mine = (connections, disk) => () => ours(parts, fast.port, { messages: count, connections, disk });
    await compared([
      ["  nodemailer alone, one connection", () => nodemailerAlone(fast.port, composed, count)],
      ["  nodemailer alone, finished bytes", () => nodemailerAlone(fast.port, raw, count)],
      ["  ours, one connection, outbox and journal on the disk", mine(1, folder)],
      ["  ours, three connections (the default)", mine(3, folder)],
      ...(memory === null
        ? []
        : [
            ["  ours, one connection, on a disk that needs no waiting (memory)", mine(1, memory)],
            ["  ours, three connections, in memory", mine(3, memory)],
          ]),
    ]);
    fast.end();
  }
  const slow = await sinkProcess(sinkFile, 200);
  console.log("a server that takes 200 ms for each reply (40 messages)");
  const one = await ours(parts, slow.port, { messages: 40, connections: 1 });
  row("  ours, one connection", one, one);
  for (const connections of [3, 10])
    row(
      `  ours, ${connections} connections`,
      await ours(parts, slow.port, { messages: 40, connections }),
      one,
    );
  slow.end();
} finally {
  rmSync(folder, { recursive: true, force: true });
  if (memory !== null) rmSync(memory, { recursive: true, force: true });
}
