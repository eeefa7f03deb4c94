import type { Stage } from "../support/smtp-sink.ts";
import { nameOf, type Point, type Ready } from "./runner.ts";
import { type Call, type Fault, isFile, isSync } from "./strike.ts";

/** What a full disk refuses. Of `write` only what goes into a file: a line or a pipe is never full in this way. */
const ROOM = /^(ftruncate|mkdir|openat|link|rename)/;

function faultsAt({ name, on }: Call): readonly Fault[] {
  if (isSync(name)) return ["kill", "EIO"];
  if (name.startsWith("pwrite")) return ["kill", "ENOSPC", "full", "EIO"];
  if (name.startsWith("write")) return isFile(on) ? ["kill", "ENOSPC", "EIO"] : ["kill"];
  return ROOM.test(name) ? ["kill", "ENOSPC"] : ["kill"];
}

const STAGES: readonly Stage[] = ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "body", "dot", "QUIT"];
const ONCE: ReadonlySet<Stage> = new Set(["greeting", "EHLO", "QUIT"]);

/** Stages of the mail server at the first, the middle and the last message. */
function onTheWire({ trip, after }: Ready): Point[] {
  const count = after.messages.length;
  const nths = [...new Set([1, Math.ceil(count / 2), count])];
  return STAGES.flatMap((stage) =>
    (ONCE.has(stage) ? [1] : nths).map((nth) => ({ trip, fault: "wire" as const, stage, nth })),
  );
}

/** Every fault at every call of a command, in the order in which the calls come. */
const atCalls = ({ trip, calls }: Ready): Point[] =>
  calls.flatMap((call) => faultsAt(call).map((fault) => ({ trip, fault, call })));

/** So many of a list, evenly from its first to its last; `turn` (0 to 1) says where each share is touched. */
function evenly<T>(list: readonly T[], count: number, turn: number): T[] {
  if (count >= list.length) return [...list];
  return Array.from({ length: count }, (_, n) => list[Math.floor(((n + turn) * list.length) / count)] as T);
}

/**
 * So many points of all those whose name holds `only`. The same share for each command, two thirds of it kills; what a
 * short one does not need goes to the longer ones.
 */
export function choose(
  all: readonly Ready[],
  { points, only, random }: { points: number; only: string; random: () => number },
): { chosen: Point[]; total: number } {
  const named = (list: readonly Point[]): Point[] => list.filter((point) => nameOf(point).includes(only));
  const pools = all.flatMap((at) => [
    { list: named(atCalls(at).filter(({ fault }) => fault === "kill")), weight: 2 },
    { list: named(atCalls(at).filter(({ fault }) => fault !== "kill")), weight: 1 },
    { list: named(at.trip.transport === "smtp" ? onTheWire(at) : []), weight: 1 },
  ]);
  let left = points;
  let weight = pools.reduce((sum, pool) => sum + pool.weight, 0);
  const chosen = pools
    .toSorted((a, b) => a.list.length / a.weight - b.list.length / b.weight)
    .flatMap((pool) => {
      const count = Math.min(pool.list.length, Math.round((left * pool.weight) / weight));
      left -= count;
      weight -= pool.weight;
      return evenly(pool.list, count, random());
    });
  // In no order: whoever ends it half-way has seen something of everything.
  const mixed = chosen.map((point) => ({ point, at: random() })).toSorted((a, b) => a.at - b.at);
  return {
    chosen: mixed.map(({ point }) => point),
    total: pools.reduce((sum, { list }) => sum + list.length, 0),
  };
}
