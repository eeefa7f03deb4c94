import { bare } from "../core/bare.ts";
import type { Person, PersonRole } from "../core/person.ts";
import type { Column } from "./column.ts";
import type { Master } from "./master.ts";
import { headerKey, languageOf } from "./words.ts";

/** Headers of a column that says what a person does; in a balance such a column is an attribute like any other. */
const ROLE_HEADERS: ReadonlySet<string> = new Set(
  [
    ["Fonction", "Rôle", "Fonction du contact", "Rôle du contact", "Service", "Type de contact", "Poste"],
    ["Functie", "Rol", "Afdeling", "Type contact"],
    ["Funktion", "Rolle", "Abteilung", "Position", "Ansprechpartner Funktion"],
    ["Role", "Job Title", "Function", "Department", "Contact role", "Contact type"],
  ]
    .flat()
    .map(headerKey),
);

const ROLES: readonly (readonly [PersonRole, RegExp])[] = [
  [
    "accounting",
    /compta|account|buchhalt|boekhoud|financ|finanz|factur|invoic|rechnung|payable|paiement|payment|\bdaf\b|tresor|credit|tax/,
  ],
  [
    "management",
    /direct|gerant|dirigeant|president|\b(?:pdg|dg|ceo|md)\b|manag|geschaft|inhaber|zaakvoerder|bestuurder|owner|chef d.entreprise/,
  ],
  ["purchasing", /achat|acheteu|purchas|buyer|einkauf|inko(?:op|pe)|commande|order|bestell/],
];

export function personRole(text: string): PersonRole | null {
  const plain = bare(text).trim();
  if (plain === "") return null;
  return ROLES.find(([, words]) => words.test(plain))?.[0] ?? "other";
}

/** Headers that mean a customer's name in a balance, and a person's beside what that person does. */
const OF_PERSONS: ReadonlySet<string> = new Set(
  ["Contact", "Nom", "Nom complet", "Nom et prénom", "Naam", "Name", "Full name"].map(headerKey),
);

/** The column that says what persons do, taken out of the attributes. */
export function roleColumn(columns: readonly Column[]): Column | null {
  const found = columns.find(({ role, header }) => role === null && ROLE_HEADERS.has(headerKey(header)));
  if (found !== undefined) found.attr = null;
  nameThePersons(columns, found !== undefined);
  return found ?? null;
}

/** In a list by code, "Contact" is a person; a plain "Name" is one beside what that person does. */
function nameThePersons(columns: readonly Column[], withRoles: boolean): void {
  const name = columns.find(({ role, header }) => role === "name" && OF_PERSONS.has(headerKey(header)));
  const coded = columns.some(({ role }) => role === "debtor");
  if (name === undefined || !coded || columns.some(({ role }) => role === "contact")) return;
  if (withRoles || headerKey(name.header) === headerKey("Contact")) name.role = "contact";
}

/** What belongs to a person, where the rest of a row is the customer's. */
export const PERSONAL: readonly string[] = ["contact", "email", "phone", "language"];

export function personOf(master: Master, role: PersonRole | null): Person {
  const { contact = null, email = null, phone = null, language = null } = master;
  return { name: contact, role, email, phone, language: language === null ? null : languageOf(language) };
}
