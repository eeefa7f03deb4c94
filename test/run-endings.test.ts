import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockStore } from "../src/store/lock.ts";
import { openStore } from "../src/store/store.ts";
import { dunning } from "./support/company.ts";
import { type Script, sink } from "./support/scripted-smtp.ts";
import { countsOf, DAY, sender } from "./support/sender.ts";

interface Message {
  readonly id: string;
  readonly debtor: string;
  readonly to: string;
  readonly state: string;
}

const listed = async (folder: string, state: string): Promise<readonly Message[]> =>
  (await dunning(folder, DAY, "outbox", "list", "--state", state, "--json")).json["messages"] as Message[];

/** A company whose third e-mail meets `script`. */
async function sending(script: Script) {
  const server = await sink(script);
  const folder = await sender(server.port);
  const run = () => dunning(folder, DAY, "run", "--only", "email", "--yes", "--json");
  return { server, folder, run };
}

/** A debtor to whom an e-mail is due that waits for nobody. */
async function dueByMail(folder: string): Promise<string> {
  const { json } = await dunning(folder, DAY, "run", "--dry-run", "--only", "email", "--json");
  const found = (json["actions"] as { debtor: string; state: string }[]).find(({ state }) => state === "due");
  return found?.debtor ?? "";
}

const REFUSAL = "550 5.1.1 no such user";
const third =
  (stage: Parameters<Script>[0], reaction: string): Script =>
  (at, nth) =>
    at === stage && nth === 3 ? reaction : null;

test("a message that nobody knows about: exit 4, never sent again by itself, its debtor waits", async () => {
  // One debtor: the first run of all adds approvals to the worklist, which is 4 by itself.
  const { server, folder, run } = await sending((at, nth) => (at === "dot" && nth === 1 ? "drop" : null));
  const one = await dueByMail(folder);
  const first = await dunning(folder, DAY, "run", "--debtor", one, "--yes", "--json");
  expect([first.exit, countsOf(first.json)["uncertain"]]).toEqual([4, 1]);
  const [doubtful] = await listed(folder, "uncertain");
  const toThem = () => server.envelopes.filter((envelope) => envelope.includes(doubtful?.to ?? "?")).length;
  expect(toThem()).toBe(1);
  const about = `dunning outbox show ${doubtful?.id}`;
  expect(first.json["warnings"]).toContainEqual(
    expect.stringMatching(`^${one}: email \\S+ uncertain: .*; next: ${about}$`),
  );
  expect((await dunning(folder, DAY, "status")).stdout).toContain("dunning outbox list --state uncertain");
  const why = await dunning(folder, DAY, "explain", one, "--json");
  expect(why.json["dossiers"]).toMatchObject([{ underWay: [{ id: doubtful?.id, state: "uncertain" }] }]);
  const second = await run();
  expect([second.exit, toThem()]).toEqual([4, 1]);
  // A later run ends with 4 for its sake, and says so.
  expect(second.json["warnings"]).toContainEqual(
    expect.stringMatching(`^${one}: email \\S+ uncertain; next: ${about}$`),
  );
  const notActed = second.json["notActed"] as { debtor: string; code: string }[];
  expect(notActed).toContainEqual(
    expect.objectContaining({ debtor: doubtful?.debtor, code: "uncertain-message" }),
  );
});

test.each([
  ["--sent", "sent", 0],
  ["--resend", "queued", 1],
])("outbox resolve %s: the message is %s, and %i more leave", async (answer, state, more) => {
  const { server, folder, run } = await sending(third("dot", "drop"));
  await run();
  const [doubtful] = await listed(folder, "uncertain");
  const taken = server.messages.length;
  expect((await dunning(folder, DAY, "outbox", "resolve", doubtful?.id ?? "", answer)).exit).toBe(0);
  expect((await listed(folder, state)).map(({ id }) => id)).toContain(doubtful?.id);
  expect((await run()).exit).toBe(0);
  expect(server.messages.length - taken).toBe(more);
});

test("outbox retry: what the server deferred leaves with the next run, without waiting; whoever else stays", async () => {
  const { server, folder, run } = await sending((at, nth) =>
    at === "RCPT" && nth <= 2 ? "450 4.2.0 greylisted" : null,
  );
  expect((await run()).json["counts"]).toMatchObject({ deferred: 2 });
  const [one, two] = await listed(folder, "deferred");
  const taken = server.messages.length;
  const retry = async (...ids: string[]) => await dunning(folder, DAY, "outbox", "retry", ...ids, "--json");
  expect((await retry(one?.id ?? "", "GONE")).exit).toBe(2);
  expect(await listed(folder, "deferred"), "all of them or none").toHaveLength(2);
  expect((await retry(one?.id ?? "", one?.id ?? "")).json["queued"]).toEqual([one?.id]);
  expect((await run()).json["counts"]).toMatchObject({ sent: 1 });
  expect((await retry()).json["queued"]).toEqual([two?.id]);
  expect((await retry()).json["queued"]).toEqual([]);
  expect((await run()).json["counts"]).toMatchObject({ sent: 1 });
  expect(server.messages.length - taken).toBe(2);
});

