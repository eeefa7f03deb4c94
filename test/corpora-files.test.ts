import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { checkConfig } from "../src/config/config.ts";
import { ownName } from "../src/delivery/files.ts";
import { dunning } from "./support/company.ts";
import { changed, folderWith, SMALL } from "./support/config.ts";
import { corpus } from "./support/corpus.ts";

const DAY = "2026-11-20";
const payloads = corpus("paths.txt").map(({ text }) => text);
const COLUMNS = "Code client;Raison sociale;Adresse;CP;Ville;E-mail;N° pièce;Date pièce;Échéance;Restant dû";

test("there are enough of them", () => expect(payloads.length).toBeGreaterThanOrEqual(200));

/** Names of files made by us: our own ids, and the names that are always the same. */
const OURS =
  /^(?:dunning\.(?:db|lock|yaml)|sent\.jsonl|balance\.csv|balance\.rejects\.csv|(?:drafts|letters|backups)|backups\/[\dTZ-]+-[0-9a-f]{8}\.db|(?:drafts|letters)\/2026-11-20-[0-9a-f]{4,}|drafts\/2026-11-20-[0-9a-f]+\/[0-9a-f]+(?:-\d+)?\.eml|letters\/2026-11-20-[0-9a-f]+\/(?:[0-9a-f]+(?:-\d+)?\.pdf|print\.pdf|manifest\.json))$/;

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** A folder inside another one: what leaves the company would be seen beside it. */
async function runWith(values: readonly string[], config: string) {
  const around = folderWith({});
  const folder = join(around, "firm", "company");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "dunning.yaml"), config);
  const rows = values.map(
    (value, n) =>
      `${quoted(`${value}#${n}`)};${quoted(value)};1 rue X;69003;Lyon;a${n}@x.example;${quoted(value)};25/09/2026;25/10/2026;100,00`,
  );
  writeFileSync(join(folder, "balance.csv"), `Balance au 20/11/2026\n${COLUMNS}\n${rows.join("\n")}\n`);
  const imported = await dunning(folder, DAY, "import", "balance.csv", "--json");
  if (imported.exit === 4) expect((await dunning(folder, DAY, "import", "accept", "1")).exit).toBe(0);
  const ran = await dunning(folder, DAY, "run", "--json");
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return { around, folder, imported, ran, found };
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("as code, name and document number: drafts are named by us, private, and nothing lies elsewhere", async () => {
  const values = payloads.filter((value) => !/[\p{Cc}\u2028]/u.test(value));
  const { around, folder, ran, found } = await runWith(values, SMALL);
  const { drafted = 0 } = ran.json["counts"] as { drafted?: number };
  expect([ran.exit, drafted]).toEqual([0, values.length]);
  expect(found.filter((path) => !OURS.test(path))).toEqual([]);
  expect(found.filter((path) => path.endsWith(".eml"))).toHaveLength(values.length);
  for (const path of found) {
    const at = join(folder, path);
    expect([path, lstatSync(at).isSymbolicLink()]).toEqual([path, false]);
    if (/\.(eml|pdf|db|jsonl|lock)$/.test(path)) expect([path, modeOf(at)]).toEqual([path, 0o600]);
    if (/^(drafts|letters|backups)/.test(path) && statSync(at).isDirectory())
      expect([path, modeOf(at)]).toEqual([path, 0o700]);
  }
  expect([readdirSync(around), readdirSync(join(around, "firm"))]).toEqual([["firm"], ["company"]]);
  expect(existsSync("/tmp/owned")).toBe(false);
});

test("letters too: the batch holds them and its manifest, nothing else", async () => {
  const values = payloads.filter((value, n) => n % 12 === 0 && !/[\p{Cc}\u2028]/u.test(value));
  const { around, folder, ran, found } = await runWith(values, changed("channel: email", "channel: letter"));
  expect([ran.exit, found.filter((path) => !OURS.test(path))]).toEqual([0, []]);
  const manifest = found.find((path) => path.endsWith("manifest.json")) ?? "";
  const { letters } = JSON.parse(readFileSync(join(folder, manifest), "utf8")) as {
    letters: { file: string }[];
  };
  expect(letters.map(({ file }) => file).every((file) => /^[0-9a-f]+(-\d+)?\.pdf$/.test(file))).toBe(true);
  expect(letters).toHaveLength(values.length);
  expect(readdirSync(around)).toEqual(["firm"]);
});

test("with control characters: the file or the row is refused, and nothing is written for it", async () => {
  const values = payloads.filter((value) => /(?!\t)\p{Cc}/u.test(value));
  expect(values.length).toBeGreaterThan(5);
  const { imported, found } = await runWith(values, SMALL);
  expect(imported.exit).toBe(65);
  expect(found.filter((path) => !OURS.test(path))).toEqual([]);
  expect(found.filter((path) => path.endsWith(".eml"))).toEqual([]);
});

test.each(payloads.filter((value) => !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(value)))(
  "%j is no name of a file of ours",
  (value) => {
    expect(() => ownName(value)).toThrow(/not a file name of ours/);
  },
);

test("as the folder for letters: inside the company, or refused", () => {
  const around = folderWith({});
  const company = join(around, "firm");
  mkdirSync(company);
  const taken = payloads.filter((value) => {
    writeFileSync(join(company, "dunning.yaml"), `${SMALL}letters: { folder: ${JSON.stringify(value)} }\n`);
    return checkConfig(company).loaded !== null;
  });
  for (const value of taken) {
    const place = relative(company, resolve(join(company, value)));
    expect([
      value,
      place !== "" && place !== ".." && !place.startsWith("../"),
      /[\\:\0]/.test(value),
    ]).toEqual([value, true, false]);
  }
  expect(taken).toEqual(expect.arrayContaining(["letters", "été"]));
  expect(payloads.length - taken.length).toBeGreaterThan(60);
});
