/**
 * Every word that a template may use, with what it says and an example.
 * The type of a message's data, the check of templates and the reference page all come from this tree.
 */

import { chargeWords, firstReminderWords, mandateWords } from "./vocabulary-charges.ts";
import { flag, maybe, text } from "./words-of-texts.ts";

export interface TextWord {
  readonly kind: "text";
  readonly about: string;
  readonly example: string;
  /** May be empty: then the template should ask with `{{#if}}`. */
  readonly optional: boolean;
}
export interface FlagWord {
  readonly kind: "flag";
  readonly about: string;
}
export interface ListWord {
  readonly kind: "list";
  readonly about: string;
  /** What `{{this}}` or the names inside `{{#each}}` mean. */
  readonly each: TextWord | Vocabulary;
}
export interface Vocabulary {
  readonly [name: string]: TextWord | FlagWord | ListWord | Vocabulary;
}
export type Word = Vocabulary[string];

type ViewOf<W> = W extends { readonly kind: "text" }
  ? string
  : W extends { readonly kind: "flag" }
    ? boolean
    : W extends { readonly kind: "list"; readonly each: infer E }
      ? readonly ViewOf<E>[]
      : { readonly [K in keyof W]: ViewOf<W[K]> };

const row = {
  name: text("what the document is, with its number", "Facture FA-2026-0153"),
  number: text("its number; where it has none, what it is", "FA-2026-0153"),
  issued: maybe("its date", "31/05/2026"),
  due: maybe("its due date", "30/06/2026"),
  late: maybe("how long it has been due; empty before the due date", "23 jours"),
  amount: text("what is to be paid of it; credits are negative", "1 250,00 €"),
  carried: maybe("the sum down to this row, for tables that go over a page", "2 480,00 €"),
} as const;

