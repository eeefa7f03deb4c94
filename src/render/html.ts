import type { Language } from "../core/types.ts";
import type { Attachment } from "../core/writer.ts";
import type { Block, Lines, Table } from "./document.ts";

/** Content-ID of the code to scan (RFC 2392). */
export const CODE_ID = "payment-code";

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const INK = "#1f2933";
const SOFT = "#5f6b7a";
const RULE = "#d9dee4";
const SHADE = "#f5f7f9";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML text or attribute value. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);
}

function inline(lines: Lines): string {
  return lines
    .map((line) =>
      line
        .map(({ text, bold }) => (bold ? `<strong>${escapeHtml(text)}</strong>` : escapeHtml(text)))
        .join(""),
    )
    .join("<br>");
}

/** A table without headings: words and values, such as bank details. */
function details({ rows, code }: Table): string {
  const body = rows.map(({ cells: [name = [], ...values] }) => {
    const rest = values
      .map(
        (value) =>
          `<td style="padding:3px 0;vertical-align:top;overflow-wrap:anywhere">${inline(value)}</td>`,
      )
      .join("");
    return `<tr><td style="padding:3px 14px 3px 0;vertical-align:top;color:${SOFT}">${inline(name)}</td>${rest}</tr>`;
  });
  const words = `<table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse;font-size:15px;line-height:1.45">${body.join("")}</table>`;
  // Two blocks in a line: a phone puts the code below.
  const beside =
    code === null
      ? words
      : `<div style="display:inline-block;vertical-align:top;max-width:380px;margin:0 16px 8px 0">${words}</div><div style="display:inline-block;vertical-align:top;width:150px;text-align:center;font-size:12px;line-height:1.3;color:${SOFT}"><img src="cid:${CODE_ID}" width="150" height="150" alt="${escapeHtml(code.about)}" style="display:block;border:0;margin:0 0 4px">${escapeHtml(code.caption)}</div>`;
  return `<div style="margin:0 0 18px;padding:10px 14px;background:${SHADE};border-left:3px solid ${SOFT}">${beside}</div>`;
}

function items({ head, align, rows }: Table): string {
  const last = align.length - 1;
  const side = (at: number): string =>
    `padding:8px ${at === last ? 0 : 8}px 8px 0;text-align:${align[at] ?? "left"}`;
  const headings = (head ?? [])
    .map(
      (cell, at) =>
        `<th scope="col" style="${side(at)};vertical-align:bottom;border-bottom:2px solid ${INK};font-size:13px;font-weight:600;color:${SOFT}">${inline(cell)}</th>`,
    )
    .join("");
  const body = rows.map(({ cells, sum }) => {
    if (sum) {
      const amount = inline(cells[last] ?? []);
      const words = cells.slice(0, last).map(inline).join(" ").trim();
      const top = `border-top:1px solid ${RULE}`;
      return `<tr><td colspan="${last}" style="padding:8px 8px 8px 0;${top}">${words}</td><td style="${side(last)};vertical-align:top;${top};white-space:nowrap">${amount}</td></tr>`;
    }
    const texts = cells.map((cell, at) => {
      // The first column is the only one with words of any length: the others never break.
      const breaks = at === 0 ? "overflow-wrap:anywhere" : "white-space:nowrap";
      return `<td style="${side(at)};vertical-align:top;border-bottom:1px solid ${RULE};${breaks}">${inline(cell)}</td>`;
    });
    return `<tr>${texts.join("")}</tr>`;
  });
  return `<table class="items" cellpadding="0" cellspacing="0" style="width:100%;margin:0 0 18px;border-collapse:collapse;font-size:15px;line-height:1.35"><thead><tr>${headings}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return `<p style="margin:0 0 14px">${inline(block.lines)}</p>`;
    case "heading":
      return `<h2 style="margin:22px 0 10px;font-size:17px;line-height:1.3">${inline(block.lines)}</h2>`;
    case "list": {
      const tag = block.items[0]?.mark === "•" ? "ul" : "ol";
      const entries = block.items
        .map(({ lines }) => `<li style="margin:0 0 4px">${inline(lines)}</li>`)
        .join("");
      return `<${tag} style="margin:0 0 14px;padding-left:22px">${entries}</${tag}>`;
    }
    case "table":
      return block.table.head === null ? details(block.table) : items(block.table);
    case "closing":
      break;
  }
  return `<div style="height:8px"></div>`;
}

/** An address of ours, alone on its line, may be followed. */
function linked(html: string, link: string): string {
  if (link === "") return html;
  const shown = escapeHtml(link);
  return html.replaceAll(
    `<br>${shown}</p>`,
    `<br><a href="${shown}" style="color:${INK};overflow-wrap:anywhere">${shown}</a></p>`,
  );
}

export interface PageFrame {
  readonly language: Language;
  readonly title: string;
  /** Who writes, with registration numbers: small, below everything. */
  readonly legal: string;
  /** Where it can be paid; "" where nowhere. */
  readonly link: string;
}

/** The message as one HTML page: inline styles, nothing from outside, dark on light, 320 px and wider. */
export function htmlOf(blocks: readonly Block[], { language, title, legal, link }: PageFrame): string {
  // Phones get smaller figures; programs that drop <style> still show every column.
  const phone = `
@media (max-width:480px){
.page{padding:18px 14px!important}
.items,.items th{font-size:12.5px!important}
.items td,.items th{padding-right:6px!important}
.items td:last-child,.items th:last-child{padding-right:0!important}
}
`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(title)}</title>
<style>${phone}</style>
</head>
<body style="margin:0;padding:0;background:#ffffff;color:${INK};font-family:${FONT};font-size:16px;line-height:1.5">
<div class="page" style="max-width:640px;margin:0 auto;padding:28px 20px">
${linked(blocks.map(blockHtml).join("\n"), link)}
<p style="margin:26px 0 0;padding-top:10px;border-top:1px solid ${RULE};font-size:12px;line-height:1.4;color:${SOFT}">${escapeHtml(legal)}</p>
</div>
</body>
</html>
`;
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** The HTML of an e-mail with its inline pictures in it, as a mail program shows it. */
export function withPictures(html: string, attachments: readonly Attachment[]): string {
  return attachments.reduce(
    (shown, { cid, type, bytes }) =>
      cid === null
        ? shown
        : shown.replaceAll(`src="cid:${cid}"`, `src="data:${type};base64,${base64(bytes)}"`),
    html,
  );
}
