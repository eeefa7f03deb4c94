import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectBalance } from "../src/intake/balance.ts";
import { type Profile, profileFaults, profileFrom, readProfile } from "../src/intake/profile.ts";
import { OPTIONS, readBytes, refusalOf } from "./support/ledger-files.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dunning-balance-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string, name = "balance.csv"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const HEADER = "Code client;N° pièce;Date;Échéance;Restant dû";
const ROW = "C001;FA-1;15/01/2026;14/02/2026;100,00";
const SMALL = `${HEADER}\n${ROW}\nC002;FA-2;20/01/2026;19/02/2026;50,00\n`;

describe("profiles", () => {
  test("what a profile names is taken as said, and cells that differ are bad cells", async () => {
    const file = `${HEADER}\nC1;A;03/01/2026;04/02/2026;1.000\nC2;B;15/01/2026;14/02/2026;12.50\n`;
    const profile: Profile = { format: "csv", dates: "MM/dd/yyyy", decimal: "," };
    const { items, rejected } = await readBytes(file, { profile });
    expect(items).toMatchObject([{ issued: "2026-03-01", due: "2026-04-02", open: 100000 }]);
    expect(rejected).toMatchObject([
      { line: 3, column: "Restant dû", reason: 'is not written with the decimal mark ","' },
    ]);
  });

  test("the profile of a configuration: columns by header, nothing else named", async () => {
    const profile = {
      format: "csv",
      encoding: "utf-8",
      delimiter: ";",
      dates: "dd/MM/yyyy",
      decimal: ",",
      header: 2,
      control: "check",
      columns: {
        debtor: "Tiers",
        name: "Libelle",
        number: "Piece",
        issued: "Date",
        due: "Ech",
        debit: "Dt",
        credit: "Ct",
        email: "Mel",
      },
    } as const;
    const file =
      "Export\nTiers;Libelle;Piece;Date;Ech;Dt;Ct;Mel;Autre\n1;Dubois Exemple;FA-1;03/01/2026;04/02/2026;1.000;;a@b.example;x\n";
    const { items } = await readBytes(file, { profile });
    expect(items).toMatchObject([
      {
        debtor: "1",
        issued: "2026-01-03",
        due: "2026-02-04",
        open: 100000,
        master: { email: "a@b.example" },
      },
    ]);
  });

  test("empty sections and keys without value say nothing", () => {
    expect(
      readProfile({ format: "csv", columns: {}, encoding: null, header: undefined, control: "check" }),
    ).toEqual({ format: "csv", control: "check" });
  });

  test("every unusable key is reported at once", () => {
    const wrong = {
      format: "xlsx",
      delimiter: ";;",
      dates: "jj/mm/aaaa",
      decimal: "'",
      columns: { client: "Client" },
      groups: { columns: [] },
      sign: "plus",
      terms: "soon",
      currency: "euro",
      colour: "red",
    };
    expect(
      profileFaults(wrong)
        .map(({ key }) => key)
        .sort(),
    ).toEqual(Object.keys(wrong).sort());
    expect(() => readProfile(wrong)).toThrow('an import profile has an unusable "dates"');
  });

  test.each([
    [
      "a column that is not there",
      { format: "csv", columns: { debtor: "Nope", due: "Échéance", open: "Restant dû" } },
      "65 profile-column-missing",
    ],
    ["another layout", { format: "csv", header: "0123456789ab" }, "65 profile-header-missing"],
    ["nonsense", { format: "csv", decimal: "x" }, "78 profile-invalid"],
  ])("%s is refused", async (_name, profile, code) => {
    expect(await refusalOf(SMALL, { profile: profile as never })).toBe(code);
  });

  test("a saved profile reads next month's export, whose preamble has grown and whose columns have moved dates", async () => {
    const understanding = await inspectBalance(
      fileOf(`Balance au 31/03/2026\nTiers;Not due on: 31/03/2026;1-30;> 30\nA;1,00;2,00;3,00\n`),
      OPTIONS,
    );
    const profile = JSON.parse(JSON.stringify(profileFrom(understanding))) as Profile;
    const { items } = await readBytes(
      `Exemple SARL\n\nBalance au 30/04/2026\nTiers;Not due on: 30/04/2026;1-30;> 30\nA;5,00;;7,00\n`,
      { profile },
    );
    expect(items.map(({ due, open }) => [due, open])).toEqual([
      ["2026-03-30", 700],
      [null, 500],
    ]);
  });
});

describe("debtors and their data", () => {
  test("columns that are not ours are kept where they belong to the customer, and only there", async () => {
    const file = `Code client;N° pièce;Échéance;Restant dû;Tournée du livreur;N° commande;Vide
C1;A;15/03/2026;1,00;Nord;4711;
C1;B;16/03/2026;2,00;Nord;4712;
C2;C;17/03/2026;3,00;Sud;4713;
`;
    const { items } = await readBytes(file);
    expect(items.map(({ master }) => master)).toEqual([
      { "attr.tournee_du_livreur": "Nord" },
      { "attr.tournee_du_livreur": "Nord" },
      { "attr.tournee_du_livreur": "Sud" },
    ]);
  });

  test("master data stand in the form that the store keeps", async () => {
    const file = `Code client;N° pièce;Échéance;Restant dû;E-mail;Pays;Langue;Type de client;Adresse 1;Adresse 2;CP;Ville
C1;A;15/03/2026;1,00;compta@société.example;Belgique;Néerlandais;Société;Bât. A;1 rue des Essais;1000;Bruxelles
C2;B;16/03/2026;2,00;a@b.example, c@d.example;Atlantide;xx;?;;;;
`;
    const { items, report } = await readBytes(file);
    expect(items[0]?.master).toEqual({
      email: "compta@société.example",
      country: "BE",
      language: "nl",
      kind: "business",
      address: "Bât. A\n1 rue des Essais",
      postcode: "1000",
      city: "Bruxelles",
    });
    expect(items[1]?.master).toBeNull();
    expect(report.warnings).toEqual([
      "4 values of master data (e-mail, country, language ...) cannot be used and were left out (first on line 3)",
    ]);
  });

  test("a header called like a property of every object is only a name", async () => {
    const { items } = await readBytes(
      "Code client;N° pièce;Échéance;Restant dû;__proto__;constructor\nC1;A;15/03/2026;1,00;x;y\n",
    );
    expect(items[0]?.master).toEqual({ "attr.proto": "x", "attr.constructor": "y" });
  });

  test("codes are texts: zeros, blanks and signs stay", async () => {
    const { items } = await readBytes(
      "Code client;N° pièce;Échéance;Restant dû\n 00123 ;01;15/03/2026;1,00\nA  B;1.0;15/03/2026;1,00\n123.0;-5;15/03/2026;1,00\n",
    );
    expect(items.map(({ debtor, number }) => [debtor, number])).toEqual([
      ["00123", "01"],
      ["A B", "1.0"],
      ["123.0", "-5"],
    ]);
  });
});
