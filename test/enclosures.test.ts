import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { PDFDocument } from "pdf-lib";
import { describe, expect, test } from "vitest";
import { cents } from "../src/core/money.ts";
import { partsOf, SECTIONS, statementOf } from "../src/core/statement.ts";
import type { Day, Language, OpenItem } from "../src/core/types.ts";
import { guardOf } from "../src/delivery/guard.ts";
import { openCopies } from "../src/render/copies.ts";
import { dunning, takeBalance } from "./support/company.ts";
import { folderWith, SMALL } from "./support/config.ts";
import { has, rendered, runOn } from "./support/rendering.ts";

const DAY = "2026-11-23";
const COLUMNS =
  "Code client;Raison sociale;E-mail;Adresse;Code postal;Ville;N° pièce;Date pièce;Échéance;Restant dû";
const row = (debtor: string, number: string, due: string, amount: string): string =>
  `${debtor};Client ${debtor};${debtor.toLowerCase()}@x.example;1 rue X;75001;Paris;${number};25/09/2026;${due};${amount}`;

async function pdf(words: string, pages = 1): Promise<Uint8Array> {
  const made = await PDFDocument.create();
  for (let n = 0; n < pages; n++) made.addPage().drawText(words, { x: 50, y: 700, size: 20 });
  return await made.save();
}

const attaching = (attach: string, channel = "email", more = ""): string =>
  `${SMALL.replace("channel: email, template: reminder-a", `channel: ${channel}, template: reminder-a, attach: ${attach}`)}${more}`;
const FOLDER = "invoices: { folder: factures }\n";

/** The one draft of a company, parsed. */
async function draft(folder: string) {
  const drafts = join(folder, "drafts");
  const found = readdirSync(drafts, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".eml"),
  );
  expect(found).toHaveLength(1);
  return await simpleParser(readFileSync(join(drafts, found[0] ?? "")));
}

