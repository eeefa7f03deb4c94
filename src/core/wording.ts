import { digitsOf } from "./money.ts";
import { type Rate, rateText } from "./rates.ts";
import type { Cents, Channel, Currency, Day, ItemType, Language } from "./types.ts";

/** U+00A0: amounts, dates and French punctuation never break apart at a line's end. */
export const NBSP = "\u00a0";

const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  fr: "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre".split(","),
  nl: "januari,februari,maart,april,mei,juni,juli,augustus,september,oktober,november,december".split(","),
  de: "Januar,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember".split(","),
  en: "January,February,March,April,May,June,July,August,September,October,November,December".split(","),
};

const SIGNS: Readonly<Record<Currency, string>> = { EUR: "€", GBP: "£" };

/** Francs are written the same in German and French: `CHF 1’250.00` (Federal Chancellery, Schreibweisungen 5). */
const isSwiss = (currency: Currency, language: Language): boolean =>
  currency === "CHF" && (language === "de" || language === "fr");

const GROUPS: Readonly<Record<Language, string>> = { fr: NBSP, nl: ".", de: ".", en: "," };

/** `1 250,00 €`, `€ 1.250,00`, `1.250,00 €`, `€1,250.00`: all spaces are U+00A0, digits are the currency's own. */
export function amountText(amount: Cents, currency: Currency, language: Language): string {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not an amount: ${amount}`);
  const digits = digitsOf(currency);
  const plain = String(Math.abs(amount)).padStart(digits + 1, "0");
  const whole = digits === 0 ? plain : plain.slice(0, -digits);
  const swiss = isSwiss(currency, language);
  const point = language === "en" || swiss ? "." : ",";
  const mark = swiss ? "’" : GROUPS[language];
  const fraction = digits === 0 ? "" : `${point}${plain.slice(-digits)}`;
  const figure = `${whole.replace(/\B(?=(?:\d{3})+$)/g, mark)}${fraction}`;
  const minus = amount < 0 ? "-" : "";
  const sign = SIGNS[currency];
  if (swiss) return `${currency}${NBSP}${minus}${figure}`;
  if (language === "fr" || language === "de") return `${minus}${figure}${NBSP}${sign ?? currency}`;
  if (language === "nl") return `${sign ?? currency}${NBSP}${minus}${figure}`;
  return sign === undefined ? `${currency}${NBSP}${minus}${figure}` : `${minus}${sign}${figure}`;
}

interface Parts {
  readonly year: number;
  readonly month: string;
  readonly day: string;
}

function parts(day: Day, language: Language): Parts {
  const month = MONTHS[language][Number(day.slice(5, 7)) - 1];
  if (month === undefined) throw new RangeError(`not a day: ${day}`);
  const number = Number(day.slice(8, 10));
  const text = language === "fr" && number === 1 ? "1er" : language === "de" ? `${number}.` : String(number);
  return { year: Number(day.slice(0, 4)), month, day: text };
}

/** `30 juin 2026`, `1er juillet 2026`, `30. Juni 2026`, `30 June 2026`. */
export function longDate(day: Day, language: Language): string {
  const { year, month, day: number } = parts(day, language);
  return [number, month, year].join(NBSP);
}

/** For tables: `30/06/2026`, `30-06-2026`, `30.06.2026`, `30 Jun 2026`. */
export function shortDate(day: Day, language: Language): string {
  const [year, month, number] = day.split("-");
  if (language === "en") return [Number(number), parts(day, "en").month.slice(0, 3), year].join(NBSP);
  return [number, month, year].join({ fr: "/", nl: "-", de: "." }[language]);
}

/** `6 octobre, 20 octobre et 4 novembre 2026`: the year once where it is the same. */
export function dateList(days: readonly Day[], language: Language): string {
  const oneYear = new Set(days.map((day) => day.slice(0, 4))).size === 1;
  const texts = days.map((day, at) => {
    const { year, month, day: number } = parts(day, language);
    return oneYear && at < days.length - 1 ? `${number}${NBSP}${month}` : [number, month, year].join(NBSP);
  });
  const last = texts.pop() ?? "";
  return texts.length === 0 ? last : `${texts.join(", ")} ${WORDS[language].and} ${last}`;
}

/** A yearly rate: `13,15 %` (de, fr: with a no-break space), `13,15%`, `13.15%`. */
export function rateInWords(rate: Rate, language: Language): string {
  const text = rateText(rate);
  const figure = language === "en" ? text : text.replace(".", ",");
  return language === "fr" || language === "de" ? `${figure}${NBSP}%` : `${figure}%`;
}

export interface Words {
  readonly and: string;
  readonly days: (count: number) => string;
  readonly period: (from: string, to: string) => string;
  readonly item: Readonly<Record<ItemType, string>>;
  /** Stands for the number of a claim that names no document. */
  readonly balance: string;
  readonly sentBy: Readonly<Record<"email" | "letter" | "registered-letter", string>>;
  readonly of: string;
  readonly greeting: { readonly email: string; readonly emailTo: string; readonly letter: string };
  readonly letter: {
    readonly on: string;
    readonly at: string;
    readonly subject: string;
    readonly reference: string;
    readonly account: string;
    readonly attention: (name: string) => string;
    readonly registered: string;
  };
  /** Beside a code to scan; and what a reader hears who cannot see it. */
  readonly code: { readonly caption: string; readonly about: (amount: string) => string };
  readonly vat: string;
  readonly enterpriseNumber: string;
}

export type Written = Extract<Channel, "email" | "letter" | "registered-letter">;

/** The few words that the program itself puts into a message; everything else stands in the templates. */
export const WORDS: Readonly<Record<Language, Words>> = {
  fr: {
    and: "et",
    days: (count) => `${count}${NBSP}jour${count > 1 ? "s" : ""}`,
    period: (from, to) => `du ${from} au ${to}`,
    item: {
      invoice: "Facture",
      debit: "Débit",
      "credit-note": "Avoir",
      payment: "Règlement reçu",
      balance: "Solde",
    },
    balance: "Solde de votre compte",
    sentBy: {
      email: "notre e-mail",
      letter: "notre courrier",
      "registered-letter": "notre lettre recommandée",
    },
    of: "du",
    greeting: { email: "Bonjour,", emailTo: "Bonjour", letter: "Madame, Monsieur," },
    letter: {
      on: "Le",
      at: ", le",
      subject: `Objet${NBSP}:`,
      reference: `Notre référence${NBSP}:`,
      account: `Votre compte client${NBSP}:`,
      attention: (name) =>
        /^[aeiouyàâäéèêëîïôöùûü]/i.test(name) ? `À l’attention d’${name}` : `À l’attention de ${name}`,
      registered: "Lettre recommandée avec avis de réception",
    },
    code: {
      caption: "Scannez pour payer",
      about: (amount) => `Code QR de virement${NBSP}: ${amount}`,
    },
    vat: "TVA",
    enterpriseNumber: `N°${NBSP}d’entreprise`,
  },
  nl: {
    and: "en",
    days: (count) => `${count}${NBSP}${count === 1 ? "dag" : "dagen"}`,
    period: (from, to) => `van ${from} tot en met ${to}`,
    item: {
      invoice: "Factuur",
      debit: "Debet",
      "credit-note": "Creditnota",
      payment: "Ontvangen betaling",
      balance: "Saldo",
    },
    balance: "Saldo van uw rekening",
    sentBy: { email: "onze e-mail", letter: "onze brief", "registered-letter": "onze aangetekende brief" },
    of: "van",
    greeting: { email: "Goedendag,", emailTo: "Beste", letter: "Geachte mevrouw, geachte heer," },
    letter: {
      on: "",
      at: ",",
      subject: "Betreft:",
      reference: "Onze referentie:",
      account: "Uw klantnummer:",
      attention: (name) => `Ter attentie van ${name}`,
      registered: "Aangetekende brief met ontvangstbevestiging",
    },
    code: {
      caption: "Scan om te betalen",
      about: (amount) => `QR-code voor overschrijving: ${amount}`,
    },
    vat: "BTW",
    enterpriseNumber: "Ondernemingsnummer",
  },
  de: {
    and: "und",
    days: (count) => `${count}${NBSP}${count === 1 ? "Tag" : "Tage"}`,
    period: (from, to) => `vom ${from} bis zum ${to}`,
    item: {
      invoice: "Rechnung",
      debit: "Belastung",
      "credit-note": "Gutschrift",
      payment: "Zahlungseingang",
      balance: "Saldo",
    },
    balance: "Saldo Ihres Kontos",
    sentBy: { email: "unsere E-Mail", letter: "unser Schreiben", "registered-letter": "unser Einschreiben" },
    of: "vom",
    greeting: { email: "Guten Tag,", emailTo: "Guten Tag", letter: "Sehr geehrte Damen und Herren," },
    letter: {
      on: "",
      at: ", den",
      // DIN 5008: the subject stands in bold, without a word before it.
      subject: "",
      reference: "Unser Zeichen:",
      account: "Ihre Kundennummer:",
      attention: (name) => `Zu Händen von ${name}`,
      registered: "Einschreiben mit Rückschein",
    },
    code: {
      caption: "Zum Bezahlen scannen",
      about: (amount) => `QR-Code für die Überweisung: ${amount}`,
    },
    vat: "USt-IdNr.",
    enterpriseNumber: "Unternehmensnummer",
  },
  en: {
    and: "and",
    days: (count) => `${count}${NBSP}${count === 1 ? "day" : "days"}`,
    period: (from, to) => `from ${from} to ${to}`,
    item: {
      invoice: "Invoice",
      debit: "Debit",
      "credit-note": "Credit note",
      payment: "Payment received",
      balance: "Balance",
    },
    balance: "Balance of your account",
    sentBy: { email: "our email", letter: "our letter", "registered-letter": "our registered letter" },
    of: "of",
    greeting: { email: "Hello,", emailTo: "Dear", letter: "Dear Sir or Madam," },
    letter: {
      on: "",
      at: ",",
      subject: "Subject:",
      reference: "Our reference:",
      account: "Your account:",
      attention: (name) => `For the attention of ${name}`,
      registered: "Registered letter with acknowledgement of receipt",
    },
    code: {
      caption: "Scan to pay",
      about: (amount) => `QR code for the transfer: ${amount}`,
    },
    vat: "VAT",
    enterpriseNumber: "Company number",
  },
};
