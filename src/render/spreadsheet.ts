/** A cell that a spreadsheet would calculate becomes a text; a number, negative ones too, stays a number. */
function harmless(text: string): string {
  const formula = /^[=+\-@\t\r]/.test(text) && !/^[-+]?\d[\d .,'\u00a0\u202f]*$/.test(text);
  return formula ? `'${text}` : text;
}

const cell = (text: string): string => {
  const safe = harmless(text);
  return /[;"\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/**
 * A table as spreadsheets of our countries open it by a double click: UTF-8 with a mark, semicolons, CR LF (RFC 4180
 * otherwise). Nothing in it can act as a formula (OWASP, CSV injection).
 */
export function spreadsheetText(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => `${row.map(cell).join(";")}\r\n`).join("")}`;
}
