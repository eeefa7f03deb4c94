import type { Stage } from "../scripted-smtp.ts";
import type { Point, Ready } from "./runner.ts";
import type { Fault } from "./strike.ts";

const SYNCS = /sync$/;
/** Calls that a full disk refuses. Of `write` only what goes into a file: a line or a pipe is never full in this way. */
const ROOM = /^(pwrite|ftruncate|mkdir|openat|link|rename)/;
const NO_FILE = /^(|pipe|socket|anon_inode|TCP|\/dev).*/;

function faultsAt(name: string, on: string): readonly Fault[] {
  if (SYNCS.test(name)) return ["kill", "EIO"];
  if (name === "write")
    return NO_FILE.test(on.replace(/[:[].*/, "")) && !on.includes(".") ? ["kill"] : ["kill", "ENOSPC", "EIO"];
  if (name.startsWith("pwrite")) return ["kill", "ENOSPC", "full", "EIO"];
  return ROOM.test(name) ? ["kill", "ENOSPC"] : ["kill"];
}

const STAGES: readonly Stage[] = ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "body", "dot", "QUIT"];
const ONCE: ReadonlySet<Stage> = new Set(["greeting", "EHLO", "QUIT"]);

/** Stages of the mail server at the first, the middle and the last message. */
export function onTheWire({ trip, after }: Ready): Point[] {
  const count = after.messages.length;
  const nths = [...new Set([1, Math.ceil(count / 2), count])];
  return STAGES.flatMap((stage) =>
    (ONCE.has(stage) ? [1] : nths).map((nth) => ({ trip, fault: "wire" as const, stage, nth })),
  );
}

/** Every fault at every call of a command, in the order in which they come; kills apart from errors. */
export function atCalls({ trip, calls }: Ready): { kills: Point[]; errors: Point[] } {
  const all = calls.flatMap((call) => faultsAt(call.name, call.on).map((fault) => ({ trip, fault, call })));
  return {
    kills: all.filter(({ fault }) => fault === "kill"),
    errors: all.filter(({ fault }) => fault !== "kill"),
  };
}

/** So many of a list, evenly from its first to its last; `turn` (0 to 1) says where each share is touched. */
export function evenly<T>(list: readonly T[], count: number, turn: number): T[] {
  if (count >= list.length) return [...list];
  return Array.from({ length: count }, (_, n) => list[Math.floor(((n + turn) * list.length) / count)] as T);
}
