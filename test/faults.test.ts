import { afterAll, expect, test } from "vitest";
import { atCalls, evenly, onTheWire } from "./faults/points.ts";
import { nameOf, type Point, putAway, type Ready, ready, type Struck, strikeAt } from "./faults/runner.ts";
import { traces } from "./faults/strike.ts";
import { TRIPS } from "./faults/trips.ts";
import { randomOf } from "./support/year-books.ts";

/** `npm run faults -- --points N --seed S --only TEXT` asks for more, other ones, or one. */
const POINTS = Number(process.env.FAULT_POINTS ?? 100);
const SEED = Number(process.env.FAULT_SEED ?? 1);
const ONLY = process.env.FAULT_ONLY ?? "";
const AT_ONCE = 2;
const REPORT_EVERY = 250;

const trips = TRIPS.filter(({ transport }) => traces || transport === "smtp");
const made: Ready[] = [];
afterAll(() => made.forEach(putAway));

/** The same share for each command, two thirds of it kills; what a short one does not need goes to the longer ones. */
function choose(all: readonly Ready[]): Point[] {
  const random = randomOf(SEED);
  const pools = all.flatMap((at) => {
    const { kills, errors } = atCalls(at);
    return [
      { list: kills, weight: 2 },
      { list: errors, weight: 1 },
      ...(at.trip.transport === "smtp" ? [{ list: onTheWire(at), weight: 1 }] : []),
    ];
  });
  const total = pools.reduce((sum, { list }) => sum + list.length, 0);
  process.stderr.write(`faults: ${total} points, of which ${Math.min(POINTS, total)} are struck\n`);
  let left = POINTS;
  let weight = pools.reduce((sum, pool) => sum + pool.weight, 0);
  return pools
    .toSorted((a, b) => a.list.length / a.weight - b.list.length / b.weight)
    .flatMap((pool) => {
      const count = Math.min(pool.list.length, Math.round((left * pool.weight) / weight));
      left -= count;
      weight -= pool.weight;
      return evenly(pool.list, count, random());
    });
}

function say(all: readonly Struck[], seconds: number): void {
  const rows = TRIPS.map(({ name }) => {
    const of = all.filter(({ point }) => point.trip.name === name);
    const exits = [...new Set(of.map(({ exit }) => exit ?? "killed"))]
      .map((exit) => `${exit}: ${of.filter((each) => (each.exit ?? "killed") === exit).length}`)
      .join(", ");
    const uncertain = of.reduce((sum, each) => sum + each.uncertain, 0);
    const wrong = of.filter((each) => each.wrong.length > 0).length;
    const reached = of.filter((each) => each.reached).length;
    return `${name.padEnd(20)} ${of.length} points, ${reached} reached, ${uncertain} uncertain, ${wrong} wrong; ended with ${exits}`;
  });
  process.stderr.write(
    `faults, seed ${SEED}: ${all.length} points in ${Math.round(seconds)} s\n${rows.join("\n")}\n`,
  );
}

test(`whatever ends a command, the next start makes it whole (${traces ? "" : "without strace: only at the mail server; "}seed ${SEED})`, async () => {
  const began = performance.now();
  for (const trip of trips) made.push(await ready(trip, traces));
  const points = choose(made).filter((point) => nameOf(point).includes(ONLY));
  const struck: Struck[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < points.length; n = next++) {
      const point = points[n] as Point;
      const at = made.find(({ trip }) => trip === point.trip) as Ready;
      const result = await strikeAt(at, point, `point-${n}`);
      struck.push(result);
      if (struck.length % REPORT_EVERY === 0) say(struck, (performance.now() - began) / 1000);
      if (result.wrong.length > 0) process.stderr.write(`${nameOf(point)}\n  ${result.wrong.join("\n  ")}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  say(struck, (performance.now() - began) / 1000);
  expect(
    struck.filter(({ wrong }) => wrong.length > 0).map(({ point, wrong }) => [nameOf(point), ...wrong]),
  ).toEqual([]);
  expect(struck.length).toBeGreaterThan(0);
}, 36_000_000);
