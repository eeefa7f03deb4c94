import { NBSP } from "./wording.ts";

const VALUE_LIMIT = 300;

/**
 * One line of clean text from any text of an import: no control, format or private characters,
 * composed (NFC), single spaces, U+202F as U+00A0, at most 300 characters.
 */
export function cleanLine(text: string): string {
  const clean = text
    .normalize("NFC")
    .replace(/\p{Cs}/gu, "\ufffd")
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]/gu, (c) => (c === NBSP || c === "\u202f" ? NBSP : " "))
    .replace(/[\p{Cf}\p{Co}]/gu, "")
    .replace(/ +/g, " ")
    .trim();
  if (clean.length <= VALUE_LIMIT) return clean;
  return `${clean.slice(0, VALUE_LIMIT - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
