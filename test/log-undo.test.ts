import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-24"; // a Tuesday
const YAML = SMALL.replace(
  / {6}- \{ id: reminder.*\n/,
  "      - { id: call, level: 10, day: 3, channel: call, template: reminder-a }\n      - { id: firm, level: 20, day: 10, channel: letter, template: firm }\n",
);

async function company(): Promise<string> {
  const folder = folderWith({
    "dunning.yaml": YAML,
    "balance.csv":
      "Balance au 24/11/2026\nCode client;N° pièce;Échéance;Restant dû\nA1;F-1;15/11/2026;100,00\n",
  });
  await dunning(folder, DAY, "import", "balance.csv");
  await dunning(folder, DAY, "run");
  return folder;
}
const call = (folder: string, ...more: readonly string[]) =>
  dunning(folder, DAY, "log", "call", "A1", "--outcome", "reached", ...more, "--json");
const stands = async (folder: string) => {
  const explained = (await dunning(folder, DAY, "explain", "A1", "--json")).json;
  const work = (await dunning(folder, DAY, "worklist", "--json")).json["tasks"] as { kind: string }[];
  const promises = (await dunning(folder, DAY, "promise", "list", "--json")).json["promises"] as unknown[];
  return [explained["stage"], work.map(({ kind }) => kind), promises.length];
};

describe("a call that was logged by mistake", () => {
  test("waits again, and its level and promise are taken back; it stays on record", async () => {
    const folder = await company();
    expect(await stands(folder)).toEqual([0, ["call"], 0]);
    const { json } = await call(folder, "--promise", "2026-12-01=100.00");
    const { id } = json["entry"] as { id: string };
    expect(await stands(folder)).toEqual([0, [], 1]);
    const undone = await dunning(folder, DAY, "log", "undo", id);
    expect(undone.stdout).toMatch(/taken back; [0-9a-f]{8} on the worklist again; promise P1 cancelled/);
    expect(await stands(folder)).toEqual([0, ["call"], 0]);
    const shown = await dunning(folder, DAY, "debtor", "show", "A1");
    expect(shown.stdout).toContain("call taken back");
    expect((await dunning(folder, DAY, "log", "undo", id, "--json")).json["error"]).toMatchObject({
      code: "already-ended",
    });
  });

  test("the newest first", async () => {
    const folder = await company();
    await call(folder, "--next", "scenario");
    expect(await stands(folder)).toEqual([10, [], 0]);
    await dunning(folder, DAY, "log", "note", "A1", "--note", "asked for a copy");
    expect((await dunning(folder, DAY, "log", "undo", "L1", "--json")).json["error"]).toMatchObject({
      code: "already-ended",
      found: "L2 came after it: that one first",
    });
    for (const id of ["L2", "L1"]) expect((await dunning(folder, DAY, "log", "undo", id)).exit).toBe(0);
    expect(await stands(folder)).toEqual([0, ["call"], 0]);
    expect((await dunning(folder, DAY, "log", "undo", "L9", "--json")).json["error"]).toMatchObject({
      code: "no-such-record",
    });
  });

  test("its promise is cancelled even where it was found broken meanwhile, and the scenario's own call waits again", async () => {
    const folder = await company();
    const later = async (day: string) => {
      const date = day.split("-").reverse().join("/");
      writeFileSync(
        join(folder, "balance.csv"),
        `Balance au ${date}\nCode client;N° pièce;Échéance;Restant dû\nA1;F-1;15/11/2026;100,00\n`,
      );
      await dunning(folder, day, "import", "balance.csv");
    };
    await call(folder, "--promise", "2026-11-25=100.00");
    await later("2026-12-01");
    const broken = await dunning(folder, "2026-12-01", "run", "--json");
    expect((broken.json["actions"] as { step: string }[]).map(({ step }) => step)).toEqual([
      "broken-promise",
    ]);
    const undone = await dunning(folder, "2026-12-01", "log", "undo", "L1");
    expect(undone.stdout).toContain("promise P1 cancelled");
    const { json } = await dunning(folder, "2026-12-01", "worklist", "--json");
    expect((json["tasks"] as { step: string }[]).map(({ step }) => step)).toEqual(["call"]);
  });
});

test.each([
  [["--outcome", "promised", "--next", "scenario"], 2, "missing: --promise DATE=AMOUNT"],
  [["--outcome", "disputed", "--next", "scenario"], 0, "to stop it: dunning dispute open A1 --invoice N"],
  [["--outcome", "says-paid", "--next", "scenario"], 0, "to stop it: dunning hold set A1 --reason TEXT"],
  [["--outcome", "reached", "--next", "scenario"], 0, ""],
])("a call with %j", async (words, exit, says) => {
  const folder = await company();
  const ran = await dunning(folder, DAY, "log", "call", "A1", ...words);
  expect([ran.exit, ran.stdout + ran.stderr]).toEqual([exit, expect.stringContaining(says)]);
});
