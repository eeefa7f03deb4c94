import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dunning, takeBalance } from "./support/company.ts";
import { SMALL } from "./support/config.ts";
import { has, runOn } from "./support/rendering.ts";
import { COLUMNS, companyThatWrote, outbox, report, row, takeMail } from "./support/returned.ts";

const DAY = "2026-11-20";
const MONDAY = "2026-11-23";

const stepsOf = (lines: string): string => SMALL.replace(/ {4}steps:\n.*\n/, `    steps:\n${lines}`);
const LETTERS = stepsOf(`      - { id: first, day: 3, channel: letter, template: reminder-a }
      - { id: second, day: 10, channel: letter, template: reminder-b }
`);
const CONFIRM = `${LETTERS}letters: { confirm_posted: true }\n`;
const REGISTERED = stepsOf(
  `      - { id: warning, day: 3, channel: registered-letter, template: last-warning, deadline: 8d, final_warning: true }
      - { id: notice, day: 15, channel: registered-letter, template: formal-notice, deadline: 8d, formal_notice: true }
`,
);

interface Letter {
  readonly id: string;
  readonly batch: string;
  readonly state: string;
  readonly postedOn: string | null;
  readonly registered: string | null;
  readonly cameBack: string | null;
  readonly changed: boolean;
}

async function listed(folder: string, day = DAY): Promise<Letter[]> {
  return (await dunning(folder, day, "letters", "--json")).json["letters"] as Letter[];
}

async function reasons(folder: string, day: string): Promise<string[]> {
  const { json } = await dunning(folder, day, "run", "--dry-run", "--json");
  const actions = json["actions"] as { debtor: string; step: string; channel: string; state: string }[];
  const notActed = json["notActed"] as { debtor: string; code: string; nextPossible: string | null }[];
  return [
    ...actions.map(({ debtor, step, channel, state }) => `${debtor} ${step} ${channel} ${state}`),
    ...notActed.map(({ debtor, code, nextPossible }) => `${debtor} ${code} ${nextPossible}`),
  ].sort();
}

test("confirm_posted: a letter counts from the day on which it was posted, and nothing else leaves before", async () => {
  const { folder } = await companyThatWrote(DAY, [row("A1", ""), row("B2", "")], CONFIRM);
  const before = await listed(folder);
  expect(before.map(({ state, postedOn }) => [state, postedOn])).toEqual([
    ["printed", null],
    ["printed", null],
  ]);
  expect(await reasons(folder, DAY)).toEqual(["A1 message-under-way null", "B2 message-under-way null"]);
  const [first] = before;
  const batch = first?.batch ?? "";
  const early = await dunning(folder, MONDAY, "letters", "confirm-posted", batch, "--date", "2026-11-19");
  expect([early.exit, (await listed(folder))[0]?.state]).toEqual([2, "printed"]);
  const posted = await dunning(
    folder,
    "2026-11-25",
    "letters",
    "confirm-posted",
    batch,
    "--date",
    MONDAY,
    "--json",
  );
  expect([posted.exit, posted.json["posted"]]).toEqual([0, before.map(({ id }) => id)]);
  expect((await listed(folder)).map(({ state, postedOn }) => [state, postedOn])).toEqual([
    ["posted", MONDAY],
    ["posted", MONDAY],
  ]);
  // Seven days from the day of posting, not from that of the file.
  expect(await reasons(folder, "2026-11-25")).toEqual(["A1 gap 2026-11-30", "B2 gap 2026-11-30"]);
  const again = await dunning(folder, "2026-11-26", "letters", "confirm-posted", batch, "--json");
  expect([again.json["posted"], (await listed(folder))[0]?.postedOn]).toEqual([[], MONDAY]);
});

test("one letter that was not posted is taken back, the others are confirmed", async () => {
  const { folder } = await companyThatWrote(DAY, [row("A1", ""), row("B2", "")], CONFIRM);
  const [first, second] = await listed(folder);
  await dunning(folder, DAY, "outbox", "void", first?.id ?? "");
  await dunning(folder, DAY, "letters", "confirm-posted", first?.batch ?? "");
  expect((await outbox(folder, DAY)).map(({ id, state }) => `${id} ${state}`).sort()).toEqual(
    [`${first?.id} void`, `${second?.id} posted`].sort(),
  );
});

test("a letter that a newer balance has overtaken is not taken for posted with its batch, only by name", async () => {
  const { folder } = await companyThatWrote(DAY, [row("A1", ""), row("B2", "")], CONFIRM);
  const letters = await listed(folder);
  // A1 has paid.
  await takeBalance(folder, MONDAY, COLUMNS, [row("B2", "")]);
  const changed = (await listed(folder, MONDAY)).find((each) => each.changed)?.id ?? "";
  const post = async (name: string) =>
    (await dunning(folder, MONDAY, "letters", "confirm-posted", name)).stderr;
  expect(await post(letters[0]?.batch ?? "")).toMatch(
    new RegExp(`Left open, .*: ${changed}\\. Posted all the same: .* Not posted: dunning outbox void ID`),
  );
  const states = async () => (await listed(folder, MONDAY)).map(({ id, state }) => `${id} ${state}`);
  expect(await states()).toContain(`${changed} printed`);
  await post(changed);
  expect((await states()).every((each) => each.endsWith(" posted"))).toBe(true);
});

