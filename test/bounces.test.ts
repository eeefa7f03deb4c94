import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { changed, SMALL } from "./support/config.ts";
import { COLUMNS, companyThatWrote, outbox, reply, report, row, takeMail } from "./support/returned.ts";

const DAY = "2026-11-20";
const NEXT = "2026-11-23";

interface Mail {
  readonly kind: string;
  readonly known: boolean;
  readonly debtor: string | null;
  readonly message: string | null;
  readonly flagged: boolean;
  readonly note: string;
}
const mailsOf = (json: Readonly<Record<string, unknown>>): Mail[] => json["mails"] as Mail[];

async function reasons(folder: string, day: string): Promise<string[]> {
  const { json } = await dunning(folder, day, "run", "--dry-run", "--json");
  const actions = json["actions"] as { debtor: string; step: string; channel: string; state: string }[];
  const notActed = json["notActed"] as { debtor: string; code: string }[];
  return [
    ...actions.map(({ debtor, step, channel, state }) => `${debtor} ${step} ${channel} ${state}`),
    ...notActed.map(({ debtor, code }) => `${debtor} ${code}`),
  ].sort();
}

test("a mail that came back: levels given back, the address flagged, a letter on the next working day; once", async () => {
  const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example")]);
  const [message] = sent;
  const dsn = report({ messageId: message?.messageId ?? "", recipient: "a@client.example" });
  const taken = await takeMail(folder, DAY, dsn);
  expect([taken.exit, mailsOf(taken.json)]).toMatchObject([
    0,
    [{ kind: "bounced", known: false, debtor: "A1", message: message?.id, flagged: true }],
  ]);
  expect((await outbox(folder, DAY)).map(({ state }) => state)).toEqual(["bounced"]);
  // Friday: what must happen now happens on Monday.
  expect(await reasons(folder, DAY)).toEqual(["A1 message-refused"]);
  expect(await reasons(folder, "2026-11-21")).toEqual(["A1 not-working-day"]);
  expect(await reasons(folder, NEXT)).toEqual(["A1 reminder letter due"]);

  const before = await dunning(folder, DAY, "audit", "verify", "--json");
  const again = await takeMail(folder, DAY, dsn);
  expect(mailsOf(again.json)).toMatchObject([{ kind: "bounced", known: true }]);
  expect((await dunning(folder, DAY, "audit", "verify", "--json")).json["events"]).toEqual(
    before.json["events"],
  );
});

test("without a postal address an address search; a new address, or the same one entered again, ends it", async () => {
  for (const email of ["new@client.example", "a@client.example"]) {
    const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example", "01/10/2026", ";;")]);
    await takeMail(
      folder,
      DAY,
      report({ messageId: sent[0]?.messageId ?? "", recipient: "a@client.example" }),
    );
    expect(await reasons(folder, NEXT)).toEqual(["A1 reminder email listed"]);
    const set = await dunning(folder, NEXT, "debtor", "set", "A1", `email=${email}`, "--json");
    expect(set.json["changed"]).toEqual(["email"]);
    // The step itself does not go where it was refused again; another address is used at once.
    const expected = email === "new@client.example" ? "A1 reminder email due" : "A1 reminder email listed";
    expect(await reasons(folder, NEXT)).toEqual([expected]);
  }
});

test.each([
  ["delayed", { action: "delayed", status: "4.4.1", diagnostic: "connect: timed out" }, "delayed"],
  ["relayed", { action: "relayed", status: "2.0.0", diagnostic: "250 ok" }, "delivered"],
])("%s changes nothing", async (_what, shape, kind) => {
  const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example")]);
  const messageId = sent[0]?.messageId ?? "";
  const taken = await takeMail(folder, DAY, report({ messageId, recipient: "a@client.example", ...shape }));
  expect(mailsOf(taken.json)).toMatchObject([{ kind, flagged: false }]);
  expect((await outbox(folder, DAY)).map(({ state }) => state)).toEqual(["drafted"]);
});

