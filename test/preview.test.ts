import { expect, test } from "vitest";
import { cents } from "../src/core/money.ts";
import type { Action, Currency, DebtorId, Finished, NotActed, Plan } from "../src/core/types.ts";
import { previewPage } from "../src/render/preview.ts";
import { claims, has, rendered, runOn, TODAY } from "./support/rendering.ts";

const EVIL =
  "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\u2028{{x}}";

async function evilPlan(): Promise<{ finished: Finished[]; plan: Plan }> {
  const changes = {
    debtor: { name: EVIL, contact: EVIL, address: [EVIL] },
    action: { reason: EVIL, ...claims([5_000], () => EVIL) },
  };
  const mail = await rendered("reminder-a", "fr", "email", changes);
  const post = await rendered("last-warning", "fr", "letter", {
    ...changes,
    action: { ...changes.action, id: "0000000b" },
  });
  const call: Action = {
    ...mail.action,
    id: "0000000c",
    channel: "call",
    state: "listed",
    task: "call",
    currency: "GBP",
    template: null,
  };
  const left: NotActed = {
    debtor: `411${EVIL}` as DebtorId,
    name: EVIL,
    currency: "EUR",
    code: "gap",
    reason: `last contact 2026-11-20 ${EVIL}`,
    facts: {},
    nextPossible: TODAY,
    overdue: cents(123_400),
    items: [],
  };
  const actions = [mail.action, post.action, call];
  return {
    finished: [mail, post],
    plan: { today: TODAY, snapshot: 3, actions, notActed: [left], hash: "ab".repeat(32) },
  };
}

function dataOf(html: string): {
  subject: string;
  to: string;
  text: string;
  html: string | null;
  pdf: string | null;
  warnings: string[];
}[] {
  return JSON.parse(
    /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html)?.[1] ?? "null",
  ) as never;
}

test("the page: each message as it will leave, who, what and why, what is left out and why, the sums", async () => {
  const { finished, plan } = await evilPlan();
  const html = previewPage({ company: "Atelier Exemple SARL", finished, plan });
  const [mail, letter, call] = dataOf(html);
  expect(mail).toMatchObject({
    subject: finished[0]?.subject,
    text: finished[0]?.text,
    pdf: null,
  });
  expect(mail?.html).toContain('<img src="data:image/png;base64,');
  expect(mail?.html).not.toContain("cid:");
  expect(letter).toMatchObject({ subject: finished[1]?.subject, html: null });
  expect(letter?.to).toContain("by post · 1 page");
  expect(Buffer.from(letter?.pdf ?? "", "base64").equals(Buffer.from(finished[1]?.bytes ?? []))).toBe(true);
  expect(call).toMatchObject({ html: null, pdf: null, to: "for a person: nothing is written" });
  for (const text of [
    "1 email · <b>€50.00</b>",
    "1 letter · <b>€50.00</b>",
    "1 call, listed · <b>£50.00</b>",
  ])
    expect(html).toContain(text);
  expect(html).toContain("€1,234.00");
  expect(html).toContain("last contact 2026-11-20");
  expect(html).toContain("reminder-a");
});

