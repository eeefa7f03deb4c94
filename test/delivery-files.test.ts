import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { drafts } from "../src/delivery/drafts.ts";
import { holds, ownName, privateFolder, sha256Of, writeFolder, writeWhole } from "../src/delivery/files.ts";
import { type JournalLine, lastSeqIn, openJournal, refuseOldStore } from "../src/delivery/journal.ts";
import { letters } from "../src/delivery/letters.ts";
import type { Outgoing } from "../src/delivery/transport.ts";
import { Failure } from "../src/problem.ts";
import { bench, message, TODAY } from "./outbox-fixture.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dunning-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inside = (...parts: string[]): string => join(folder, ...parts);
const bytes = (text: string): Uint8Array => Buffer.from(text);
const exitOf = (run: () => unknown): number | string => {
  try {
    run();
  } catch (error) {
    return error instanceof Failure ? error.exit : `not a Failure: ${String(error)}`;
  }
  return "done";
};

describe("a folder for private files", () => {
  test.each<[string, (path: string) => void, number | string]>([
    ["is made", () => undefined, "done"],
    ["of our own is taken", (path) => mkdirSync(path, { mode: 0o755 }), "done"],
    ["that the group can write to is refused", (path) => (mkdirSync(path), chmodSync(path, 0o775)), 73],
    ["that everybody can write to is refused", (path) => (mkdirSync(path), chmodSync(path, 0o757)), 73],
    ["that is a link is refused", (path) => symlinkSync(tmpdir(), path), 73],
    ["that is a dangling link is refused", (path) => symlinkSync("/nowhere/at/all", path), 73],
    ["that is a file is refused", (path) => writeFileSync(path, ""), 73],
  ])("%s", (_, prepare, expected) => {
    prepare(inside("drafts"));
    expect(exitOf(() => privateFolder(inside("drafts")))).toBe(expected);
  });

  test("is made inside another one too", () => {
    privateFolder(inside("papers", "letters"));
    expect(lstatSync(inside("papers", "letters")).isDirectory()).toBe(true);
  });

  test("is 0700 where we made it; the message says how to mend the mode", () => {
    privateFolder(inside("drafts"));
    expect(statSync(inside("drafts")).mode & 0o777).toBe(0o700);
    chmodSync(inside("drafts"), 0o770);
    expect(() => privateFolder(inside("drafts"))).toThrow(`chmod go-w ${inside("drafts")}`);
  });

  test.skipIf(process.getuid?.() !== 0)("of another user is refused", async () => {
    const { chownSync } = await import("node:fs");
    mkdirSync(inside("drafts"), { mode: 0o700 });
    chownSync(inside("drafts"), 12345, 12345);
    expect(exitOf(() => privateFolder(inside("drafts")))).toBe(73);
  });
});

