import { describe, expect, test } from "vitest";
import type { JournalLine } from "../src/delivery/journal.ts";
import { recording, type Step } from "../src/delivery/record.ts";
import { smtp } from "../src/delivery/smtp.ts";
import { TODAY } from "./outbox-fixture.ts";
import { company, counted } from "./support/delivery.ts";
import { goodServer, scripted, settingsFor } from "./support/scripted-smtp.ts";

describe("commits", () => {
  const line = (seq: number): JournalLine => ({
    seq,
    at: "",
    day: TODAY,
    what: "sent",
    message: `m${seq}`,
    messageId: null,
    sha256: "",
  });
  const gateOf = (step: Step, stands = true) => ({ step, stands: () => stands, undo: () => undefined });
  /** `underWay`: so many messages are on their way. */
  const recorder = (underWay = 1, writes: () => void = () => undefined) => {
    const log: string[] = [];
    const outbox = {
      together: <T>(work: () => T): T => {
        log.push("begin");
        const done = work();
        log.push("commit");
        return done;
      },
    };
    const append = (lines: readonly JournalLine[]) => {
      writes();
      log.push(`journal ${lines.map(({ seq }) => seq).join()}`);
    };
    const record = recording(outbox, { append }, () => underWay);
    const step =
      (seq: number): Step =>
      () => {
        log.push(`step ${seq}`);
        return line(seq);
      };
    const gate = async (seq: number, stands = true): Promise<void> => {
      const written = await record.gate(gateOf(step(seq), stands));
      log.push(`${written ? "last byte" : "nothing"} of ${seq}`);
    };
    return { log, record, step, gate };
  };
  const full = new Error("no space left");
  const failing: Step = () => {
    throw full;
  };

  test("an outcome shares the commit of the next gate", async () => {
    const { log, record, step, gate } = recorder();
    record.outcome(step(1));
    await gate(2);
    record.flush();
    expect(log).toEqual(["begin", "step 1", "step 2", "commit", "journal 1,2", "last byte of 2"]);
  });

  test("without a next gate it is written a moment later, or at the end", async () => {
    const { log, record, step } = recorder();
    record.outcome(step(1));
    await expect.poll(() => log).toEqual(["begin", "step 1", "commit", "journal 1"]);
    record.outcome(step(2));
    record.flush();
    expect(log.slice(4)).toEqual(["begin", "step 2", "commit", "journal 2"]);
  });

  test("gates of all messages on their way share one commit, and no last byte leaves before it", async () => {
    const { log, record, step, gate } = recorder(3);
    record.outcome(step(1));
    await Promise.all([gate(2), gate(3), gate(4)]);
    const shared = ["begin", "step 1", "step 2", "step 3", "step 4", "commit", "journal 1,2,3,4"];
    expect(log).toEqual([...shared, "last byte of 2", "last byte of 3", "last byte of 4"]);
  });

  test("a gate does not wait long for messages that do not come to theirs", async () => {
    const { log, gate } = recorder(2);
    await gate(1);
    expect(log).toEqual(["begin", "step 1", "commit", "journal 1", "last byte of 1"]);
  });

  test("what does not stand any more is not written with the others", async () => {
    const { log, gate } = recorder(2);
    await Promise.all([gate(1, false), gate(2)]);
    expect(log).toEqual(["begin", "step 2", "commit", "journal 2", "nothing of 1", "last byte of 2"]);
    log.length = 0;
    await gate(3, false);
    expect(log).toEqual(["nothing of 3"]);
  });

  test("a gate that fails takes those beside it along, but no outcome", async () => {
    const { log, record, step, gate } = recorder(2);
    record.outcome(step(1));
    const both = [gate(2), record.gate(gateOf(failing))];
    for (const each of both) await expect(each).rejects.toBe(full);
    log.length = 0;
    record.flush();
    expect(log).toEqual(["begin", "step 1", "commit", "journal 1"]);
  });

  test("what a later write fails on is thrown by the next call", async () => {
    const { record } = recorder();
    let tried = false;
    record.outcome(() => {
      tried = true;
      return failing();
    });
    await expect.poll(() => tried).toBe(true);
    await expect(record.gate(gateOf(() => null))).rejects.toBe(full);
  });

  test("an outcome that could not be written is tried again at the end, though nothing more may leave", async () => {
    const { log, record, step, gate } = recorder();
    let tries = 0;
    record.outcome(() => {
      tries += 1;
      return tries === 1 ? failing() : step(1)();
    });
    await expect.poll(() => tries).toBe(1);
    log.length = 0;
    await expect(gate(2)).rejects.toBe(full);
    expect(() => record.flush()).toThrow(full);
    expect(log).toEqual(["begin", "step 1", "commit", "journal 1"]);
  });

  test("a journal that cannot be written: the gates are taken back together, an outcome stays in the store", async () => {
    const { log, record, step } = recorder(2, () => {
      throw full;
    });
    record.outcome(step(1));
    const both = [2, 3].map((seq) =>
      record.gate({ ...gateOf(step(seq)), undo: () => void log.push(`undo ${seq}`) }),
    );
    for (const each of both) await expect(each).rejects.toBe(full);
    record.flush();
    const written = ["begin", "step 1", "step 2", "step 3", "commit"];
    expect(log).toEqual([...written, "begin", "undo 2", "undo 3", "commit"]);
  });

  test("several lines: fewer commits than messages, each gate before its outcome", async () => {
    const at = company(30);
    const server = await scripted(goodServer);
    const ids = at.queue("smtp");
    let commits = 0;
    const outbox = {
      ...at.box,
      together: <T>(work: () => T): T => {
        commits += 1;
        return at.box.together(work);
      },
    };
    const transport = smtp({ ...settingsFor(server.port), connections: 3 });
    expect(counted(await at.go({ outbox, transports: { smtp: transport } }))).toEqual({ sent: 30 });
    expect(commits).toBeLessThan(20);
    for (const id of ids)
      expect(
        at
          .journal()
          .filter(({ message }) => message === id)
          .map(({ what }) => what),
      ).toEqual(["gate", "sent"]);
  });
});
