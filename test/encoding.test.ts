import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forEachRecord } from "../src/intake/csv.ts";
import { scanFile } from "../src/intake/encoding.ts";
import { LIMITS } from "../src/intake/limits.ts";
import { Failure } from "../src/problem.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dunning-encoding-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Uint8Array, name = "file.csv"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "accepted";
  } catch (error) {
    if (error instanceof Failure) return `${error.exit} ${error.problems[0].code}`;
    throw error;
  }
}

async function rowsOf(
  path: string,
  delimiter = ";",
  wanted: string | null = null,
): Promise<[string[], number][]> {
  const rows: [string[], number][] = [];
  await forEachRecord(await scanFile(path, wanted), delimiter, (cells, line) => {
    rows.push([cells, line]);
  });
  return rows;
}

const WORDS = "Échéance;Société;Noël;Où;Ça;Müller;Straße;Hôtel;Œuvre;50 €;l’été\n";

describe("which encoding", () => {
  test.each([
    ["utf-8", iconv.encode(WORDS, "utf-8")],
    ["utf-8", iconv.encode(WORDS, "utf-8", { addBOM: true })],
    ["utf-16le", iconv.encode(WORDS, "utf-16le", { addBOM: true })],
    ["utf-16be", iconv.encode(WORDS, "utf-16be", { addBOM: true })],
    ["utf-16le", iconv.encode(WORDS, "utf-16le", { addBOM: false })],
    ["utf-16be", iconv.encode(WORDS, "utf-16be", { addBOM: false })],
    ["windows-1252", iconv.encode(WORDS, "windows-1252")],
    ["macintosh", iconv.encode(WORDS, "macintosh")],
    ["cp850", iconv.encode("Échéance;Société;Noël;Où;Ça;Müller;Straße;Hôtel\n", "cp850")],
    ["utf-8", Buffer.from("only;ascii\n")],
  ])("%s", async (encoding, bytes) => {
    const path = fileOf(bytes);
    expect((await scanFile(path)).encoding).toBe(encoding);
    expect((await rowsOf(path))[0]?.[0]?.join(";")).toBe(iconv.decode(bytes, encoding).trim());
  });

  test.each(["é", "è", "à", "ç", "ê", "ô", "û", "ï", "ë", "ö", "ü", "ß", "É", "ø", "å", "ñ"])(
    "one word with %s among ASCII is read as Windows-1252",
    async (letter) => {
      const path = fileOf(iconv.encode(`Client;Montant\nb${letter}rk Exemple;12\n`, "windows-1252"));
      expect((await rowsOf(path))[1]?.[0]?.[0]).toBe(`b${letter}rk Exemple`);
    },
  );

  test.each(["é", "è", "ç", "ê", "ô", "û", "ï", "ë", "ö", "ü"])(
    "one word with %s of MS-DOS is read as code page 850",
    async (letter) => {
      const path = fileOf(iconv.encode(`Client;Montant\nb${letter}rk Exemple;12\n`, "cp850"));
      expect((await rowsOf(path))[1]?.[0]?.[0]).toBe(`b${letter}rk Exemple`);
    },
  );

  test("a named encoding is taken as said", async () => {
    const path = fileOf(Buffer.from([0x41, 0xb3, 0x0a]));
    expect((await rowsOf(path, ";", "windows-1250"))[0]?.[0]).toEqual(["Ał"]);
    expect(await codeOf(scanFile(path, "utf-8"))).toBe("65 mixed-encoding");
    expect(await codeOf(scanFile(path, "klingon"))).toBe("65 unknown-encoding");
  });

  test.each([0, 1, 2, 3])(
    "a letter of three bytes may lie across two pieces of the file (%i)",
    async (shift) => {
      const line = `${"x".repeat(99)}\n`;
      const text = `${"y".repeat(shift)}\n${line.repeat(2621)}${"é€".repeat(2000)}\n${line}`;
      const rows = await rowsOf(fileOf(text));
      expect(rows.map(([cells]) => cells[0]).join("\n")).toBe(text.trimEnd());
    },
  );

  test("a cut letter at the end is no UTF-8", async () => {
    expect((await scanFile(fileOf(Buffer.from([0x43, 0x61, 0x66, 0xc3])))).encoding).not.toBe("utf-8");
  });
});