test("a full mailbox: this step takes another way, the next one may try again", async () => {
  const steps = `    steps:
      - { id: reminder, day: 3, channel: email, template: reminder-a }
      - { id: second, day: 10, channel: email, template: reminder-b }
`;
  const config = SMALL.replace(/ {4}steps:\n.*\n/, steps);
  const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example")], config);
  const full = { action: "failed", status: "5.2.2", diagnostic: "552 5.2.2 Mailbox full" };
  const messageId = sent[0]?.messageId ?? "";
  const taken = await takeMail(folder, DAY, report({ messageId, recipient: "a@client.example", ...full }));
  expect(mailsOf(taken.json)).toMatchObject([{ kind: "bounced", flagged: false }]);
  expect(await reasons(folder, NEXT)).toEqual(["A1 reminder letter due"]);
  await dunning(folder, NEXT, "run");
  await takeBalance(folder, "2026-12-01", COLUMNS, [row("A1", "a@client.example")]);
  expect(await reasons(folder, "2026-12-01")).toEqual(["A1 second email due"]);
});

test("two debtors behind one address: only the message that came back gives its levels back, the address is bad for both", async () => {
  const { folder, sent } = await companyThatWrote(DAY, [
    row("A1", "shared@client.example"),
    row("B2", "shared@client.example"),
  ]);
  const own = sent.find(({ debtor }) => debtor === "B2");
  const dsn = report({ messageId: own?.messageId ?? "", recipient: "Shared@Client.example" });
  expect(mailsOf((await takeMail(folder, DAY, dsn)).json)).toMatchObject([{ debtor: "B2", flagged: true }]);
  const states = (await outbox(folder, DAY)).map(({ debtor, state }) => `${debtor} ${state}`);
  expect(states.sort()).toEqual(["A1 drafted", "B2 bounced"]);
  expect(await reasons(folder, NEXT)).toEqual(["A1 exhausted", "B2 reminder letter due"]);
  // Without its Message-ID nobody can know which of the two it was.
  const { folder: other } = await companyThatWrote(DAY, [
    row("A1", "shared@client.example"),
    row("B2", "shared@client.example"),
  ]);
  const blind = await takeMail(other, DAY, report({ recipient: "shared@client.example" }));
  expect(mailsOf(blind.json)).toMatchObject([{ kind: "unmatched", debtor: null }]);
  expect((await outbox(other, DAY)).every(({ state }) => state === "drafted")).toBe(true);
});

test("an alias or a forwarding that fails: the message came back, our address is not blamed", async () => {
  const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example")]);
  const messageId = sent[0]?.messageId ?? "";
  const taken = await takeMail(folder, DAY, report({ messageId, recipient: "someone@elsewhere.example" }));
  expect(mailsOf(taken.json)).toMatchObject([{ kind: "bounced", debtor: "A1", flagged: false }]);
});

test("a last warning that came back lets no formal notice go", async () => {
  const config = SMALL.replace(
    / {4}steps:\n.*\n/,
    `    steps:
      - { id: warning, day: 3, channel: email, template: last-warning, deadline: 8d, final_warning: true }
      - { id: notice, day: 15, channel: registered-letter, template: formal-notice, deadline: 8d, formal_notice: true }
`,
  );
  const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example")], config);
  await takeMail(folder, DAY, report({ messageId: sent[0]?.messageId ?? "", recipient: "a@client.example" }));
  expect(await reasons(folder, NEXT)).toEqual(["A1 warning letter due"]);
  await takeBalance(folder, "2026-12-10", COLUMNS, [row("A1", "a@client.example")]);
  expect(await reasons(folder, "2026-12-10")).toEqual(["A1 warning letter due"]);
});

