import { statementOf } from "../core/statement.ts";
import { STATEMENT_WORDS } from "../core/statement-words.ts";
import type { Action, Attachment, Day, OpenItem } from "../core/types.ts";
import type { MessageView } from "../core/vocabulary.ts";
import type { Copies } from "./copies.ts";

/** Where what goes with a message comes from. */
export interface EnclosureSource {
  /** Null: no folder is configured. */
  readonly copies: Copies | null;
  /** Everything open of the debtor in a currency. */
  readonly openItems: (action: Action) => readonly OpenItem[];
}

/** All files of one message together: mail servers refuse more (many from 20 MB on, a third larger when encoded). */
const TOGETHER = 15_000_000;
const PDF = "application/pdf";

/** As a file is named on the way: nothing that a mail program or a disk stumbles over. */
const fileName = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 80) || "document";

/** Whether its pages can be put behind a letter: tried, as a damaged file shows it only then. */
async function isReadable(bytes: Uint8Array): Promise<boolean> {
  const { PDFDocument } = await import("pdf-lib");
  try {
    const source = await PDFDocument.load(bytes, { updateMetadata: false });
    const tried = await PDFDocument.create();
    return (await tried.copyPages(source, source.getPageIndices())).length > 0;
  } catch {
    return false;
  }
}

async function copiesFor(
  action: Action,
  copies: Copies | null,
): Promise<{ files: Attachment[]; missing: string[] }> {
  const numbers = action.items
    .filter(({ role, type }) => role !== "credit" && type !== "balance")
    .map(({ number }) => number);
  if (copies === null)
    return { files: [], missing: ["no copies of invoices: invoices.folder is not configured"] };
  const files: Attachment[] = [];
  const missing: string[] = [];
  let size = 0;
  for (const number of new Set(numbers)) {
    const copy = copies.find(action.debtor, number);
    if ("missing" in copy) {
      missing.push(`${number || "a document"} (${copy.missing})`);
      continue;
    }
    const { bytes } = copy;
    if (size + bytes.length > TOGETHER) missing.push(`${number} (more than ${TOGETHER / 1e6} MB together)`);
    else if (action.channel !== "email" && !(await isReadable(bytes)))
      missing.push(`${number} (its pages cannot be printed)`);
    else {
      size += bytes.length;
      const name = `${fileName(`${STATEMENT_WORDS[action.language].copy}-${number}`)}.pdf`;
      files.push({ name, type: PDF, bytes, cid: null, about: { kind: "invoice", number } });
    }
  }
  return { files, missing: missing.length === 0 ? [] : [`no copy of ${missing.join(", ")}`] };
}

/** What goes with the message of an action, and sentences about what should have. */
export async function enclosedWith(
  action: Action,
  view: MessageView,
  { enclosures, today }: { readonly enclosures?: EnclosureSource; readonly today: Day },
  home: string,
): Promise<{ readonly files: readonly Attachment[]; readonly missing: readonly string[] }> {
  const files: Attachment[] = [];
  const missing: string[] = [];
  if (enclosures === undefined) return { files, missing };
  if (action.attach.includes("statement")) {
    const { drawStatement } = await import("./statement.ts");
    const { language, currency } = action;
    const statement = statementOf(enclosures.openItems(action), { today, language, currency });
    const { bytes, text } = await drawStatement(statement, view, { home, language, today });
    const name = `${STATEMENT_WORDS[language].file}.pdf`;
    files.push({ name, type: PDF, bytes, cid: null, about: { kind: "statement", text } });
  }
  if (action.attach.includes("invoices")) {
    const copies = await copiesFor(action, enclosures.copies);
    files.push(...copies.files);
    missing.push(...copies.missing);
  }
  return { files, missing };
}
