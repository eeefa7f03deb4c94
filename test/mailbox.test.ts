// `bounces --imap` against Dovecot, a real IMAP server on loopback, and against a scripted one for what a real one does not do.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dunning } from "./support/company.ts";
import { SMALL } from "./support/config.ts";
import { free } from "./support/ports.ts";
import { companyThatWrote, outbox, reply, report, row } from "./support/returned.ts";

const DAY = "2026-11-20";
const PASSWORD = "s3cret-of-the-mailbox";

const works = spawnSync("dovecot", ["--version"]).error === undefined && process.getuid?.() === 0;
const idOf = (what: "-u" | "-g"): number =>
  Number(execFileSync("id", [what, "nobody"], { encoding: "utf8" }));

interface Mailbox {
  readonly port: number;
  readonly put: (name: string, text: string) => void;
  /** Names of the files, which hold the flags. */
  readonly files: () => readonly string[];
  /** The mailbox is made anew: its mails get other numbers. */
  readonly renumber: () => void;
}

/** An instance of its own with one mailbox, ended after the test. */
async function dovecot(): Promise<Mailbox> {
  const root = mkdtempSync(join(tmpdir(), "dunning-dovecot-"));
  chmodSync(root, 0o755);
  const box = join(root, "box");
  const owned = (path: string): void => {
    mkdirSync(path, { recursive: true });
    chownSync(path, idOf("-u"), idOf("-g"));
  };
  for (const part of ["", "new", "cur", "tmp"]) owned(join(box, part));
  const port = await free();
  const file = join(root, "dovecot.conf");
  writeFileSync(
    file,
    `base_dir = ${root}/run
state_dir = ${root}/state
log_path = ${root}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:${box}
first_valid_uid = 1
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=nobody gid=${idOf("-g")} home=${box}
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`,
  );
  const server = spawn("dovecot", ["-F", "-c", file], { stdio: "ignore" });
  const ended = new Promise((resolve) => void server.once("exit", resolve));
  onTestFinished(async () => {
    server.kill();
    await ended;
    rmSync(root, { recursive: true, force: true });
  });
  await expect
    .poll(() => spawnSync("bash", ["-c", `exec 3<>/dev/tcp/127.0.0.1/${port}`]).status, { timeout: 30_000 })
    .toBe(0);
  return {
    port,
    put: (name, text) => {
      const path = join(box, "new", name);
      writeFileSync(path, text);
      chownSync(path, idOf("-u"), idOf("-g"));
    },
    files: () => ["new", "cur"].flatMap((part) => readdirSync(join(box, part))).sort(),
    renumber: () => {
      for (const name of readdirSync(box).filter((each) => each.startsWith("dovecot")))
        rmSync(join(box, name), { recursive: true });
    },
  };
}

const withMailbox = (port: number, more = ""): string =>
  SMALL.replace("  email: compta@exemple.test", `  email: compta@exemple.test`).concat(
    `email: { imap: { host: 127.0.0.1, port: ${port}, user: compta@exemple.test, password_command: "echo '${PASSWORD}'"${more} } }\n`,
  );

const mailsOf = (json: Readonly<Record<string, unknown>>) =>
  (json["mails"] as { kind: string; debtor: string; known: boolean }[]).map(({ kind, debtor }) => [
    kind,
    debtor,
  ]);