describe("a run", () => {
  test("copies of the message's invoices go with the e-mail; what is missing is named", async () => {
    const folder = folderWith({
      "dunning.yaml": attaching("[invoices]", "email", FOLDER),
      "factures/F-1.pdf": await pdf("one"),
      "factures/F-2.pdf": Buffer.from("no PDF at all"),
      "factures/F-9.pdf": await pdf("of nobody"),
    });
    await takeBalance(folder, DAY, COLUMNS, [
      row("A1", "F-1", "25/10/2026", "100,00"),
      row("A1", "F-2", "26/10/2026", "50,00"),
      row("A1", "F-3", "27/10/2026", "25,00"),
    ]);
    const { exit, json } = await dunning(folder, DAY, "run", "--json");
    expect(exit).toBe(0);
    const { attachments } = await draft(folder);
    const files = attachments.filter(({ contentType }) => contentType === "application/pdf");
    expect(files.map(({ filename }) => filename)).toEqual(["facture-F-1.pdf"]);
    expect(files[0]?.content.equals(readFileSync(join(folder, "factures", "F-1.pdf")))).toBe(true);
    expect(json["warnings"]).toEqual([
      expect.stringContaining("no copy of F-2 (its file is no PDF), F-3 (no such file)"),
    ]);
  });

  test("a number that two customers have is sent to neither", async () => {
    const folder = folderWith({
      "dunning.yaml": attaching("[invoices]", "email", FOLDER),
      "factures/2026-1.pdf": await pdf("whose?"),
    });
    await takeBalance(folder, DAY, COLUMNS, [
      row("A1", "2026/1", "25/10/2026", "100,00"),
      row("B2", "2026-1", "25/12/2026", "70,00"),
    ]);
    const { exit, json } = await dunning(folder, DAY, "run", "--json");
    expect(exit).toBe(0);
    expect((await draft(folder)).attachments.map(({ filename }) => filename)).toEqual(["qr.png"]);
    expect(JSON.stringify(json["warnings"])).toContain("several customers have this number");
  });

  test.skipIf(!has("pdftotext"))(
    "a statement goes with it, in its language, and the guard lets it",
    async () => {
      const folder = folderWith({ "dunning.yaml": attaching("statement") });
      await takeBalance(folder, DAY, COLUMNS, [
        row("A1", "F-1", "25/10/2026", "1100,00"),
        row("A1", "F-2", "26/12/2026", "50,00"),
        row("A1", "AV-1", "", "-20,00"),
      ]);
      const { exit, json } = await dunning(folder, DAY, "run", "--json");
      expect([json["error"], exit]).toEqual([undefined, 0]);
      const { attachments } = await draft(folder);
      const file = attachments.find(({ filename }) => filename === "releve-de-compte.pdf");
      const text = runOn(file?.content ?? new Uint8Array(), "s.pdf", "pdftotext", ["-layout", "FILE", "-"]);
      const flat = text.replace(/[\s\u00a0]+/g, " ");
      for (const words of [
        "Relevé de compte au 23 novembre 2026",
        "Échu",
        "Facture F-1 25/09/2026 25/10/2026 1 100,00 €",
        "Non encore échu",
        "Facture F-2 25/09/2026 26/12/2026 50,00 €",
        "Avoirs et règlements à déduire",
        "Solde du compte : 1 130,00 €",
      ])
        expect(flat).toContain(words);
    },
  );

  test("behind a letter they are printed", async () => {
    const folder = folderWith({
      "dunning.yaml": attaching("[statement, invoices]", "letter", FOLDER),
      "factures/F-1.pdf": await pdf("one", 3),
      "factures/F-2.pdf": Buffer.from("%PDF-1.4 broken"),
    });
    await takeBalance(folder, DAY, COLUMNS, [
      row("A1", "F-1", "25/10/2026", "100,00"),
      row("A1", "F-2", "25/10/2026", "100,00"),
    ]);
    const { exit, json } = await dunning(folder, DAY, "run", "--json");
    expect([json["error"], exit]).toEqual([undefined, 0]);
    expect(JSON.stringify(json["warnings"])).toContain("F-2 (its pages cannot be printed)");
    const [batch = ""] = readdirSync(join(folder, "letters"));
    const print = await PDFDocument.load(readFileSync(join(folder, "letters", batch, "print.pdf")));
    expect(print.getPageCount()).toBe(1 + 1 + 3);
  });

  test("without a folder it is said", async () => {
    const folder = folderWith({ "dunning.yaml": attaching("[invoices]") });
    await takeBalance(folder, DAY, COLUMNS, [row("A1", "F-1", "25/10/2026", "100,00")]);
    const { json } = await dunning(folder, DAY, "run", "--dry-run", "--json");
    expect(JSON.stringify(json["warnings"])).toContain("invoices.folder is not configured");
  });
});

