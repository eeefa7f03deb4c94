import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import type { Day, DebtorId, DebtorKey } from "../src/core/types.ts";
import { type Bench, bench, message, TODAY } from "./outbox-fixture.ts";

const LATER = new Date("2026-11-23T09:00:00.000Z");

describe("queue", () => {
  test("freezes bytes, hash and items, in the order of run, debtor, currency", () => {
    const { box, run } = bench();
    const planned = [message(2), message(1, { transport: "letters" })];
    const ids = box.queue(run(), planned);
    expect(ids).toEqual(planned.map(({ finished }) => finished.action.id));
    expect(box.waiting().map(({ debtor, run: of }) => [debtor, of.name])).toEqual([
      ["D01", "8f30"],
      ["D02", "8f30"],
    ]);
    expect(Buffer.from(box.bytesOf(ids[0] ?? "")).equals(Buffer.from(planned[0]?.finished.bytes ?? ""))).toBe(
      true,
    );
    expect(box.show(ids[1] ?? "")).toMatchObject({
      state: "queued",
      to: "post",
      messageId: null,
      notAfter: "2026-11-25",
      plannedOn: TODAY,
      snapshot: 1,
      deadline: "2026-12-01",
      claimed: 20000,
      sentOn: null,
      items: [
        { number: "FA-1-0", role: "claimed", claimed: 10000, due: "2026-10-01" },
        { number: "FA-1-1", role: "claimed", claimed: 10000, due: "2026-10-01" },
      ],
    });
  });

  test("is all or nothing", () => {
    const { box, db, run } = bench();
    const torn = message(3);
    const wrong = { ...torn, finished: { ...torn.finished, sha256: "00" } };
    expect(() => box.queue(run(), [message(1), message(2), wrong])).toThrow(
      "was changed after it was finished",
    );
    expect(db.prepare("SELECT count(*) AS n FROM message").get()).toEqual({ n: 0 });
    expect(db.prepare("SELECT count(*) AS n FROM message_item").get()).toEqual({ n: 0 });
  });

  test.each([
    ["the same step twice", {}, "UNIQUE"],
    ["another recipient", { to: "second@example.org" }, "queued"],
    ["another step", { step: "last-warning" }, "queued"],
    ["another channel", { transport: "letters" as const }, "queued"],
  ])("unique among live messages: %s", (_, wanted, expected) => {
    const { box, run, stateOf } = bench();
    box.queue(run(), [message(1)]);
    const again = (): string => {
      try {
        return box
          .queue(run(), [message(1, { ...wanted, id: "feedbeef" })])
          .map(stateOf)
          .join();
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(again()).toContain(expected);
  });

  test("the same action again, once the first has ended: the id gets a number", () => {
    const { box, run } = bench();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const [id = ""] = box.queue(run(), [message(1)]);
      ids.push(id);
      box.supersede(id, "paid", TODAY);
    }
    expect(ids).toEqual([ids[0], `${ids[0]}-2`, `${ids[0]}-3`]);
  });

  test.each([
    ["changed", "UPDATE message_bytes SET bytes = CAST('x' AS BLOB)"],
    ["went away", "DELETE FROM message_bytes"],
  ])("bytes that %s in the store are never handed out", (_, sql) => {
    const { box, db, run } = bench();
    const [id = ""] = box.queue(run(), [message(1)]);
    db.exec(sql);
    expect(() => box.bytesOf(id)).toThrow(expect.objectContaining({ exit: 5 }) as Error);
  });
});

function send({ box, run }: Bench, n: number, wanted = {}, day: Day = TODAY): string {
  const [id = ""] = box.queue(run(), [message(n, wanted)]);
  box.startSending(id);
  box.commitGate(id, day);
  box.sent(id, "250 2.0.0 queued as 4711 for d1@example.org", day);
  return id;
}

describe("what counts once a message has left", () => {
  test("levels and courtesies, dated by the day on which it left", () => {
    const made = bench();
    const firm = send(made, 1);
    expect(made.levels()).toEqual([
      [10, 30, firm, TODAY],
      [11, 10, firm, TODAY],
    ]);
    const courtesy = send(made, 2, { step: "courtesy", level: null });
    expect(made.levels()).toHaveLength(2);
    expect(made.db.prepare("SELECT item, due, message FROM item_courtesy ORDER BY item").all()).toEqual([
      { item: 20, due: "2026-10-01", message: courtesy },
      { item: 21, due: "2026-10-01", message: courtesy },
    ]);
  });

  test("an item keeps the first record of a level, and its own life's", () => {
    const made = bench();
    const firm = send(made, 1);
    const next = send(made, 1, { step: "last-warning", level: 40 }, addDays(TODAY, 20));
    expect(made.levels()).toEqual([
      [10, 30, firm, TODAY],
      [10, 40, next, addDays(TODAY, 20)],
      [11, 10, firm, TODAY],
    ]);
    made.db.prepare("UPDATE item SET life = 2 WHERE key = 11").run();
    const later = send(made, 1, { step: "again", level: 30 }, addDays(TODAY, 30));
    expect(made.levels().filter(([item]) => item === 11)).toEqual([
      [11, 10, firm, TODAY],
      [11, 10, later, addDays(TODAY, 30)],
    ]);
  });

  test("the event holds ids, amounts and codes, and no word of the server or the debtor", () => {
    const made = bench();
    const id = send(made, 1);
    const [event] = made.events;
    expect(event).toMatchObject({ kind: "message-sent", day: TODAY, debtor: 1, message: id, snapshot: 1 });
    expect(event?.data).toMatchObject({ code: 250, claimed: 20000, level: 30, sentOn: TODAY });
    expect(event?.data).toMatchObject({
      items: [
        [10, 30, 10000],
        [11, 10, 10000],
      ],
    });
    expect(JSON.stringify(made.events)).not.toMatch(/@|Société|4711|Relance/);
  });

  test.each([
    ["drafts", "drafted"],
    ["letters", "printed"],
  ] as const)("%s count when their file is committed, and can be taken back", (transport, shown) => {
    const made = bench();
    const { box } = made;
    const [id = ""] = box.queue(made.run(), [message(1, { transport })]);
    box.startSending(id);
    expect(box.filed([{ id, file: "drafts/a/b.eml" }], TODAY)).toEqual([1]);
    expect(box.show(id)).toMatchObject({ state: shown, file: "drafts/a/b.eml", sentOn: TODAY });
    expect(made.levels()).toHaveLength(2);
    expect(box.void(id, TODAY)).toMatchObject({ file: "drafts/a/b.eml" });
    expect(made.stateOf(id)).toBe("void");
    expect(made.levels()).toEqual([]);
    expect(made.events.map(({ kind }) => kind)).toEqual(["message-sent", "message-void"]);
    expect(box.queue(made.run(), [message(1, { transport })])).toEqual([`${id}-2`]);
  });

  test("a refused address is flagged; a refused message alone flags nobody", () => {
    for (const address of [true, false]) {
      const made = bench();
      const [id = ""] = made.box.queue(made.run(), [message(1)]);
      made.box.startSending(id);
      made.box.refused(id, "550 5.1.1 no d1@example.org here", TODAY, address);
      const bad = made.db.prepare<[], string>("SELECT address FROM bad_email").pluck().get();
      expect(bad).toBe(address ? "d1@example.org" : undefined);
      expect(made.events[0]).toMatchObject({ kind: "message-refused", data: { code: 550, address } });
      expect(JSON.stringify(made.events)).not.toContain("@");
    }
  });

  test("what left before, of this dossier and cycle only", () => {
    const made = bench();
    const id = send(made, 1);
    const last = (n: number, currency = "EUR", cycle = 1): string | null =>
      made.box.previous(n as DebtorKey, currency, cycle).at(-1)?.messageId ?? null;
    expect([last(1), last(2), last(1, "USD"), last(1, "EUR", 2)]).toEqual([
      `${id}@example.com`,
      null,
      null,
      null,
    ]);
    made.clock.now = new Date("2026-12-01T08:00:00.000Z");
    const next = send(made, 1, { step: "last-warning", level: 40 }, "2026-12-01" as Day);
    expect(last(1)).toBe(`${next}@example.com`);
  });

  test("counts, lists and what left today", () => {
    const made = bench();
    send(made, 1);
    made.box.queue(made.run(), [message(2), message(3, { transport: "drafts" })]);
    expect(made.box.counts()).toMatchObject({ queued: 2, sent: 1, void: 0 });
    const at = made.clock.now.toISOString();
    const ago = (ms: number): Date => new Date(made.clock.now.getTime() - ms);
    const one = [{ recipient: "d1@example.org", sentAt: at, sentOn: TODAY }];
    expect(made.box.departures("smtp", TODAY, made.clock.now)).toEqual(one);
    expect(made.box.departures("smtp", addDays(TODAY, -1), ago(1))).toEqual(one);
    expect(made.box.departures("smtp", addDays(TODAY, -1), ago(0))).toEqual([]);
    expect(made.box.departures("drafts", TODAY, ago(1))).toEqual([]);
    expect(
      made.box.list({ state: "sent" }).map(({ debtor, response }) => [debtor, response?.slice(0, 3)]),
    ).toEqual([["D01", "250"]]);
    expect(made.box.list({ debtor: "D03" as DebtorId }).map(({ to, state }) => [to, state])).toEqual([
      ["d3@example.org", "queued"],
    ]);
    expect(Object.keys(made.box.list()[0] ?? {}).sort()).toEqual(
      [
        "attempts",
        "channel",
        "debtor",
        "id",
        "messageId",
        "queuedAt",
        "response",
        "sentAt",
        "state",
        "step",
        "to",
      ].sort(),
    );
  });
});

test("the journal's number grows with every line that the journal gets, and never otherwise", () => {
  const { box, run } = bench();
  const [a = "", b = ""] = box.queue(run(), [message(1), message(2)]);
  box.startSending(a, b);
  expect([box.journalSeq(), box.commitGate(a, TODAY), box.sent(a, "250 ok", TODAY)]).toEqual([0, 1, 2]);
  expect([box.deferred(b, "451", LATER), box.journalSeq()]).toEqual([3, 3]);
  expect(() => box.commitGate(a, TODAY)).toThrow("is sent");
  box.supersede(b, "paid", TODAY);
  expect(box.journalSeq()).toBe(3);
});
