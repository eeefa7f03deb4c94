import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { command } from "../src/delivery/command.ts";
import type { QueuedMessage } from "../src/store/outbox.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { companyThatWrote, outbox, row } from "./support/returned.ts";

const DAY = "2026-11-20";
const MESSAGE = {
  id: "8f3a12bc",
  debtor: "A1",
  channel: "email",
  step: "reminder",
  recipient: "a@client.example",
  messageId: "k7q2m5x4@exemple.test",
  sha256: "0".repeat(64),
  attempts: 0,
  run: { id: 1, name: "8f3a", asOf: DAY },
} as unknown as QueuedMessage;

/** A real program: it reads its input to the end, unless it is told to go before. */
const program = (after: string, before = ""): string => `
${before}
let text = "";
process.stdin.on("data", (part) => { text += part; });
process.stdin.on("end", () => { ${after} });
`;

async function handed(source: string, timeout = 20_000, size = 10) {
  const folder = folderWith({ "send.cjs": source });
  const commits: string[] = [];
  const run = [process.execPath, "send.cjs", "two words; $(touch evil)"];
  const transport = command({ run, folder, timeout, key: "email.command" });
  const bytes = Buffer.alloc(size, "x");
  const outcome = await transport.send({ message: MESSAGE, bytes }, () =>
    Promise.resolve(commits.push("gate") > 0),
  );
  return { outcome, commits, folder };
}

test.each([
  ["accepts", program('console.log("id 4711"); process.exit(0)'), { kind: "sent", reply: "id 4711" }, 1],
  ["later", program("process.exit(75)"), { kind: "deferred", reply: "exit 75" }, 1],
  [
    "refuses",
    program('console.error("no credit"); process.exit(1)'),
    { kind: "refused", reply: "exit 1: no credit", address: false },
    1,
  ],
  ["no such user", program("process.exit(67)"), { kind: "refused", address: true }, 1],
  ["no such host", program("process.exit(68)"), { kind: "refused", address: true }, 1],
  ["is killed", program('process.kill(process.pid, "SIGKILL")'), { kind: "uncertain" }, 1],
] as const)("%s", async (_what, source, expected, gates) => {
  const { outcome, commits } = await handed(source);
  expect(outcome).toMatchObject(expected);
  expect(commits).toHaveLength(gates);
});

test("a program that does not end in its time is ended, and nobody can know", async () => {
  const { outcome, commits } = await handed(program("setInterval(() => {}, 1000)"), 1500);
  expect([outcome.kind, commits]).toEqual(["uncertain", ["gate"]]);
});

test("what the program starts itself, and leaves behind, holds nothing up", async () => {
  const source = program(
    'require("child_process").spawn("sleep", ["30"], { stdio: "inherit" }).unref(); process.exit(0)',
  );
  expect((await handed(source)).outcome.kind).toBe("sent");
});

test("a program that goes before it was given all of a large message: the gate is not passed", async () => {
  const { outcome, commits } = await handed("process.exit(1)", 20_000, 3_000_000);
  expect([outcome.kind, commits]).toEqual(["not-reached", []]);
});

test("it cannot read the end of the document before the gate; its words are handed on as they are, by no shell", async () => {
  const source = program(
    'require("fs").writeFileSync("got.json", JSON.stringify({ text, words: process.argv.slice(2) })); process.exit(0)',
  );
  const { folder } = await handed(source);
  const { text, words } = JSON.parse(readFileSync(join(folder, "got.json"), "utf8")) as {
    text: string;
    words: string[];
  };
  expect(words).toEqual(["two words; $(touch evil)"]);
  expect(JSON.parse(text)).toEqual({
    schema: "dunning/message/1",
    id: "8f3a12bc",
    attempt: 1,
    run: "8f3a",
    day: DAY,
    debtor: "A1",
    step: "reminder",
    channel: "email",
    to: "a@client.example",
    messageId: "k7q2m5x4@exemple.test",
    contentType: "message/rfc822",
    sha256: "0".repeat(64),
    content: Buffer.alloc(10, "x").toString("base64"),
  });
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "schema", "message.schema.json"), "utf8"),
  ) as { required: string[]; properties: object };
  expect(Object.keys(JSON.parse(text) as object)).toEqual(schema.required);
  expect(Object.keys(schema.properties)).toEqual(schema.required);
});

test("a gate that cannot be written down ends the program before it can act", async () => {
  const folder = folderWith({
    "send.cjs": program('require("fs").writeFileSync("acted", text); process.exit(0)'),
  });
  const transport = command({
    run: [process.execPath, "send.cjs"],
    folder,
    timeout: 20_000,
    key: "email.command",
  });
  const full = () => {
    throw new Error("disk full");
  };
  await expect(transport.send({ message: MESSAGE, bytes: Buffer.from("x") }, full)).rejects.toThrow(
    "disk full",
  );
  expect(() => readFileSync(join(folder, "acted"))).toThrow("ENOENT");
});

