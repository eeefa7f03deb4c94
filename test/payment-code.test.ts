import PdfKit from "pdfkit";
import { SwissQRBill } from "swissqrbill/pdf";
import { describe, expect, test } from "vitest";
import { cents } from "../src/core/money.ts";
import { isQrIban, swissPayload } from "../src/core/payment-code.ts";
import type { Company } from "../src/core/types.ts";
import { matrixOf, pngOf } from "../src/render/qr.ts";
import { type Changes, claims, has, rendered } from "./support/rendering.ts";
import { scanPage, scanPng, zbar } from "./support/scan.ts";

const paying = (over: Partial<Company["payment"]> = {}): Company["payment"] => ({
  reference: "account",
  code: true,
  link: null,
  unchanged: true,
  ...over,
});
const CHF: Partial<Company> = {
  country: "CH",
  address: ["Rue des Essais 12", "1003 Lausanne"],
  accounts: { CHF: { iban: "CH9300762011623852957", bic: null } },
  payment: paying({ reference: "rf" }),
};
const francs = (): Changes => ({
  action: { ...claims([125_000, 84_050]), currency: "CHF" },
  debtor: { country: "CH", postcode: "1201", city: "Genève" },
  company: CHF,
});
const EURO = `BCD
002
1
SCT
AGRIFRPPXXX
Atelier Exemple SARL
FR7630006000011234567890189
EUR5044.5


411DUPONT FA-2026-0153 FA-2026-0171 FA-2026-0188`;
const SWISS = `SPC
0200
1
CH9300762011623852957
S
Atelier Exemple SARL
Rue des Essais 12

1003
Lausanne
CH







2090.50
CHF
S
Dupont Menuiserie
4 impasse des Modèles

1201
Genève
CH
SCOR
RF92411DUPONT
411DUPONT FA-1 FA-2
EPD`;

describe("the code of a message, read back", () => {
  test("an e-mail shows it as a picture of its own, for what remains to be paid", async () => {
    const { attachments, paymentCode, html, bytes } = await rendered("firm", "fr", "email");
    expect(paymentCode).toBe(EURO);
    expect(attachments).toMatchObject([{ name: "qr.png", type: "image/png", cid: "payment-code" }]);
    expect(scanPng(attachments[0]?.bytes ?? new Uint8Array())).toBe(EURO);
    expect(html).toContain('<img src="cid:payment-code"');
    expect(html).toContain('alt="Code QR de virement\u00a0: 5\u00a0044,50\u00a0€"');
    expect(Buffer.from(bytes).toString("latin1")).toMatch(/Content-Id: <payment-code>\r\n/i);
  });

  test.skipIf(!has("pdftoppm"))("a letter has it beside the account", async () => {
    const { bytes, text } = await rendered("firm", "fr", "letter");
    expect(scanPage(bytes, 1)).toBe(EURO);
    expect(text).toContain("Scannez pour payer");
  });

  test.skipIf(!has("zbarimg"))("another reader finds the same", async () => {
    const { attachments } = await rendered("firm", "fr", "email");
    expect(zbar(attachments[0]?.bytes ?? new Uint8Array())).toBe(EURO);
  });

  test.each(["Łódź Ağrı Ελλάδα", "Müller & Söhne – “été”", "株式会社"])(
    "letters beyond Latin 1: %s",
    async (name) => {
      const { attachments, paymentCode } = await rendered("firm", "fr", "email", { company: { name } });
      expect(paymentCode).toContain(name);
      expect(scanPng(attachments[0]?.bytes ?? new Uint8Array())).toBe(paymentCode);
    },
  );

  test.skipIf(!has("pdftoppm"))("a Swiss account in francs gets a payment slip", async () => {
    const { bytes, pages, text, action } = await rendered("firm", "fr", "letter", francs());
    expect(action.warnings).toEqual([]);
    expect(scanPage(bytes, pages ?? 0)).toBe(SWISS);
    for (const words of ["Section paiement", "Récépissé", "RF92 411D UPON T", "CH93 0076 2011 6238 5295 7"])
      expect(text).toContain(words);
    const mail = await rendered("firm", "fr", "email", francs());
    expect(scanPng(mail.attachments[0]?.bytes ?? new Uint8Array())).toBe(SWISS);
  });

  test.skipIf(!has("pdftoppm"))("which says what another program's says", async () => {
    const pdf = new PdfKit({ size: "A4" });
    const parts: Buffer[] = [];
    pdf.on("data", (part: Buffer) => parts.push(part));
    const ended = new Promise((done) => pdf.on("end", done));
    const bill = new SwissQRBill({
      currency: "CHF",
      amount: 2090.5,
      reference: "RF92411DUPONT",
      message: "411DUPONT FA-1 FA-2",
      creditor: {
        name: "Atelier Exemple SARL",
        address: "Rue des Essais 12",
        zip: "1003",
        city: "Lausanne",
        country: "CH",
        account: "CH9300762011623852957",
      },
      debtor: {
        name: "Dupont Menuiserie",
        address: "4 impasse des Modèles",
        zip: "1201",
        city: "Genève",
        country: "CH",
      },
    });
    bill.attachTo(pdf);
    pdf.end();
    await ended;
    expect(scanPage(Buffer.concat(parts), 1)?.trimEnd()).toBe(SWISS);
  });
});

