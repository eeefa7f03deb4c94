import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoCompany, dunning } from "./support/company.ts";
import {
  APPROVALS,
  DEBTORS,
  EXPLAINED,
  FAILED,
  FINDINGS,
  faults,
  HEAD,
  IMPORT,
  INSPECTED,
  ITEMS,
  RUN,
  SNAPSHOTS,
  TASK,
  TEXT,
} from "./support/contract.ts";
import { AGREED, type Case } from "./support/contract-agreed.ts";
import { LAWFUL } from "./support/contract-law.ts";
import { POST } from "./support/contract-post.ts";

const DAY = "2026-11-20";
const BALANCE = `balance-agee-${DAY}.csv`;
const LATER = "balance-agee-2026-11-27.csv";

const root = join(import.meta.dirname, "..");
let prepared = "";
/** Ids that a run made, by the word that stands for them in a command line. */
const ids: Record<string, string> = {};

/** A company with contacts, a balance and a run; every command line works in a copy of it. */
beforeAll(async () => {
  prepared = mkdtempSync(join(tmpdir(), "dunning-contract-"));
  cpSync(join(root, "fixtures", "demo"), prepared, { recursive: true });
  cpSync(join(root, "fixtures", "mails", "returned.mbox"), join(prepared, "returned.mbox"));
  await dunning(prepared, DAY, "import", "contacts", "contacts.csv");
  await dunning(prepared, DAY, "import", BALANCE);
  const { json } = await dunning(prepared, DAY, "run", "--json");
  const actions = json["actions"] as { id: string; state: string }[];
  for (const { id, state } of actions) ids[`{${state}}`] ??= id;
});
afterAll(() => rmSync(prepared, { recursive: true }));

const wordsOf = (line: string): string[] => line.split(" ").map((word) => ids[word] ?? word);

