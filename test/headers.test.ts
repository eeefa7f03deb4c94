import { describe, expect, test } from "vitest";
import { parseDay } from "../src/core/day.ts";
import type { Day } from "../src/core/types.ts";
import { findAsOf } from "../src/intake/as-of.ts";
import { contradicts, parseBuckets } from "../src/intake/buckets.ts";
import { findHeader, fingerprintOf } from "../src/intake/header.ts";
import { meaningsOf } from "../src/intake/synonyms.ts";

describe("header names", () => {
  test.each([
    [
      "debtor",
      "N° client · Nº Client · No client · Code tiers · CompAuxNum · CT_Num · Klantnr. · Klantnummer · Relatiecode · Debitorennummer · Kunden-Nr. · Kundennummer · Customer No. · customer_id · Contact Account Number · N client",
    ],
    [
      "name",
      "Nom du client · Raison sociale · Intitulé · CompAuxLib · Klantnaam · Relatienaam · Debitorname · Firma · Customer Name · Party's Name",
    ],
    [
      "number",
      "Numéro de facture · N° de facture · N° pièce · Pièce · PieceRef · Factuurnummer · Documentnr. · Boekstuknummer · Rechnungsnummer · Rechnungs-Nr. · Belegfeld 1 · Invoice Number · Invoice # · Document No. · Ref. No.",
    ],
    ["type", "Type du document · Nature · Documenttype · Soort · Belegart · Document Type · Voucher Type"],
    [
      "issued",
      "Date de facture · Date pièce · Date d'émission · Factuurdatum · Datum factuur · Rechnungsdatum · Belegdatum · Invoice Date · Issue date",
    ],
    [
      "due",
      "Date d'échéance · Date d’échéance · DATE D'ECHEANCE · Échéance · Éch. · Date éch. · Vervaldatum · Verval datum · Fälligkeit · Faelligkeit · Fällig am · Due Date · Due on · Net due date",
    ],
    [
      "open",
      "Restant dû · Reste à payer · Résiduel · Montant dû (EUR) · Openstaand bedrag · Te betalen · Offener Betrag · Restbetrag · Open Balance · Outstanding Amount · Remaining Amount · Amount due",
    ],
    [
      "original",
      "Montant initial · Montant TTC · Factuurbedrag · Ursprungsbetrag · Rechnungsbetrag · Invoiced Amount · Original Amount",
    ],
    ["debit", "Débit · DEBIT · Montant au débit · Debet · Sollbetrag · BetragSoll"],
    ["credit", "Crédit · Credit · Montant crédit · Habenbetrag · BetragHaben"],
    ["side", "Sens · D/C · S/H · Soll/Haben · SHSaldo · Debit/Credit ind."],
    ["currency", "Devise · Code devise · Valuta · Munt · Währung · WKZ · Currency Code"],
    ["settled", "EcritureLet · DateLet · Lettrage · AusgleichsKZ · Clearing date · Afgepunt"],
    ["running", "Solde progressif · Solde cumulé · Running balance"],
    ["age", "Age (Days) · Jours de retard · Arrears after net due date · Achterstand na vervaldatum"],
    ["account", "Compte général · CompteNum · Receivable Account · Code grootboekrekening"],
    ["email", "E-mail · Courriel · Adresse e-mail · Email Address · Billing Email"],
    ["postcode", "CP · Code postal · Postcode · PLZ · Zip code"],
    ["vat", "N° TVA · TVA intracom. · Btw-nummer · USt-IdNr. · VAT Reg. No."],
    ["contact", "Interlocuteur · Contactpersoon · Ansprechpartner · Primary Person"],
  ])("%s", (role, names) => {
    const known = names.split(" · ").map((name) => [name, meaningsOf(name)[0]?.role]);
    expect(known).toEqual(names.split(" · ").map((name) => [name, role]));
  });

  test.each(["", "Foo", "Remarque interne", "Age du capitaine", "constructor", "__proto__", "toString"])(
    "%j says nothing",
    (name) => {
      expect(meaningsOf(name)).toEqual([]);
    },
  );

  test.each([
    ["Solde", "open", 2],
    ["Solde dû", "open", 1],
    ["SOLDE DU", "open", 1],
    ["Solde dû (EUR)", "open", 1],
    ["Solde du mois", undefined, undefined],
    ["Solde progressif", "running", 1],
    ["Montant", "open", 3],
    ["Montant dû", "open", 1],
    ["Montant du", "open", 1],
    ["Montant TTC", "original", 1],
    ["Date", "issued", 2],
    ["Compte", "debtor", 2],
    ["Compte général", "account", 1],
    ["Contact", "name", 3],
    ["Référence", "number", 2],
    ["Réf. client", "debtor", 1],
    ["Total", "total", 1],
    ["Total facture", "original", 1],
    ["Credit", "credit", 1],
    ["Credit limit", "credit_limit", 1],
    ["Due", "due", 1],
    ["Amount due", "open", 1],
    ["Land", "country", 1],
    ["Langue", "language", 1],
  ])("false friends: %j is %j, rank %j", (name, role, rank) => {
    expect(meaningsOf(name)[0]).toEqual(
      role === undefined ? undefined : expect.objectContaining({ role, rank }),
    );
  });

  test("a fingerprint is of the layout, not of the day", () => {
    const one = fingerprintOf(["Client", "Not due on: 31/03/2026", "1 - 30", "31 - 60", "Total", ""]);
    expect(fingerprintOf(["Client", "Not due on: 30/04/2026", "1-30", "31-60", "Total"])).toBe(one);
    expect(fingerprintOf(["Client", "Not due", "1 - 30", "31 - 60", "Total"])).not.toBe(one);
    expect(fingerprintOf(["Total", "Client", "1 - 30"])).not.toBe(
      fingerprintOf(["Client", "Total", "1 - 30"]),
    );
  });

  test("the header is the row that names most, not the first that names something", () => {
    const rows = [
      "Balance;Client",
      "",
      "Code client;N° pièce;Échéance;Restant dû",
      "C001;FA-1;15/03/2026;100,00",
    ].map((text, index) => ({
      cells: text.split(";"),
      line: index + 1,
    }));
    expect(findHeader(rows)).toMatchObject({ line: 3, rows: 1, hits: 4, language: "fr" });
  });

  test.each([
    ["a row of values", ["C001", "Facture", "15/03/2026", "100,00"]],
    ["one known word", ["Client", "Foo", "Bar"]],
  ])("%s is no header", (_name, cells) => {
    expect(findHeader([{ cells, line: 1 }])).toBeNull();
  });
});

