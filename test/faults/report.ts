import type { Struck } from "./runner.ts";

/** One line for each command: what was struck, and how it ended. */
export function reportOf(struck: readonly Struck[]): string {
  const names = [...new Set(struck.map(({ point }) => point.trip.name))].toSorted();
  const rows = names.map((name) => {
    const all = struck.filter(({ point }) => point.trip.name === name);
    const exits = new Map<number | string, number>();
    for (const { exit } of all) exits.set(exit ?? "killed", (exits.get(exit ?? "killed") ?? 0) + 1);
    const uncertain = all.reduce((sum, each) => sum + each.uncertain, 0);
    const reached = all.filter((each) => each.reached).length;
    const wrong = all.filter((each) => each.wrong.length > 0).length;
    const ended = [...exits].map(([exit, count]) => `${exit}: ${count}`).join(", ");
    return `${name.padEnd(20)} ${all.length} points, ${reached} reached, ${uncertain} uncertain, ${wrong} wrong; ended with ${ended}`;
  });
  return rows.join("\n");
}
