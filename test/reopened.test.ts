import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addDays } from "../src/core/day.ts";
import type { Day } from "../src/core/types.ts";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const home = join(import.meta.dirname, "..", "fixtures", "cases", "reopened");
const STEPS = `      - { id: reminder, level: 10, day: 3, channel: email, template: reminder-a }
      - { id: again, level: 20, day: 20, channel: email, template: reminder-b }
      - { id: firm, level: 30, day: 40, channel: email, template: firm }
`;

interface Planned {
  readonly actions: {
    debtor: string;
    step: string;
    claimed: string;
    items: { number: string; level: number | null }[];
  }[];
  readonly notActed: { debtor: string; code: string; reason: string }[];
}

test("documents that come back: what was told of them counts for 30 days", async () => {
  const folder = folderWith({ "dunning.yaml": SMALL.replace(/ {6}- \{ id: reminder.*\n/, STEPS) });
  cpSync(home, folder, { recursive: true });
  const lines = new Map<string, string[]>();
  const last = new Map<string, string>();
  for (let day = "2026-09-01" as Day; day <= "2026-10-30"; day = addDays(day, 1)) {
    const say = (debtor: string, text: string): void =>
      void lines.set(debtor, [...(lines.get(debtor) ?? []), `${day}  ${text}`]);
    const file = `balance-${day}.csv`;
    if (existsSync(join(folder, file))) {
      const { exit, json } = await dunning(folder, day, "import", file, "--json");
      if (exit === 4)
        await dunning(folder, day, "import", "accept", String((json["import"] as { id: number }).id));
    }
    const { json } = await dunning(folder, day, "run", "--json");
    const { actions, notActed } = json as unknown as Planned;
    for (const { debtor, step, claimed, items } of actions) {
      say(
        debtor,
        `send  ${step} ${claimed} ${items.map(({ number, level }) => `${number} (${level})`).join(" + ")}`,
      );
      last.delete(debtor);
    }
    for (const { debtor, code, reason } of notActed) {
      if (last.get(debtor) !== code && code !== "not-working-day") say(debtor, `wait  ${code}: ${reason}`);
      if (code !== "not-working-day") last.set(debtor, code);
    }
  }
  const blocks = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, own]) => [id, ...own].join("\n"));
  await expect(`${blocks.join("\n\n")}\n`).toMatchFileSnapshot(join(home, "expected", "timeline.txt"));
});
