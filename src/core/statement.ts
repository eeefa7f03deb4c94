import { cleanLine } from "./clean-line.ts";
import { cents, sum } from "./money.ts";
import { STATEMENT_WORDS } from "./statement-words.ts";
import type { Cents, Currency, Day, Language, OpenItem } from "./types.ts";
import { amountText, longDate, shortDate, WORDS } from "./wording.ts";

export const SECTIONS = ["overdue", "disputed", "notYetDue", "credits"] as const;
export type SectionName = (typeof SECTIONS)[number];

interface Part {
  readonly item: OpenItem;
  readonly amount: Cents;
}

/**
 * What is open, in parts that add up to the balance: of an item in dispute the disputed part stands apart, the rest where
 * its due date puts it. Oldest due first, those without a date last.
 */
export function partsOf(
  items: readonly OpenItem[],
  today: Day,
): Readonly<Record<SectionName, readonly Part[]>> {
  const parts: Record<SectionName, Part[]> = { overdue: [], disputed: [], notYetDue: [], credits: [] };
  const order = (a: OpenItem, b: OpenItem): number => {
    const [one, two] = [`${a.due ?? "9999"} ${a.number}`, `${b.due ?? "9999"} ${b.number}`];
    return one < two ? -1 : one > two ? 1 : 0;
  };
  for (const item of [...items].sort(order)) {
    const { open, due } = item;
    if (open === 0) continue;
    if (open < 0) {
      parts.credits.push({ item, amount: open });
      continue;
    }
    const disputed = cents(Math.min(open, Math.max(0, item.disputed)));
    if (disputed > 0) parts.disputed.push({ item, amount: disputed });
    const rest = cents(open - disputed);
    if (rest > 0) parts[due !== null && due < today ? "overdue" : "notYetDue"].push({ item, amount: rest });
  }
  return parts;
}

export interface StatementRow {
  readonly name: string;
  readonly issued: string;
  readonly due: string;
  readonly amount: string;
}
export interface StatementSection {
  readonly title: string;
  readonly rows: readonly StatementRow[];
  readonly total: string;
  readonly amount: string;
}
/** A statement of account as ready-made texts. */
export interface Statement {
  readonly title: string;
  readonly columns: readonly [string, string, string, string];
  readonly sections: readonly StatementSection[];
  readonly balance: readonly [words: string, amount: string];
}

/** The statement of one dossier's open items on a day. */
export function statementOf(
  items: readonly OpenItem[],
  {
    today,
    language,
    currency,
  }: { readonly today: Day; readonly language: Language; readonly currency: Currency },
): Statement {
  const words = STATEMENT_WORDS[language];
  const parts = partsOf(items, today);
  const money = (amount: Cents): string => amountText(amount, currency, language);
  const rowOf = ({ item, amount }: Part): StatementRow => {
    const label = item.type === "balance" ? WORDS[language].balance : WORDS[language].item[item.type];
    return {
      name: `${label} ${cleanLine(item.number)}`.trim(),
      issued: item.issued === null ? "" : shortDate(item.issued, language),
      due: item.due === null ? "" : shortDate(item.due, language),
      amount: money(amount),
    };
  };
  const sections = SECTIONS.filter((name) => parts[name].length > 0).map((name) => ({
    title: words[name],
    rows: parts[name].map(rowOf),
    total: words.sum,
    amount: money(sum(parts[name].map(({ amount }) => amount))),
  }));
  return {
    title: `${words.title} ${longDate(today, language)}`,
    columns: words.columns,
    sections,
    balance: [words.balance, money(sum(items.map(({ open }) => open)))],
  };
}
