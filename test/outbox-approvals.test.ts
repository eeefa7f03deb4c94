import { describe, expect, test } from "vitest";
import { cents } from "../src/core/money.ts";
import type { Action } from "../src/core/types.ts";
import { eventsOf } from "../src/store/events.ts";
import { tasksOf } from "../src/store/tasks.ts";
import { bench, message, TODAY } from "./outbox-fixture.ts";

/** What happened to one step of one cycle, an hour apart: two approvals (a, b) and one message (m). */
type Happening = "list a" | "grant a" | "reject a" | "list b" | "grant b" | "reject b" | "queue m" | "void m";

function happen(happenings: readonly Happening[]) {
  const at = bench(1);
  const tasks = tasksOf(
    at.db,
    () => at.clock.now,
    eventsOf(at.db, () => at.clock.now),
  );
  const planned = message(1);
  const { id } = planned.finished.action;
  const approval = (task: string): Action => ({
    ...planned.finished.action,
    id: task,
    // The second one asks for more than the first one, which stays as it is.
    claimed: cents(task === "a" ? 100 : 200),
    state: "awaiting-approval",
    task: "approval",
  });
  for (const happening of happenings) {
    at.clock.now = new Date(at.clock.now.getTime() + 3_600_000);
    const [verb, what = ""] = happening.split(" ");
    if (verb === "list") tasks.list(approval(what), { day: TODAY, snapshot: 1 });
    if (verb === "grant") tasks.grant(what, TODAY);
    if (verb === "reject") tasks.reject(what, TODAY, "has paid");
    if (verb === "queue") at.box.queue(at.run(), [planned]);
    if (verb === "void") at.box.void(id, TODAY);
  }
  const made = (task: string) => at.box.ofTask(task).map((each) => each.id === id);
  return { rejected: tasks.rejectedSince(id), ofA: made("a"), ofB: made("b") };
}

describe("whose message it is, and whether it may still leave", () => {
  test.each<{ what: string; happenings: Happening[]; rejected: boolean; ofA: boolean[]; ofB: boolean[] }>([
    {
      what: "approved, queued",
      happenings: ["list a", "grant a", "queue m"],
      rejected: false,
      ofA: [true],
      ofB: [],
    },
    {
      what: "approved, queued, rejected",
      happenings: ["list a", "grant a", "queue m", "reject a"],
      rejected: true,
      ofA: [true],
      ofB: [],
    },
    {
      what: "rejected, and approved again",
      happenings: ["list a", "grant a", "queue m", "reject a", "grant a"],
      rejected: false,
      ofA: [true],
      ofB: [],
    },
    {
      what: "rejected before, approved, queued",
      happenings: ["list a", "reject a", "grant a", "queue m"],
      rejected: false,
      ofA: [true],
      ofB: [],
    },
    {
      what: "an approval listed after it is another matter",
      happenings: ["list a", "grant a", "queue m", "list b", "reject b"],
      rejected: false,
      ofA: [true],
      ofB: [],
    },
    {
      what: "an approval rejected before it is another matter",
      happenings: ["list a", "reject a", "list b", "grant b", "queue m"],
      rejected: false,
      ofA: [true],
      ofB: [true],
    },
    {
      what: "taken back: nothing of it is left",
      happenings: ["list a", "grant a", "queue m", "void m"],
      rejected: false,
      ofA: [],
      ofB: [],
    },
  ])("$what", ({ happenings, rejected, ofA, ofB }) => {
    expect(happen(happenings)).toEqual({ rejected, ofA, ofB });
  });
});