export const vocabulary = {
  date: text("the day of the message", "22 novembre 2026"),
  greeting: text("how the message opens, with the contact's name where it is known", "Bonjour Marie Durand,"),
  civility: text("how a letter addresses its reader, for the closing phrase", "Madame, Monsieur"),
  reference: text("what the debtor quotes when paying or answering", "411DUPONT"),
  company: {
    name: text("the creditor", "Atelier Exemple SARL"),
    address: text("its address in one line", "12 rue des Essais, 69003 Lyon"),
    lines: { kind: "list", about: "its address, line by line", each: text("a line", "12 rue des Essais") },
    email: text("its address for answers", "compta@exemple.test"),
    phone: maybe("its telephone number", "+33 4 00 00 00 00"),
    legal: text(
      "name, legal form and register, address and registration numbers in one line",
      "Atelier Exemple SARL · 12 rue ...",
    ),
  },
  debtor: {
    name: text("the customer", "Dupont Menuiserie"),
    account: text("its account in the books", "411DUPONT"),
    contact: maybe("the person to write to", "Marie Durand"),
    lines: {
      kind: "list",
      about: "name and postal address, as on an envelope",
      each: text("a line", "69003 LYON"),
    },
  },
  sender: {
    name: text("the person who signs", "Claire Exemple"),
    role: maybe("what that person does", "Responsable comptable"),
    email: text("where that person reads answers", "compta@exemple.test"),
  },
  items: { kind: "list", about: "the documents that the message is about, oldest first", each: row },
  credits: { kind: "list", about: "credit notes and payments on account that are deducted", each: row },
  others: { kind: "list", about: "overdue documents that are listed but not claimed yet", each: row },
  oldest: {
    name: text("the oldest of the items, with its number", "Facture FA-2026-0153"),
    number: text("its number", "FA-2026-0153"),
    issued: maybe("its date, in words", "31 mai 2026"),
    due: maybe("its due date, in words", "30 juin 2026"),
    late: maybe("how long it has been due", "23 jours"),
    amount: text("what is to be paid of it", "1 250,00 €"),
  },
  single: flag("the message is about one document"),
  several: flag("the message is about more than one document"),
  count: text("how many documents the message is about", "3"),
  subtotal: text("the sum of the items, before credits", "2 480,00 €"),
  deducted: maybe("the sum of the credits, negative", "-150,00 €"),
  total: text("what is to be paid", "2 330,00 €"),
  deadline: maybe("the day up to which payment is asked", "30 novembre 2026"),
  charges: chargeWords,
  first_reminder: firstReminderWords,
  mandate: mandateWords,
  bank: {
    holder: text("the name of the account", "Atelier Exemple SARL"),
    iban: maybe("the account for this currency, in groups of four", "FR76 3000 6000 0112 3456 7890 189"),
    bic: maybe("its bank", "AGRIFRPPXXX"),
    communication: text("what the debtor quotes in the transfer", "RF18 5390 0754 7034"),
    structured: flag("that is a Belgian structured communication"),
    code: flag("a code to scan is drawn beside the table that shows the IBAN"),
    link: maybe(
      "where it can be paid online, with the amount filled in",
      "https://pay.exemple.test/?a=2330.00",
    ),
    unchanged: flag("the message may say that the bank details have not changed"),
  },
  previous: {
    last: maybe("the last message in this matter", "notre e-mail du 4 novembre 2026"),
    dates: maybe("the days of the last messages", "20 octobre et 4 novembre 2026"),
    many: flag("there was more than one"),
  },
  last_promise: {
    date: maybe(
      "the day for which the debtor promised money last, where it has not come",
      "1er décembre 2026",
    ),
    amount: maybe("how much was promised then", "500,00 €"),
    given: maybe("the day on which that was said", "24 novembre 2026"),
  },
  promise: {
    day: maybe("of a confirmation: the day for which money is promised", "1er décembre 2026"),
    amount: maybe("how much is promised", "500,00 €"),
  },
  instalments: {
    kind: "list",
    about: "of a confirmation: the instalments that are agreed, in their order",
    each: {
      day: text("the day up to which it is to arrive", "1er décembre 2026"),
      amount: text("how much", "500,00 €"),
    },
  },
  byEmail: flag("the message is an e-mail"),
  byLetter: flag("the message is a letter, registered or not"),
  registered: flag("the message is a registered letter"),
  swiss: flag("it goes to Switzerland or Liechtenstein, where German is written without ß"),
  letter: {
    placeAndDate: text("place and date of a letter", "Lyon, le 22 novembre 2026"),
    subject: maybe("the word before the subject", "Objet :"),
    references: {
      kind: "list",
      about: "the reference lines",
      each: text("a line", "Notre référence : 411DUPONT"),
    },
    mention: maybe("how the letter is sent", "Lettre recommandée avec avis de réception"),
  },
} as const satisfies Vocabulary;

/** The data of one message: only ready-made strings, booleans and lists of them. */
export type MessageView = ViewOf<typeof vocabulary>;
export type MessageRow = MessageView["items"][number];

/** A word, as opposed to a group of words. */
export function isWord(node: Word | Vocabulary): node is TextWord | FlagWord | ListWord {
  return typeof node.kind === "string";
}

export interface WordLine {
  /** `bank.iban`; what stands inside a list is written `items[].number`. */
  readonly path: string;
  readonly kind: "text" | "flag" | "list";
  readonly about: string;
  readonly example: string;
}

/** The tree as lines, in order: for documentation and tests. */
export function wordLines(tree: Vocabulary = vocabulary, prefix = ""): WordLine[] {
  return Object.entries(tree).flatMap(([name, node]): WordLine[] => {
    const path = `${prefix}${name}`;
    if (!isWord(node)) return wordLines(node, `${path}.`);
    const line = {
      path,
      kind: node.kind,
      about: node.about,
      example: node.kind === "text" ? node.example : "",
    };
    if (node.kind !== "list") return [line];
    const inside = isWord(node.each)
      ? [{ path: `${path}[]`, kind: node.each.kind, about: node.each.about, example: node.each.example }]
      : wordLines(node.each, `${path}[].`);
    return [line, ...inside];
  });
}
