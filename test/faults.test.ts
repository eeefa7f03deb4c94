import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unflushed } from "./faults/order.ts";
import { choose } from "./faults/points.ts";
import { reportOf } from "./faults/report.ts";
import { nameOf, type Point, putAway, type Ready, ready, type Struck, strikeAt } from "./faults/runner.ts";
import { isSync, strike, type Traced, traces } from "./faults/strike.ts";
import { TRIPS } from "./faults/trips.ts";
import { randomOf } from "./support/year-books.ts";

/** `npm run faults -- --points N --seed S --only TEXT` asks for more, other ones, or one. */
const POINTS = Number(process.env.FAULT_POINTS ?? 100);
const SEED = Number(process.env.FAULT_SEED ?? 1);
const ONLY = process.env.FAULT_ONLY ?? "";
const AT_ONCE = Number(process.env.FAULT_AT_ONCE ?? 2);
const REPORT_EVERY = 100;

const without = traces ? "" : "no strace: only kills at the mail server, ";
const trips = TRIPS.filter(({ transport }) => traces || transport === "smtp");
const made = new Map<string, Ready>();
beforeAll(async () => {
  for (const trip of trips) made.set(trip.name, await ready(trip, traces));
});
afterAll(() => [...made.values()].forEach(putAway));
const of = (name: string): Ready => made.get(name) as Ready;

test(`whatever ends a command, the next start makes it whole (${without}seed ${SEED})`, async () => {
  const began = performance.now();
  const { chosen, total } = choose([...made.values()], {
    points: POINTS,
    only: ONLY,
    random: randomOf(SEED),
  });
  const struck: Struck[] = [];
  const say = (): void => {
    const seconds = Math.round((performance.now() - began) / 1000);
    const done = `${struck.length} of ${total} points in ${seconds} s, seed ${SEED}`;
    process.stderr.write(`faults: ${done}\n${reportOf(struck)}\n`);
  };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < chosen.length; n = next++) {
      const point = chosen[n] as Point;
      const result = await strikeAt(of(point.trip.name), point, `point-${n}`);
      struck.push(result);
      if (result.wrong.length > 0) process.stderr.write(`${nameOf(point)}\n  ${result.wrong.join("\n  ")}\n`);
      if (struck.length % REPORT_EVERY === 0) say();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  say();
  const wrong = struck.filter((each) => each.wrong.length > 0);
  expect(wrong.map((each) => [nameOf(each.point), ...each.wrong])).toEqual([]);
  expect(struck.length).toBeGreaterThan(0);
}, 36_000_000);

// What the program asks of the disk, read from its system calls: counted and put in order, not assumed.
describe.runIf(traces)("on the disk before it counts", () => {
  const root = (name: string): string => join(of(name).folder, "..", "after");
  const syncs = (name: string, on: RegExp): number =>
    of(name).calls.filter((call) => isSync(call.name) && on.test(call.on)).length;

  test.each(TRIPS)("$name: nothing is built on what a power cut can take away", ({ name }) => {
    expect(unflushed(of(name).calls, root(name))).toEqual([]);
  });

  test("an import: one transaction, and the store copied from its log at the end", () => {
    expect([syncs("import", /^dunning\.db-wal$/), syncs("import", /^dunning\.db$/)]).toEqual([
      expect.toSatisfy((count: number) => count >= 2 && count <= 6),
      1,
    ]);
  });

  test("drafts: each file once, its folder once each time", () => {
    expect(syncs("drafts", /\.eml\.tmp$/)).toBe(5);
    expect(syncs("drafts", /^drafts\/[^/]+$/)).toBe(5);
    expect(syncs("drafts", /^drafts$/)).toBe(1);
  });

  test("letters: each file of the batch once, then its folder, then the folder around it", () => {
    expect(syncs("letters", /^letters\/\.[^/]+\.tmp\/\w+\.(pdf|json)$/)).toBe(3 + 2);
    expect(syncs("letters", /^letters\/\.[^/]+\.tmp$/)).toBe(1);
    expect(syncs("letters", /^letters$/)).toBe(1);
  });

  // That each end leaves after its own gate, `unflushed` says; here that there is no flush without need.
  test("the sent journal: on the disk once for the gates that are reached together, and at the end", () => {
    const written = syncs("smtp", /^sent\.jsonl$/);
    expect(written).toBeLessThanOrEqual(2 * 5);
    expect(syncs("smtp", /^dunning\.db-wal$/)).toBeGreaterThanOrEqual(written);
  });

  test("a backup: the copy, then the folder that has its name", () => {
    expect(syncs("backup", /^copy\.db\.\d+\.part$/)).toBeGreaterThanOrEqual(1);
  });

  test("a log without the lines of the sent journal is found out", () => {
    const unwritten = of("smtp").calls.filter(({ name, on }) => !(name === "write" && on === "sent.jsonl"));
    expect(unflushed(unwritten, root("smtp"))).toContainEqual(
      expect.stringContaining("the end of message 1 left"),
    );
  });

  test.each([
    ["the file of a draft", "drafts", (on: string) => on.endsWith(".eml.tmp")],
    ["the folder of a draft", "drafts", (on: string) => /^drafts\/[^/.]+$/.test(on)],
    ["the folder of a batch", "letters", (on: string) => on === "letters"],
    ["a letter", "letters", (on: string) => on.endsWith("print.pdf")],
    ["the sent journal", "smtp", (on: string) => on === "sent.jsonl"],
    ["the store's log", "smtp", (on: string) => on === "dunning.db-wal"],
  ])("a log without the flush of %s is found out", (_, name, isIt) => {
    expect(
      unflushed(
        of(name).calls.filter((call) => !(isSync(call.name) && isIt(call.on))),
        root(name),
      ),
    ).not.toEqual([]);
  });

  // Found by the faults: these ended with 73, as if the user had named a wrong file.
  test.each([
    ["plan and preview", "EIO", "fsync", /^\.dunning-\d+\.tmp$/],
    ["backup", "ENOSPC", "pwrite64", /^copy\.db\.\d+\.part$/],
  ] as const)(
    "%s: %s under the file that is written is an error of the disk",
    async (name, fault, what, on) => {
      const at = of(name);
      const call = at.calls.find((each) => each.name === what && on.test(each.on)) as Traced;
      const { exit, said } = await strike(at.folder, at.trip.words, fault, call);
      expect([exit, said]).toEqual([74, expect.stringMatching(/disk|ENOSPC|EIO/)]);
    },
  );
});
