import { PDFDocument } from "pdf-lib";
import { expect, test } from "vitest";
import type { Finished } from "../src/core/types.ts";
import { printFile } from "../src/render/print-file.ts";
import { type Changes, claims, HOME, has, rendered, runOn } from "./support/rendering.ts";

const letter = (changes: Changes = {}): Promise<Finished> =>
  rendered("last-warning", "fr", "letter", changes);
const named = (name: string, more: Changes = {}): Promise<Finished> => letter({ debtor: { name }, ...more });
const read = (bytes: Uint8Array): string => runOn(bytes, "letter.pdf", "pdftotext", ["-raw", "FILE", "-"]);
const countOf = (bytes: Uint8Array, what: RegExp): number =>
  Buffer.from(bytes).toString("latin1").match(what)?.length ?? 0;

/** A small picture: 1 x 1 pixel, PNG. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg==",
  "base64",
);
const withLogo = (name: string): Promise<Finished> =>
  named(name, { debtor: { name }, company: { logo: PIXEL } });

/** The same letter as another program would have written it. */
async function rewritten(bytes: Uint8Array): Promise<Uint8Array> {
  return await (await PDFDocument.load(bytes, { updateMetadata: false })).save();
}
async function foreign(): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  document.addPage().drawText("Of another hand");
  return await document.save();
}

test.skipIf(!has("pdftotext"))(
  "every page of every letter, in order, with one font for all of them",
  async () => {
    const long = await named("Deuxième Client", { action: claims(Array.from({ length: 60 }, () => 5_000)) });
    const made = [
      (await named("Premier Client")).bytes,
      long.bytes,
      (await named("Τρίτος Πελάτης")).bytes,
      (await withLogo("Quatrième Client")).bytes,
      (await withLogo("Cinquième Client")).bytes,
      await rewritten((await named("Шестой Клиент")).bytes),
      await foreign(),
    ];
    expect(long.pages).toBeGreaterThan(1);
    const print = await printFile(made, HOME);
    expect(print.pages).toEqual([1, long.pages, 1, 1, 1, 1, 1]);
    expect(read(print.bytes)).toBe(made.map(read).join(""));
    expect(countOf(print.bytes, /\/Subtype ?\/CIDFontType2/g)).toBe(2);
    expect(countOf(print.bytes, /\/Subtype ?\/Image/g)).toBe(
      countOf(made[3] ?? new Uint8Array(), /\/Subtype ?\/Image/g),
    );
    const again = await printFile(made, HOME);
    expect(Buffer.compare(Buffer.from(print.bytes), Buffer.from(again.bytes))).toBe(0);
    const [first, whole] = await Promise.all(
      [made[0] ?? print.bytes, print.bytes].map((file) => PDFDocument.load(file)),
    );
    expect(whole?.getCreationDate()).toEqual(first?.getCreationDate());
  },
);

test("letters that differ in a name of usual letters hold the same font; a rare letter stands in it as well", async () => {
  const fontsOf = async (name: string): Promise<string[]> => {
    const { bytes } = await named(name);
    const all = Buffer.from(bytes).toString("latin1");
    return [
      ...all.matchAll(/\/Length1 \d+\/Filter\/FlateDecode\/Length \d+>>\nstream\n([\s\S]*?)\nendstream/g),
    ].map(([, program = ""]) => program);
  };
  const usual = await fontsOf("Premier Client");
  expect(usual).toHaveLength(2);
  expect(await fontsOf("Zoë & Çelik 0815")).toEqual(usual);
  const rare = await fontsOf("Τρίτος");
  expect(rare[0]?.length).toBeGreaterThan(usual[0]?.length ?? 0);
});

test.skipIf(!has("qpdf"))("what is written is a sound file", async () => {
  const one = await letter();
  const { bytes } = await printFile([one.bytes, (await withLogo("Client")).bytes], HOME);
  for (const file of [one.bytes, bytes])
    expect(runOn(file, "letter.pdf", "qpdf", ["--check", "FILE"])).toContain(
      "No syntax or stream encoding errors",
    );
});