describe("which code, and why none", () => {
  const codeOf = async (changes: Changes, template = "firm") => {
    const { paymentCode, action, attachments } = await rendered(template, "fr", "email", changes);
    return { code: paymentCode, warnings: action.warnings, pictures: attachments.length };
  };
  test.each<[string, Changes, RegExp | null]>([
    ["none is wanted", { company: { payment: paying({ code: false }) } }, null],
    ["no account", { company: { accounts: {} } }, /no account for EUR/],
    [
      "dollars",
      {
        action: { ...claims([100]), currency: "USD" },
        company: { accounts: { USD: { iban: "FR7630006000011234567890189", bic: null } } },
      },
      null,
    ],
    [
      "a QR-IBAN without a QR reference",
      { ...francs(), company: { ...CHF, accounts: { CHF: { iban: "CH4431999123000889012", bic: null } } } },
      /needs a QR reference/,
    ],
    [
      "a QR reference without a QR-IBAN",
      {
        ...francs(),
        debtor: { ...francs().debtor, attrs: { payment_reference: "210000000003139471430009017" } },
        company: { ...CHF, payment: paying({ reference: "qrr" }) },
      },
      /needs a QR-IBAN/,
    ],
    [
      "a creditor without a town",
      { ...francs(), company: { ...CHF, address: ["Rue des Essais 12"] } },
      /not a postcode and a town/,
    ],
  ])("%s", async (_, changes, warning) => {
    const { code, warnings, pictures } = await codeOf(changes);
    expect([code, pictures]).toEqual([null, 0]);
    expect(warnings).toEqual(warning === null ? [] : [expect.stringMatching(warning)]);
  });

  test("Belgian structured communication: in the code's free text, and in the message", async () => {
    const attrs = { payment_reference: "090/9337/55493" };
    const company = { payment: paying({ reference: "ogm" }) };
    const { text, paymentCode } = await rendered("firm", "fr", "email", { company, debtor: { attrs } });
    expect(paymentCode?.split("\n").slice(9)).toEqual(["", "+++090/9337/55493+++"]);
    expect(text).toContain("+++090/9337/55493+++");
    expect(text.replace(/\s+/g, " ")).toContain("Communication structurée");
  });

  test("ISO 11649: in the field for references", async () => {
    const { paymentCode } = await rendered("firm", "fr", "email", {
      company: { payment: paying({ reference: "rf" }) },
    });
    expect(paymentCode?.split("\n").slice(9)).toEqual(["RF92411DUPONT"]);
  });

  test("where none can be made the code in the books is quoted, and somebody hears of it", async () => {
    const { action, text } = await rendered("firm", "fr", "email", {
      company: { payment: paying({ reference: "ogm" }) },
    });
    expect(action.warnings).toEqual([expect.stringContaining("no structured communication can be made")]);
    expect(text).toContain("411DUPONT");
  });

  test("QR-IBAN: by the number of the bank", () => {
    expect(isQrIban("CH4431999123000889012")).toBe(true);
    expect(isQrIban("CH9300762011623852957")).toBe(false);
    expect(isQrIban("CH0030000000000000000")).toBe(true);
    expect(isQrIban("CH0032000000000000000")).toBe(false);
    expect(isQrIban("FR7630006000011234567890189")).toBe(false);
  });

  test("a payment link: variables are encoded, and it can be followed in an e-mail", async () => {
    const link = "https://pay.exemple.test/p?a={amount}&c={currency}&r={reference}";
    const changes = { company: { payment: paying({ link }) }, extra: { reference: "411 DUPONT&CO" } };
    const { html, text } = await rendered("firm", "fr", "email", changes);
    const url = "https://pay.exemple.test/p?a=5044.50&c=EUR&r=411%20DUPONT%26CO";
    expect(text).toContain(url);
    expect(html).toContain(`<a href="${url.replaceAll("&", "&amp;")}"`);
  });

  test("that the bank details are the same is said, and not where they have changed", async () => {
    const said = "Nos coordonnées bancaires n’ont pas changé";
    const flat = async (changes: Changes) =>
      (await rendered("firm", "fr", "letter", changes)).text.replace(/\s+/g, " ");
    expect(await flat({})).toContain(said);
    expect(await flat({ company: { payment: paying({ unchanged: false }) } })).not.toContain(said);
    expect(await flat({ company: { accounts: {} } })).not.toContain(said);
  });
});

test("letters that Swiss banks do not take become points", () => {
  const party = { name: "Łódź 株", street: "x", postcode: "1", town: "y", country: "CH" };
  const text = swissPayload({
    iban: "CH9300762011623852957",
    creditor: party,
    debtor: null,
    amount: cents(5),
    currency: "EUR",
    reference: { type: "NON", bare: "" },
    message: "",
  });
  expect(text.split("\n").slice(4, 6)).toEqual(["S", "Łódź ."]);
  expect(text).toContain("\n0.05\nEUR\n");
});

test("the picture is small", () => {
  const code = { matrix: matrixOf(EURO), cross: false, caption: "", about: "" };
  expect(pngOf(code).length).toBeLessThan(2_500);
});
