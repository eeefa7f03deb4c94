import type { Language } from "./types.ts";

/** The words of a payment slip, as the banks fix them (Implementation Guidelines QR-bill, annex D). */
export interface SlipWords {
  readonly part: string;
  readonly receipt: string;
  readonly account: string;
  readonly reference: string;
  readonly message: string;
  readonly payableBy: string;
  readonly payableByNamed: string;
  readonly currency: string;
  readonly amount: string;
  readonly point: string;
  readonly separate: string;
}

const EN: SlipWords = {
  part: "Payment part",
  receipt: "Receipt",
  account: "Account / Payable to",
  reference: "Reference",
  message: "Additional information",
  payableBy: "Payable by (name/address)",
  payableByNamed: "Payable by",
  currency: "Currency",
  amount: "Amount",
  point: "Acceptance point",
  separate: "Separate before paying in",
};

/** Dutch is no language of Swiss slips: those get the English words. */
export const SLIP_WORDS: Readonly<Record<Language, SlipWords>> = {
  en: EN,
  nl: EN,
  fr: {
    part: "Section paiement",
    receipt: "Récépissé",
    account: "Compte / Payable à",
    reference: "Référence",
    message: "Informations supplémentaires",
    payableBy: "Payable par (nom/adresse)",
    payableByNamed: "Payable par",
    currency: "Monnaie",
    amount: "Montant",
    point: "Point de dépôt",
    separate: "A détacher avant le versement",
  },
  de: {
    part: "Zahlteil",
    receipt: "Empfangsschein",
    account: "Konto / Zahlbar an",
    reference: "Referenz",
    message: "Zusätzliche Informationen",
    payableBy: "Zahlbar durch (Name/Adresse)",
    payableByNamed: "Zahlbar durch",
    currency: "Währung",
    amount: "Betrag",
    point: "Annahmestelle",
    separate: "Vor der Einzahlung abzutrennen",
  },
};