describe("a file is there whole or not at all", () => {
  test("0600, with nothing beside it; the same bytes again are left alone", () => {
    writeWhole(inside("a.eml"), bytes("one"));
    expect(readFileSync(inside("a.eml"), "utf8")).toBe("one");
    expect(statSync(inside("a.eml")).mode & 0o777).toBe(0o600);
    const before = statSync(inside("a.eml")).ino;
    writeWhole(inside("a.eml"), bytes("one"));
    expect(statSync(inside("a.eml")).ino).toBe(before);
    expect(readdirSync(folder)).toEqual(["a.eml"]);
  });

  test("what a killed run left half written is replaced", () => {
    writeFileSync(inside(".a.eml.tmp"), "hal");
    writeWhole(inside("a.eml"), bytes("half"));
    expect(readdirSync(folder)).toEqual(["a.eml"]);
  });

  test.each<[string, (victim: string) => void]>([
    ["other content", () => writeFileSync(inside("a.eml"), "other")],
    ["a link to a file", (victim) => symlinkSync(victim, inside("a.eml"))],
    [
      "a link to the same bytes",
      (victim) => (writeFileSync(victim, "one"), symlinkSync(victim, inside("a.eml"))),
    ],
    ["a dangling link", () => symlinkSync("/nowhere/at/all", inside("a.eml"))],
    ["a folder", () => mkdirSync(inside("a.eml"))],
  ])("%s in its place is refused and stays", (_, plant) => {
    const victim = inside("victim");
    writeFileSync(victim, "mine");
    plant(victim);
    const before = lstatSync(inside("a.eml"));
    const content = readFileSync(victim, "utf8");
    expect(exitOf(() => writeWhole(inside("a.eml"), bytes("one")))).toBe(73);
    expect(lstatSync(inside("a.eml")).ino).toBe(before.ino);
    expect(readFileSync(victim, "utf8")).toBe(content);
  });

  test("a link planted under the temporary name is not followed", () => {
    writeFileSync(inside("victim"), "mine");
    symlinkSync(inside("victim"), inside(".a.eml.tmp"));
    writeWhole(inside("a.eml"), bytes("one"));
    expect(readFileSync(inside("victim"), "utf8")).toBe("mine");
    expect(lstatSync(inside("a.eml")).isFile()).toBe(true);
  });

  test("recognised by its hash, as an ordinary file only", () => {
    writeFileSync(inside("a"), "one");
    symlinkSync(inside("a"), inside("b"));
    const hash = sha256Of(bytes("one"));
    expect([holds(inside("a"), hash), holds(inside("b"), hash), holds(inside("c"), hash)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(holds(inside("a"), sha256Of(bytes("two")))).toBe(false);
  });

  test("a folder of files, the same way", () => {
    mkdirSync(inside(".batch.tmp"));
    writeFileSync(inside(".batch.tmp", "stale.pdf"), "stale");
    writeFolder(inside("batch"), new Map([["a.pdf", bytes("a")]]));
    expect(readdirSync(folder)).toEqual(["batch"]);
    expect(readdirSync(inside("batch"))).toEqual(["a.pdf"]);
    expect(statSync(inside("batch")).mode & 0o777).toBe(0o700);
    expect(exitOf(() => writeFolder(inside("batch"), new Map()))).toBe(73);
  });

  test.each(["../x", "a/b", "", ".hidden", "a\0b", "a\nb", "é.pdf", "a".repeat(101)])(
    "%j is no name of ours",
    (name) => {
      expect(() => ownName(name)).toThrow("not a file name of ours");
      expect(() => writeFolder(inside("batch"), new Map([[name, bytes("a")]]))).toThrow(
        "not a file name of ours",
      );
      expect(existsSync(inside("batch"))).toBe(false);
    },
  );
});

/** Queued messages with their bytes, as delivery gets them. */
function outgoing(transport: "drafts" | "letters", debtors: number): Outgoing[] {
  const { box, run } = bench(debtors);
  box.queue(
    run(),
    Array.from({ length: debtors }, (_, n) => message(n + 1, { transport })),
  );
  return box.waiting().map((each) => ({ message: each, bytes: box.bytesOf(each.id) }));
}

describe("drafts", () => {
  test("are files that a mail program opens: one folder per run, named by ids only", async () => {
    const batch = outgoing("drafts", 2);
    const { placed, others } = await drafts(folder).write(batch);
    expect(placed).toEqual(batch.map(({ message: { id } }) => `drafts/${TODAY}-8f30/${id}.eml`));
    expect(others).toEqual([]);
    const mail = await simpleParser(readFileSync(inside(placed[0] ?? "")));
    expect(mail.subject).toBe("Relance 1");
    expect(mail.to).toMatchObject({ value: [{ address: "d1@example.org" }] });
    expect(mail.messageId).toBe(`<${batch[0]?.message.messageId}>`);
  });

  test("are found again by name and hash", async () => {
    const door = drafts(folder);
    const [first, second] = outgoing("drafts", 2);
    if (first === undefined || second === undefined) throw new Error("two drafts");
    expect(door.find(first.message)).toBeNull();
    const { placed } = await door.write([first]);
    expect([door.find(first.message), door.find(second.message)]).toEqual([placed[0], null]);
    appendFileSync(inside(placed[0] ?? ""), "x");
    expect(door.find(first.message)).toBeNull();
  });

  test("go together in groups that keep their order", () => {
    const all = outgoing("drafts", 101).map(({ message: each }) => each);
    const batches = drafts(folder).batches(all);
    expect(batches.map((batch) => batch.length)).toEqual([50, 50, 1]);
    expect(batches.flat()).toEqual(all);
  });
});

describe("letters", () => {
  const printed: string[] = [];
  const door = () =>
    letters({
      company: folder,
      folder: "letters",
      printFile: async (pdfs) => {
        printed.push(...pdfs.map((pdf) => Buffer.from(pdf).toString()));
        return { bytes: Buffer.concat(pdfs), pages: pdfs.map((_, n) => n + 1) };
      },
    });

  test("a batch: a file per letter, the print file in the same order, a manifest without names of people", async () => {
    const batch = outgoing("letters", 2);
    const { placed, others } = await door().write(batch);
    const name = `${TODAY}-8f30`;
    expect(placed).toEqual(batch.map(({ message: { id } }) => `letters/${name}/${id}.pdf`));
    expect(others).toEqual([`letters/${name}/print.pdf`, `letters/${name}/manifest.json`]);
    expect(readFileSync(inside(placed[1] ?? "")).equals(Buffer.from(batch[1]?.bytes ?? ""))).toBe(true);
    const print = Buffer.concat(batch.map((each) => each.bytes));
    expect(readFileSync(inside("letters", name, "print.pdf")).equals(print)).toBe(true);
    expect(JSON.parse(readFileSync(inside("letters", name, "manifest.json"), "utf8"))).toEqual({
      batch: name,
      run: "8f30",
      date: TODAY,
      print: { file: "print.pdf", pages: 3, sha256: sha256Of(print) },
      letters: batch.map(({ message: { id, sha256 } }, n) => ({
        id,
        debtor: `D0${n + 1}`,
        channel: "letter",
        file: `${id}.pdf`,
        pages: n + 1,
        sha256,
      })),
    });
  });

  test("a print file that fails leaves nothing", async () => {
    const broken = letters({
      company: folder,
      folder: "letters",
      printFile: () => Promise.reject(new Error("no memory")),
    });
    await expect(broken.write(outgoing("letters", 2))).rejects.toThrow("no memory");
    expect(readdirSync(inside("letters"))).toEqual([]);
  });

  test("a letter whose file is there is found, in any folder of its run; the rest gets a folder of its own", async () => {
    const [first, second, third] = outgoing("letters", 3);
    if (first === undefined || second === undefined || third === undefined) throw new Error("three letters");
    expect(door().find(first.message)).toBeNull();
    const one = await door().write([first]);
    const two = await door().write([second]);
    expect(two.placed[0]).toBe(`letters/${TODAY}-8f30-2/${second.message.id}.pdf`);
    expect([first, second, third].map((each) => door().find(each.message))).toEqual([
      one.placed[0],
      two.placed[0],
      null,
    ]);
  });

  test("one batch per run", () => {
    const { box, run } = bench(3);
    box.queue(run(), [message(1, { transport: "letters" }), message(3, { transport: "letters" })]);
    box.queue(run(), [message(2, { transport: "letters" })]);
    const batches = door().batches(box.waiting());
    expect(batches.map((batch) => batch.map(({ debtor }) => debtor))).toEqual([["D01", "D03"], ["D02"]]);
  });

  test("a planted link in the place of the folder is refused", async () => {
    mkdirSync(inside("elsewhere"));
    symlinkSync(inside("elsewhere"), inside("letters"));
    await expect(door().write(outgoing("letters", 1))).rejects.toThrow("a symbolic link");
    expect(readdirSync(inside("elsewhere"))).toEqual([]);
  });
});

const line = (seq: number): JournalLine => ({
  seq,
  at: "2026-11-23T08:00:00.000Z",
  day: TODAY,
  what: "gate",
  message: `m${seq}`,
  messageId: null,
  sha256: "00",
});
const open = () => openJournal(inside("sent.jsonl"));

describe("the sent journal", () => {
  test("one line per entry, private, continued where it ended", () => {
    const first = open();
    expect(first.lastSeq).toBe(0);
    first.append([line(1), line(2)]);
    first.append([]);
    first.close();
    const second = open();
    expect(second.lastSeq).toBe(2);
    second.append([line(5)]);
    expect(second.lastSeq).toBe(5);
    second.close();
    expect(readFileSync(inside("sent.jsonl"), "utf8")).toBe(
      [1, 2, 5].map((seq) => `${JSON.stringify(line(seq))}\n`).join(""),
    );
    expect(statSync(inside("sent.jsonl")).mode & 0o777).toBe(0o600);
  });

  test("a line that a crash tore never counted, wherever it was torn", () => {
    const whole = `${JSON.stringify(line(1))}\n`;
    const torn = `${JSON.stringify(line(2))}\n`;
    for (let cut = 0; cut < torn.length; cut++) {
      writeFileSync(inside("sent.jsonl"), whole + torn.slice(0, cut));
      const before = readFileSync(inside("sent.jsonl"), "utf8");
      expect([lastSeqIn(inside("sent.jsonl")), readFileSync(inside("sent.jsonl"), "utf8")]).toEqual([
        1,
        before,
      ]);
      const journal = open();
      expect(journal.lastSeq).toBe(1);
      journal.append([line(3)]);
      journal.close();
      expect(readFileSync(inside("sent.jsonl"), "utf8")).toBe(`${whole}${JSON.stringify(line(3))}\n`);
    }
  });

  test("a long journal: only its end is read", () => {
    writeFileSync(
      inside("sent.jsonl"),
      Array.from({ length: 5000 }, (_, n) => `${JSON.stringify(line(n))}\n`).join(""),
    );
    const journal = open();
    expect([journal.lastSeq, lastSeqIn(inside("sent.jsonl"))]).toEqual([4999, 4999]);
    expect(lastSeqIn(inside("none.jsonl"))).toBe(0);
    journal.close();
  });

  test.each(["not json", "{}", '{"seq":"1"}', '{"seq":1.5}', "null"])(
    "a last line %j is damage: exit 5",
    (text) => {
      writeFileSync(inside("sent.jsonl"), `${text}\n`);
      expect(exitOf(open)).toBe(5);
    },
  );

  test("a link in its place is not followed", () => {
    writeFileSync(inside("victim"), "mine\n");
    symlinkSync(inside("victim"), inside("sent.jsonl"));
    expect(open).toThrow("ELOOP");
    expect(readFileSync(inside("victim"), "utf8")).toBe("mine\n");
  });

  test.each([
    ["level", 7, 7, "done"],
    ["ahead, as after a crash between commit and line", 7, 8, "done"],
    ["new, with no journal", 0, 0, "done"],
    ["one line behind", 7, 6, 5],
    ["new, with an old journal", 7, 0, 5],
  ])("a store that is %s", (_, lastSeq, storeSeq, expected) => {
    expect(exitOf(() => refuseOldStore({ lastSeq }, storeSeq))).toBe(expected);
  });
});
