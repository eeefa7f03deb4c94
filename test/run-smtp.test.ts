import { readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { dunning } from "./support/company.ts";
import { countsOf, DAY, sender } from "./support/sender.ts";

interface Got {
  readonly to: readonly string[];
  readonly text: string;
}

/** A mail server on loopback that keeps what it gets. */
async function mailServer(
  onMessage: (count: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ port: number; got: Got[] }> {
  const got: Got[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        got.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(parts).toString(),
        });
        void (async () => {
          await onMessage(got.length);
          done();
        })();
      });
    },
  });
  await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  return { port: (server.server.address() as AddressInfo).port, got };
}

test("the first run asks; then each debtor gets one message, and a second run sends nothing", async () => {
  const { port, got } = await mailServer();
  const folder = await sender(port);
  const asked = await dunning(folder, DAY, "run", "--json");
  expect(asked.exit).toBe(4);
  expect(asked.json["stopped"]).toMatchObject({ code: "not-confirmed" });
  expect(got).toEqual([]);

  const sent = await dunning(folder, DAY, "run", "--yes", "--json");
  expect(countsOf(sent.json)["sent"]).toBe(got.length);
  expect(got.length).toBeGreaterThan(20);
  expect(got.every(({ to }) => to.length === 1)).toBe(true);
  expect(new Set(got.map(({ to }) => to[0])).size).toBe(got.length);
  // That is for files which a person still has to send.
  expect(got.filter(({ text }) => /^X-Unsent/im.test(text))).toEqual([]);

  const again = await dunning(folder, DAY, "run", "--json");
  expect([again.exit, countsOf(again.json)["sent"]]).toEqual([0, 0]);
});

test("stopped while it is at work: the message in hand is finished, the rest waits and leaves after start", async () => {
  let folder = "";
  const { port, got } = await mailServer(async (count) => {
    if (count === 2) await dunning(folder, DAY, "stop", "--author", "Anne");
  });
  folder = await sender(port);
  const ran = await dunning(folder, DAY, "run", "--yes", "--json");
  expect([ran.exit, got.length, countsOf(ran.json)["sent"]]).toEqual([4, 2, 2]);
  expect(ran.json["warnings"]).toContainEqual(expect.stringContaining("Anne has stopped everything"));
  expect((await dunning(folder, DAY, "run", "--json")).exit).toBe(4);
  expect(got).toHaveLength(2);
  await dunning(folder, DAY, "start");
  const rest = await dunning(folder, DAY, "run", "--json");
  expect(countsOf(rest.json)["sent"]).toBe(got.length - 2);
  expect(new Set(got.map(({ to }) => to[0])).size).toBe(got.length);
  expect(got.length).toBeGreaterThan(20);
});

test("above the cap nothing at all is sent; the plan's hash lets exactly that plan go", async () => {
  const { port, got } = await mailServer();
  const folder = await sender(port, "max_messages: 3, per_minute: 6000");
  const capped = await dunning(folder, DAY, "run", "--yes", "--json");
  expect(capped.exit).toBe(4);
  expect(got).toEqual([]);
  const hash = String(capped.json["planHash"]);
  const other = await dunning(folder, DAY, "run", "--yes", "--approve", `0000${hash.slice(4)}`);
  expect([other.exit, got.length]).toEqual([4, 0]);
  const short = await dunning(folder, DAY, "run", "--yes", "--approve", hash.slice(0, 8));
  expect([short.exit, got.length]).toEqual([4, 0]);
  await dunning(folder, DAY, "run", "--yes", "--approve", hash.slice(0, 16));
  expect(got.length).toBeGreaterThan(20);
});

test("a server that is not there: nothing is sent, everything waits for the next run", async () => {
  const { port, got } = await mailServer();
  const folder = await sender(1);
  const failed = await dunning(folder, DAY, "run", "--only", "email", "--yes", "--json");
  expect([failed.exit, failed.json["ok"]]).toEqual([69, false]);
  expect(countsOf(failed.json)["sent"]).toBe(0);
  const file = join(folder, "dunning.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("port: 1 }", `port: ${port} }`));
  const sent = await dunning(folder, DAY, "run", "--yes", "--json");
  expect(countsOf(sent.json)["sent"]).toBe(got.length);
  expect(got.length).toBeGreaterThan(20);
});

