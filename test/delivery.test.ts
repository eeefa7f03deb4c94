import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Day } from "../src/core/types.ts";
import type { Delivery } from "../src/delivery/deliver.ts";
import { type Journal, openJournal } from "../src/delivery/journal.ts";
import { smtp } from "../src/delivery/smtp.ts";
import { EXIT, Failure } from "../src/problem.ts";
import { TODAY } from "./outbox-fixture.ts";
import { company, counted, files, UNPACED } from "./support/delivery.ts";
import { atStage, goodServer, plainSmtp, scripted, settingsFor } from "./support/scripted-smtp.ts";

test.each([1, 2, 50])(
  "smtp, %i messages: all sent, each with its gate and outcome in the journal; again: nothing",
  async (n) => {
    const at = company(n);
    const server = await scripted(goodServer);
    const ids = at.queue("smtp");
    const first = await at.go({ transports: { smtp: plainSmtp(server.port) } });
    expect(counted(first)).toEqual({ sent: n });
    expect(first.stopped).toBeNull();
    expect(first.messages).toEqual(ids.map((id) => ({ id, ending: "sent", note: "250 2.0.0 queued" })));
    expect(server.messages).toHaveLength(n);
    expect(new Set(server.messages.map((text) => /Message-ID: <([^>]+)>/.exec(text)?.[1])).size).toBe(n);
    expect(at.states()).toEqual({ sent: n });
    expect(at.levels()).toHaveLength(2 * n);
    expect(at.journal().map(({ what, message: id }) => `${what} ${id}`)).toEqual(
      ids.flatMap((id) => [`gate ${id}`, `sent ${id}`]),
    );
    expect(at.journal().map(({ seq }) => seq)).toEqual(Array.from({ length: 2 * n }, (_, k) => k + 1));
    expect(at.box.journalSeq()).toBe(2 * n);

    const second = await at.go({ transports: { smtp: plainSmtp(server.port) } });
    expect(counted(second)).toEqual({});
    expect(server.messages).toHaveLength(n);
    expect(server.connections()).toBe(1);
  },
);

test.each([1, 2, 50])("drafts and letters, %i each: files, states and journal; again: nothing", async (n) => {
  const at = company(n);
  const mailIds = at.queue("drafts");
  const letterIds = at.queue("letters");
  const first = await at.go({ transports: files(at.folder) });
  expect(counted(first)).toEqual({ drafted: n, printed: n });
  expect(first.files.filter((file) => file.endsWith(".eml")).sort()).toEqual(
    mailIds.map((id) => `drafts/${TODAY}-8f30/${id}.eml`).sort(),
  );
  expect(readdirSync(join(at.folder, "letters", `${TODAY}-8f31`)).sort()).toEqual(
    [...letterIds.map((id) => `${id}.pdf`), "manifest.json", "print.pdf"].sort(),
  );
  expect(first.files.every((file) => existsSync(join(at.folder, file)))).toBe(true);
  expect(at.states()).toEqual({ sent: 2 * n });
  expect(at.journal().map(({ what }) => what)).toEqual([
    ...Array.from({ length: n }, () => "printed"),
    ...Array.from({ length: n }, () => "drafted"),
  ]);
  expect(readFileSync(at.path, "utf8")).not.toMatch(/Société|example\.org/);
  const before = readdirSync(at.folder, { recursive: true });
  expect(counted(await at.go({ transports: files(at.folder) }))).toEqual({});
  expect(readdirSync(at.folder, { recursive: true })).toEqual(before);
});