describe("where a copy is found", () => {
  const made = async () => {
    const folder = folderWith({
      "in/F-1.pdf": await pdf("1"),
      "in/F-10.pdf": await pdf("10"),
      "in/A1/F-3.pdf": await pdf("3"),
      "in/2026-11_FA7_client.pdf": await pdf("7"),
      "in/FA8 a.pdf": await pdf("8"),
      "in/FA8 b.pdf": await pdf("8"),
      "in/FB1_2.pdf": await pdf("12"),
      "in/FC1-A.pdf": await pdf("1A"),
      "in/FD1_client.pdf": await pdf("D1"),
      "in/large.pdf": Buffer.concat([Buffer.from("%PDF-"), Buffer.alloc(2_000)]),
      "in/list.csv": "Numéro;Fichier\nF-2;F-1.pdf\nA1;F-4;A1/F-3.pdf\nF-5;../out.pdf\nF-6;link.pdf\n",
      "out.pdf": await pdf("out"),
    });
    symlinkSync(join(folder, "out.pdf"), join(folder, "in", "link.pdf"));
    mkdirSync(join(folder, "in", "F-6.pdf"));
    return folder;
  };
  const find = async (pattern: string, number: string, over: object = {}, debtor = "A1") => {
    const folder = await made();
    const copies = openCopies({
      folder: join(folder, "in"),
      pattern,
      manifest: null,
      maxBytes: 1_500,
      isShared: () => false,
      ...("list" in over ? { manifest: join(folder, "in", "list.csv") } : {}),
      ...over,
    });
    const copy = copies.find(debtor, number);
    return "missing" in copy ? copy.missing : "found";
  };
  test.each<[string, string, string, string]>([
    ["by its number", "{number}.pdf", "F-1", "found"],
    ["of a debtor's folder", "{debtor}/{number}.pdf", "F-3", "found"],
    ["with anything around it", "*{number}*.pdf", "FA7", "found"],
    ["nothing", "{number}.pdf", "F-2", "no such file"],
    ["a longer number is another one", "*{number}*.pdf", "F", "no such file"],
    ["a number within one", "*{number}*.pdf", "FA", "no such file"],
    ["a number that goes on with a digit", "{number}*.pdf", "FB1", "no such file"],
    ["a number that goes on with a letter", "{number}*.pdf", "FC1", "no such file"],
    ["a word behind the number", "{number}*.pdf", "FD1", "found"],
    ["two that match", "*{number}*.pdf", "FA8", "2 files match"],
    ["up and out", "{number}.pdf", "../out", "it cannot be the name of a file"],
    ["up and out by the pattern", "../{number}.pdf", "out", "its file lies outside the folder"],
    ["a link that leads out", "{number}.pdf", "link", "its file lies outside the folder"],
    ["a star", "{number}.pdf", "F*", "it cannot be the name of a file"],
    ["too large", "{number}.pdf", "large", "0.0 MB, at most 0.0015 MB"],
    ["a folder", "{number}.pdf", "F-6", "no file"],
    ["without a number", "{number}.pdf", "", "it has no number"],
  ])("%s", async (_, pattern, number, answer) => {
    expect(await find(pattern, number)).toBe(answer);
  });
  test.each<[string, string, string, string]>([
    ["from a list", "F-2", "A1", "found"],
    ["of a debtor", "F-4", "A1", "found"],
    ["not of another one", "F-4", "B2", "not in the list"],
    ["not in it", "F-9", "A1", "not in the list"],
    ["out of the folder", "F-5", "A1", "its file lies outside the folder"],
    ["by a link", "F-6", "A1", "its file lies outside the folder"],
  ])("list: %s", async (_, number, debtor, answer) => {
    expect(await find("", number, { list: true }, debtor)).toBe(answer);
  });
  test("shared numbers: by pattern only with the debtor, by list only with the debtor", async () => {
    const isShared = () => true;
    expect(await find("{number}.pdf", "F-1", { isShared })).toBe("several customers have this number");
    expect(await find("{debtor}/{number}.pdf", "F-3", { isShared })).toBe("found");
    expect(await find("", "F-2", { isShared, list: true })).toBe("several customers have this number");
    expect(await find("", "F-4", { isShared, list: true })).toBe("found");
  });
});