test("printed once more all the same, and said not to be posted", async () => {
  const { folder } = await companyThatWrote(DAY, [row("A1", ""), row("B2", "")], CONFIRM);
  const batch = (await listed(folder))[0]?.batch ?? "";
  const again = async () => (await dunning(folder, MONDAY, "letters", "reprint", batch)).stderr;
  expect(await again()).not.toMatch(/Do not post/);
  // A1 has paid.
  await takeBalance(folder, MONDAY, COLUMNS, [row("B2", "")]);
  const changed = (await listed(folder, MONDAY)).find((each) => each.changed)?.id ?? "";
  expect(await again()).toMatch(new RegExp(`Do not post, .*: ${changed}\\.`));
});

test("what a letter cannot be is refused: a number without registration, back before it was printed, no such batch", async () => {
  const { folder } = await companyThatWrote(DAY, [row("A1", "")], CONFIRM);
  const [letter] = await listed(folder);
  const { id = "", batch = "" } = letter ?? {};
  const said = async (day: string, ...words: readonly string[]) => {
    const { exit, stdout, stderr } = await dunning(folder, day, "letters", ...words);
    return [exit, (stdout + stderr).replace(/\s+/g, " ")];
  };
  expect(await said(DAY, "confirm-posted", batch, "--registered", `${id}=1A00`)).toEqual([
    2,
    expect.stringMatching(/is no registered letter: it has no number/),
  ]);
  expect(await said("2026-11-19", "returned", id)).toEqual([
    2,
    expect.stringMatching(/cannot have come back before it was printed/),
  ]);
  expect(await said(DAY, "list", "--batch", "nope")).toEqual([
    2,
    expect.stringMatching(/no such letter or batch/),
  ]);
  expect((await listed(folder))[0]).toMatchObject({ state: "printed", registered: null });
  await said(DAY, "returned", id);
  expect(await said(DAY, "confirm-posted", batch)).toEqual([0, expect.stringMatching(/came back, nothing/)]);
});

test("what has left is not taken back: a posted letter, one that came back, a draft that bounced", async () => {
  const { folder } = await companyThatWrote(DAY, [
    row("A1", ""),
    row("B2", ""),
    row("C3", "c@client.example"),
  ]);
  const idOf = (await outbox(folder, DAY)).map(({ id, debtor }) => [debtor, id] as const);
  const { A1 = "", B2 = "", C3 = "" } = Object.fromEntries(idOf);
  const messageId = (await outbox(folder, DAY)).find(({ id }) => id === C3)?.messageId ?? "";
  await dunning(folder, DAY, "letters", "confirm-posted", A1);
  await dunning(folder, DAY, "letters", "returned", B2, "--reason", "moved");
  await takeMail(folder, DAY, report({ messageId, recipient: "c@client.example" }));
  for (const [id, found] of [
    [A1, "posted"],
    [B2, "returned"],
    [C3, "bounced"],
  ] as const) {
    const taken = await dunning(folder, DAY, "outbox", "void", id, "--json");
    expect([taken.exit, taken.json["error"]]).toMatchObject([2, { code: "message-state", found }]);
    const only = await dunning(folder, DAY, "outbox", "list", "--state", found, "--json");
    expect(only.json["messages"]).toMatchObject([{ id, state: found }]);
  }
});

test("numbers of registered letters: by option and by list; an unknown letter records nothing", async () => {
  const { folder } = await companyThatWrote(DAY, [row("A1", ""), row("B2", "")], REGISTERED);
  const [first, second] = await listed(folder);
  const batch = first?.batch ?? "";
  const confirm = ["letters", "confirm-posted", batch];
  const strange = await dunning(folder, DAY, ...confirm, "--registered", "00000000=2C1");
  expect([strange.exit, (await listed(folder))[0]?.registered]).toEqual([2, null]);
  writeFileSync(join(folder, "numbers.csv"), `Id;N° recommandé\n${second?.id};2C 123 456\n`);
  const all = [...confirm, "--registered", `${first?.id}=2C 999`, "--registered-file", "numbers.csv"];
  expect((await dunning(folder, DAY, ...all)).exit).toBe(0);
  expect((await listed(folder)).map(({ registered }) => registered)).toEqual(["2C 999", "2C 123 456"]);
  writeFileSync(join(folder, "numbers.csv"), `Id;Numéro\n${second?.id};\n`);
  expect((await dunning(folder, DAY, ...confirm, "--registered-file", "numbers.csv")).exit).toBe(65);
});