describe("ageing columns", () => {
  const ranges = (headers: string, asOf: string | null = null): unknown =>
    parseBuckets(headers.split(" · "), asOf === null ? null : (parseDay(asOf) as Day)).map((bucket) =>
      bucket === null ? "-" : bucket.from === null ? "not due" : `${bucket.from}..${bucket.to ?? ""}`,
    );
  test.each([
    ["Non échu · 1 - 30 · 31 - 60 · 61 - 90 · > 90", "not due 1..30 31..60 61..90 91.."],
    ["Tiers · Total · Non échu · 0-30 j · 31-60 j · 61-90 j · +90 j", "- - not due 1..30 31..60 61..90 91.."],
    ["Current · 1 - 30 · 31 - 60 · 61 - 90 · 91 and over · Total", "not due 1..30 31..60 61..90 91.. -"],
    ["current · 1-15 · 16-30 · 31-45 · above 45", "not due 1..15 16..30 31..45 46.."],
    ["Not due on: 2026-03-31 · 1 - 30 · 31 - 60 · Older", "not due 1..30 31..60 61.."],
    [
      "As of: 03/31/2026 · 1 - 30 · 31 - 60 · 61 - 90 · 91 - 120 · Older",
      "not due 1..30 31..60 61..90 91..120 121..",
    ],
    ["0-30 · 31-60 · 61-90 · 91-120 · 121-Above", "1..30 31..60 61..90 91..120 121.."],
    [
      "Current · < 1 Month · 1 Month · 2 Months · 3 Months · Older",
      "not due 1..29 30..59 60..89 90..119 120..",
    ],
    [
      "Current · Éch. ≤ 30 j. · Éch. ≤ 60 j. · Éch. ≤ 90 j. · Plus ancien",
      "not due 1..30 31..60 61..90 91..",
    ],
    ["Huidig · Vv. ≤ 30 d. · Vv. ≤ 60 d. · Ouder", "not due 1..30 31..60 61.."],
    ["Aktuell · Alter bis 30 T. · Alter bis 60 T. · Älter", "- 1..30 31..60 61.."],
    ["Nicht fällig · 1 - 30 T. · 31 - 60 T. · über 60 T.", "not due 1..30 31..60 61.."],
    ["À échoir · 30 jours · 60 jours · 90 jours · Plus de 90 jours", "not due 1..30 31..60 61..90 91.."],
    ["Non échu · Échu", "not due 1.."],
    ["Non échu · Échu · 1-30 · > 30", "not due - 1..30 31.."],
    ["Postérieur · 0 à 30 jours · 31 à 60 jours · Antérieur", "not due 1..30 31..60 61.."],
    ["Niet vervallen · 1 t/m 30 · 31 t/m 60 · meer dan 60", "not due 1..30 31..60 61.."],
    ["90+ · 61-90 · 31-60 · 1-30 · Non échu", "90.. 61..90 31..60 1..30 not due"],
    ["> 360 · 1 - 360", "361.. 1..360"],
    ["Non échu", "-"],
    ["1 - 30", "-"],
    ["Échéance · Total · Montant", "- - -"],
  ])("%s", (headers, expected) => {
    expect((ranges(headers) as string[]).join(" ")).toBe(expected);
  });

  test("calendar months count from their last day", () => {
    expect(ranges("Antérieur · Janvier 2026 · 02/2026 · Mars 2026 · Avril 2026", "2026-03-31")).toEqual([
      "90..",
      "59..89",
      "31..61",
      "not due",
      "not due",
    ]);
  });

  test.each([
    [{ from: 1, to: 30 }, 30, false],
    [{ from: 1, to: 30 }, 32, false],
    [{ from: 1, to: 30 }, 33, true],
    [{ from: 31, to: 60 }, 28, true],
    [{ from: 31, to: 60 }, 29, false],
    [{ from: null, to: null }, 0, false],
    [{ from: null, to: null }, 1, true],
    [{ from: 91, to: null }, 1000, false],
    [{ from: 91, to: null }, 60, true],
  ])("%j and %i days late: contradiction %j", (bucket, days, expected) => {
    expect(contradicts(bucket, days)).toBe(expected);
  });
});

