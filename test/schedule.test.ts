import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dunning } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";

const DAY = "2026-11-23";

test("the line for cron, as a shell runs it, does both commands in a folder of any name", async () => {
  const outside = folderWith({ "dunning.yaml": SMALL });
  const folder = join(outside, "l'été 100% $HOME");
  mkdirSync(folder);
  cpSync(join(outside, "dunning.yaml"), join(folder, "dunning.yaml"));
  const words = ["schedule", "--at", "07:05", "--import", "balance.csv", "--json"];
  const { exit, json } = await dunning(folder, DAY, ...words);
  expect(exit).toBe(0);
  const line = json["crontab"] as string;
  expect(line).toMatch(/^5 7 \* \* 1-5 {2}/);
  expect(line.replaceAll("\\%", "")).not.toContain("%");
  const shell = spawnSync("sh", ["-c", line.replace(/^\S+ \S+ \S+ \S+ \S+ +/, "").replaceAll("\\%", "%")], {
    encoding: "utf8",
    cwd: "/",
  });
  // No balance is there: the import says which file is missing, the run that there is nothing yet.
  expect(shell.stderr).toContain(join(folder, "balance.csv"));
  expect([shell.status, shell.stderr]).toEqual([
    66,
    expect.stringContaining("no balance has been taken in yet"),
  ]);
});

test("units for systemd: specifiers and variables are text, a machine that slept catches up", async () => {
  const folder = folderWith({ "dunning.yaml": SMALL.replace("Atelier Exemple SARL", "100 % Exemple") });
  const { json } = await dunning(folder, DAY, "schedule", "--json");
  expect(json["service"]).toContain("Description=Reminders of 100 %% Exemple");
  expect((json["service"] as string).match(/^ExecStart=.* run$/gm)).toHaveLength(1);
  expect(json["timer"]).toContain("OnCalendar=Mon..Fri 08:15\n");
  expect(json["timer"]).toContain("Persistent=true\n");
  expect((await dunning(folder, DAY, "schedule", "--at", "24:00")).exit).toBe(2);
});

test("with a mailbox: what came back is read before the run", async () => {
  const imap = "email: { imap: { host: imap.example.com, user: x, password_command: 'echo x' } }\n";
  const folder = folderWith({ "dunning.yaml": SMALL + imap });
  const { json } = await dunning(folder, DAY, "schedule", "--json");
  expect(json["crontab"]).toMatch(/ bounces --imap; \S.* run$/);
  expect(json["service"]).toMatch(/^ExecStart=-.* bounces --imap\nExecStart=(?!-).* run$/m);
});