describe("lines", () => {
  const rows = Array.from({ length: 30_000 }, (_, index) => `C${index};Café ${index};${index},00`);
  test.each([
    ["LF", "\n", "utf-8"],
    ["CR LF", "\r\n", "utf-8"],
    ["CR", "\r", "utf-8"],
    ["CR CR LF", "\r\r\n", "utf-8"],
    ["LF", "\n", "utf-16le"],
    ["CR LF", "\r\n", "utf-16be"],
    ["CR LF", "\r\n", "cp850"],
  ])("%s in %j, in %s: the same rows and line numbers over many pieces", async (_name, eol, encoding) => {
    const read = await rowsOf(
      fileOf(iconv.encode(rows.join(eol) + eol, encoding, { addBOM: encoding.startsWith("utf-16") })),
    );
    expect(read.map(([cells]) => cells.join(";"))).toEqual(rows);
    expect(read.map(([, line]) => line)).toEqual(rows.map((_, index) => index + 1));
  });

  test("mixed line ends, Ctrl-Z, no last line end", async () => {
    const read = await rowsOf(fileOf("a;1\nb;2\r\nc;3\rd;4\r\r\ne;5\n\u001a"));
    expect(read).toEqual([
      [["a", "1"], 1],
      [["b", "2"], 2],
      [["c", "3"], 3],
      [["d", "4"], 4],
      [["e", "5"], 5],
    ]);
    expect(await rowsOf(fileOf("a;1\nb;2"))).toHaveLength(2);
    expect((await scanFile(fileOf("a;1\nb;2"))).finalLineEnd).toBe(false);
  });

  test("quoted cells keep their lines, and rows the line on which they start", async () => {
    const read = await rowsOf(fileOf('"a\r\nb";1\r\n\r\n"c ""d""";2\r\n'));
    expect(read).toEqual([
      [["a\nb", "1"], 1],
      [[""], 3],
      [['c "d"', "2"], 4],
    ]);
  });

  test.each([
    [
      'a;Tube 1/2" acier;b\nc;d;e\n',
      [
        ["a", 'Tube 1/2" acier', "b"],
        ["c", "d", "e"],
      ],
    ],
    ['a;dit "le Petit";b\n', [["a", 'dit "le Petit"', "b"]]],
    [
      'a;1/2";b"\nc;d;e\n',
      [
        ["a", '1/2"', 'b"'],
        ["c", "d", "e"],
      ],
    ],
    ['"x;y";1/2" acier\n', [["x;y", '1/2" acier']]],
    ['1/2" acier;"x\ny"\n', [['1/2" acier', "x\ny"]]],
    ['a; "b";c\n', [["a", ' "b"', "c"]]],
    ['"";"""";b\n', [["", '"', "b"]]],
  ])("a mark inside a cell is text: %j", async (content, cells) => {
    expect((await rowsOf(fileOf(content))).map(([row]) => row)).toEqual(cells);
  });

  test("a reading can be stopped", async () => {
    for (const content of ["a\nb\nc\n", '"a"\n"b"\n"c"\n']) {
      const seen: string[] = [];
      await forEachRecord(await scanFile(fileOf(content)), ";", (cells) => {
        seen.push(cells[0] ?? "");
        return seen.length < 2;
      });
      expect(seen).toEqual(["a", "b"]);
    }
  });
});