test.skipIf(!works)(
  "a mailbox (skipped without Dovecot and root): what has come since the last time, each mail once, nothing in it changed",
  async () => {
    const mailbox = await dovecot();
    const { folder, sent } = await companyThatWrote(
      DAY,
      [row("A1", "a@client.example"), row("B2", "b@client.example")],
      withMailbox(mailbox.port),
    );
    const idOfMessage = (debtor: string): string =>
      sent.find((each) => each.debtor === debtor)?.messageId ?? "";
    const read = async () => (await dunning(folder, DAY, "bounces", "--imap", "--json")).json;
    expect((await read())["counts"]).toMatchObject({ read: 0 });

    mailbox.put("1.a", report({ messageId: idOfMessage("A1"), recipient: "a@client.example" }));
    mailbox.put("2.a", "From: x@other.example\nSubject: Hello\n\nNothing of ours\n");
    const files = mailbox.files();
    const first = await read();
    expect([first["counts"], mailsOf(first)]).toEqual([
      expect.objectContaining({ read: 2, bounced: 1, other: 1 }),
      [["bounced", "A1"]],
    ]);
    expect((await outbox(folder, DAY)).find(({ debtor }) => debtor === "A1")?.state).toBe("bounced");
    // No mail was moved or marked as read.
    expect(mailbox.files()).toEqual(files);

    expect((await read())["counts"]).toMatchObject({ read: 0, known: 0 });
    mailbox.put("3.a", reply(idOfMessage("B2")));
    expect(mailsOf(await read())).toEqual([["answered", "B2"]]);

    // Numbered anew: all of it once more, and nothing of it counts twice.
    // Dovecot counts by the second.
    await new Promise((resolve) => void setTimeout(resolve, 2100));
    mailbox.renumber();
    expect((await read())["counts"]).toMatchObject({ read: 3, known: 2, bounced: 0, answered: 0 });

    const doctor = await dunning(folder, DAY, "doctor", "--json");
    expect(doctor.json["checks"]).toContainEqual(
      expect.objectContaining({
        id: "mailbox",
        state: "ok",
        found: expect.stringContaining("3 mails") as string,
      }),
    );
  },
);

test.skipIf(!works)("a folder that is not there is said with those that are", async () => {
  const mailbox = await dovecot();
  const { folder } = await companyThatWrote(DAY, [], withMailbox(mailbox.port, ", folder: Bounces"));
  const { exit, json } = await dunning(folder, DAY, "bounces", "--imap", "--json");
  expect([exit, json["error"]]).toEqual([78, expect.objectContaining({ code: "imap-folder" })]);
});

/** Behind these words the line is cut. */
const CUT = "* CUT\r\n";

/** A server that says what it is told to, and keeps what it hears. */
async function scripted(
  answer: (tag: string, command: string) => string,
): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const lines = new Set<Socket>();
  const server = createServer((socket) => {
    lines.add(socket);
    socket.on("error", () => undefined);
    socket.write("* OK ready\r\n");
    socket.on("data", (data) => {
      for (const line of data
        .toString()
        .split("\r\n")
        .filter((each) => each !== "")) {
        heard.push(line);
        const [tag = "", ...command] = line.split(" ");
        const text = answer(tag, command.join(" "));
        socket.write(text);
        if (text.endsWith(CUT)) socket.destroySoon();
      }
    });
  });
  await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", ready));
  onTestFinished(async () => {
    for (const line of lines) line.destroy();
    await new Promise((closed) => void server.close(closed));
  });
  return { port: (server.address() as AddressInfo).port, heard };
}

test.each([
  ["the login is refused", "", "NO [AUTHENTICATIONFAILED] Wrong password", 78, "imap-login"],
  ["a server repeats the line", "", `BAD what is LOGIN "compta" "${PASSWORD}"`, 78, "imap-login"],
  ["TLS is asked for and not offered", ", encryption: starttls", "OK", 69, "imap-unreachable"],
] as const)("%s: nothing is recorded, and the password stays with us", async (_, more, login, exit, code) => {
  const { port, heard } = await scripted((tag, command) =>
    /^CAPABILITY/i.test(command)
      ? `* CAPABILITY IMAP4rev1\r\n${tag} OK done\r\n`
      : /^(LOGIN|AUTHENTICATE)/i.test(command)
        ? `${tag} ${login}\r\n`
        : `${tag} OK done\r\n`,
  );
  const { folder } = await companyThatWrote(DAY, [], withMailbox(port, more));
  const ran = await dunning(folder, DAY, "bounces", "--imap", "--json");
  expect([ran.exit, ran.json["error"]]).toEqual([exit, expect.objectContaining({ code })]);
  expect(ran.stdout + ran.stderr).not.toContain(PASSWORD);
  if (exit === 69) expect(heard.join("\n")).not.toContain(PASSWORD);
});

