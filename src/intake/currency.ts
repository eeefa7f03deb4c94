import type { Currency } from "../core/types.ts";

const SYMBOLS: Readonly<Record<string, readonly Currency[]>> = {
  "€": ["EUR"],
  "£": ["GBP"],
  $: ["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"],
  US$: ["USD"],
  C$: ["CAD"],
  "¥": ["JPY", "CNY"],
  FR: ["CHF"],
  "FR.": ["CHF"],
  SFR: ["CHF"],
  ZŁ: ["PLN"],
  KČ: ["CZK"],
  FT: ["HUF"],
  LEI: ["RON"],
  KR: ["SEK", "NOK", "DKK", "ISK"],
  "KR.": ["DKK", "SEK", "NOK", "ISK"],
  FCFA: ["XOF", "XAF"],
  F: ["XPF", "CHF"],
  EURO: ["EUR"],
  EUROS: ["EUR"],
};

let known: ReadonlySet<string> | null = null;

/**
 * ISO 4217 code for a code or symbol as exports print it; null where there is none. A symbol that several
 * countries share means the company's own currency where that is one of them, else the most common one.
 */
export function currencyOf(text: string, own: Currency): Currency | null {
  const upper = text.trim().toUpperCase();
  known ??= new Set(Intl.supportedValuesOf("currency"));
  if (upper.length === 3 && known.has(upper)) return upper;
  const shared = SYMBOLS[upper];
  if (shared === undefined) return null;
  return shared.includes(own) ? own : (shared[0] ?? null);
}