describe("limits", () => {
  test("a line of 64 KiB passes, one byte more is refused with its line", async () => {
    const cell = "x".repeat(3999);
    const line = (length: number): string =>
      `${cell};`.repeat(Math.floor(length / 4000)) + "y".repeat(length % 4000);
    expect(await codeOf(rowsOf(fileOf(`a\nb\n${line(LIMITS.line)}\n`)))).toBe("accepted");
    expect(await codeOf(scanFile(fileOf(`a\nb\n${line(LIMITS.line + 1)}\n`)))).toBe("65 line-too-long");
    await expect(scanFile(fileOf(`a\nb\n${line(LIMITS.line + 1)}\n`))).rejects.toThrow("file.csv:3: ");
  });

  test("a line of 100 MB is refused at once", async () => {
    const path = join(folder, "long.csv");
    const file = openSync(path, "w");
    writeSync(file, Buffer.alloc(300_000, "x"));
    ftruncateSync(file, 100_000_000);
    closeSync(file);
    const start = performance.now();
    expect(await codeOf(scanFile(path))).toBe("65 line-too-long");
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("a cell, a row and a quoted record have their limits", async () => {
    expect(await codeOf(rowsOf(fileOf(`${"x".repeat(LIMITS.cell)}\n`)))).toBe("accepted");
    expect(await codeOf(rowsOf(fileOf(`${"x".repeat(LIMITS.cell + 1)}\n`)))).toBe("65 cell-too-long");
    expect(await codeOf(rowsOf(fileOf(`"${"x".repeat(LIMITS.cell + 1)}"\n`)))).toBe("65 cell-too-long");
    expect(await codeOf(rowsOf(fileOf(`${"x;".repeat(LIMITS.columns - 1)}x\n`)))).toBe("accepted");
    expect(await codeOf(rowsOf(fileOf(`${"x;".repeat(LIMITS.columns)}x\n`)))).toBe("65 file-too-large");
    expect(await codeOf(rowsOf(fileOf(`"${"x;y\n".repeat(30_000)}"\n`)))).toBe("65 quote-not-closed");
  });
});

describe("files that are refused", () => {
  test.each([
    ["an empty file", "", "65 empty-file"],
    ["a mark and nothing else", Buffer.from([0xef, 0xbb, 0xbf]), "65 empty-file"],
    ["PDF", "%PDF-1.7\n", "65 not-delimited-text"],
    [
      "xlsx",
      Buffer.from("504b030414000600080000002100[Content_Types].xml".slice(0, 8), "hex"),
      "65 not-delimited-text",
    ],
    ["HTML", "\ufeff <!DOCTYPE html><html>", "65 not-delimited-text"],
    ["JSON", '[{"a":1}]', "65 not-delimited-text"],
    ["gzip", Buffer.from([0x1f, 0x8b, 8, 0]), "65 not-delimited-text"],
    ["PNG", Buffer.from([0x89, 0x50, 0x4e, 0x47]), "65 not-delimited-text"],
    ["RTF", "{\\rtf1}", "65 not-delimited-text"],
    ["NUL", "a;b\nc\0;d\n", "65 nul-bytes"],
    ["a bell", "a;b\nc\u0007;d\n", "65 control-characters"],
    [
      "a bell in UTF-16",
      iconv.encode("a;b\nc\u0007;d\n", "utf-16le", { addBOM: true }),
      "65 control-characters",
    ],
    ["noise", Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 7) % 256)), "65 binary-file"],
    [
      "two encodings",
      Buffer.concat([Buffer.from("Café;1\n"), Buffer.from([0x43, 0x61, 0x66, 0xe9, 0x0a])]),
      "65 mixed-encoding",
    ],
    [
      "the end in UTF-16",
      Buffer.concat([
        Buffer.from("Nom;Solde\nA;1,00\n"),
        iconv.encode("B;2,00\nC;3,00\nD;4,00\n", "utf-16le"),
      ]),
      "65 mixed-encoding",
    ],
    [
      "the beginning in UTF-16",
      Buffer.concat([
        iconv.encode("Nom;Solde\nA;1,00\nB;2,00\n", "utf-16be"),
        Buffer.from("C;3,00\nD;4,00\n"),
      ]),
      "65 mixed-encoding",
    ],
    ["text behind a closing quote", 'a;"b"c;d\n', "65 stray-quote"],
    ["the same beside a mark that is text", '1/2";"b"c;d\n', "65 stray-quote"],
    ["a quote without end", 'a;"b\nc;d\n', "65 quote-not-closed"],
  ])("%s", async (_name, content, code) => {
    expect(await codeOf(rowsOf(fileOf(content as string)))).toBe(code);
  });

  test("a missing file, and a folder", async () => {
    expect(await codeOf(scanFile(join(folder, "none.csv")))).toBe("66 file-missing");
    mkdirSync(join(folder, "folder"), { recursive: true });
    expect(await codeOf(scanFile(join(folder, "folder")))).toBe("66 file-missing");
  });

  test("a file that changes between the look and the reading", async () => {
    const path = fileOf("a;b\n", "moving.csv");
    const scan = await scanFile(path);
    writeFileSync(path, "a;b\nc;d\n");
    expect(await codeOf(forEachRecord(scan, ";", () => {}))).toBe("65 file-changed");
  });

  test("NUL bytes are named with their line", async () => {
    await expect(scanFile(fileOf("a;b\nc\0;d\n"))).rejects.toThrow(
      "file.csv:2: there are NUL bytes in this file",
    );
  });
});

test("UTF-8 that was read as Windows-1252 and saved again is pointed at, not mended", async () => {
  const twice = iconv.decode(Buffer.from("Société Élysée"), "windows-1252");
  const { warnings } = await scanFile(fileOf(`a;b\n${twice};2\n`));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^line 2: "SociÃ©tÃ© Ã‰lysÃ©e;" is UTF-8 that was once read as Windows-1252/);
  expect((await scanFile(fileOf("São Tomé;À bientôt\n"))).warnings).toEqual([]);
});