describe("the day of the balance", () => {
  const clue = (preamble: string[], headers: string[] = [], path = "balance.csv"): string | null => {
    const found = findAsOf(
      preamble.map((text, index) => ({ cells: text.split(";"), line: index + 1 })),
      headers,
      9,
      path,
    );
    return found === null
      ? null
      : `${found.reading.dayFirst ?? found.reading.monthFirst} ${found.source} ${found.line}`;
  };
  test.each([
    [["Balance âgée au 31/03/2026"], "2026-03-31 preamble 1"],
    [["Société;Exemple", "Arrêtée au : 31.03.2026;;Édité le 02/04/2026"], "2026-03-31 preamble 2"],
    [["Édité le 02/04/2026", "Situation au 31/03/2026"], "2026-03-31 preamble 2"],
    [["Du 01/01/2026 au 31/03/2026"], "2026-03-31 preamble 1"],
    [["From 2026-01-01 to 2026-03-31"], "2026-03-31 preamble 1"],
    [["As of March 31, 2026"], "2026-03-31 preamble 1"],
    [["As at 31 March 2026"], "2026-03-31 preamble 1"],
    [["Balance au 31 mars 2026"], "2026-03-31 preamble 1"],
    [["OP-Liste zum 31.03.2026"], "2026-03-31 preamble 1"],
    [["Stichtag: 31.03.2026"], "2026-03-31 preamble 1"],
    [["Ouderdomsanalyse per 31-03-2026"], "2026-03-31 preamble 1"],
    [["Exemple SARL;31/03/2026"], "2026-03-31 preamble 1"],
    [["Imprimé le 31/03/2026"], null],
    [["Printed on 2026-03-31"], null],
    [["Exercice 2026"], null],
    [["Exercice du 01/01/2026 au 31/12/2026"], null],
    [["Exercice du 01/01/2026 au 31/12/2026", "Balance au 31/03/2026"], "2026-03-31 preamble 2"],
    [["Période du 01/01/2026 au 31/12/2026", "Situation au 31/03/2026"], "2026-03-31 preamble 2"],
  ])("%j", (preamble, expected) => {
    expect(clue(preamble)).toBe(expected);
  });

  test.each([
    ["balance_agee_2026-03-31.csv", "2026-03-31 file name 0"],
    ["balance 31.03.2026.csv", "2026-03-31 file name 0"],
    ["20260331_clients.csv", "2026-03-31 file name 0"],
    ["clients-31032026.csv", "2026-03-31 file name 0"],
    ["balance_2026_03_31.csv", "2026-03-31 file name 0"],
    ["balance 31 mars 2026.csv", "2026-03-31 file name 0"],
    ["balance-2026.csv", null],
    ["411000.csv", null],
    ["export 12345678.csv", null],
  ])("a file called %s", (path, expected) => {
    expect(clue([], [], path)).toBe(expected);
  });

  test("an ageing column's header", () => {
    expect(clue([], ["Client", "Not due on: 31/03/2026", "1 - 30"])).toBe("2026-03-31 column header 9");
    expect(clue([], ["Client", "Livré le 31/03/2026", "1 - 30"])).toBe(null);
  });
});