describe("the guard looks at what goes with a message", () => {
  const invoice = async (number: string, bytes?: Uint8Array) => ({
    name: "facture.pdf",
    type: "application/pdf",
    bytes: bytes ?? (await pdf("the right one")),
    cid: null,
    about: { kind: "invoice" as const, number },
  });
  const reads = async (over: {
    attach?: readonly "invoices"[];
    number?: string;
    bytes?: Uint8Array;
    statement?: string;
  }) => {
    const right = await pdf("the right one");
    const message = await rendered("firm", "fr", "letter", {
      action: { attach: over.attach ?? ["invoices"] },
    });
    const { action } = message;
    const attachments =
      over.statement === undefined
        ? [await invoice(over.number ?? "FA-2026-0153", over.bytes ?? right)]
        : [{ ...(await invoice("")), about: { kind: "statement" as const, text: over.statement } }];
    const owner = {
      debtor: action.debtor,
      kind: "business" as const,
      insolvent: false,
      waived: false,
      texts: [],
      addresses: [],
      promised: [],
      items: action.items.map((item) => ({ ...item, currency: "EUR" })),
    };
    const guard = guardOf({
      owners: new Map([[action.debtor, owner]]),
      ours: [],
      accounts: ["FR7630006000011234567890189"],
      copyOf: (_, number) => (number.startsWith("FA-2026-01") ? right : null),
      texts: [],
    });
    return await guard({
      ...message,
      attachments,
      action: over.statement === undefined ? action : { ...action, attach: ["statement"] },
    });
  };
  test.each<
    [string, Parameters<typeof reads>[0] | (() => Promise<Parameters<typeof reads>[0]>), RegExp | null]
  >([
    ["the right copy", {}, null],
    ["a document that is not listed", { number: "FA-2026-0199" }, /none of its documents/],
    ["nothing was asked for", { attach: [] }, /none of its documents/],
    ["other bytes", async () => ({ bytes: await pdf("somebody else's") }), /is not the copy of FA-2026-0153/],
    [
      "a right statement",
      { statement: "Facture FA-2026-0153  1\u00a0250,00\u00a0€\nSolde : 5\u00a0044,50\u00a0€" },
      null,
    ],
    [
      "a statement with a strange amount",
      { statement: "Facture FA-2026-0153  1\u00a0250,01\u00a0€" },
      /none of its own/,
    ],
  ])("%s", async (_, over, fault) => {
    const found = await reads(typeof over === "function" ? await over() : over);
    if (fault === null) expect(found).toBeNull();
    else expect(found).toMatch(fault);
  });
});

describe("statement of account", () => {
  const TODAY = "2026-11-23" as Day;
  const item = (number: string, open: number, due: string | null, disputed = 0): OpenItem =>
    ({
      number,
      type: open < 0 ? "credit-note" : "invoice",
      issued: null,
      due,
      open: cents(open),
      disputed: cents(disputed),
      currency: "EUR",
    }) as unknown as OpenItem;
  test("every item stands in its section, the sections add up to the balance", () => {
    const items = [
      item("1", 1000, "2026-11-22"),
      item("2", 1000, "2026-11-23"),
      item("3", 1000, null),
      item("4", 1000, "2026-10-01", 400),
      item("5", 1000, "2026-12-01", 1000),
      item("6", -300, null),
      item("7", 0, "2026-01-01"),
    ];
    const parts = partsOf(items, TODAY);
    const shown = SECTIONS.map((name) => parts[name].map((part) => [part.item.number, part.amount]));
    expect(shown).toEqual([
      [
        ["4", 600],
        ["1", 1000],
      ],
      [
        ["4", 400],
        ["5", 1000],
      ],
      [
        ["2", 1000],
        ["3", 1000],
      ],
      [["6", -300]],
    ]);
    const total = SECTIONS.flatMap((name) => parts[name]).reduce((all, { amount }) => all + amount, 0);
    expect(total).toBe(items.reduce((all, { open }) => all + open, 0));
  });
  test.each<[Language, string[]]>([
    ["fr", ["Relevé de compte au 23\u00a0novembre\u00a02026", "Échu", "Solde du compte"]],
    ["nl", ["Rekeningoverzicht op 23\u00a0november\u00a02026", "Vervallen", "Saldo van de rekening"]],
    ["de", ["Kontoauszug zum 23.\u00a0November\u00a02026", "Überfällig", "Saldo des Kontos"]],
    ["en", ["Statement of account at 23\u00a0November\u00a02026", "Overdue", "Balance of the account"]],
  ])("in %s", (language, [title, section, balance]) => {
    const {
      title: head,
      sections,
      balance: [words],
    } = statementOf([item("1", 1000, "2026-11-01")], { today: TODAY, language, currency: "EUR" });
    expect([head, sections[0]?.title, words]).toEqual([title, section, balance]);
  });
});
