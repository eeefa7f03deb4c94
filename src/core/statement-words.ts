import type { Language } from "./types.ts";

export interface StatementWords {
  /** Before the date. */
  readonly title: string;
  readonly columns: readonly [document: string, issued: string, due: string, amount: string];
  readonly overdue: string;
  readonly disputed: string;
  readonly notYetDue: string;
  readonly credits: string;
  readonly sum: string;
  readonly balance: string;
  /** Of the file, without its ending. */
  readonly file: string;
  /** Of a copy of an invoice, before its number. */
  readonly copy: string;
}

export const STATEMENT_WORDS: Readonly<Record<Language, StatementWords>> = {
  fr: {
    title: "Relevé de compte au",
    columns: ["Document", "Date", "Échéance", "Montant"],
    overdue: "Échu",
    disputed: "En litige",
    notYetDue: "Non encore échu",
    credits: "Avoirs et règlements à déduire",
    sum: "Sous-total",
    balance: "Solde du compte",
    file: "releve-de-compte",
    copy: "facture",
  },
  nl: {
    title: "Rekeningoverzicht op",
    columns: ["Document", "Datum", "Vervaldag", "Bedrag"],
    overdue: "Vervallen",
    disputed: "Betwist",
    notYetDue: "Nog niet vervallen",
    credits: "Creditnota’s en betalingen in mindering",
    sum: "Subtotaal",
    balance: "Saldo van de rekening",
    file: "rekeningoverzicht",
    copy: "factuur",
  },
  de: {
    title: "Kontoauszug zum",
    columns: ["Beleg", "Datum", "Fällig am", "Betrag"],
    overdue: "Überfällig",
    disputed: "Strittig",
    notYetDue: "Noch nicht fällig",
    credits: "Gutschriften und Zahlungen zum Abzug",
    sum: "Zwischensumme",
    balance: "Saldo des Kontos",
    file: "kontoauszug",
    copy: "rechnung",
  },
  en: {
    title: "Statement of account at",
    columns: ["Document", "Date", "Due", "Amount"],
    overdue: "Overdue",
    disputed: "In dispute",
    notYetDue: "Not yet due",
    credits: "Credit notes and payments to deduct",
    sum: "Subtotal",
    balance: "Balance of the account",
    file: "statement-of-account",
    copy: "invoice",
  },
};