test("an address that the server refuses: exit 3, the others get theirs", async () => {
  const { server, folder, run } = await sending((at, nth) => (at === "RCPT" && nth === 1 ? REFUSAL : null));
  const one = await dueByMail(folder);
  const ran = await dunning(folder, DAY, "run", "--debtor", one, "--yes", "--json");
  expect([ran.exit, countsOf(ran.json)["refused"], server.messages.length]).toEqual([3, 1, 0]);
  expect(countsOf((await run()).json)["sent"]).toBe(server.messages.length);
});

test.each([
  ["sending", 0, "queued again: the server never saw its end"],
  ["committing", 4, "uncertain: nobody knows"],
])("a run that was killed while %s: the next one ends with %i, the message is %s", async (state, exit) => {
  const { server, folder, run } = await sending(() => null);
  await run();
  const file = join(folder, "dunning.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/port: \d+/, "port: 1"));
  const later = "2026-11-27";
  await dunning(folder, later, "import", "balance-agee-2026-11-27.csv");
  expect((await dunning(folder, later, "run", "--only", "email", "--yes")).exit).toBe(69);
  const [message] = await listed(folder, "queued");
  const store = openStore(join(folder, "dunning.db"), { mode: "write", now: () => new Date() });
  store.outbox.startSending(message?.id ?? "");
  if (state === "committing") store.outbox.commitGate(message?.id ?? "", later as never);
  store.close();
  const shown = await dunning(folder, later, "status");
  expect(shown.stdout).toContain("Under way   1:");
  writeFileSync(file, readFileSync(file, "utf8").replace("port: 1 ", `port: ${server.port} `));
  const next = await dunning(folder, later, "run", "--only", "email", "--yes", "--json");
  expect(next.exit, JSON.stringify(next.json["warnings"])).toBe(exit);
});

test("one run at a time: the second says who holds the lock and ends with 75; nothing is sent twice", async () => {
  const { server, folder, run } = await sending(() => null);
  const lock = lockStore(join(folder, "dunning.lock"), {
    pid: 1,
    host: "elsewhere",
    command: "dunning run",
    since: "2026-11-20T08:00:00Z",
  });
  for (const words of [
    ["run", "--yes"],
    ["import", "balance-agee-2026-11-27.csv"],
  ]) {
    const busy = await dunning(folder, "2026-11-27", ...words);
    expect([busy.exit, busy.stderr]).toEqual([75, expect.stringContaining("process 1 on elsewhere")]);
  }
  expect((await dunning(folder, DAY, "status")).exit).toBe(0);
  lock.release();
  expect(server.messages).toEqual([]);
  expect((await run()).exit).toBe(4);
});

test("--debtor: this debtor and nobody else", async () => {
  const { server, folder } = await sending(() => null);
  const { json } = await dunning(folder, DAY, "run", "--dry-run", "--only", "email", "--json");
  const [, wanted] = json["actions"] as { debtor: string; to: string }[];
  const ran = await dunning(folder, DAY, "run", "--debtor", wanted?.debtor ?? "", "--yes", "--json");
  expect((ran.json["actions"] as { debtor: string }[]).map(({ debtor }) => debtor)).toEqual([wanted?.debtor]);
  expect(server.envelopes).toHaveLength(1);
  expect(server.envelopes[0]).toContain(wanted?.to);
});

test("what waits from before counts for the cap and for the first question", async () => {
  const { server, folder, run } = await sending(() => null);
  const file = join(folder, "dunning.yaml");
  const good = readFileSync(file, "utf8");
  writeFileSync(file, good.replace(/port: \d+/, "port: 1"));
  expect((await run()).exit).toBe(69);
  const waiting = (await listed(folder, "queued")).length;
  writeFileSync(file, good.replace("max_messages: 1000", `max_messages: ${waiting - 1}`));
  const capped = await run();
  expect([capped.exit, server.messages.length]).toEqual([4, 0]);
  expect(capped.json["stopped"]).toMatchObject({
    code: "over-the-cap",
    message: expect.stringContaining(`0 e-mails are due and ${waiting} wait from before`),
  });
  writeFileSync(file, good.replace("max_messages: 1000", `max_messages: ${waiting}`));
  expect((await run()).exit).toBe(0);
  expect(server.messages).toHaveLength(waiting);
});

test("messages for a transport that is not configured any more wait with a reason, and end after their day", async () => {
  const { folder, run } = await sending(() => null);
  const file = join(folder, "dunning.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/port: \d+/, "port: 1"));
  await run();
  const queued = (await listed(folder, "queued")).length;
  writeFileSync(file, readFileSync(file, "utf8").replace("transport: smtp", "transport: drafts"));
  const waits = await run();
  expect(countsOf(waits.json)["queued"]).toBe(queued);
  expect(JSON.stringify(waits.json["warnings"])).toContain(
    "it was written for smtp, which email.transport does not name any more",
  );
  const later = await dunning(folder, "2026-11-23", "run", "--only", "email", "--json");
  expect(countsOf(later.json)).toMatchObject({ skipped: queued, queued: 0 });
  const after = await dunning(folder, "2026-11-23", "run", "--only", "email", "--json");
  expect(countsOf(after.json)["drafted"]).toBeGreaterThan(queued - 5);
});
