import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../src/store/database.ts";
import { dunning } from "./support/company.ts";
import { free } from "./support/ports.ts";
import { countsOf, DAY, sender } from "./support/sender.ts";

/** A real mail server: it needs Postfix (Debian: postfix) and root, as its parts run under other users. */
const works = spawnSync("postfix", ["-h"]).error === undefined && process.getuid?.() === 0;

const idOf = (what: "-u" | "-g", user: string): number =>
  Number(execFileSync("id", [what, user], { encoding: "utf8" }));

interface Postfix {
  readonly port: number;
  /** What lies in the mailbox of an address. */
  readonly mailbox: (address: string) => readonly string[];
}

/** An instance of its own, with its own configuration, queue and mailboxes; ended after the test. */
async function postfix(refuse: string): Promise<Postfix> {
  const root = mkdtempSync(join(tmpdir(), "dunning-postfix-"));
  chmodSync(root, 0o755);
  const at = (name: string): string => join(root, name);
  for (const name of ["conf", "queue", "data", "boxes"]) mkdirSync(at(name), { mode: 0o755 });
  const [uid, gid] = [idOf("-u", "postfix"), idOf("-g", "postfix")];
  chownSync(at("data"), uid, gid);
  chownSync(at("boxes"), uid, gid);
  const port = await free();
  writeFileSync(
    at("conf/main.cf"),
    `compatibility_level = 3.6
queue_directory = ${at("queue")}
data_directory = ${at("data")}
maillog_file = ${at("queue")}/log
maillog_file_prefixes = ${root}
multi_instance_name = postfix-dunning-test
myhostname = mail.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
smtpd_client_restrictions =
smtpd_recipient_restrictions = check_recipient_access inline:{ { ${refuse} = REJECT no such customer } }, permit_mynetworks, reject
default_transport = error:no mail leaves this machine
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all/
virtual_mailbox_base = ${at("boxes")}
virtual_transport = virtual
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${gid}
virtual_minimum_uid = 1
`,
  );
  writeFileSync(
    at("conf/master.cf"),
    `127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
error unix - - n - - error
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
virtual unix - n n - - virtual
`,
  );
  const command = (...words: string[]) =>
    spawnSync("postfix", ["-c", at("conf"), ...words], { encoding: "utf8" });
  const started = command("start");
  onTestFinished(() => {
    command("stop");
    rmSync(root, { recursive: true, force: true });
  });
  if (started.status !== 0) throw new Error(`postfix: ${started.stderr}${started.stdout}`);
  return {
    port,
    mailbox: (address) => {
      const box = at("boxes/all/new");
      if (!existsSync(box)) return [];
      const texts = readdirSync(box).map((name) => readFileSync(join(box, name), "latin1"));
      return texts.filter((text) => text.includes(`\nDelivered-To: ${address}\n`));
    },
  };
}

test.skipIf(!works)(
  "a real mail server (skipped without Postfix and root): what the store calls sent lies in the mailboxes, byte by byte",
  async () => {
    const folder = await sender(1);
    const dry = await dunning(folder, DAY, "run", "--dry-run", "--json");
    const planned = (dry.json["actions"] as { to: string | null; channel: string }[]).filter(
      ({ channel }) => channel === "email",
    );
    const refused = planned[3]?.to ?? "";
    const server = await postfix(refused);
    const file = join(folder, "dunning.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("port: 1 }", `port: ${server.port} }`));

    const ran = await dunning(folder, DAY, "run", "--yes", "--json");
    const counts = countsOf(ran.json);
    expect([counts["refused"], counts["uncertain"], counts["deferred"]]).toEqual([1, 0, 0]);
    expect(counts["sent"]).toBeGreaterThan(20);

    const db = openDatabase(join(folder, "dunning.db"), "read");
    const messages = db
      .prepare<[], { recipient: string; state: string; bytes: Buffer; response: string }>(
        "SELECT recipient, state, bytes, response FROM message JOIN message_bytes ON message = id WHERE transport = 'smtp'",
      )
      .all();
    db.close();
    for (const { recipient, state, bytes, response } of messages) {
      if (state === "refused") {
        expect([recipient, response]).toEqual([refused, expect.stringContaining("no such customer")]);
        expect(server.mailbox(recipient)).toEqual([]);
        continue;
      }
      expect([state, response]).toEqual(["sent", expect.stringMatching(/^250 2\.0\.0 Ok: queued as/)]);
      await expect.poll(() => server.mailbox(recipient).length, { timeout: 60_000 }).toBe(1);
      const [text = ""] = server.mailbox(recipient);
      // The servers on the way put their own lines above; below stands what was queued.
      expect(text.replaceAll("\n", "\r\n").trimEnd().endsWith(bytes.toString("latin1").trimEnd())).toBe(true);
      const mail = await simpleParser(Buffer.from(text, "latin1"));
      expect([mail.to].flat().flatMap((to) => to?.value.map(({ address }) => address))).toEqual([recipient]);
    }
  },
);
