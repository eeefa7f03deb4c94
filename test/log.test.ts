import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ping } from "../src/delivery/ping.ts";
import { lockStore } from "../src/store/lock.ts";
import { writeLog } from "../src/store/log.ts";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-20";
const COLUMNS = "Code client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû";
const ROW = "A1;Un;a@x.example;F-1;25/09/2026;25/10/2026;100,00";

const linesOf = (file: string): Record<string, unknown>[] =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("the log", () => {
  test("one line per thing: moment, level, event, ids and codes; private", async () => {
    const folder = folderWith({ "dunning.yaml": `${SMALL}log: { file: dunning.log }\n` });
    await takeBalance(folder, DAY, COLUMNS, [ROW]);
    const { json } = await dunning(folder, DAY, "run", "--json");
    const [{ id }] = json["actions"] as [{ id: string }];
    await dunning(folder, "2026-11-28", "import", "undo", "9");
    const lines = linesOf(join(folder, "dunning.log"));
    expect(lines.map((line) => ({ ...line, ts: undefined, run: undefined }))).toEqual([
      { level: "info", event: "begun", command: "import" },
      { level: "info", event: "ended", command: "import", exit: 0 },
      { level: "info", event: "begun", command: "run" },
      { level: "info", event: "message", debtor: "A1", key: id, code: "drafted" },
      { level: "info", event: "ended", command: "run", exit: 0 },
      { level: "info", event: "begun", command: "import undo" },
      { level: "error", event: "ended", command: "import undo", exit: 2, code: "no-such-import" },
    ]);
    for (const { ts } of lines) expect(ts).toMatch(/^2026-11-2\dT12:00:00\.000Z$/);
    expect(statSync(join(folder, "dunning.log")).mode & 0o777).toBe(0o600);
  });

  test("none where none is asked for", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    await takeBalance(folder, DAY, COLUMNS, [ROW]);
    expect(readdirSync(folder).filter((name) => name.includes("log"))).toEqual([]);
  });

  test("is put aside at its size; so many stay", () => {
    const folder = folderWith({});
    const settings = { file: join(folder, "l"), maxSize: 200, keep: 2 };
    for (let n = 0; n < 20; n++)
      writeLog(settings, new Date(0), [{ level: "info", event: "message", key: `m${n}` }]);
    expect(readdirSync(folder).sort()).toEqual(["l", "l.1", "l.2"]);
    const kept = ["l.2", "l.1", "l"].flatMap((name) => linesOf(join(folder, name)).map(({ key }) => key));
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => `m${20 - kept.length + n}`));
    writeLog({ ...settings, keep: 0 }, new Date(0), [{ level: "info", event: "x".repeat(200) }]);
    expect(existsSync(join(folder, "l"))).toBe(false);
  });

  test.each<[string, (file: string) => void]>([
    ["a link in its place", (file) => symlinkSync("victim", file)],
    ["a folder in its place", (file) => mkdirSync(file)],
  ])("%s is not followed; the work goes on, and that is said", async (_, spoil) => {
    const folder = folderWith({ "dunning.yaml": `${SMALL}log: { file: dunning.log }\n`, victim: "whole" });
    spoil(join(folder, "dunning.log"));
    const { exit, stderr } = await takeBalance(folder, DAY, COLUMNS, [ROW]);
    expect([exit, readFileSync(join(folder, "victim"), "utf8")]).toEqual([0, "whole"]);
    expect(stderr).toContain("the log cannot be written");
  });
});

/** A service on the loopback interface that keeps what it was asked. */
async function service(answer: (response: ServerResponse) => void = (response) => response.end("ok")) {
  const heard: { line: string; body: string }[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = "";
    request
      .on("data", (piece: Buffer) => (body += piece.toString()))
      .on("end", () => {
        heard.push({ line: `${request.method} ${request.url}`, body });
        answer(response);
      });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => (server.closeAllConnections(), void server.close()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/1f3a`, heard };
}

describe("the health check", () => {
  const company = async (url: string): Promise<string> => {
    const folder = folderWith({ "dunning.yaml": `${SMALL}healthcheck_url: ${url}\n` });
    await takeBalance(folder, DAY, COLUMNS, [ROW]);
    return folder;
  };

  test("start and exit code of a run, nothing sent along; nothing of other commands or a dry run", async () => {
    const { url, heard } = await service();
    const folder = await company(url);
    await dunning(folder, DAY, "run", "--dry-run");
    await dunning(folder, DAY, "status");
    expect(heard).toEqual([]);
    expect((await dunning(folder, DAY, "run")).exit).toBe(0);
    await dunning(folder, DAY, "stop");
    expect((await dunning(folder, DAY, "run")).exit).toBe(4);
    const lock = lockStore(join(folder, "dunning.lock"), { pid: 1, host: "h", command: "c", since: "s" });
    expect((await dunning(folder, DAY, "run")).exit).toBe(75);
    lock.release();
    expect(heard).toEqual(
      ["start", "0", "start", "4", "start", "75"].map((what) => ({
        line: `GET /ping/1f3a/${what}`,
        body: "",
      })),
    );
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ["answers 500", (response) => response.writeHead(500).end("no")],
    ["hangs up", (response) => response.destroy()],
    ["sends elsewhere", (response) => response.writeHead(302, { location: "http://127.0.0.1:9/" }).end()],
  ])("that %s changes nothing", async (_, answer) => {
    const { url } = await service(answer);
    const folder = await company(url);
    const { exit, stderr, stdout } = await dunning(folder, DAY, "run");
    expect([exit, stdout]).toEqual([0, expect.stringContaining("drafted 1")]);
    expect(stderr).toContain("the health check did not answer (0)");
  });

  test("that is not there, or says nothing: given up after the limit", async () => {
    const folder = await company("http://127.0.0.1:9/ping");
    expect((await dunning(folder, DAY, "run")).exit).toBe(0);
    const { url } = await service(() => undefined);
    const begun = performance.now();
    expect(await ping(url, 0, 100)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test.each([
    ["/ping", "/ping/start"],
    ["/ping/", "/ping/start"],
    ["/ping?key=1", "/ping/start?key=1"],
    ["", "/start"],
  ])("%j is called as %j", async (path, called) => {
    const { url, heard } = await service();
    await ping(`${new URL(url).origin}${path}`, "start");
    expect(heard.map(({ line }) => line)).toEqual([`GET ${called}`]);
  });
});