test("an answer: on the worklist, and the next automatic message waits for five working days", async () => {
  const config = changed(
    "      - { id: reminder, day: 3, channel: email, template: reminder-a }\n",
    `      - { id: reminder, day: 3, channel: email, template: reminder-a }
      - { id: second, day: 10, channel: email, template: reminder-b }
`,
  );
  const rows = [row("A1", "a@client.example")];
  const { folder, sent } = await companyThatWrote(DAY, rows, config);
  await takeBalance(folder, "2026-11-27", COLUMNS, rows);
  expect(await reasons(folder, "2026-11-27")).toEqual(["A1 second email due"]);
  const mail = reply(sent[0]?.messageId ?? "");
  const taken = await takeMail(folder, "2026-11-27", mail);
  expect([taken.exit, mailsOf(taken.json)]).toMatchObject([
    4,
    [{ kind: "answered", known: false, debtor: "A1" }],
  ]);
  const again = await takeMail(folder, "2026-11-27", mail);
  expect([again.exit, mailsOf(again.json)]).toMatchObject([0, [{ kind: "answered", known: true }]]);

  expect(await reasons(folder, "2026-11-27")).toEqual(["A1 answered"]);
  const explained = await dunning(folder, "2026-11-27", "explain", "A1");
  expect(explained.stdout).toContain("automatic messages wait until 2026-12-04");
  const work = await dunning(folder, "2026-11-27", "worklist", "--json");
  expect(work.json["tasks"]).toMatchObject([{ id: "R1", kind: "answered", debtor: "A1" }]);
  await takeBalance(folder, "2026-12-04", COLUMNS, rows);
  expect(await reasons(folder, "2026-12-04")).toEqual(["A1 answered"]);
  expect(await reasons(folder, "2026-12-07")).toEqual(["A1 second email due"]);

  const done = await dunning(folder, "2026-12-04", "worklist", "done", "R1", "--json");
  expect(done.json["task"]).toMatchObject({ id: "R1", kind: "answered", state: "done" });
  expect(await reasons(folder, "2026-12-04")).toEqual(["A1 second email due"]);
  expect((await dunning(folder, "2026-12-04", "worklist", "done", "R1")).exit).toBe(2);
});

test("whoever logs a call has read the answer; taken back, it waits again", async () => {
  const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example")]);
  await takeMail(folder, DAY, reply(sent[0]?.messageId ?? ""));
  const kinds = async (): Promise<string[]> =>
    ((await dunning(folder, DAY, "worklist", "--json")).json["tasks"] as { kind: string }[]).map(
      ({ kind }) => kind,
    );
  expect(await kinds()).toEqual(["answered"]);
  const call = ["log", "call", "A1", "--outcome", "will-check", "--next", "scenario"];
  const logged = await dunning(folder, DAY, ...call, "--json");
  expect(logged.exit, logged.stderr).toBe(0);
  expect(await kinds()).toEqual([]);
  await dunning(folder, DAY, "log", "undo", "L1");
  expect(await kinds()).toEqual(["answered"]);
});

test.each([
  ["Auto-Submitted: auto-replied\n", "auto-reply"],
  ["Auto-Submitted: no\n", "answered"],
  ["X-Auto-Response-Suppress: All\n", "auto-reply"],
  ["Precedence: auto_reply\n", "auto-reply"],
  ["X-Autoreply: yes\n", "auto-reply"],
])("%s: %s", async (header, kind) => {
  const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example")]);
  const taken = await takeMail(folder, DAY, reply(sent[0]?.messageId ?? "", header));
  expect([taken.exit, mailsOf(taken.json)]).toMatchObject([kind === "answered" ? 4 : 0, [{ kind }]]);
});

test("the same mail again, after a person has said that the address is right: nobody is told that it is blocked", async () => {
  const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example")]);
  const dsn = report({ messageId: sent[0]?.messageId ?? "", recipient: "a@client.example" });
  expect(mailsOf((await takeMail(folder, DAY, dsn)).json)).toMatchObject([{ known: false, flagged: true }]);
  expect(mailsOf((await takeMail(folder, DAY, dsn)).json)).toMatchObject([{ known: true, flagged: true }]);
  await dunning(folder, DAY, "debtor", "set", "A1", "email=a@client.example");
  expect(mailsOf((await takeMail(folder, DAY, dsn)).json)).toMatchObject([{ known: true, flagged: false }]);
});

test("what we wrote ourselves in the conversation is no answer", async () => {
  const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example")]);
  const mail = reply(sent[0]?.messageId ?? "");
  const ours = mail.replace(/^From: .*$/m, "From: Comptabilité <Compta@exemple.test>");
  const taken = await takeMail(folder, DAY, ours);
  expect([taken.exit, mailsOf(taken.json)]).toEqual([0, []]);
  expect((await takeMail(folder, DAY, mail)).exit).toBe(4);
});

