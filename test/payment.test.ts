import * as fc from "fast-check";
import { isQRReferenceValid, isSCORReferenceValid } from "swissqrbill/utils";
import { describe, expect, test } from "vitest";
import { cents } from "../src/core/money.ts";
import { epcPayload, MOST } from "../src/core/payment-code.ts";
import { isOgm, isQrr, isRf, paymentReference } from "../src/core/payment-reference.ts";
import { matrixOf } from "../src/render/qr.ts";

describe("EPC069-12: the two examples of the standard", () => {
  test("a structured reference and a purpose, UTF-8: 96 bytes", () => {
    const text = epcPayload({
      payee: { name: "Franz Mustermänn", iban: "DE71110220330123456789", bic: "BHBLDEHHXXX" },
      amount: cents(1230),
      reference: "RF18539007547034",
      text: "",
      purpose: "GDDS",
    });
    expect(text.split("\n")).toEqual([
      ..."BCD 002 1 SCT BHBLDEHHXXX".split(" "),
      "Franz Mustermänn",
      ..."DE71110220330123456789 EUR12.3 GDDS RF18539007547034".split(" "),
    ]);
    expect(Buffer.byteLength(text)).toBe(96);
  });

  test("free text, ISO 8859-1, no BIC: 103 bytes", () => {
    const text = epcPayload({
      payee: { name: "François D'Alsace S.A.", iban: "FR1420041010050500013M02606", bic: null },
      amount: cents(1230),
      reference: "",
      text: "Client:Marie Louise La Lune",
      charset: 2,
    });
    expect(text).toBe(
      "BCD\n002\n2\nSCT\n\nFrançois D'Alsace S.A.\nFR1420041010050500013M02606\nEUR12.3\n\n\nClient:Marie Louise La Lune",
    );
    expect(Buffer.from(text, "latin1")).toHaveLength(103);
  });

  test.each([
    [1, "EUR0.01"],
    [10, "EUR0.1"],
    [100, "EUR1"],
    [1000, "EUR10"],
    [125_000, "EUR1250"],
    [125_005, "EUR1250.05"],
    [MOST, "EUR999999999.99"],
  ])("%i cents are %s", (amount, text) => {
    const payee = { name: "A", iban: "FR1420041010050500013M02606", bic: null };
    expect(epcPayload({ payee, amount: cents(amount), reference: "", text: "x" })).toContain(`\n${text}\n`);
  });

  test.each([0, -1, MOST + 1])("%i cents cannot be transferred", (amount) => {
    const payee = { name: "A", iban: "FR1420041010050500013M02606", bic: null };
    expect(() => epcPayload({ payee, amount: cents(amount), reference: "", text: "" })).toThrow(RangeError);
  });

  test("whatever stands in it, at most 331 bytes of a code of version 13", () => {
    const payee = { name: "É".repeat(200), iban: "FR1420041010050500013M02606", bic: "AGRIFRPPXXX" };
    const text = epcPayload({ payee, amount: cents(MOST), reference: "", text: "x".repeat(70) });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(331);
    expect(matrixOf(text).length).toBeLessThanOrEqual(4 * 13 + 17);
  });
});

describe("references", () => {
  test.each(["090933755493", "010806817183", "085192754115", "012345678939", "123456789002"])(
    "%s is a structured communication",
    (digits) => {
      expect(isOgm(digits)).toBe(true);
      expect(isOgm(`${digits.slice(0, 11)}${(Number(digits[11]) + 1) % 10}`)).toBe(false);
    },
  );
  test.each(["010806817180", "000000000000", "0909337554", "09093375549A"])("%s is none", (digits) =>
    expect(isOgm(digits)).toBe(false),
  );
  test.each(["RF18539007547034", "RF185390075470Y", "RF97XX5ZIC", "RF724P", "RF712348231"])(
    "%s is a creditor reference",
    (text) => expect(isRf(text)).toBe(true),
  );
  test.each(["RF17539007547034", "RF18", "XX18539007547034", "RF18539007547034123456789012"])(
    "%s is none",
    (text) => expect(isRf(text)).toBe(false),
  );
  test("QR references", () => {
    expect(isQrr("210000000003139471430009017")).toBe(true);
    expect(isQrr("210000000003139471430009016")).toBe(false);
    expect(isQrr("0".repeat(27))).toBe(false);
  });

  test.each([
    ["ogm", "909337554", "+++090/9337/55493+++"],
    // A rest of 0 is written 97.
    ["ogm", "97", "+++000/0000/09797+++"],
    ["ogm", "42", "+++000/0000/04242+++"],
    ["rf", "539007547034", "RF18 5390 0754 7034"],
    ["rf", "411DUPONT", "RF92 411D UPON T"],
    ["qrr", "21000000000313947143000901", "21 00000 00003 13947 14300 09017"],
    ["account", "411DUPONT", "411DUPONT"],
  ] as const)("%s of %s: %s", (kind, code, text) => {
    expect(paymentReference(kind, code)?.text).toBe(text);
  });
  test.each([
    ["ogm", "411DUPONT"],
    ["ogm", "0042"],
    ["ogm", "12345678901"],
    ["rf", "411-DUPONT"],
    ["rf", "411dupont"],
    ["rf", "A".repeat(22)],
    ["qrr", "0042"],
    ["qrr", "4".repeat(27)],
  ] as const)("%s: none can be made of %s without risk", (kind, code) => {
    expect(paymentReference(kind, code)).toBeNull();
  });

  test("a known one goes before, where it is right", () => {
    expect(paymentReference("ogm", "411DUPONT", "***090/9337/55493***")?.text).toBe("+++090/9337/55493+++");
    expect(paymentReference("ogm", "42", "+++090/9337/55494+++")?.text).toBe("+++000/0000/04242+++");
  });

  test("no two codes give the same reference, and another program finds each right", () => {
    const code = fc.oneof(
      fc.stringMatching(/^\d{1,10}$/),
      fc.stringMatching(/^[0-9A-Z]{1,8}$/),
      fc.stringMatching(/^[0-9a-zA-Z ./-]{1,8}$/),
    );
    fc.assert(
      fc.property(
        code,
        code,
        fc.constantFrom("ogm" as const, "rf" as const, "qrr" as const),
        (a, b, kind) => {
          const [one, two] = [paymentReference(kind, a), paymentReference(kind, b)];
          if (one !== null && two !== null) expect(one.bare === two.bare).toBe(a === b);
          if (one !== null && kind === "rf") expect(isSCORReferenceValid(one.bare)).toBe(true);
          if (one !== null && kind === "qrr") expect(isQRReferenceValid(one.bare)).toBe(true);
        },
      ),
    );
  });
});