test.each([
  ["the search is refused", "SEARCH", (tag: string) => `${tag} NO [UNAVAILABLE] not now\r\n`],
  ["the mails are refused", "FETCH", (tag: string) => `${tag} NO [UNAVAILABLE] not now\r\n`],
  ["the line breaks behind the first mail", "FETCH", (_: string, first: string) => `${first}${CUT}`],
  [
    "one mail is refused behind the first",
    "FETCH",
    (tag: string, first: string) => `${first}${tag} NO no\r\n`,
  ],
] as const)("%s: nothing counts as read, the next time has all of it", async (_, which, badly) => {
  let mails: readonly string[] = [];
  const fetched = (uid: number): string => {
    const text = (mails[uid - 1] ?? "").replaceAll("\n", "\r\n");
    if (text === "") return `* ${uid} FETCH (UID ${uid} BODY[]<0> NIL)\r\n`;
    return `* ${uid} FETCH (UID ${uid} BODY[]<0> {${Buffer.byteLength(text)}}\r\n${text})\r\n`;
  };
  let mended = false;
  const { port } = await scripted((tag, command) => {
    const [, what = ""] = /^(?:UID )?(\w+)/i.exec(command) ?? [];
    const name = what.toUpperCase();
    if (name === which && !mended) return badly(tag, fetched(1));
    const all = mails.map((_mail, n) => n + 1);
    const said: Record<string, string> = {
      CAPABILITY: "* CAPABILITY IMAP4rev1\r\n",
      EXAMINE: `* ${mails.length} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT ${mails.length + 1}] ok\r\n`,
      SEARCH: `* SEARCH ${all.join(" ")}\r\n`,
      // What somebody else does in the mailbox meanwhile is told in between, with or without the number.
      FETCH: `${all.map(fetched).join("* 1 FETCH (FLAGS (\\Seen))\r\n")}* 1 FETCH (UID 1 FLAGS ())\r\n`,
    };
    return `${said[name] ?? ""}${tag} OK done\r\n`;
  });
  const { folder, sent } = await companyThatWrote(
    DAY,
    [row("A1", "a@client.example"), row("B2", "b@client.example")],
    withMailbox(port),
  );
  mails = [...sent.map(({ messageId, to }) => report({ messageId, recipient: to })), ""];
  const read = async () => await dunning(folder, DAY, "bounces", "--imap", "--json");
  const first = await read();
  expect([first.exit, first.json["error"]]).toEqual([
    69,
    expect.objectContaining({ code: "imap-unreachable" }),
  ]);
  expect((await outbox(folder, DAY)).map(({ state }) => state)).toEqual(["drafted", "drafted"]);
  mended = true;
  expect((await read()).json["counts"]).toMatchObject({ read: 3, bounced: 2, unreadable: 1 });
  expect((await read()).json["counts"]).toMatchObject({ read: 0 });
});

test("a mailbox that nobody answers for, or that nobody has named", async () => {
  const { folder } = await companyThatWrote(DAY, [], withMailbox(await free()));
  const { exit, json } = await dunning(folder, DAY, "bounces", "--imap", "--json");
  expect([exit, json["error"]]).toEqual([69, expect.objectContaining({ code: "imap-unreachable" })]);
  const without = await companyThatWrote(DAY, []);
  for (const [words, expected] of [
    [["--imap"], [78, "imap-missing"]],
    [[], [2, "no-mails"]],
  ] as const) {
    const ran = await dunning(without.folder, DAY, "bounces", ...words, "--json");
    expect([ran.exit, (ran.json["error"] as { code: string }).code]).toEqual(expected);
  }
});
