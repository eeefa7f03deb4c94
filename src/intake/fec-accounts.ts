import { bare } from "../core/bare.ts";
import type { JournalKind } from "../core/lettering.ts";
import type { FecRow } from "./fec-row.ts";

/** The customer accounts of the French chart that are taken in where nothing else is said. */
export const CUSTOMER_ACCOUNTS: readonly string[] = ["411"];
/** Bills to receive, doubtful customers, invoices to be made out: customers' accounts that have to be asked for. */
const OTHERS = /^41[368]/;

export const isChosen = (account: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => account.startsWith(prefix));
export const isUnchosenCustomers = (account: string): boolean => OTHERS.test(account);

const SHARED_NAME =
  /^(?:les )?clients?(?: \d.*| france| export| etrangers?| ventes?.*| factures?)?$|collectif|comptoir|^divers$/;
const MANY = /\b(?:clients? divers|divers|comptoir|de passage|recettes?|caisse|ventes? au comptant)\b/;

/** Whether an account without auxiliaries is one that all customers share: 411000, 4111, "CLIENTS". */
export function isSharedAccount(account: string, name: string): boolean {
  if (/^\d+$/.test(account) && account.replace(/0+$/, "").length <= 4) return true;
  return SHARED_NAME.test(bare(name).trim());
}

/** "CLIENTS DIVERS", "RECETTE CB": takings and passers-by, nobody to write to. */
export const isManyCustomers = (name: string): boolean => MANY.test(bare(name));

const OPENING_CODE = /^(?:an|ano|anv|and|ran|rn|ad|ouv)\d*$/;
const OPENING_NAME = /a ?-?nouveaux?|report|ouverture|opening/;
const OPENING_LABEL = /^(?:solde )?(?:report )?(?:a ?-?nouveaux?)\b/;

/** Learns from all rows of a file what its journals are for: by their names, and by the accounts that they move. */
export class Journals {
  readonly #seen = new Map<string, { money: number; sales: number; opening: boolean }>();

  learn({ journal, journalName, account }: FecRow): void {
    let seen = this.#seen.get(journal);
    if (seen === undefined) {
      const opening = OPENING_CODE.test(bare(journal)) || OPENING_NAME.test(bare(journalName));
      seen = { money: 0, sales: 0, opening };
      this.#seen.set(journal, seen);
    }
    if (/^5[1-8]/.test(account)) seen.money++;
    else if (account.startsWith("70")) seen.sales++;
  }

  kindOf({ journal, label }: Pick<FecRow, "journal" | "label">): JournalKind {
    const seen = this.#seen.get(journal);
    if (seen?.opening === true || OPENING_LABEL.test(bare(label))) return "opening";
    if (seen === undefined || seen.money + seen.sales === 0) return "other";
    return seen.money >= seen.sales ? "money" : "sale";
  }
}
