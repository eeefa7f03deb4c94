import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { smtp } from "../src/delivery/smtp.ts";
import { main } from "../src/main.ts";
import { dunning } from "./support/company.ts";
import { company, counted } from "./support/delivery.ts";
import { atStage, goodServer, type Script, scripted, settingsFor } from "./support/scripted-smtp.ts";
import { DAY, sender } from "./support/sender.ts";

const CANARY = "canary-S3cr3t-7f1e";

describe("with an access token", () => {
  const run = async (script: Script, messages = 2) => {
    const at = company(messages);
    const server = await scripted(script);
    at.queue("smtp");
    const login = { user: "compta@example.com", token: { command: `echo ${CANARY}` } };
    const report = await at.go({ transports: { smtp: smtp({ ...settingsFor(server.port), login }) } });
    return { report, server };
  };

  test("XOAUTH2, once for all messages", async () => {
    const { report, server } = await run(goodServer);
    expect(counted(report)).toEqual({ sent: 2 });
    expect(server.logins).toEqual([`user=compta@example.com\x01auth=Bearer ${CANARY}\x01\x01`]);
  });

  test("an expired token is tried once: exit 78, and what the server said", async () => {
    const detail = Buffer.from('{"status":"400","schemes":"Bearer"}').toString("base64");
    // The refusal follows the empty line, which the sink does not know.
    const { report, server } = await run(atStage("AUTH", `334 ${detail}`));
    expect([report.stopped?.exit, report.stopped?.problems[0].code]).toEqual([78, "smtp-login"]);
    expect(report.stopped?.problems[0].found).toContain("the token is not accepted");
    expect(server.logins).toHaveLength(1);
    expect(server.accepted).toEqual([]);
  });

  test("a server that cannot look it up now: exit 69", async () => {
    const { report } = await run(atStage("AUTH", "454 4.7.0 temporary failure"));
    expect([report.stopped?.exit, report.stopped?.problems[0].code]).toEqual([69, "mail-server"]);
  });
});

/** Everything that a run leaves behind or says, as text. */
function traces(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("secret"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
/** The secret in clear and in the forms in which it travels. */
const FORMS = [
  CANARY,
  base64(CANARY),
  base64(`\0compta\0${CANARY}`),
  base64(`user=compta\x01auth=Bearer ${CANARY}\x01\x01`),
];

describe("a secret is nowhere but where it belongs", () => {
  /** Some servers repeat what they do not like, in clear or as it came. */
  const echo = (form: number): Script => atStage("AUTH", `535 5.7.8 I do not like ${FORMS[form]}`);
  test.each<[string, string, string, Script]>([
    ["a password file", "password_file: secret", "accepts it", goodServer],
    ["a password command", "password_command: 'cat FOLDER/secret'", "repeats it", echo(0)],
    ["a systemd credential", "password_credential: secret-credential", "repeats the line", echo(2)],
    ["a token command", "oauth2: { token_command: 'cat FOLDER/secret' }", "accepts it", goodServer],
    ["a token file", "oauth2: { token_file: secret }", "repeats the line", echo(3)],
    [
      "a token as credential",
      "oauth2: { token_credential: secret-credential }",
      "repeats it for now",
      atStage("AUTH", `454 4.7.0 ${CANARY} ${FORMS[3]}`),
    ],
  ])("%s (%s), a server that %s", async (_, keys, _says, script) => {
    const server = await scripted(script);
    const folder = await sender(server.port);
    const file = join(folder, "dunning.yaml");
    const text = readFileSync(file, "utf8").replace(
      "connections: 1,",
      `connections: 1, user: compta, ${keys.replace("FOLDER", folder)},`,
    );
    writeFileSync(file, text);
    writeFileSync(join(folder, "secret"), `${CANARY}\n`, { mode: 0o600 });
    mkdirSync(join(folder, "credentials"));
    writeFileSync(join(folder, "credentials", "secret-credential"), CANARY, { mode: 0o440 });
    let said = "";
    for (const words of [
      ["run", "--yes", "--json"],
      ["run", "--yes", "--verbose"],
    ]) {
      await main(["--as-of", DAY, ...words], {
        stdout: { write: (part) => (said += part) },
        stderr: { write: (part) => (said += part) },
        stdin: {},
        env: { HOME: folder, CREDENTIALS_DIRECTORY: join(folder, "credentials") },
        cwd: folder,
        now: () => new Date(`${DAY}T12:00:00Z`),
        onSignal: () => undefined,
        runIn: () => Promise.reject(new Error("one company")),
        exit: () => undefined,
      });
    }
    expect(server.logins.some((login) => login.includes(CANARY))).toBe(true);
    const everything = `${said}\n${traces(folder)}`;
    expect(FORMS.filter((form) => everything.includes(form))).toEqual([]);
    expect(said).toContain("dunning/run/1");
  });
});

test("a password in the configuration itself is refused", async () => {
  const folder = await sender(1);
  const file = join(folder, "dunning.yaml");
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace("connections: 1,", `user: a, oauth2: { token: ${CANARY} },`),
  );
  const ran = await dunning(folder, DAY, "run");
  expect([
    ran.exit,
    ran.stderr.includes("password-in-config") || ran.stderr.includes("does not belong"),
  ]).toEqual([78, true]);
  expect(ran.stderr).not.toContain(CANARY);
});
