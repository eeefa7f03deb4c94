import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { demoCompany, dunning } from "./support/company.ts";

const DAY = "2026-11-20";
const BALANCE = "balance-agee-2026-11-20.csv";

interface Action {
  readonly id: string;
  readonly debtor: string;
  readonly state: string;
  readonly channel: string;
  readonly claimed: string;
  readonly credits: string;
  readonly total: string;
  readonly items: readonly { readonly number: string; readonly claimed: string; readonly open: string }[];
}
interface Planned {
  readonly planHash: string;
  readonly actions: readonly Action[];
  readonly notActed: readonly { readonly debtor: string; readonly code: string }[];
  readonly counts: Readonly<Record<string, number>>;
}

const planned = (json: unknown): Planned => json as Planned;

async function imported(): Promise<string> {
  const folder = demoCompany();
  expect((await dunning(folder, DAY, "import", "contacts", "contacts.csv")).exit).toBe(0);
  expect((await dunning(folder, DAY, "import", BALANCE)).exit).toBe(0);
  return folder;
}

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );

describe("import, look, run, run again", () => {
  test("what the dry run says is what the run does; the second run does nothing", async () => {
    const folder = await imported();
    const rehearsal = planned((await dunning(folder, DAY, "run", "--dry-run", "--json")).json);
    expect(files(folder).filter((path) => /eml$|pdf$/.test(path))).toEqual([]);
    const first = await dunning(folder, DAY, "run", "--json");
    const done = planned(first.json);
    expect(first.exit).toBe(4);
    expect(done.planHash).toBe(rehearsal.planHash);
    expect(done.actions.map(({ id, total }) => [id, total])).toEqual(
      rehearsal.actions.map(({ id, total }) => [id, total]),
    );
    const drafted = done.actions.filter(({ state }) => state === "drafted");
    const printed = done.actions.filter(({ state }) => state === "printed");
    const written = files(folder);
    expect(written.filter((path) => path.endsWith(".eml"))).toHaveLength(drafted.length);
    expect(written.filter((path) => /letters\/.*[0-9a-f]{8}\.pdf$/.test(path))).toHaveLength(printed.length);
    expect(drafted.length).toBeGreaterThan(20);
    expect(printed.length).toBeGreaterThan(2);

    const second = await dunning(folder, DAY, "run", "--json");
    expect(second.exit).toBe(0);
    expect(planned(second.json).actions).toEqual([]);
    expect(files(folder).sort()).toEqual(written.sort());
  });

  test("every claim is the sum of its items less credits; every late debtor has an action or a reason", async () => {
    const folder = await imported();
    const { actions, notActed } = planned((await dunning(folder, DAY, "run", "--dry-run", "--json")).json);
    const cents = (text: string): number => Math.round(Number(text) * 100);
    for (const action of actions) {
      const sum = action.items.reduce((all, item) => all + cents(item.claimed), 0);
      expect(cents(action.claimed), action.id).toBe(sum - cents(action.credits));
      expect(cents(action.total), action.id).toBe(cents(action.claimed));
    }
    const { debtors } = (await dunning(folder, DAY, "debtors", "--json")).json as {
      debtors: { id: string; balances: { overdue: string; currency: string }[] }[];
    };
    const late = debtors
      .filter(({ balances }) => balances.some(({ overdue }) => Number(overdue) > 0))
      .map(({ id }) => id);
    const told = new Set([...actions, ...notActed].map(({ debtor }) => debtor));
    expect(late.filter((id) => !told.has(id))).toEqual([]);
  });

  test("a payment between two balances: the debtor who has paid hears nothing more", async () => {
    const folder = await imported();
    await dunning(folder, DAY, "run");
    const next = await dunning(folder, "2026-11-27", "import", "balance-agee-2026-11-27.csv", "--json");
    const { items } = next.json as { items: { settled: number } };
    expect(items.settled).toBeGreaterThan(0);
    const { actions } = planned((await dunning(folder, "2026-11-27", "run", "--dry-run", "--json")).json);
    const { debtors } = (await dunning(folder, "2026-11-27", "debtors", "--json")).json as {
      debtors: { id: string; balances: { open: string }[] }[];
    };
    const owing = new Set(
      debtors.filter(({ balances }) => balances.some(({ open }) => Number(open) > 0)).map(({ id }) => id),
    );
    expect(actions.filter(({ debtor }) => !owing.has(debtor))).toEqual([]);
  });

  test("undo, and the same file again: the plan is the same", async () => {
    const folder = await imported();
    const before = planned((await dunning(folder, DAY, "run", "--dry-run", "--json")).json);
    await dunning(folder, "2026-11-27", "import", "balance-agee-2026-11-27.csv");
    expect((await dunning(folder, "2026-11-27", "import", "undo", "2")).exit).toBe(0);
    const after = planned((await dunning(folder, DAY, "run", "--dry-run", "--json")).json);
    expect(after.actions).toEqual(before.actions);
  });

  test("an approval: asked once, granted, sent with the next run", async () => {
    const folder = await imported();
    const { actions } = planned((await dunning(folder, DAY, "run", "--json")).json);
    const asked = actions.find(({ state }) => state === "awaiting-approval");
    if (asked === undefined) throw new Error("the demo has no approval");
    expect((await dunning(folder, DAY, "approve", asked.id)).exit).toBe(0);
    const next = planned((await dunning(folder, DAY, "run", "--json")).json);
    expect(next.actions.map(({ debtor, state }) => [debtor, state])).toContainEqual([
      asked.debtor,
      "drafted",
    ]);
  });

  test("a rejection: never written, whatever runs", async () => {
    const folder = await imported();
    const { actions } = planned((await dunning(folder, DAY, "run", "--json")).json);
    const asked = actions.find(({ state }) => state === "awaiting-approval");
    if (asked === undefined) throw new Error("the demo has no approval");
    expect((await dunning(folder, DAY, "reject", asked.id, "--reason", "will pay")).exit).toBe(0);
    const next = planned((await dunning(folder, DAY, "run", "--json")).json);
    expect(next.actions).toEqual([]);
    expect(next.notActed.find(({ debtor }) => debtor === asked.debtor)?.code).toBe("approval-rejected");
  });

  test("a draft that is taken back falls due again", async () => {
    const folder = await imported();
    const { actions } = planned((await dunning(folder, DAY, "run", "--json")).json);
    const draft = actions.find(({ state }) => state === "drafted");
    if (draft === undefined) throw new Error("the demo has no draft");
    expect((await dunning(folder, DAY, "outbox", "void", draft.id)).exit).toBe(0);
    const again = planned((await dunning(folder, DAY, "run", "--dry-run", "--json")).json);
    expect(again.actions.map(({ debtor }) => debtor)).toEqual([draft.debtor]);
    const second = planned((await dunning(folder, DAY, "run", "--json")).json);
    expect(second.actions.map(({ debtor, state }) => [debtor, state])).toEqual([[draft.debtor, "drafted"]]);
  });
});