async function documentOf({ line, after = [], day = DAY }: Case) {
  const folder = mkdtempSync(join(tmpdir(), "dunning-contract-"));
  cpSync(prepared, folder, { recursive: true });
  try {
    for (const before of after) await dunning(folder, day, ...wordsOf(before));
    return await dunning(folder, day, ...wordsOf(line), "--json");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const HOLDS = `import ${LATER} --expect-total 1.00`;
const NEXT = "2026-11-27";

const WELL: readonly Case[] = [
  { line: `import ${LATER}`, day: NEXT, exit: 0, spec: IMPORT },
  { line: `import ${BALANCE}`, exit: 0, spec: IMPORT },
  {
    line: `import ${LATER} --dry-run`,
    day: NEXT,
    exit: 0,
    spec: { ...IMPORT, import: { ...IMPORT.import, id: "null" } },
  },
  {
    line: "import contacts contacts.csv",
    schema: "import contacts",
    exit: 0,
    spec: { rows: { read: "count" } },
  },
  {
    line: "import accept 2",
    schema: "import accept",
    after: [HOLDS],
    day: NEXT,
    exit: 0,
    spec: { import: { id: "count", state: "accepted" }, items: ITEMS, debtors: DEBTORS },
  },
  {
    line: "import undo 1",
    schema: "import undo",
    exit: 0,
    spec: { import: { id: "count", state: "undone" } },
  },
  { line: "imports", exit: 0, spec: { imports: SNAPSHOTS } },
  { line: "run --dry-run", after: [`import ${LATER}`], day: NEXT, exit: 0, spec: RUN },
  { line: "run", after: [`import ${LATER}`], day: NEXT, exit: 4, spec: RUN },
  { line: "explain 00044", exit: 0, spec: EXPLAINED },
  {
    line: "status",
    exit: 4,
    spec: {
      balance: { id: "count", asOf: "day" },
      holds: { running: "count", everybody: "flag" },
      disputes: { open: "count", late: "count" },
      promises: { open: "count", broken: "count" },
      keptBack: [{ id: "text", message: "text", fix: "text" }],
    },
  },
  {
    line: "debtors",
    exit: 0,
    spec: {
      debtors: [
        {
          id: "text",
          name: "text",
          segment: "text?",
          stage: "count",
          lastContact: "day?",
          balances: [
            { currency: "currency", open: "amount", overdue: "amount", credits: "amount", items: "count" },
          ],
        },
      ],
    },
  },
  {
    line: "debtor show 00044",
    schema: "debtor show",
    exit: 0,
    spec: {
      debtor: { id: "text", name: "text" },
      items: [{ number: "text", open: "amount" }],
      payments: { count: "count", meanDelay: "number?" },
      history: [{ kind: "text", day: "day" }],
    },
  },
  {
    line: "debtor set 00044 language=fr",
    schema: "debtor set",
    exit: 0,
    spec: { debtor: "text", changed: ["text"] },
  },
  { line: "approve {awaiting-approval}", exit: 0, spec: APPROVALS },
  { line: "reject {awaiting-approval} --reason no", exit: 0, spec: APPROVALS },
  {
    line: "template list",
    schema: "template list",
    exit: 0,
    spec: { templates: [{ ...TEXT, own: "flag", file: "text", subject: "text" }] },
  },
  { line: "template show firm", schema: "template show", exit: 0, spec: { ...TEXT, text: "text" } },
  {
    line: "template preview firm",
    schema: "template preview",
    exit: 0,
    spec: { ...TEXT, subject: "text", text: "text" },
  },
  { line: "template edit-copy firm", schema: "template edit-copy", exit: 0, spec: { ...TEXT, file: "text" } },
  { line: "worklist", exit: 0, spec: { tasks: [TASK, "some"] } },
  ...POST,
  ...AGREED,
  ...LAWFUL,
  { line: `inspect ${BALANCE}`, exit: 0, spec: INSPECTED },
  { line: "check", exit: 0, spec: FINDINGS },
  {
    line: "demo --into new",
    exit: 0,
    spec: { folder: "text", steps: [{ command: "text", exit: "count" }, "some"] },
  },
  { line: "-C new init", schema: "init", exit: 0, spec: { folder: "text", files: ["text"] } },
];

test.each(WELL)("$line", async (given) => {
  const { json, exit } = await documentOf(given);
  const wanted = { ...(exit === 0 ? HEAD : FAILED), schema: schemaOf(given), ok: String(exit === 0) };
  expect(exit).toBe(given.exit);
  expect([...faults(json, wanted), ...faults(json, given.spec)]).toEqual([]);
});

const schemaOf = ({ schema, line }: Pick<Case, "schema" | "line">): string =>
  `dunning/${schema ?? line.split(" ")[0]}/1`;

/** What goes wrong: the code, and the exit. */
const BADLY: readonly (Omit<Case, "spec"> & { readonly code: string })[] = [
  { line: "import gone.csv", exit: 66, code: "file-missing" },
  { line: "import", exit: 2, code: "usage" },
  { line: `import ${BALANCE} --balance-date soon`, exit: 2, code: "usage" },
  { line: `--as-of soon import ${BALANCE}`, schema: "import", exit: 2, code: "usage" },
  { line: HOLDS, day: NEXT, exit: 4, code: "person-needed" },
  { line: "import contacts gone.csv", schema: "import contacts", exit: 66, code: "file-missing" },
  { line: "import contacts", schema: "import contacts", exit: 2, code: "usage" },
  { line: "import accept 9", schema: "import accept", exit: 2, code: "no-such-import" },
  { line: "import accept nine", schema: "import accept", exit: 2, code: "usage" },
  { line: "import undo 9", schema: "import undo", exit: 2, code: "no-such-import" },
  { line: "import --dry-run undo 1", schema: "import undo", exit: 2, code: "usage" },
  { line: "imports --bogus", schema: "imports", exit: 2, code: "usage" },
  { line: "-C gone imports", schema: "imports", exit: 66, code: "config-missing" },
  { line: "run --only pigeon", exit: 2, code: "usage" },
  { line: "run --preview p", exit: 2, code: "preview-without-dry-run" },
  { line: "run --dry-run --debtor GONE", exit: 2, code: "no-such-debtor" },
  { line: "explain", exit: 2, code: "usage" },
  { line: "explain GONE", exit: 2, code: "no-such-debtor" },
  { line: "-C gone doctor", schema: "doctor", exit: 66, code: "config-missing" },
  { line: "-C gone status", schema: "status", exit: 66, code: "config-missing" },
  { line: "status", exit: 4, code: "person-needed" },
  { line: "-C gone debtors", schema: "debtors", exit: 66, code: "config-missing" },
  { line: "debtor", exit: 2, code: "usage" },
  { line: "debtor show GONE", schema: "debtor show", exit: 2, code: "no-such-debtor" },
  { line: "debtor set 00044", schema: "debtor set", exit: 2, code: "usage" },
  { line: "debtor set 00044 country=XYZ", schema: "debtor set", exit: 2, code: "debtor-value" },
  { line: "hold set", schema: "hold set", exit: 2, code: "usage" },
  { line: "hold release H9", schema: "hold release", exit: 2, code: "no-such-record" },
  { line: "hold set GONE --reason no", schema: "hold set", exit: 2, code: "no-such-debtor" },
  { line: "dispute open 00044", schema: "dispute open", exit: 2, code: "usage" },
  { line: "dispute close D9 --outcome rejected", schema: "dispute close", exit: 2, code: "no-such-record" },
  { line: "promise cancel P9", schema: "promise cancel", exit: 2, code: "no-such-record" },
  {
    line: "promise add 00044 --date 2026-12-01 --amount x",
    schema: "promise add",
    exit: 2,
    code: "amount-unclear",
  },
  { line: "instalments cancel I9", schema: "instalments cancel", exit: 2, code: "no-such-record" },
  { line: "instalments add 00044 --instalment soon", schema: "instalments add", exit: 2, code: "usage" },
  { line: "log call 00044", schema: "log call", exit: 2, code: "log-unfinished" },
  { line: "worklist --bogus", schema: "worklist", exit: 2, code: "usage" },
  { line: "approve GONE", exit: 2, code: "no-such-approval" },
  { line: "reject GONE", exit: 2, code: "usage" },
  { line: "outbox --bogus", schema: "outbox list", exit: 2, code: "usage" },
  { line: "outbox list --debtor lost", schema: "outbox list", exit: 2, code: "no-such-debtor" },
  { line: "outbox list --state lost", schema: "outbox list", exit: 2, code: "unknown-state" },
  { line: "outbox show GONE", schema: "outbox show", exit: 2, code: "no-such-message" },
  { line: "outbox resolve {drafted}", schema: "outbox resolve", exit: 2, code: "resolve-how" },
  { line: "outbox resolve {drafted} --sent", schema: "outbox resolve", exit: 2, code: "message-state" },
  { line: "outbox retry GONE", schema: "outbox retry", exit: 2, code: "no-such-message" },
  { line: "outbox retry {drafted}", schema: "outbox retry", exit: 2, code: "message-state" },
  { line: "outbox void GONE", schema: "outbox void", exit: 2, code: "no-such-message" },
  { line: "template show gone", schema: "template show", exit: 66, code: "template-missing" },
  { line: "template preview gone", schema: "template preview", exit: 66, code: "template-missing" },
  { line: "inspect gone.csv", exit: 66, code: "file-missing" },
  { line: "inspect dunning.yaml", exit: 65, code: "no-header" },
  { line: "check --bogus", exit: 2, code: "usage" },
  { line: "demo --into letters", exit: 73, code: "folder-exists" },
  { line: "init", exit: 73, code: "config-exists" },
  { line: "pigeon", schema: "usage", exit: 2, code: "usage" },
];

test.each(BADLY)("$line -> $code", async (given) => {
  const { json, exit } = await documentOf({ ...given, spec: {} });
  const wanted = { ...FAILED, schema: schemaOf(given), ok: "false" };
  expect(faults(json, wanted)).toEqual([]);
  expect({ exit, code: (json["error"] as { code: string }).code }).toEqual({
    exit: given.exit,
    code: given.code,
  });
});

test.each([
  ["terms=45d", []],
  ["terms=whenever", ["terms is kept, but cannot be read: write 30d, 45d end-of-month or end-of-month 45d"]],
  ["credit_limit=12000", []],
  ["channel=call", ["channel is kept; only letter changes anything yet: e-mails become letters"]],
  ["channel=letter", []],
  ["terms=", []],
])("debtor set %s says what nothing uses yet", async (change, warnings) => {
  const given = { line: `debtor set 00044 ${change}`, exit: 0, spec: {} };
  expect((await documentOf(given)).json).toMatchObject({ ok: true, warnings });
});

test("a letter agreed by hand reaches the plan, and explain says why", async () => {
  const line = "run --dry-run --debtor WEBTOILE";
  const channelOf = async (after: readonly string[]) =>
    (
      (await documentOf({ line, after, day: NEXT, exit: 0, spec: {} })).json["actions"] as {
        channel: string;
        reason: string;
      }[]
    ).map(({ channel, reason }) => [channel, reason.includes("letters are agreed with this debtor")]);
  const due = [`import ${LATER}`, "outbox void {drafted}"];
  const plain = await channelOf(due);
  const agreed = await channelOf([...due, "debtor set WEBTOILE channel=letter"]);
  expect([plain, agreed]).toEqual([[["email", false]], [["letter", true]]]);
});

test("rejected rows end with 3: the error says that the document has the rest", async () => {
  const folder = demoCompany("brasserie-tournelune");
  const file = "balance-agee-lignes-2026-11-20.csv";
  const partly = (await dunning(folder, DAY, "import", file, "--json")).json;
  expect(partly).toMatchObject({ ok: false, exit: 3, error: { code: "partly-done" } });
});

test("check: the first error stands in `error` too, with its place", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dunning-contract-"));
  cpSync(prepared, folder, { recursive: true });
  try {
    const config = join(folder, "dunning.yaml");
    writeFileSync(config, readFileSync(config, "utf8").replace("country: FR", "country: FRANCE"));
    const { json, exit } = await dunning(folder, DAY, "check", "--json");
    expect(exit).toBe(78);
    expect(faults(json, { ...FAILED, ...FINDINGS, schema: "dunning/check/1" })).toEqual([]);
    expect(json["error"]).toMatchObject({ code: "bad-country", where: { file: "dunning.yaml", line: 8 } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a dry run keeps nothing, so it names no id; files together have the hash that `imports` lists", async () => {
  const folder = demoCompany("brasserie-tournelune");
  const [whole = ""] = readdirSync(folder).filter((name) => name.endsWith(".csv"));
  const rows = readFileSync(join(folder, whole));
  writeFileSync(join(folder, "second.csv"), rows);
  const line = ["import", whole, "second.csv", "--together", "--balance-date", DAY, "--json"];
  const rehearsed = (await dunning(folder, DAY, ...line, "--dry-run")).json;
  expect((rehearsed["import"] as { id: unknown }).id).toBeNull();
  const { json } = await dunning(folder, DAY, ...line);
  const listed = (await dunning(folder, DAY, "imports", "--json")).json["imports"] as { sha256: string }[];
  expect((json["import"] as { sha256: string }).sha256).toBe(listed[0]?.sha256);
});

test("the same bytes again: rows, totals and control as they were read the first time", async () => {
  const folder = demoCompany();
  const first = (await dunning(folder, DAY, "import", BALANCE, "--json")).json;
  const again = (await dunning(folder, DAY, "import", BALANCE, "--json")).json;
  for (const key of ["rows", "totals", "control", "rejected"]) expect(again[key]).toEqual(first[key]);
  expect(again).toMatchObject({ import: { state: "unchanged" } });
});
