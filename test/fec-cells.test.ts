import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Day } from "../src/core/types.ts";
import { documentNumber } from "../src/intake/document-number.ts";
import { isManyCustomers, isSharedAccount } from "../src/intake/fec-accounts.ts";
import { fecAmounts, fecDay } from "../src/intake/fec-row.ts";

describe("cells", () => {
  test.each([
    ["12,50", 1250],
    ["12,50-", -1250],
    ["-12,50", -1250],
    ["0000000074,70", 7470],
    ["", 0],
    ["  ", 0],
    ["1,25E+03", 125000],
    ["1.25e3", 125000],
    ["125E-1", 1250],
    ["5E-2", 5],
    ["12.50", 1250],
    ["1 234,50", 123450],
    ["1\u00a0234,50", 123450],
    ["1.234,50", 123450],
    ["12", 1200],
    ["1,234", null],
    ["1.234", null],
    ["1,25E-1", null],
    ["douze", null],
    ["12,50 USD", null],
  ])("amount %j is %s", (text, minor) => {
    expect(fecAmounts("EUR")(text)).toBe(minor);
  });

  test("an amount with an exponent is the same amount", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (cents) => {
        expect(fecAmounts("EUR")((cents / 100).toExponential().replace(".", ","))).toBe(cents);
      }),
    );
  });

  test.each([
    ["20251231", "2025-12-31"],
    ["31122025", "2025-12-31"],
    ["31/12/2025", "2025-12-31"],
    ["05.12.2025", "2025-12-05"],
    ["2025-12-31", "2025-12-31"],
    ["2025/12/31 10:30:00", "2025-12-31"],
    ["", "empty"],
    ["20251331", null],
    ["12/31/2025", null],
    ["45678", null],
  ])("date %j is %s", (text, day) => {
    expect(fecDay(text)).toBe(day);
  });

  test.each([
    [{ ref: "FA-2025-1", label: "", entryNumber: "12", shared: false }, "FA-2025-1", true],
    [
      { ref: "VE  0323", label: "Facture n° F2023-118 Dupont", entryNumber: "12", shared: true },
      "F2023-118",
      true,
    ],
    [{ ref: "VE  0323", label: "VENTE NECTAR", entryNumber: "12", shared: true }, "VE 0323", false],
    [{ ref: "sans", label: "Vente", entryNumber: "12", shared: false }, "", false],
    [{ ref: "AN0001", label: "FAC 2024-55", entryNumber: "AN0001", shared: false }, "2024-55", true],
    [{ ref: "CB", label: "FACT DU 25 AU 28", entryNumber: "1", shared: false }, "CB", false],
    [{ ref: "", label: "", entryNumber: "", shared: false }, "", false],
    [
      { ref: "VE 1125", label: "FACTURE N° FA-2025-112", entryNumber: "1", shared: false },
      "FA-2025-112",
      true,
    ],
    [{ ref: "VE2025", label: "", entryNumber: "1", shared: false }, "VE2025", false],
    [{ ref: "VE 1025", label: "FACTURE N° FA-2025-112", entryNumber: "1", shared: false }, "VE 1025", true],
  ])("%j is document %j", (reference, number, named) => {
    const booked = { journal: "VE", day: "2025-11-30" as Day };
    expect(documentNumber({ ...booked, ...reference })).toEqual({ number, named });
  });

  test.each([
    ["411", "", true],
    ["411000", "", true],
    ["411100000", "", true],
    ["41100001", "Dupont Exemple", false],
    ["411DUPONT", "Dupont Exemple", false],
    ["411CLI", "CLIENTS", true],
  ])("account %s %j is shared: %s", (account, name, shared) => {
    expect(isSharedAccount(account, name)).toBe(shared);
  });
  test.each([
    ["CLIENTS DIVERS", true],
    ["RECETTE CB", true],
    ["Clientèle Exemple", false],
    ["Garage du Recetteur", false],
  ])("%s is no single customer: %s", (name, many) => {
    expect(isManyCustomers(name)).toBe(many);
  });
});