test("nothing in it can act, and nothing is fetched", async () => {
  const html = previewPage({ company: EVIL, ...(await evilPlan()) });
  const outside = html
    .replace(/<script type="application\/json"[^]*?<\/script>/, "")
    .replace(/<script>[^]*?<\/script>/, "");
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(outside).not.toMatch(/<script|<img|<iframe| on\w+="|https?:/);
  expect(html).toMatch(
    /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-/,
  );
});

test("who is late and left out has a row; who owes nothing yet is counted", async () => {
  const { finished, plan } = await evilPlan();
  const [late] = plan.notActed;
  if (late === undefined) throw new Error("nobody is left out");
  const idle = { ...late, name: "Idle", code: "not-due", overdue: cents(0) };
  const html = previewPage({ company: "A", finished, plan: { ...plan, notActed: [late, idle, idle] } });
  expect(html).toContain("With nothing overdue: not-due 2.");
  expect(html).not.toContain("Idle");
});

test("an empty plan is a page too", () => {
  const plan: Plan = { today: TODAY, snapshot: 1, actions: [], notActed: [], hash: "00" };
  const html = previewPage({ company: "Atelier Exemple SARL", finished: [], plan });
  expect(html).toContain("nothing is due");
  expect(dataOf(html)).toEqual([]);
});

test("sums are per channel and currency, never across currencies", async () => {
  const { action } = await rendered("reminder-a", "fr", "email");
  const of = (currency: Currency, amount: number): Action => ({
    ...action,
    currency,
    total: cents(amount),
  });
  const actions = [
    of("EUR", 100),
    of("EUR", 200),
    of("USD", 500),
    { ...of("EUR", 1), state: "awaiting-approval" as const },
  ];
  const html = previewPage({
    company: "A",
    finished: [],
    plan: { today: TODAY, snapshot: 1, actions, notActed: [], hash: "00" },
  });
  expect([...html.matchAll(/<li>(.*?)<\/li>/g)].map(([, text]) => text?.replace(/<\/?b>/g, ""))).toEqual([
    "2 email · €3.00",
    "1 email · USD\u00a05.00",
    "1 email, awaiting approval · €0.01",
  ]);
});

/** The page as a browser has it once its script has run; `hash`: the filter in its address. */
function inBrowser(html: string, hash = ""): string {
  const flags =
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
  return runOn(Buffer.from(html), "index.html", "chromium", [
    ...flags.split(" "),
    "--user-data-dir=FOLDER/profile",
    "--dump-dom",
    `file://FILE${hash}`,
  ]);
}

test.skipIf(!has("chromium"))(
  "in a browser: the script runs, the list is there, hostile data stays text",
  async () => {
    const html = previewPage({ company: "Atelier Exemple SARL", ...(await evilPlan()) });
    const dom = inBrowser(html);
    expect(dom).toContain("<title>Preview: Atelier Exemple SARL</title>");
    expect(dom).toMatch(/id="count">3 actions</);
    expect(dom).toContain(
      '<iframe title="Atelier Exemple SARL&nbsp;: un règlement en attente (réf.&nbsp;411DUPONT)" sandbox="" class="html" srcdoc="',
    );
  },
);

test.skipIf(!has("chromium"))("in a browser: the filters, what goes with an e-mail", async () => {
  const { finished, plan } = await evilPlan();
  const [mail, letter, call] = plan.actions;
  if (mail === undefined || letter === undefined || call === undefined) throw new Error("three actions");
  const [first, ...rest] = finished as [Finished, ...Finished[]];
  const about = { kind: "statement", text: "" } as const;
  const file = { name: "releve.pdf", type: "application/pdf", bytes: Buffer.from("%PDF-"), cid: null, about };
  const warned = { ...mail, warnings: ["look at this"], total: cents(12_345) };
  const html = previewPage({
    company: "A",
    plan: { ...plan, actions: [warned, { ...letter, warnings: [] }, { ...call, warnings: [] }] },
    finished: [
      { ...first, action: warned, attachments: [...first.attachments, file] },
      ...rest.map((each) => ({ ...each, action: { ...each.action, warnings: [] } })),
    ],
  });
  const shown = (hash: string): string | undefined => /id="count">([^<]*)</.exec(inBrowser(html, hash))?.[1];
  expect(shown("#channel=letter")).toBe("1 of 3 actions");
  expect(shown("#warned=1")).toBe("1 of 3 actions");
  expect(shown("#amount=123.45")).toBe("1 of 3 actions");
  expect(shown("#amount=123.46&nothing=1")).toBe("0 of 3 actions");
  const dom = inBrowser(html);
  expect(dom).toContain(">releve.pdf</button>");
  expect(dom).toMatch(/<button type="button" data-kind="phone" aria-pressed="false">Phone</);
  // A letter comes first where nothing else is left.
  expect(inBrowser(html, "#channel=letter")).toMatch(/<iframe title="[^"]*" src="blob:/);
});