test("returned: levels given back, no letter to this address, an address search on the worklist; a new address ends it", async () => {
  const { folder } = await companyThatWrote(DAY, [row("A1", "")], LETTERS);
  const [letter] = await listed(folder);
  const back = await dunning(
    folder,
    DAY,
    "letters",
    "returned",
    letter?.id ?? "",
    "--reason",
    "moved",
    "--json",
  );
  expect(back.json["letters"]).toMatchObject([{ state: "returned", cameBack: "moved" }]);
  expect(await reasons(folder, DAY)).toEqual(["A1 message-refused 2026-11-23"]);
  const work = await dunning(folder, DAY, "worklist", "--json");
  expect(work.json["tasks"]).toMatchObject([{ kind: "address", debtor: "A1", id: letter?.id }]);
  expect(await reasons(folder, MONDAY)).toEqual(["A1 first letter listed"]);
  expect(
    (await dunning(folder, DAY, "letters", "returned", letter?.id ?? "", "--json")).json["changed"],
  ).toBe(false);
  // The same place in another spelling is no new address.
  await dunning(folder, MONDAY, "debtor", "set", "A1", "name=Client A1 SARL");
  expect(await reasons(folder, MONDAY)).toEqual(["A1 first letter listed"]);
  await dunning(folder, MONDAY, "debtor", "set", "A1", "address=9 rue B");
  expect(await reasons(folder, MONDAY)).toEqual(["A1 first letter due"]);
  expect((await dunning(folder, MONDAY, "worklist", "--json")).json["tasks"]).toEqual(
    [expect.objectContaining({ kind: "answered" })].slice(1),
  );
});

test("a registered letter that nobody fetched counts all the same; one that did not arrive lets no formal notice go", async () => {
  const { folder } = await companyThatWrote(DAY, [row("A1", ""), row("B2", "")], REGISTERED);
  const letters = await outbox(folder, DAY);
  const idOf = (debtor: string): string => letters.find((each) => each.debtor === debtor)?.id ?? "";
  await dunning(folder, DAY, "letters", "returned", idOf("A1"), "--reason", "unclaimed");
  await dunning(folder, DAY, "letters", "returned", idOf("B2"), "--reason", "unknown");
  expect((await listed(folder)).map(({ state, cameBack }) => `${state} ${cameBack}`).sort()).toEqual([
    "printed unclaimed",
    "returned unknown",
  ]);
  expect(await reasons(folder, MONDAY)).toEqual([
    "A1 deadline-running 2026-12-03",
    "B2 warning registered-letter listed",
  ]);
});

test("printed once more: the same letter, marked as a copy in its language, and nothing counts twice", async () => {
  const { folder } = await companyThatWrote(DAY, [row("A1", "")], LETTERS);
  const [letter] = await listed(folder);
  const events = async () => (await dunning(folder, DAY, "debtor", "show", "A1", "--json")).json["items"];
  const before = await events();
  const files: string[][] = [];
  for (const name of [letter?.batch ?? "", letter?.id ?? ""]) {
    const made = await dunning(folder, DAY, "letters", "reprint", name, "--json");
    expect(made.exit, made.stdout).toBe(0);
    files.push(made.json["files"] as string[]);
  }
  expect(files[0]?.[0]).toBe(`letters/${letter?.batch}-copy/${letter?.id}.pdf`);
  expect(files[1]?.[0]).toBe(`letters/${letter?.batch}-copy-2/${letter?.id}.pdf`);
  const [one, two] = files.map(([file = ""]) => readFileSync(join(folder, file)));
  expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  if (has("pdftotext")) {
    const print = readFileSync(join(folder, "letters", `${letter?.batch}-copy`, "print.pdf"));
    for (const bytes of [one ?? print, print]) {
      const text = runOn(bytes, "letter.pdf", "pdftotext", ["-layout", "FILE", "-"]);
      expect(text).toContain("DUPLICATA");
      expect(text).toContain("FA-A1");
    }
  }
  expect(readdirSync(join(folder, "letters", `${letter?.batch}-copy`)).sort()).toEqual(
    [`${letter?.id}.pdf`, "manifest.json", "print.pdf"].sort(),
  );
  expect(await events()).toEqual(before);
  writeFileSync(join(folder, "letters", letter?.batch ?? "", `${letter?.id}.pdf`), "something else");
  expect((await dunning(folder, DAY, "letters", "reprint", letter?.id ?? "")).exit).toBe(5);
  rmSync(join(folder, "letters", letter?.batch ?? "", `${letter?.id}.pdf`));
  expect((await dunning(folder, DAY, "letters", "reprint", letter?.id ?? "")).exit).toBe(66);
});
