import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { demoCompany, dunning, inFolder, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { sink } from "./support/scripted-smtp.ts";
import { countsOf, DAY, sender } from "./support/sender.ts";

const store = (folder: string): string => join(folder, "dunning.db");
const keep = (folder: string): void => copyFileSync(store(folder), join(folder, "copy.db"));
/** As a user does it: the copy in the place of the store, nothing else touched. */
function restore(folder: string): void {
  for (const rest of ["-wal", "-shm"]) rmSync(`${store(folder)}${rest}`, { force: true });
  copyFileSync(join(folder, "copy.db"), store(folder));
}
const journal = (folder: string): string[] =>
  readFileSync(join(folder, "sent.jsonl"), "utf8").trimEnd().split("\n");

async function messages(folder: string, state: string) {
  const { json } = await dunning(folder, DAY, "outbox", "list", "--state", state, "--json");
  return json["messages"] as { id: string; debtor: string; to: string }[];
}

/** Everything that would be done in the next weeks, nobody paying. */
async function ahead(folder: string, day = DAY): Promise<unknown> {
  const { json, exit } = await dunning(folder, day, "simulate", "--until", "2026-12-20", "--json");
  expect(exit).toBe(0);
  return json["days"];
}

describe("a store restored from a copy made before a run (CR-9)", () => {
  test("sends nothing until the journal is replayed; then the plan is as if it had never been restored", async () => {
    const folder = demoCompany();
    await dunning(folder, DAY, "import", "contacts", "contacts.csv");
    await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
    keep(folder);
    const first = await dunning(folder, DAY, "run", "--json");
    const planned = await ahead(folder);
    const before = await dunning(folder, DAY, "outbox", "list", "--json");
    const lines = journal(folder);

    restore(folder);
    const again = await dunning(folder, DAY, "run", "--json");
    expect([again.exit, again.json["error"]]).toMatchObject([5, { code: "store-behind-journal" }]);
    expect(journal(folder)).toEqual(lines);
    const status = await dunning(folder, DAY, "status", "--json");
    expect([status.exit, status.json["keptBack"]]).toMatchObject([5, [{ id: "store-behind-journal" }]]);
    const sick = await dunning(folder, DAY, "doctor", "--offline", "--json");
    expect(sick.exit).toBe(5);
    expect(await ahead(folder)).not.toEqual(planned);

    const { drafted, printed } = countsOf(first.json);
    const replayed = await dunning(folder, DAY, "doctor", "--replay-journal", "--json");
    expect([replayed.exit, replayed.json["replayed"]]).toEqual([
      0,
      {
        sent: (drafted ?? 0) + (printed ?? 0),
        uncertain: 0,
        refused: 0,
        open: 0,
        unknown: 0,
        settledItems: 0,
      },
    ]);
    // Calls and approvals are listed again by the next run of the day.
    expect(countsOf((await dunning(folder, DAY, "run", "--json")).json)).toMatchObject({
      sent: 0,
      drafted: 0,
      printed: 0,
    });
    expect(await ahead(folder)).toEqual(planned);
    const known = ({ json }: typeof before) =>
      (json["messages"] as { id: string; state: string; messageId: string }[])
        .map(({ id, state, messageId }) => `${id} ${state} ${messageId}`)
        .sort();
    expect(known(await dunning(folder, DAY, "outbox", "list", "--json"))).toEqual(known(before));
    expect((await dunning(folder, DAY, "audit", "verify")).exit).toBe(0);
    const twice = await dunning(folder, DAY, "doctor", "--replay-journal", "--json");
    expect([twice.exit, twice.json["replayed"]]).toEqual([0, null]);
    expect((await dunning(folder, DAY, "doctor", "--offline")).exit).toBe(0);
  });

  test("what was queued in the copy and has left since is not sent again", async () => {
    const server = await sink((stage, nth) => (stage === "RCPT" && nth === 1 ? "450 4.2.0 busy" : null));
    const folder = await sender(server.port);
    await dunning(folder, DAY, "run", "--yes");
    keep(folder);
    const next = "2026-11-21";
    await dunning(folder, next, "run", "--yes");
    const planned = await ahead(folder, next);
    const sent = server.messages.length;
    restore(folder);
    expect((await dunning(folder, next, "run", "--yes")).exit).toBe(5);
    const { json } = await dunning(folder, next, "doctor", "--replay-journal", "--json");
    expect(json["replayed"]).toMatchObject({ sent: 1, uncertain: 0 });
    await dunning(folder, next, "run", "--yes");
    expect(server.messages.length).toBe(sent);
    expect(await ahead(folder, next)).toEqual(planned);
  });

  test("what waited in the copy, and left as another message since, does not leave as well", async () => {
    const server = await sink((stage, nth) => (stage === "RCPT" && nth === 1 ? "450 4.2.0 busy" : null));
    const folder = await sender(server.port);
    await dunning(folder, DAY, "run", "--yes");
    const [waits] = await messages(folder, "deferred");
    keep(folder);
    // The address was wrong: the message is written anew, to another one.
    await dunning(folder, DAY, "debtor", "set", waits?.debtor ?? "", "email=other@client.example");
    const at = async (time: string, ...words: string[]) =>
      await inFolder(folder, `${DAY}T${time}:00Z`, [...words, "--yes"]);
    await at("14:00", "run");
    await at("14:10", "run");
    expect((await messages(folder, "sent")).some(({ to }) => to === "other@client.example")).toBe(true);
    const sent = server.messages.length;
    restore(folder);
    expect((await at("15:00", "doctor", "--replay-journal")).exit).toBe(0);
    await at("15:10", "run");
    expect(server.messages.length).toBe(sent);
    expect((await messages(folder, "superseded")).map(({ id }) => id)).toEqual([waits?.id]);
    expect((await at("15:20", "audit", "verify")).exit).toBe(0);
  });

  test("a gate without an outcome is uncertain; sent again it is written anew, its bytes are lost", async () => {
    const server = await sink(() => null);
    const folder = await sender(server.port);
    keep(folder);
    await dunning(folder, DAY, "run", "--yes");
    const lines = journal(folder);
    writeFileSync(join(folder, "sent.jsonl"), `${lines.slice(0, -1).join("\n")}\n`);
    const { message: id } = JSON.parse(lines.at(-1) ?? "") as { message: string };
    restore(folder);
    const replayed = await dunning(folder, DAY, "doctor", "--replay-journal", "--json");
    expect([replayed.exit, replayed.json["replayed"]]).toMatchObject([4, { uncertain: 1 }]);
    const shown = await dunning(folder, DAY, "outbox", "show", id, "--json");
    expect(shown.json["message"]).toMatchObject({ state: "uncertain", size: 0 });
    const sent = server.messages.length;
    await dunning(folder, DAY, "run", "--yes");
    expect(server.messages.length).toBe(sent);
    expect((await dunning(folder, DAY, "outbox", "resolve", id, "--resend")).stdout).toContain("anew");
    await dunning(folder, DAY, "run", "--yes");
    expect(server.messages.length).toBe(sent + 1);
  });

  test("what was refused counts as refused: its fallback channel is due, as before", async () => {
    const server = await sink((stage, nth) => (stage === "RCPT" && nth === 2 ? "550 5.1.1 unknown" : null));
    const folder = await sender(server.port);
    keep(folder);
    await dunning(folder, DAY, "run", "--yes");
    const due = async () => {
      const { json } = await dunning(folder, "2026-11-23", "run", "--dry-run", "--json");
      const actions = json["actions"] as { debtor: string; channel: string; state: string }[];
      return actions.map(({ debtor, channel, state }) => `${debtor} ${channel} ${state}`);
    };
    const planned = await due();
    restore(folder);
    const { json } = await dunning(folder, DAY, "doctor", "--replay-journal", "--json");
    expect(json["replayed"]).toMatchObject({ refused: 1 });
    await dunning(folder, DAY, "run", "--yes");
    expect(await due()).toEqual(planned);
  });
});

const COLUMNS = "Code client;Raison sociale;E-mail;N° pièce;Date pièce;Échéance;Restant dû";
const A1 = "A1;Un;a@x.example;F-1;25/09/2026;25/10/2026;100,00";
const B2 = "B2;Deux;b@x.example;F-2;25/09/2026;25/10/2026;60,00";

describe("balances and words of persons", () => {
  test("a draft that was taken back falls due again, and does so after a replay", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    await takeBalance(folder, DAY, COLUMNS, [A1, B2]);
    keep(folder);
    const { json } = await dunning(folder, DAY, "run", "--json");
    const [{ id }] = json["actions"] as [{ id: string }];
    await dunning(folder, DAY, "outbox", "void", id);
    restore(folder);
    const refused = await dunning(folder, DAY, "outbox", "void", id, "--json");
    expect(refused.exit).toBe(5);
    const replayed = await dunning(folder, DAY, "doctor", "--replay-journal", "--json");
    expect(replayed.json["replayed"]).toMatchObject({ sent: 1, open: 1 });
    expect(countsOf((await dunning(folder, DAY, "run", "--json")).json)).toMatchObject({ drafted: 1 });
  });

  test("the balance on which a message was written comes first; what was paid since is said", async () => {
    const folder = folderWith({ "dunning.yaml": SMALL });
    await takeBalance(folder, "2026-11-18", COLUMNS, [A1]);
    keep(folder);
    await takeBalance(folder, DAY, COLUMNS, [A1, B2]);
    await dunning(folder, DAY, "run");
    restore(folder);
    const early = await dunning(folder, DAY, "doctor", "--replay-journal", "--json");
    expect([early.exit, early.json["error"]]).toMatchObject([
      5,
      { code: "replay-refused", found: expect.stringContaining(DAY) },
    ]);
    expect((await dunning(folder, DAY, "run")).exit).toBe(5);
    const later = "2026-11-23";
    await takeBalance(folder, later, COLUMNS, [A1]);
    const { json, exit } = await dunning(folder, later, "doctor", "--replay-journal", "--json");
    expect([exit, json["replayed"]]).toMatchObject([0, { sent: 1, unknown: 1 }]);
    const ran = await dunning(folder, later, "run", "--json");
    expect([ran.exit, countsOf(ran.json)["drafted"]]).toEqual([0, 0]);
  });
});

test("letters that count once they were posted wait for that again", async () => {
  const config = `${SMALL.replace("channel: email", "channel: letter")}letters: { confirm_posted: true }\n`;
  const folder = folderWith({ "dunning.yaml": config });
  const columns = `${COLUMNS};Adresse;CP;Ville`;
  await takeBalance(folder, DAY, columns, [`${A1};1 rue X;69003;Lyon`]);
  keep(folder);
  const { json } = await dunning(folder, DAY, "run", "--json");
  const [{ id }] = json["actions"] as [{ id: string }];
  const stateOf = async () => {
    const shown = await dunning(folder, DAY, "outbox", "show", id, "--json");
    return (shown.json["message"] as { state: string }).state;
  };
  expect(await stateOf()).toBe("printed");
  const planned = await ahead(folder);
  restore(folder);
  expect((await dunning(folder, DAY, "doctor", "--replay-journal")).exit).toBe(0);
  expect(await stateOf()).toBe("printed");
  expect(await ahead(folder)).toEqual(planned);
});