test("nothing is sent again after a refusal or a doubt, and the deferred wait longer each time", async () => {
  const at = company(3);
  const server = await scripted((stage, nth) => {
    if (stage === "RCPT" && nth === 1) return "550 5.1.1 no";
    if (stage === "dot" && nth === 1) return "drop";
    return stage === "dot" && nth <= 3 ? "451 4.3.0 later" : null;
  });
  at.queue("smtp");
  const transports = () => ({ smtp: plainSmtp(server.port) });
  const later = (minutes: number): void => {
    at.clock.now = new Date(at.clock.now.getTime() + minutes * 60_000);
  };
  expect(counted(await at.go({ transports: transports() }))).toEqual({
    refused: 1,
    uncertain: 1,
    deferred: 1,
  });
  later(29);
  expect(counted(await at.go({ transports: transports() }))).toEqual({});
  later(1);
  expect(counted(await at.go({ transports: transports() }))).toEqual({ deferred: 1 });
  later(59);
  expect(counted(await at.go({ transports: transports() }))).toEqual({});
  later(1);
  expect(counted(await at.go({ transports: transports() }))).toEqual({ sent: 1 });
  expect(at.states()).toEqual({ refused: 1, uncertain: 1, sent: 1 });
  const bodies = server.messages.map((text) => /Subject: (.*)\r/.exec(text)?.[1]);
  expect(bodies).toEqual(["Relance 2", "Relance 3", "Relance 3", "Relance 3"]);
  expect(new Set(server.messages.slice(1)).size, "the same bytes each time").toBe(1);
});

test("the last look: what changed, or is too old, is superseded and never leaves", async () => {
  const at = company(3);
  const server = await scripted(goodServer);
  const [first = "", second = ""] = at.queue("smtp");
  at.queue("letters", { notAfter: "2026-11-22" as Day });
  const asked: string[] = [];
  const report = await at.go({
    transports: { smtp: plainSmtp(server.port), ...files(at.folder) },
    recheck: ({ id }) => {
      asked.push(id);
      return id === second ? "paid" : null;
    },
  });
  expect(counted(report)).toEqual({ sent: 2, superseded: 4 });
  expect(asked).toHaveLength(3);
  expect(report.messages.filter(({ ending }) => ending === "superseded").map(({ note }) => note)).toEqual([
    "not-after",
    "not-after",
    "not-after",
    "paid",
  ]);
  expect(at.box.show(second)).toMatchObject({ state: "superseded", response: "paid" });
  expect(at.box.show(first).state).toBe("sent");
  expect(existsSync(join(at.folder, "letters"))).toBe(false);
});

test("a signal: the message in hand is finished, the rest waits", async () => {
  const at = company(3);
  const stop: { signal: string | null } = { signal: null };
  const server = await scripted((stage, nth) => {
    if (stage === "dot" && nth === 2) stop.signal = "SIGTERM";
    return null;
  });
  at.queue("smtp");
  at.queue("letters");
  const report = await at.go({ transports: { smtp: plainSmtp(server.port) }, stop });
  expect(counted(report)).toEqual({ sent: 2, waiting: 4 });
  expect(at.states()).toEqual({ sent: 2, queued: 4 });
  expect(counted(await at.go({ transports: files(at.folder), stop }))).toEqual({ waiting: 4 });
});

test("a signal is heard while the pace is kept", async () => {
  const at = company(2);
  const server = await scripted(goodServer);
  at.queue("smtp");
  const stop: { signal: string | null } = { signal: null };
  setTimeout(() => {
    stop.signal = "SIGINT";
  }, 100);
  const begun = performance.now();
  const pace = { ...UNPACED, perMinute: 1, perDay: 10 };
  const report = await at.go({ transports: { smtp: plainSmtp(server.port) }, stop, pace });
  expect(counted(report)).toEqual({ sent: 1, waiting: 1 });
  expect(performance.now() - begun).toBeLessThan(20_000);
});

test("the pace: so many in a minute, so many in a day, with what may have left counted", async () => {
  const at = company(5);
  const server = await scripted(atStage("dot", "drop", 1));
  at.queue("smtp");
  const go = (perDay: number) =>
    at.go({ transports: { smtp: plainSmtp(server.port) }, pace: { ...UNPACED, perMinute: 600, perDay } });
  const begun = performance.now();
  expect(counted(await go(3))).toEqual({ uncertain: 1, sent: 2, waiting: 2 });
  expect(performance.now() - begun).toBeGreaterThan(199);
  expect(counted(await go(3))).toEqual({ waiting: 2 });
  expect(counted(await go(4))).toEqual({ sent: 1, waiting: 1 });
});

