import { describe, expect, test } from "vitest";
import type { Day } from "../src/core/types.ts";
import { Failure } from "../src/problem.ts";
import type { Outbox } from "../src/store/outbox.ts";
import { type MessageState, MOVES } from "../src/store/outbox-states.ts";
import { type Bench, bench, message, TODAY } from "./outbox-fixture.ts";

const STATES: readonly MessageState[] = [
  "queued",
  "sending",
  "committing",
  "printed",
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
  undoGate: (box, id) => box.undoGate(id),
  sent: (box, id) => box.sent(id, "250 ok", TODAY),
  printed: (box, id) => void box.printed([{ id, file: "letters/a/b.pdf" }], TODAY),
  posted: (box, id) => box.posted(id, TODAY, null),
  cameBack: (box, id) =>
    void box.cameBack(id, { day: TODAY, reason: "no such user", code: "5.1.1", address: true }),
  filed: (box, id) => box.filed([{ id, file: "drafts/x.eml" }], TODAY),
  notReached: (box, id) => box.notReached(id, "no route"),
  deferred: (box, id) => box.deferred(id, "451 later", LATER),
  refused: (box, id) => box.refused(id, "550 no", TODAY, true),
  uncertain: (box, id) => box.uncertain(id, "lost", TODAY),
  supersede: (box, id) => box.supersede(id, "paid", TODAY),
  retry: (box, id) => box.retry([id], TODAY),
  void: (box, id) => box.void(id, TODAY),
  resolveSent: (box, id) => box.resolve(id, "sent", TODAY),
  resolveResend: (box, id) => box.resolve(id, "resend", TODAY),
};
/** The whole table: what is not here must throw and change nothing. */
const LEGAL: readonly (readonly [change: string, from: MessageState, to: MessageState])[] = [
  ["startSending", "queued", "sending"],
  ["startSending", "deferred", "sending"],
  ["commitGate", "sending", "committing"],
  ["undoGate", "committing", "queued"],
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
  ["retry", "deferred", "queued"],
  ["void", "queued", "void"],
  ["void", "deferred", "void"],
  ["resolveSent", "uncertain", "sent"],
  ["resolveResend", "uncertain", "queued"],
  ["printed", "sending", "printed"],
  ["posted", "printed", "sent"],
  ["posted", "sent", "sent"],
  ["void", "printed", "void"],
  ["cameBack", "sent", "sent"],
  ["cameBack", "uncertain", "sent"],
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
    printed: ["startSending", "printed"],
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
  test.each(LEGAL)("%s: %s becomes %s", (change, from, to) => {
    const { box, id, stateOf } = inState(from);
    expect(stateOf(id)).toBe(from);
    CHANGES[change]?.(box, id);
    expect(stateOf(id)).toBe(to);
  });

  const illegal = Object.keys(CHANGES)
    .flatMap((change) => STATES.map((from) => [change, from] as const))
    .filter(([change, from]) => !LEGAL.some(([name, before]) => name === change && before === from));
  test.each(illegal)("%s: not from %s", (change, from) => {
    const { box, id, db, events } = inState(from);
    const before = db.prepare("SELECT * FROM message").get();
    const told = events.length;
    expect(() => CHANGES[change]?.(box, id)).toThrow(/message [0-9a-f]{8}/);
    expect(db.prepare("SELECT * FROM message").get()).toEqual(before);
    expect(events).toHaveLength(told);
  });

  test("nothing counts before a message was sent", () => {
    const others = STATES.filter((state) => state !== "sent");
    expect(others.flatMap((state) => inState(state).levels())).toEqual([]);
    expect(inState("sent").levels()).toHaveLength(2);
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
  });

  test("several started together: one that cannot be started stops them all", () => {
    const { box, run, stateOf } = bench();
    const [a = "", b = ""] = box.queue(run(), [message(1), message(2)]);
    box.supersede(b, "paid", TODAY);
    expect(() => box.startSending(a, b)).toThrow("is superseded");
    expect(stateOf(a)).toBe("queued");
  });
});

describe("time", () => {
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
      ...(["sending", "committing", "printed", "sent", "deferred", "refused", "uncertain"] as const).map(at),
    );
    for (const state of ["committing", "sent", "uncertain"] as const) box.commitGate(at(state), TODAY);
    box.sent(at("sent"), "250 ok", TODAY);
    box.printed([{ id: at("printed"), file: "letters/a/b.pdf" }], TODAY);
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
