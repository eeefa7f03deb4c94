import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countryOf } from "../src/core/country.ts";
import { type Contacts, readContacts } from "../src/intake/contacts.ts";
import { emailAddress } from "../src/intake/email-address.ts";
import { personRole } from "../src/intake/persons.ts";
import { Failure } from "../src/problem.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dunning-contacts-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(content: string | Uint8Array): Promise<Contacts> {
  const path = join(folder, "contacts.csv");
  writeFileSync(path, content);
  return await readContacts(path);
}

describe("contacts", () => {
  test("names, persons, addresses, language and kind, by the customer's code", async () => {
    const { contacts, rejected, rows, warnings } =
      await read(`Code client;Raison sociale;Interlocuteur;E-mail;Téléphone;Adresse 1;Adresse 2;CP;Ville;Pays;Langue;Type;N° TVA;Stratégique;Plafond de crédit;Tournée
C001;Dubois Exemple;Mme Anne Essai;anne@dubois.example;01 99 00 00 00;Bât. B;1 rue des Essais;69003;Lyon;France;Français;Professionnel;FR00;oui;12 500,00;Nord
C002;Lefort Exemple;;;;;;;;;;;;;;
`);
    expect(contacts).toEqual([
      {
        debtor: "C001",
        line: 2,
        persons: [
          {
            name: "Mme Anne Essai",
            role: null,
            email: "anne@dubois.example",
            phone: "01 99 00 00 00",
            language: "fr",
          },
        ],
        master: {
          name: "Dubois Exemple",
          contact: "Mme Anne Essai",
          email: "anne@dubois.example",
          phone: "01 99 00 00 00",
          address: "Bât. B\n1 rue des Essais",
          postcode: "69003",
          city: "Lyon",
          country: "FR",
          language: "fr",
          kind: "business",
          vat: "FR00",
          strategic: "oui",
          credit_limit: "12500.00",
          "attr.tournee": "Nord",
        },
      },
      { debtor: "C002", line: 3, master: { name: "Lefort Exemple" }, persons: [] },
    ]);
    expect(rejected).toEqual([]);
    expect(rows).toEqual({ read: 2, blank: 0, rejected: 0 });
    expect(warnings).toEqual([]);
  });

  test("rows that cannot be used are listed, each with what is wrong and what to do", async () => {
    const { contacts, rejected, rows } = await read(`Customer No.,Name,Email,Country,Language
C1,One,one@example.com,FR,fr
C2,Two,two@example.com; other@example.com,FR,fr
C3,Three,,Atlantis,fr
C4,Four,,FR,Klingon
,Nobody,,FR,fr
1E+05,Damaged,,FR,fr
C5,Five,,FR

C1,Another,one@example.com,FR,fr
C1,One,one@example.com,FR,fr
`);
    expect(contacts.map(({ debtor }) => debtor)).toEqual(["C1"]);
    expect(rejected.map(({ line, debtor, column, reason }) => [line, debtor, column, reason])).toEqual([
      [3, "C2", "Email", "is not one e-mail address such as name@example.com"],
      [4, "C3", "Country", "is not a country such as FR or France"],
      [5, "C4", "Language", "is not fr, nl, de or en"],
      [6, null, "Customer No.", "names no customer"],
      [7, null, "Customer No.", "is a code that a spreadsheet has turned into a number"],
      [8, null, "", "has 4 cells where 5 are expected"],
      [10, "C1", "Customer No.", "stands on line 2 too, with another name"],
    ]);
    expect(rejected.every(({ fix }) => fix.length > 10)).toBe(true);
    expect(rows).toEqual({ read: 9, blank: 1, rejected: 7 });
  });

  test("several persons of one customer: who pays invoices is written to, the others are known", async () => {
    const { contacts, rejected } =
      await read(`Code client;Raison sociale;Ville;Contact;Fonction;E-mail;Téléphone;Langue
C1;Dubois Exemple;Lyon;M. Gérard Patron;Gérant;patron@dubois.example;01 99 00 00 01;fr
C1;Dubois Exemple;;Mme Anne Compte;Responsable comptable;compta@dubois.example;;en
C1;Dubois Exemple;Lyon;M. Yves Achat;Acheteur;achat@dubois.example;;fr
C1;Dubois Exemple;Lyon;M. Yves Achat;Acheteur;achat@dubois.example;;fr
C1;Dubois Exemple;Paris;M. Luc Autre;Magasin;luc@dubois.example;;fr
C2;Lefort Exemple;Lille;Mme Sans Adresse;Comptabilité;;01 99 00 00 02;
C2;Lefort Exemple;Lille;;;info@lefort.example;;
`);
    expect(contacts.map(({ master }) => master)).toEqual([
      {
        name: "Dubois Exemple",
        city: "Lyon",
        contact: "Mme Anne Compte",
        email: "compta@dubois.example",
        language: "en",
      },
      { name: "Lefort Exemple", city: "Lille", email: "info@lefort.example" },
    ]);
    expect(contacts.map(({ persons }) => persons.map(({ name, role }) => `${name} ${role}`))).toEqual([
      ["Mme Anne Compte accounting", "M. Gérard Patron management", "M. Yves Achat purchasing"],
      ["null null", "Mme Sans Adresse accounting"],
    ]);
    expect(rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [6, "stands on line 2 too, with another city"],
    ]);
  });

  test("in a list by code, a contact is a person", async () => {
    const { contacts } = await read("Code client;Contact;E-mail\nC1;Mme Anne Essai;anne@dubois.example\n");
    expect(contacts[0]?.master).toEqual({ contact: "Mme Anne Essai", email: "anne@dubois.example" });
  });

  test.each([
    ["Directeur administratif et financier", "accounting"],
    ["DAF", "accounting"],
    ["Service comptabilité fournisseurs", "accounting"],
    ["Buchhaltung", "accounting"],
    ["Boekhouding", "accounting"],
    ["Accounts payable", "accounting"],
    ["Geschäftsführer", "management"],
    ["Zaakvoerder", "management"],
    ["Managing director", "management"],
    ["Einkauf", "purchasing"],
    ["Inkoper", "purchasing"],
    ["Magasinier", "other"],
    ["  ", null],
  ])("%s: %s", (text, role) => {
    expect(personRole(text)).toBe(role);
  });

  test("an address of several lines in one cell, in an old encoding", async () => {
    const bytes = iconv.encode(
      'Klantnr.;Naam;Adres;Taal\r\n1;Café Élysée;"Gebouw A\r\nProefstraat 1";NL\r\n2;Tweede;Proefstraat 2;FR\r\n',
      "windows-1252",
    );
    const { contacts } = await read(bytes);
    expect(contacts).toMatchObject([
      { master: { name: "Café Élysée", address: "Gebouw A\nProefstraat 1", language: "nl" }, line: 2 },
      { debtor: "2", line: 4 },
    ]);
  });

  test.each([
    ["no customers", "E-mail;Ville\na@b.example;Lyon\n", "65 no-contacts"],
    ["nothing to know", "Code client;N° pièce\nC1;FA-1\n", "65 no-contacts"],
    ["suppliers", "Fournisseur;E-mail;Ville\nF1;a@b.example;Lyon\n", "65 suppliers-ledger"],
    ["two columns of codes", "Code client;Code client;E-mail\n1;2;a@b.example\n", "65 duplicate-header"],
    ["no rows", "Code client;E-mail;Ville\n", "65 no-contacts"],
  ])("%s: refused", async (_name, content, code) => {
    const failure: unknown = await read(content).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure instanceof Failure ? `${failure.exit} ${failure.problems[0].code}` : "").toBe(code);
  });
});

