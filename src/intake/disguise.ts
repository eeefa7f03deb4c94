import { EXIT, Failure } from "../problem.ts";

interface Disguise {
  readonly what: string;
  readonly fix: string;
  readonly is: (head: Buffer, text: string) => boolean;
}

const starts =
  (...bytes: number[]) =>
  (head: Buffer): boolean =>
    bytes.every((byte, index) => head[index] === byte);

const SPREADSHEET =
  "open it in the spreadsheet program and save the sheet as CSV UTF-8, then import that file";
const REPORT = "export the balance again from the accounting program as CSV or text";
const UNPACK = "unpack it and import the CSV file inside";

/** Files that are not delimited text whatever their name says, by their first bytes; the first match wins. */
const DISGUISES: readonly Disguise[] = [
  { what: "a PDF document", fix: REPORT, is: starts(0x25, 0x50, 0x44, 0x46) },
  {
    what: "an Excel workbook (.xlsx)",
    fix: SPREADSHEET,
    is: (head, text) => isZip(head) && /xl\/|\[Content_Types\]\.xml/.test(text),
  },
  {
    what: "an OpenDocument spreadsheet (.ods)",
    fix: SPREADSHEET,
    is: (head, text) => isZip(head) && text.includes("opendocument.spreadsheet"),
  },
  { what: "a ZIP archive", fix: UNPACK, is: (head) => isZip(head) },
  {
    what: "an old Excel workbook (.xls), a workbook with a password, or another OLE document",
    fix: SPREADSHEET,
    is: starts(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
  },
  { what: "a gzip archive", fix: UNPACK, is: starts(0x1f, 0x8b) },
  { what: "a 7-Zip archive", fix: UNPACK, is: starts(0x37, 0x7a, 0xbc, 0xaf) },
  { what: "a RAR archive", fix: UNPACK, is: starts(0x52, 0x61, 0x72, 0x21) },
  { what: "a PNG picture", fix: REPORT, is: starts(0x89, 0x50, 0x4e, 0x47) },
  { what: "a JPEG picture", fix: REPORT, is: starts(0xff, 0xd8, 0xff) },
  { what: "a GIF picture", fix: REPORT, is: starts(0x47, 0x49, 0x46, 0x38) },
  {
    what: "a TIFF picture",
    fix: REPORT,
    is: (head) => starts(0x49, 0x49, 0x2a, 0)(head) || starts(0x4d, 0x4d, 0, 0x2a)(head),
  },
  { what: "an SQLite database", fix: REPORT, is: (_, text) => text.startsWith("SQLite format 3") },
  { what: "a rich-text document (.rtf)", fix: REPORT, is: (_, text) => text.startsWith("{\\rtf") },
  {
    what: "an Excel 2003 XML spreadsheet",
    fix: SPREADSHEET,
    is: (_, text) => /^<\?xml/i.test(text) && /office:spreadsheet|<(ss:)?Workbook/i.test(text),
  },
  {
    what: "an HTML page",
    fix: SPREADSHEET,
    is: (_, text) => /^<(!doctype html|html|head|body|table|meta)\b/i.test(text),
  },
  { what: "a web page archive (.mht)", fix: SPREADSHEET, is: (_, text) => /^MIME-Version:/i.test(text) },
  { what: "an XML document", fix: REPORT, is: (_, text) => /^<\?xml/i.test(text) },
  { what: "a JSON document", fix: REPORT, is: (_, text) => /^[[{]\s*["[{]/.test(text) },
];

function isZip(head: Buffer): boolean {
  return starts(0x50, 0x4b, 0x03, 0x04)(head) || starts(0x50, 0x4b, 0x05, 0x06)(head);
}

/** Refuses a file that is not delimited text, saying what it is and how to save it again. */
export function refuseDisguised(file: string, head: Buffer): void {
  const text = head
    .toString("latin1", 0, 4096)
    .replace(/^(\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)?\s*/, "");
  const disguise = DISGUISES.find((candidate) => candidate.is(head, text));
  if (disguise === undefined) return;
  throw new Failure(EXIT.input, {
    code: "not-delimited-text",
    where: { file },
    message: "this file is not delimited text, whatever its name says",
    found: disguise.what,
    expected: "a CSV or text export of the open items",
    fix: disguise.fix,
  });
}