test("files are written before any mail server is asked, and a wrong set-up does not undo them", async () => {
  const at = company(2);
  const server = await scripted(atStage("greeting", "hang"));
  at.queue("smtp");
  at.queue("letters");
  const report = await at.go({ transports: { smtp: plainSmtp(server.port, 300), ...files(at.folder) } });
  expect(counted(report)).toEqual({ printed: 2, waiting: 2 });
  expect(report.stopped?.exit, "something left, so it is not 69").toBe(3);
  expect(report.stopped?.message).toContain("dunning run");
});

test("a run that was killed between the files and the commit: what lies there counts as written", async () => {
  const at = company(3);
  at.queue("letters");
  at.queue("drafts", { step: "other" });
  const transports = files(at.folder);
  for (const name of ["letters", "drafts"] as const) {
    const mine = at.box.waiting().filter(({ transport }) => transport === name);
    at.box.startSending(...mine.map(({ id }) => id));
    await transports[name]?.write(mine.map((each) => ({ message: each, bytes: at.box.bytesOf(each.id) })));
  }
  const before = readdirSync(at.folder, { recursive: true });
  expect(at.box.recover(TODAY)).toEqual({ queued: 6, uncertain: [] });
  // A payment came in meanwhile, but the letters may have been posted: they count.
  const report = await at.go({ transports, recheck: () => "paid" });
  expect(counted(report)).toEqual({ printed: 3, drafted: 3 });
  expect(readdirSync(at.folder, { recursive: true }).filter((each) => each !== "sent.jsonl")).toEqual(
    before.filter((each) => each !== "sent.jsonl"),
  );
  expect(at.levels()).toHaveLength(6);
});

test.each([
  [1, 0],
  [3, 1],
])(
  "a journal that cannot be written keeps the last bytes of %i lines back: they stay queued, and leave the next time",
  async (connections, before) => {
    const at = company(5);
    const server = await scripted(goodServer);
    at.queue("smtp");
    const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    const journal = openJournal(at.path);
    let written = 0;
    const append: Journal["append"] = (lines) => {
      if (written === before) throw full;
      written += 1;
      journal.append(lines);
    };
    const go = (more: Partial<Delivery> = {}) =>
      at.go({ transports: { smtp: smtp({ ...settingsFor(server.port), connections }) }, ...more });
    await expect(go({ journal: { ...journal, append } })).rejects.toBe(full);
    journal.close();
    expect(server.messages).toHaveLength(before);
    expect(at.states()).toEqual({ ...(before > 0 ? { sent: before } : {}), queued: 5 - before });
    expect(at.box.recover(TODAY)).toEqual({ queued: 0, uncertain: [] });
    expect(counted(await go())).toEqual({ sent: 5 - before });
    expect(server.messages).toHaveLength(5);
  },
);

test("a store that cannot be written stops everything at once; no outcome is made up", async () => {
  const at = company(2);
  const server = await scripted(goodServer);
  at.queue("smtp");
  const full = new Failure(EXIT.io, { code: "disk", message: "the disk is full" });
  const outbox = {
    ...at.box,
    commitGate: () => {
      throw full;
    },
  };
  await expect(at.go({ transports: { smtp: plainSmtp(server.port) }, outbox })).rejects.toBe(full);
  expect(server.messages).toEqual([]);
  expect(at.states()).toEqual({ queued: 2 });
});

test("progress counts every message once", async () => {
  const at = company(3);
  const server = await scripted(goodServer);
  at.queue("smtp");
  at.queue("drafts", { step: "other" });
  const seen: [number, number][] = [];
  await at.go({
    transports: { smtp: plainSmtp(server.port), ...files(at.folder) },
    onProgress: (done, total) => void seen.push([done, total]),
  });
  expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
});
