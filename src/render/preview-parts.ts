/** The look of the preview page. System fonts, dark on light. */
export const PREVIEW_STYLE = `
:root{--ink:#1f2933;--soft:#5f6b7a;--rule:#d9dee4;--shade:#f5f7f9;--mark:#e4eefb;--accent:#1d5fa8}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:15px/1.45 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Arial,sans-serif}
header{padding:18px 24px 10px;border-bottom:1px solid var(--rule)}
h1{margin:0;font-size:20px}h2{margin:26px 0 8px;font-size:17px}
.soft{color:var(--soft);font-size:13px}
.totals{display:flex;flex-wrap:wrap;gap:10px;margin:12px 0 4px;padding:0;list-style:none}
.totals li{padding:6px 12px;background:var(--shade);border-radius:6px}
.totals b{font-variant-numeric:tabular-nums}
main{display:grid;grid-template-columns:minmax(540px,5fr) minmax(420px,6fr);gap:0 20px;padding:0 24px 40px}
.side{min-width:0}.view{min-width:0;position:sticky;top:0;align-self:start;height:100vh;padding:12px 0;display:flex;flex-direction:column}
form{display:flex;flex-wrap:wrap;gap:8px;padding:12px 0;position:sticky;top:0;background:#fff;z-index:1}
input,select{font:inherit;padding:5px 8px;border:1px solid var(--rule);border-radius:5px;background:#fff;color:inherit;max-width:100%}
input[type=search]{flex:1 1 160px;min-width:0}
.scroll{overflow-x:auto}
table{width:100%;min-width:540px;border-collapse:collapse;font-size:14px}
th{padding:6px 10px 6px 0;text-align:left;font-size:12.5px;color:var(--soft);border-bottom:2px solid var(--ink);white-space:nowrap}
td{padding:7px 10px 7px 0;border-bottom:1px solid var(--rule);vertical-align:top;overflow-wrap:break-word}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tbody tr[data-at]{cursor:pointer}tbody tr[data-at]:hover,tbody tr[data-at]:focus{background:var(--shade);outline:none}
tr.shown,tr.shown:hover{background:var(--mark)}
.tag{display:inline-block;padding:0 7px;border-radius:9px;background:var(--shade);font-size:12.5px;white-space:nowrap}
.warn{color:#8a4b00}
.head{padding:0 2px 8px}.head b{font-size:16px}
.tabs{display:flex;gap:6px;margin:0 0 8px}
button{font:inherit;padding:4px 12px;border:1px solid var(--rule);border-radius:5px;background:#fff;color:var(--accent);cursor:pointer}
button[aria-pressed=true]{background:var(--accent);border-color:var(--accent);color:#fff}
.frame{flex:1 1 auto;min-height:300px;border:1px solid var(--rule);border-radius:6px;overflow:hidden;background:#fff}
iframe.phone{width:375px;margin:0 auto;border-left:1px solid var(--rule);border-right:1px solid var(--rule)}
input[type=number]{width:135px}label{white-space:nowrap;align-self:center;font-size:14px}
iframe{display:block;width:100%;height:100%;border:0}
pre{margin:0;padding:14px;height:100%;overflow:auto;white-space:pre-wrap;font:13px/1.45 ui-monospace,Menlo,Consolas,monospace}
section.wide{padding:0 24px 40px}
[hidden]{display:none!important}
@media (max-width:1040px){main{grid-template-columns:minmax(0,1fr);padding:0 14px 30px}.view{position:static;height:90vh}header,section.wide{padding-left:14px;padding-right:14px}}
@media print{.view,form{display:none}main{display:block}}
`;

/**
 * Filters the list and shows one message. Data comes from the JSON block and is written as text; e-mails are shown in a
 * sandboxed frame without scripts, letters as blobs.
 */