describe("e-mail addresses", () => {
  test.each([
    "a@b.example",
    "first.last+tag@sub.example.com",
    "o'neil@example.org",
    "x_y-z@example.net",
    "compta@société.example",
    "a@xn--socit-esab.example",
    `${"l".repeat(64)}@example.com`,
  ])("%s is one", (text) => {
    expect(emailAddress(` ${text} `)).toBe(text);
  });
  test.each([
    "",
    "a",
    "@example.com",
    "a@",
    "a@localhost",
    "a@b.example,c@d.example",
    "a@b.example; c@d.example",
    "a@b.example c@d.example",
    "Anne <a@b.example>",
    "<a@b.example>",
    "a(comment)@b.example",
    "a@b.example (comment)",
    "group: a@b.example;",
    '"a b"@example.com',
    "a..b@example.com",
    ".a@example.com",
    "a.@example.com",
    "a@example..com",
    "a@-example.com",
    "a@example-.com",
    "a@example.c",
    "a@example.123",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a@b@example.com",
    "a@b.example\r\nBcc: c@d.example",
    "a@b.example\u0000",
    "a\u200b@b.example",
    "é@example.com",
    "mailto:a@b.example",
    `${"l".repeat(65)}@example.com`,
    `a@${"d".repeat(64)}.com`,
    `a@${"d.".repeat(127)}com`,
  ])("%j is none", (text) => {
    expect(emailAddress(text)).toBeNull();
  });
});

test.each([
  ["FR", "FR"],
  ["fr", "FR"],
  ["France", "FR"],
  ["FRANCE", "FR"],
  ["Frankrijk", "FR"],
  ["Belgique", "BE"],
  ["België", "BE"],
  ["Belgien", "BE"],
  ["Belgium", "BE"],
  ["Pays-Bas", "NL"],
  ["Deutschland", "DE"],
  ["Royaume-Uni", "GB"],
  ["Luxembourg", "LU"],
  ["", null],
  ["XX", null],
  ["Atlantide", null],
])("%j is the country %j", (text, code) => {
  expect(countryOf(text)).toBe(code);
});