test("what was queued before waits while a newer balance is on hold, and for whoever is insolvent by now it is over", async () => {
  const { port, got } = await mailServer();
  const folder = await sender(1);
  await dunning(folder, DAY, "run", "--only", "email", "--yes");
  const file = join(folder, "dunning.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("port: 1 }", `port: ${port} }`));
  const foreign =
    "Balance au 21/11/2026\n\nCode client;Raison sociale;N° pièce;Type;Date pièce;Échéance;Devise;Montant TTC;Restant dû;Non échu;1-30 j;31-60 j;61-90 j;+ 90 j\nX1;Autre Exemple;F-1;Facture;01/09/2026;01/10/2026;EUR;10,00;10,00;;;10,00;;\n";
  writeFileSync(join(folder, "autre.csv"), foreign);
  expect((await dunning(folder, "2026-11-21", "import", "autre.csv")).exit).toBe(4);
  const held = await dunning(folder, "2026-11-21", "run", "--yes", "--json");
  expect([held.exit, got.length]).toEqual([4, 0]);
  expect(JSON.stringify(held.json["warnings"])).toContain(
    "messages wait in the outbox, because balance 2 is on hold",
  );

  await dunning(folder, "2026-11-21", "import", "undo", "2");
  const { messages } = (await dunning(folder, DAY, "outbox", "list", "--state", "queued", "--json")).json as {
    messages: { debtor: string; to: string }[];
  };
  expect(held.json["counts"]).toMatchObject({ queued: messages.length, skipped: 0 });
  const [ruined, moved] = messages;
  await dunning(folder, DAY, "debtor", "set", ruined?.debtor ?? "", "insolvent=1");
  await dunning(folder, DAY, "debtor", "set", moved?.debtor ?? "", "email=new@example.org");
  await dunning(folder, DAY, "run", "--yes");
  const reached = got.flatMap(({ to }) => to);
  expect(reached).not.toContain(ruined?.to);
  expect(reached).not.toContain(moved?.to);
  expect(reached.length).toBeGreaterThan(20);
});

const withMail = (folder: string, more: string): void => {
  const file = join(folder, "dunning.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("transport: smtp,", `transport: smtp, ${more},`));
};

test("redirect_to: every e-mail to one address, nothing recorded, the next run the same; then for real", async () => {
  const { port, got } = await mailServer();
  const folder = await sender(port);
  withMail(folder, "redirect_to: essai@exemple.test");
  const first = await dunning(folder, DAY, "run", "--json");
  const count = got.length;
  expect([first.exit, countsOf(first.json)["sent"]]).toEqual([0, count]);
  expect(count).toBeGreaterThan(20);
  expect(new Set(got.map(({ to }) => to.join()))).toEqual(new Set(["essai@exemple.test"]));
  const meant = got.map(({ text }) => /^X-Dunning-Recipient: (.*)\r$/m.exec(text)?.[1] ?? "");
  expect(new Set(meant).size).toBe(count);
  for (const [n, { text }] of got.entries()) {
    const { subject, to } = await simpleParser(text);
    expect([subject, to]).toMatchObject([
      expect.stringContaining(`[${meant[n]}] `),
      { text: "essai@exemple.test" },
    ]);
  }
  expect((await dunning(folder, DAY, "outbox", "list", "--json")).json["messages"]).toEqual([]);
  await dunning(folder, DAY, "run");
  expect(got).toHaveLength(2 * count);
  const file = join(folder, "dunning.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(" redirect_to: essai@exemple.test,", ""));
  await dunning(folder, DAY, "run", "--yes");
  expect(new Set(got.slice(2 * count).map(({ to }) => to.join()))).toEqual(new Set(meant));
});

test("redirect_to: the cap, a wrong plan and the stop flag hold as for a real run", async () => {
  const { port, got } = await mailServer();
  const folder = await sender(port, "max_messages: 3, per_minute: 6000");
  withMail(folder, "redirect_to: essai@exemple.test");
  const capped = await dunning(folder, DAY, "run", "--json");
  expect([capped.exit, capped.json["stopped"]]).toMatchObject([4, { code: "over-the-cap" }]);
  const other = await dunning(folder, DAY, "run", "--approve", "0123456789abcdef", "--json");
  expect([other.exit, other.json["stopped"]]).toMatchObject([4, { code: "plan-changed" }]);
  const short = String(capped.json["planHash"]).slice(0, 8);
  const brief = await dunning(folder, DAY, "run", "--approve", short, "--json");
  expect([brief.exit, brief.json["stopped"]]).toMatchObject([
    4,
    { message: expect.stringContaining("only the beginning") },
  ]);
  await dunning(folder, DAY, "stop");
  expect((await dunning(folder, DAY, "run", "--json")).json["stopped"]).toMatchObject({ code: "stopped" });
  expect(got).toEqual([]);
});

test("allow_domains: the others wait, and the exit code says so", async () => {
  const { port, got } = await mailServer();
  const folder = await sender(port);
  const dry = await dunning(folder, DAY, "run", "--dry-run", "--json");
  const addresses = (dry.json["actions"] as { to: string | null; state: string }[]).flatMap(
    ({ to, state }) => (state === "due" && to !== null ? [to] : []),
  );
  const domain = addresses[0]?.split("@")[1] ?? "";
  withMail(folder, `allow_domains: [${domain.toUpperCase()}]`);
  await dunning(folder, DAY, "run", "--yes");
  // The first one lists calls too, which a person must see (4).
  const ran = await dunning(folder, DAY, "run", "--json");
  const inside = addresses.filter((each) => each.endsWith(`@${domain}`));
  expect([ran.exit, got.length]).toEqual([3, inside.length]);
  expect(got.every(({ to }) => to[0]?.endsWith(`@${domain}`))).toBe(true);
  expect(inside.length).toBeLessThan(addresses.length);
  expect(ran.json["warnings"]).toContainEqual(expect.stringContaining("is in none of email.allow_domains"));
});
