import { describe, expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import type { Day, DebtorId, DebtorKey } from "../src/core/types.ts";
import { Failure } from "../src/problem.ts";
import type { Outbox } from "../src/store/outbox.ts";
import { type MessageState, MOVES, type Move } from "../src/store/outbox-states.ts";
import { type Bench, bench, message, TODAY } from "./outbox-fixture.ts";

const STATES: readonly MessageState[] = [
  "queued",
  "sending",
  "committing",
  "sent",
  "deferred",
  "refused",
  "uncertain",
  "superseded",
  "void",
];

const LATER = new Date("2026-11-23T09:00:00.000Z");
/** Each change as the outbox offers it. */
const CHANGES: Readonly<Record<string, (box: Outbox, id: string) => unknown>> = {
  startSending: (box, id) => box.startSending(id),
  commitGate: (box, id) => box.commitGate(id, TODAY),
  sent: (box, id) => box.sent(id, "250 ok", TODAY),
  filed: (box, id) => box.filed([{ id, file: "drafts/x.eml" }], TODAY),
  notReached: (box, id) => box.notReached(id, "no route"),
  deferred: (box, id) => box.deferred(id, "451 later", LATER),
  refused: (box, id) => box.refused(id, "550 no", TODAY, true),
  uncertain: (box, id) => box.uncertain(id, "lost", TODAY),
  supersede: (box, id) => box.supersede(id, "paid", TODAY),
  void: (box, id) => box.void(id, TODAY),
  resolveSent: (box, id) => box.resolve(id, "sent", TODAY),
  resolveResend: (box, id) => box.resolve(id, "resend", TODAY),
};
/** The whole table: what is not here must throw and change nothing. */
const LEGAL: readonly (readonly [change: string, from: MessageState, to: MessageState])[] = [
  ["startSending", "queued", "sending"],
  ["startSending", "deferred", "sending"],
  ["commitGate", "sending", "committing"],
  ["sent", "committing", "sent"],
  ["filed", "sending", "sent"],
  ["notReached", "sending", "queued"],
  ["deferred", "sending", "deferred"],
  ["deferred", "committing", "deferred"],
  ["refused", "sending", "refused"],
  ["refused", "committing", "refused"],
  ["uncertain", "committing", "uncertain"],
  ["supersede", "queued", "superseded"],
  ["supersede", "deferred", "superseded"],
  ["void", "queued", "void"],
  ["void", "deferred", "void"],
  ["resolveSent", "uncertain", "sent"],
  ["resolveResend", "uncertain", "queued"],
];

/** One message over SMTP, brought into a state by the front door. */
function inState(state: MessageState): Bench & { id: string } {
  const made = bench();
  const { box } = made;
  const [id = ""] = box.queue(made.run(), [message(1)]);
  const ways: Record<MessageState, readonly string[]> = {
    queued: [],
    sending: ["startSending"],
    committing: ["startSending", "commitGate"],
    sent: ["startSending", "commitGate", "sent"],
    deferred: ["startSending", "deferred"],
    refused: ["startSending", "refused"],
    uncertain: ["startSending", "commitGate", "uncertain"],
    superseded: ["supersede"],
    void: ["void"],
  };
  for (const change of ways[state]) CHANGES[change]?.(box, id);
  return { ...made, id };
}

describe("states", () => {
  const cases = Object.keys(CHANGES).flatMap((change) => STATES.map((from) => ({ change, from })));
  test.each(cases)("$change from $from", ({ change, from }) => {
    const { box, id, stateOf, db, events } = inState(from);
    expect(stateOf(id)).toBe(from);
    const to = LEGAL.find(([name, before]) => name === change && before === from)?.[2];
    const before = db.prepare("SELECT * FROM message").get();
    const told = events.length;
    if (to !== undefined) {
      CHANGES[change]?.(box, id);
      expect(stateOf(id)).toBe(to);
      return;
    }
    expect(() => CHANGES[change]?.(box, id)).toThrow(/message [0-9a-f]{8}/);
    expect(db.prepare("SELECT * FROM message").get()).toEqual(before);
    expect(events.length, "no event of what did not happen").toBe(told);
  });

  test("a move that is not allowed is a bug, not a user's mistake; a person's wish is answered with a Failure", () => {
    const { box, id } = inState("sent");
    expect(() => box.startSending(id)).toThrow(`message ${id} is sent: "start" wants queued or deferred`);
    expect(() => box.startSending("unknown")).toThrow("message unknown is unknown");
    for (const wish of [
      () => box.void(id, TODAY),
      () => box.resolve(id, "sent", TODAY),
      () => box.show("zz"),
    ]) {
      expect(wish).toThrow(Failure);
      expect(wish).toThrow(expect.objectContaining({ exit: 2 }) as Error);
    }
  });

  test("every state is reached by a move, and the table names no other", () => {
    const reached = new Set<string>(["queued", ...Object.values(MOVES).map(({ to }) => to)]);
    expect([...reached].sort()).toEqual([...STATES].sort());
    expect(Object.keys(MOVES) satisfies string[] as Move[]).toHaveLength(13);
  });

  test("several started together: one that cannot be started stops them all", () => {
    const { box, run, stateOf } = bench();
    const [a = "", b = ""] = box.queue(run(), [message(1), message(2)]);
    box.supersede(b, "paid", TODAY);
    expect(() => box.startSending(a, b)).toThrow();
    expect(stateOf(a)).toBe("queued");
  });
});

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
    ["the same step twice", {}, true],
    ["another recipient", { to: "second@example.org" }, false],
    ["another step", { step: "last-warning" }, false],
    ["another channel", { transport: "letters" as const }, false],
  ])("unique among live messages: %s", (_, wanted, refused) => {
    const { box, run } = bench();
    box.queue(run(), [message(1)]);
    const again = (): unknown => box.queue(run(), [message(1, { ...wanted, id: "feedbeef" })]);
    if (refused) expect(again).toThrow("UNIQUE");
    else expect(again()).toEqual(["feedbeef"]);
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

  test("bytes that changed in the store are never handed out", () => {
    const { box, db, run } = bench();
    const [id = ""] = box.queue(run(), [message(1)]);
    db.prepare("UPDATE message SET bytes = CAST('x' AS BLOB)").run();
    expect(() => box.bytesOf(id)).toThrow(expect.objectContaining({ exit: 5 }) as Error);
  });
});

