/** What somebody does at a customer, as far as reminders care. */
export type PersonRole = "accounting" | "management" | "purchasing" | "other";

/** One of several persons at a customer. */
export interface Person {
  readonly name: string | null;
  readonly role: PersonRole | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: string | null;
}

/** Who pays invoices comes first, who only buys comes late; where nothing is said, it is the address for everything. */
const ORDER: readonly (PersonRole | null)[] = ["accounting", null, "management", "purchasing", "other"];

/** The one to write to first: by what they do, among those with an address before those without; else as they came. */
export function inOrderOfWriting(persons: readonly Person[]): readonly Person[] {
  const rank = ({ role, email }: Person): number => ORDER.indexOf(role) + (email === null ? ORDER.length : 0);
  return [...persons].sort((a, b) => rank(a) - rank(b));
}