test("a preview can be made again, and undo takes no option of import", async () => {
  const folder = await imported();
  for (const _ of [1, 2]) {
    expect((await dunning(folder, DAY, "run", "--dry-run", "--preview", "preview")).exit).toBe(0);
  }
  expect(readdirSync(join(folder, "preview"))).toEqual(["index.html"]);
  for (const words of [
    ["undo", "1"],
    ["accept", "1"],
  ]) {
    const refused = await dunning(folder, DAY, "import", ...words, "--dry-run");
    expect([refused.exit, refused.stderr]).toEqual([
      2,
      expect.stringContaining("--dry-run cannot be used here"),
    ]);
  }
  const { imports } = (await dunning(folder, DAY, "imports", "--json")).json as {
    imports: { state: string }[];
  };
  expect(imports.map(({ state }) => state)).toEqual(["accepted"]);
});

test("made-up company data can be looked at, and never leaves", async () => {
  const folder = await imported();
  rmSync(join(folder, "dunning.yaml"));
  rmSync(join(folder, "dunning.db"));
  await dunning(folder, DAY, "init", "--country", "FR");
  await dunning(folder, DAY, "import", BALANCE);
  expect((await dunning(folder, DAY, "run", "--dry-run")).exit).toBe(0);
  const refused = await dunning(folder, DAY, "run");
  expect(refused.exit).toBe(78);
  expect(refused.stderr).toContain("company.accounts.EUR.iban is a made-up value: nothing is written");
  expect(files(folder).filter((path) => /eml$|pdf$/.test(path))).toEqual([]);
});

describe("bad input leaves the store as it was", () => {
  const cases: readonly [string, (folder: string) => void, number][] = [
    ["empty.csv", (folder) => writeFileSync(join(folder, "empty.csv"), ""), 65],
    [
      "really-a.csv",
      (folder) => writeFileSync(join(folder, "really-a.csv"), "%PDF-1.7\n%\u00e2\u00e3\n1 0 obj"),
      65,
    ],
    [
      "long-line.csv",
      (folder) => writeFileSync(join(folder, "long-line.csv"), Buffer.alloc(100 * 1024 * 1024, "x")),
      65,
    ],
    ["missing.csv", () => undefined, 66],
  ];
  test.each(cases)("%s", async (name, make, exit) => {
    const folder = await imported();
    make(folder);
    const hash = (): string =>
      createHash("sha256")
        .update(readFileSync(join(folder, "dunning.db")))
        .digest("hex");
    const before = hash();
    const ran = await dunning(folder, "2026-11-21", "import", name);
    expect(ran.exit, ran.stderr).toBe(exit);
    expect(ran.stderr).toContain(name);
    expect(hash()).toBe(before);
  });
});