export const PREVIEW_SCRIPT = `
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const rows = [...document.querySelectorAll("tbody tr[data-text]")];
const at = (id) => document.getElementById(id);
const FIELDS = ["words", "step", "channel", "debtor", "amount", "warned"];
let blob = null;
let current = null;
function filter() {
  const words = at("words").value.toLowerCase().split(/\\s+/).filter(Boolean);
  const least = Number(at("amount").value) || 0, warned = at("warned").checked;
  const step = at("step").value, channel = at("channel").value, debtor = at("debtor").value;
  let shown = 0, all = 0;
  for (const row of rows) {
    const d = row.dataset;
    const ok = words.every((word) => d.text.includes(word)) && (!step || d.step === step)
      && (!channel || d.channel === channel) && (!debtor || d.debtor === debtor)
      && (d.at === undefined || ((!warned || d.warned === "1") && Number(d.amount) >= least));
    row.hidden = !ok;
    if (d.at !== undefined) { all++; if (ok) shown++; }
  }
  const word = all === 1 ? " action" : " actions";
  at("count").textContent = (shown === all ? all : shown + " of " + all) + word;
}
function show(index, kind) {
  const entry = data[index];
  current = index;
  for (const row of rows) row.classList.toggle("shown", row.dataset.at === String(index));
  at("subject").textContent = entry.subject;
  at("to").textContent = entry.to;
  at("warnings").textContent = entry.warnings.join(" · ");
  const wanted = kind || (entry.html ? "html" : entry.pdf ? "pdf" : "text");
  for (const button of document.querySelectorAll(".tabs button[data-kind]")) {
    button.hidden = !entry[button.dataset.kind === "phone" ? "html" : button.dataset.kind];
    button.setAttribute("aria-pressed", String(button.dataset.kind === wanted));
  }
  at("files").replaceChildren(...entry.files.map((file) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = file.name;
    button.addEventListener("click", () => framed(entry, (inner) => pdfIn(inner, file.pdf)));
    return button;
  }));
  framed(entry, (inner) => {
    if (wanted === "html" || wanted === "phone") {
      inner.setAttribute("sandbox", "");
      inner.className = wanted;
      inner.srcdoc = entry.html;
    } else pdfIn(inner, entry.pdf);
  }, wanted === "text");
}
function pdfIn(inner, encoded) {
  const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
  blob = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
  inner.src = blob;
}
function framed(entry, fill, plain) {
  const frame = at("frame");
  frame.replaceChildren();
  if (blob) { URL.revokeObjectURL(blob); blob = null; }
  if (plain) {
    const pre = document.createElement("pre");
    pre.textContent = entry.text;
    frame.append(pre);
    return;
  }
  const inner = document.createElement("iframe");
  inner.title = entry.subject;
  fill(inner);
  frame.append(inner);
}
// "index.html#channel=letter&warned=1" opens with that filter.
for (const [id, value] of new URLSearchParams(location.hash.slice(1))) {
  const field = FIELDS.includes(id) ? at(id) : null;
  if (field === null) continue;
  if (field.type === "checkbox") field.checked = value === "1";
  else field.value = value;
}
for (const id of FIELDS) at(id).addEventListener("input", filter);
at("filter").addEventListener("submit", (event) => event.preventDefault());
for (const row of rows) if (row.dataset.at !== undefined) {
  row.addEventListener("click", () => show(Number(row.dataset.at)));
  row.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); show(Number(row.dataset.at)); }
    const list = rows.filter((each) => !each.hidden && each.dataset.at !== undefined);
    const next = list[list.indexOf(row) + (event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0)];
    if (next && next !== row) { event.preventDefault(); next.focus(); show(Number(next.dataset.at)); }
  });
}
for (const button of document.querySelectorAll(".tabs button[data-kind]"))
  button.addEventListener("click", () => current === null || show(current, button.dataset.kind));
filter();
const first = rows.find((row) => !row.hidden && row.dataset.at !== undefined);
if (first) show(Number(first.dataset.at));
`;