describe("what counts once a message has left", () => {
  const send = ({ box, run }: Bench, n: number, wanted = {}, day: Day = TODAY): string => {
    const [id = ""] = box.queue(run(), [message(n, wanted)]);
    box.startSending(id);
    box.commitGate(id, day);
    box.sent(id, "250 2.0.0 queued as 4711 for d1@example.org", day);
    return id;
  };

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

  test("before that nothing counts", () => {
    for (const state of STATES.filter((each) => each !== "sent")) {
      expect(inState(state).levels(), state).toEqual([]);
    }
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
    expect(box.void(id, TODAY)).toEqual({ file: "drafts/a/b.eml" });
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
      const bad = made.db
        .prepare<[], string | null>("SELECT email_bad FROM debtor WHERE key = 1")
        .pluck()
        .get();
      expect(bad).toBe(address ? "d1@example.org" : null);
      expect(made.events[0]).toMatchObject({ kind: "message-refused", data: { code: 550, address } });
      expect(JSON.stringify(made.events)).not.toContain("@");
    }
  });

  test("an uncertain message that arrived is dated by the day of its gate", () => {
    const made = inState("uncertain");
    made.clock.now = new Date("2026-11-26T08:00:00.000Z");
    made.box.resolve(made.id, "sent", "2026-11-26" as Day);
    expect(made.box.show(made.id)).toMatchObject({
      state: "sent",
      sentOn: TODAY,
      sentAt: "2026-11-23T08:00:00.000Z",
    });
    expect(made.levels().map(([, , , day]) => day)).toEqual([TODAY, TODAY]);
    const resolved = inState("uncertain");
    resolved.box.resolve(resolved.id, "resend", TODAY);
    expect(resolved.box.show(resolved.id)).toMatchObject({ state: "queued", sentOn: null, sentAt: null });
    expect(resolved.box.waiting()).toHaveLength(1);
  });

  test("deferred waits for its time", () => {
    const made = inState("deferred");
    expect(made.box.waiting()).toEqual([]);
    made.clock.now = new Date(LATER.getTime() - 1);
    expect(made.box.waiting()).toEqual([]);
    made.clock.now = LATER;
    expect(made.box.waiting().map(({ attempts, state }) => [attempts, state])).toEqual([[1, "deferred"]]);
  });

  test("the last e-mail's Message-ID, of this dossier and cycle only", () => {
    const made = bench();
    const id = send(made, 1);
    const last = (n: number, currency = "EUR", cycle = 1): string | null =>
      made.box.lastMessageId(n as DebtorKey, currency, cycle);
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
    expect(made.box.sentOn("smtp", TODAY)).toBe(1);
    expect(made.box.sentOn("smtp", addDays(TODAY, -1))).toBe(0);
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

describe("recovery", () => {
  test("what was sending is queued again, what was committing is uncertain, the rest stays", () => {
    const made = bench(STATES.length);
    const { box } = made;
    const ids = box.queue(
      made.run(),
      STATES.map((_, n) => message(n + 1)),
    );
    const at = (state: MessageState): string => ids[STATES.indexOf(state)] ?? "";
    box.startSending(
      ...(["sending", "committing", "sent", "deferred", "refused", "uncertain"] as const).map(at),
    );
    for (const state of ["committing", "sent", "uncertain"] as const) box.commitGate(at(state), TODAY);
    box.sent(at("sent"), "250 ok", TODAY);
    box.deferred(at("deferred"), "451 later", LATER);
    box.refused(at("refused"), "550 no", TODAY, false);
    box.uncertain(at("uncertain"), "lost", TODAY);
    box.supersede(at("superseded"), "paid", TODAY);
    box.void(at("void"), TODAY);

    expect(box.recover(TODAY)).toEqual({ queued: 1, uncertain: [at("committing")] });
    const expected = STATES.map((state) =>
      state === "sending" ? "queued" : state === "committing" ? "uncertain" : state,
    );
    expect(ids.map((id) => made.stateOf(id))).toEqual(expected);
    expect(box.recover(TODAY), "once").toEqual({ queued: 0, uncertain: [] });
    expect(box.show(at("committing")).response).toContain("the run ended");
  });
});

test("the journal's number grows with every line that the journal gets, and never otherwise", () => {
  const { box, run } = bench();
  const [a = "", b = ""] = box.queue(run(), [message(1), message(2)]);
  box.startSending(a, b);
  expect([box.journalSeq(), box.commitGate(a, TODAY), box.sent(a, "250 ok", TODAY)]).toEqual([0, 1, 2]);
  expect([box.deferred(b, "451", LATER), box.journalSeq()]).toEqual([3, 3]);
  expect(() => box.commitGate(a, TODAY)).toThrow();
  box.supersede(b, "paid", TODAY);
  expect(box.journalSeq()).toBe(3);
});
