import { isOneAddress } from "./email-address.ts";
import type { Debtor, Language } from "./types.ts";

/** What somebody does at a customer, as far as reminders care. */
export const PERSON_ROLES = ["accounting", "management", "purchasing", "other"] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** One of several persons at a customer. */
export interface Person {
  readonly name: string | null;
  readonly role: PersonRole | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: Language | null;
}

/** Who pays invoices comes first, who only buys comes late; where nothing is said, it is the address for everything. */
const ORDER: readonly (PersonRole | null)[] = ["accounting", null, "management", "purchasing", "other"];

/** The one to write to first: by what they do, among those with an address before those without; else as they came. */
export function inOrderOfWriting(persons: readonly Person[]): readonly Person[] {
  const rank = ({ role, email }: Person): number => ORDER.indexOf(role) + (email === null ? ORDER.length : 0);
  return [...persons].sort((a, b) => rank(a) - rank(b));
}

/** Who reads a message. */
export interface Reader {
  readonly name: string | null;
  /** Null: no usable one is known. */
  readonly email: string | null;
  /** Null: nothing is known of this person; the debtor's counts. */
  readonly language: Language | null;
}

/** The first person with this role whom an e-mail reaches (`byEmail`), or who has a name; else the debtor's contact. */
export function readerOf(debtor: Debtor, role: PersonRole | null, byEmail: boolean): Reader {
  const { contact, email, emailBad, persons } = debtor;
  const usable = (address: string | null): string | null =>
    address === null || !isOneAddress(address) || (emailBad && address === email) ? null : address;
  const found = persons.find(
    (each) => each.role === role && (byEmail ? usable(each.email) !== null : each.name !== null),
  );
  if (role === null || found === undefined) return { name: contact, email: usable(email), language: null };
  return { name: found.name, email: usable(found.email), language: found.language };
}