test("the first message comes back after the second has left: nothing begins anew while the second stands", async () => {
  const steps = `    steps:
      - { id: reminder, day: 3, channel: email, template: reminder-a }
      - { id: second, day: 10, channel: email, template: reminder-b, gap: 1d }
`;
  const rows = [row("A1", "a@client.example")];
  const { folder, sent } = await companyThatWrote(DAY, rows, SMALL.replace(/ {4}steps:\n.*\n/, steps));
  const first = sent[0]?.messageId ?? "";
  await takeBalance(folder, "2026-11-27", COLUMNS, rows);
  await dunning(folder, "2026-11-27", "run");
  const both = await outbox(folder, "2026-11-27");
  expect(both.map(({ step }) => step).sort()).toEqual(["reminder", "second"]);
  const full = { status: "5.2.2", diagnostic: "552 5.2.2 Mailbox full", recipient: "a@client.example" };
  await takeMail(folder, "2026-11-27", report({ messageId: first, ...full }));
  expect(await reasons(folder, "2026-11-30")).toEqual(["A1 exhausted"]);
  const second = both.find(({ step }) => step === "second")?.messageId ?? "";
  await takeMail(folder, "2026-11-27", report({ messageId: second, ...full }));
  expect(await reasons(folder, "2026-11-30")).toEqual(["A1 reminder letter due"]);
});

/** As mail programs forward a mail as an attachment. */
const forwarded = (inner: string, more = ""): string => `From: Somebody <somebody@client.example>
To: compta@exemple.test
Date: Fri, 20 Nov 2026 11:00:00 +0100
Message-ID: <forward-1@client.example>
Subject: Fwd: Undelivered Mail
${more}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=zz

--zz
Content-Type: text/plain

Voir ci-joint.
--zz
Content-Type: message/rfc822
Content-Disposition: attachment

${inner}
--zz--
`;

test("a report that was passed on as an attachment counts; on an answer, the answer does", async () => {
  const { folder, sent } = await companyThatWrote(DAY, [row("A1", "a@client.example")]);
  const messageId = sent[0]?.messageId ?? "";
  const dsn = report({ messageId, recipient: "a@client.example" });
  const answer = forwarded(dsn, `In-Reply-To: <${messageId}>\n`);
  for (const mail of [answer, answer.replace("Disposition: attachment", "Disposition: inline")])
    expect(mailsOf((await takeMail(folder, DAY, mail)).json)).toMatchObject([{ kind: "answered" }]);
  expect(mailsOf((await takeMail(folder, DAY, forwarded(dsn))).json)).toMatchObject([
    { kind: "bounced", debtor: "A1", flagged: true },
  ]);
});

test.each([
  ["an empty folder: everything has been read", {}, 0, /^0 mails read$/m],
  ["a Maildir folder without mail", { "cur/": "", "new/": "" }, 0, /^0 mails read$/m],
  ["one mail in a Maildir folder", { "cur/": "", "new/1": "MAIL" }, 0, /^1 mail read: 1 other$/m],
  [
    "mails beside other files",
    { "a.eml": "MAIL", "b.mbox": "From x\nMAIL", "c.txt": "x" },
    0,
    /^2 mails read/m,
  ],
  ["a folder of something else", { "a.txt": "x", "b.pdf": "x" }, 65, /found +2 files, all of other kinds/],
] as const)("%s", async (_, files, exit, says) => {
  const { folder } = await companyThatWrote(DAY, []);
  mkdirSync(join(folder, "mails"));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, "mails", name);
    mkdirSync(name.endsWith("/") ? path : dirname(path), { recursive: true });
    if (!name.endsWith("/"))
      writeFileSync(path, text.replace("MAIL", "From: a@b.example\nSubject: x\n\nx\n"));
  }
  const read = await dunning(folder, DAY, "bounces", "mails");
  expect([read.exit, read.stdout + read.stderr]).toEqual([exit, expect.stringMatching(says)]);
});