test("a run by a program: asked first, capped, each message once, the same states", async () => {
  const config = `${SMALL}email: { transport: command, command: { run: [${process.execPath}, send.cjs] } }
limits: { max_messages: 2, per_minute: 6000 }
`;
  const { folder } = await companyThatWrote(
    DAY,
    [row("A1", "a@client.example"), row("B2", "b@client.example")],
    config,
  );
  // The first run has asked, and sent nothing.
  expect(await outbox(folder, DAY)).toEqual([]);
  writeFileSync(
    join(folder, "send.cjs"),
    program(
      'const { to } = JSON.parse(text); require("fs").appendFileSync("log", to + "\\n"); process.exit(to.startsWith("b@") ? 67 : 0)',
    ),
  );
  const capped = await dunning(folder, DAY, "run", "--yes", "--max-messages", "1", "--json");
  expect(capped.json["stopped"]).toMatchObject({ code: "over-the-cap" });
  await dunning(folder, DAY, "run", "--yes");
  await dunning(folder, DAY, "run", "--yes");
  expect(readFileSync(join(folder, "log"), "utf8").trim().split("\n").sort()).toEqual([
    "a@client.example",
    "b@client.example",
  ]);
  const states = (await outbox(folder, DAY)).map(({ debtor, state }) => `${debtor} ${state}`);
  expect(states.sort()).toEqual(["A1 sent", "B2 refused"]);
});

test.each<[string, string, number | "folder" | null, boolean]>([
  ["beside dunning.yaml", "./send", 0o700, true],
  ["that is not there", "./send", null, false],
  ["that nobody may run", "./send", 0o600, false],
  ["that is a folder", "./send", "folder", false],
  ["of PATH", "cat", null, true],
  ["that PATH does not have", "no-such-program", null, false],
])("check and doctor: a program %s (%s)", async (_, name, mode, startable) => {
  const config = `${SMALL}email: { transport: command, command: { run: [${name}] } }
letters: { transport: command, command: { run: [cat] } }
`;
  const folder = folderWith({ "dunning.yaml": config });
  if (mode === "folder") mkdirSync(join(folder, "send"));
  else if (mode !== null) writeFileSync(join(folder, "send"), "#!/bin/sh\n", { mode });
  const check = await dunning(folder, DAY, "check", "--json");
  const found = (check.json["findings"] as { severity: string; code: string; found: string }[])
    .filter(({ severity }) => severity === "error")
    .map(({ code, found: what }) => `${code} ${what}`);
  expect([check.exit, found]).toEqual(startable ? [0, []] : [78, [`command-not-started ${name}`]]);
  const { json } = await dunning(folder, DAY, "doctor", "--offline", "--json");
  const failing = (json["checks"] as { id: string }[])
    .map(({ id }) => id)
    .filter((id) => id.endsWith("-command"));
  expect(failing).toEqual(startable ? [] : ["email-command"]);
});

test("a program that answers nobody twice: exit 4, and nothing is said of a mail server", async () => {
  const config = `${SMALL}email: { transport: command, command: { run: [./send], timeout: 1s } }
limits: { per_minute: 6000 }
`;
  const rows = ["A1", "B2", "C3"].map((code) => row(code, `${code}@client.example`));
  const { folder } = await companyThatWrote(DAY, rows, config);
  writeFileSync(join(folder, "send"), "#!/bin/sh\ncat > /dev/null\nkill -9 $$\n", { mode: 0o700 });
  const ran = await dunning(folder, DAY, "run", "--yes", "--json");
  expect([ran.exit, ran.json["error"]]).toMatchObject([4, { code: "mail-program" }]);
  const states = (await outbox(folder, DAY)).map(({ debtor, state }) => `${debtor} ${state}`);
  expect(states.sort()).toEqual(["A1 uncertain", "B2 uncertain", "C3 queued"]);
});

test("letters by a program: the PDF, and no address of its own", async () => {
  const config = SMALL.replace("channel: email", "channel: letter").concat(
    `letters: { transport: command, command: { run: [${process.execPath}, send.cjs] } }\n`,
  );
  const { folder } = await companyThatWrote(DAY, [row("A1", "")], config);
  writeFileSync(
    join(folder, "send.cjs"),
    program(
      'const { to, contentType, content } = JSON.parse(text); require("fs").writeFileSync("log", [to, contentType, Buffer.from(content, "base64").subarray(0, 5)].join(" ")); process.exit(0)',
    ),
  );
  await dunning(folder, DAY, "run", "--yes");
  expect(readFileSync(join(folder, "log"), "utf8")).toBe(" application/pdf %PDF-");
  expect((await outbox(folder, DAY)).map(({ state }) => state)).toEqual(["sent"]);
});
