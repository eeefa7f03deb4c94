import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cents } from "../src/core/money.ts";
import { plan } from "../src/core/plan.ts";
import type {
  Action,
  Cents,
  Debtor,
  DebtorId,
  DebtorKey,
  Finished,
  Language,
  Ledger,
  OpenItem,
} from "../src/core/types.ts";
import { type Guard, type GuardFacts, guardOf, type Owner } from "../src/delivery/guard.ts";
import { emlOf } from "../src/render/email.ts";
import { renderAction } from "../src/render/render.ts";
import { SAMPLE_COMPANY } from "../src/render/sample.ts";
import { templateNames } from "../src/render/template.ts";
import { BUSINESS } from "./support/action-charges.ts";
import { aged, at, credit, day, dossier, euros, ledger, rules, scenario, step } from "./support/ledger.ts";
import { shipped } from "./support/rendering.ts";

const TODAY = day("2026-11-24"); // a Tuesday
const EXTRA = { today: TODAY, at: "2026-11-24T08:30:00.000Z", secret: "of the tests", previous: [] };

/** A debtor of whom every text and amount is its own. */
function canary(n: number, items: number, over: Partial<Debtor> = {}): Ledger {
  const owed = Array.from(
    { length: items },
    (_, nth): OpenItem =>
      aged(TODAY, 30 - nth, { number: `FA-${n}-${nth}`, open: euros(100 + n + nth / 100) }),
  );
  const notes = n % 3 === 0 ? [credit(10 + n / 100, { number: `AV-${n}`, issued: TODAY })] : [];
  return ledger([dossier([...owed, ...notes])], {
    key: n as DebtorKey,
    id: `CLIENT-${n}` as DebtorId,
    name: `Société Canari ${n}-${n}`,
    contact: `Marie Canari${n}`,
    email: `canari${n}@client${n}.example`,
    address: [`${n} rue des Canaris`],
    ...over,
  });
}

function ownerOf({ debtor: { id, name, contact, address, postcode, city, email }, dossiers }: Ledger): Owner {
  return {
    ...BUSINESS,
    debtor: id,
    texts: [name, contact, ...address, postcode, city].map((text) => text ?? ""),
    addresses: email === null ? [] : [email],
    promised: dossiers.flatMap(({ promises }) => promises.map(({ amount }) => amount)),
    items: dossiers.flatMap(({ items }) => items),
  };
}

function factsOf(ledgers: readonly Ledger[]): GuardFacts {
  const { from, replyTo } = SAMPLE_COMPANY;
  return {
    owners: new Map(ledgers.map((each) => [each.debtor.id, ownerOf(each)])),
    ours: [from.address, replyTo ?? from.address],
    accounts: Object.values(SAMPLE_COMPANY.accounts).map(({ iban }) => iban),
    texts: [JSON.stringify({ ...SAMPLE_COMPANY, logo: null }), ...shipped.sources.map(({ text }) => text)],
  };
}

const LANGUAGES: readonly Language[] = ["fr", "nl", "de", "en"];

const using = (channel: "email" | "letter", templates: readonly string[]) =>
  rules(
    { languages: LANGUAGES },
    scenario({ approveAbove: null, steps: [step("one", 10, 3, { channel, templates, deadline: 8 })] }),
  );

async function written(
  ledgers: readonly Ledger[],
  channel: "email" | "letter" = "email",
  templates: readonly string[] = ["firm"],
): Promise<Finished[]> {
  const { actions } = plan(ledgers, using(channel, templates), at(TODAY));
  const debtors = new Map(ledgers.map((each) => [each.debtor.id, each.debtor]));
  const all: Finished[] = [];
  for (const action of actions)
    all.push(
      await renderAction(action, debtors.get(action.debtor) as Debtor, SAMPLE_COMPANY, shipped, {
        ...EXTRA,
        reference: action.debtor,
      }),
    );
  return all;
}

const hashed = (message: Finished, bytes: Uint8Array): Finished => ({
  ...message,
  bytes,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});
/** The same message with a piece of its bytes replaced, as the mistake would have made it. */
function edited(message: Finished, from: string, to: string): Finished {
  const text = Buffer.from(message.bytes).toString("utf8");
  if (!text.includes(from)) throw new Error(`not in the message: ${from}`);
  return hashed(message, Buffer.from(text.replaceAll(from, to)));
}
const acting = (message: Finished, over: Partial<Action>): Finished => ({
  ...message,
  action: { ...message.action, ...over },
});

describe("twenty mistakes", () => {
  const ledgers = [canary(1, 2), canary(2, 2), canary(3, 3)];
  const made = (async () => {
    const [mails, letters] = [await written(ledgers), await written(ledgers, "letter")];
    return {
      mails: mails as [Finished, Finished, Finished],
      letters: letters as [Finished, Finished, Finished],
    };
  })();
  const guard: Guard = guardOf(factsOf(ledgers));
  type Made = Awaited<typeof made>;
  /** Rendered with another debtor's data in the place of its own. */
  const renderedWith = async (message: Finished, action: Partial<Action>, over: Partial<Debtor> = {}) => {
    const own = ledgers.find((each) => each.debtor.id === message.action.debtor)?.debtor as Debtor;
    return await renderAction(
      { ...message.action, ...action },
      { ...own, ...over },
      SAMPLE_COMPANY,
      shipped,
      {
        ...EXTRA,
        reference: own.id,
      },
    );
  };
  const raise =
    (by: number) =>
    ({ action: { items } }: Finished) =>
      items.map((item, nth) => (nth === 0 ? { ...item, claimed: cents(item.claimed + by) } : item));

  test.each<[string, (of: Made) => Promise<Finished> | Finished, RegExp]>([
    [
      "the recipient of the next one",
      async ({ mails: [a, b] }) => await renderedWith(a, { to: b.action.to }),
      /no address of CLIENT-1/,
    ],
    [
      "the envelope says another one",
      ({ mails: [a, b] }) => ({ ...a, recipient: b.recipient }),
      /addressed to/,
    ],
    [
      "all of the next one's message",
      ({ mails: [a, b] }) => ({ ...b, action: a.action }),
      /no address of CLIENT-1/,
    ],
    [
      "the next one's action under this one's bytes",
      ({ mails: [a, b] }) => ({ ...a, action: b.action, recipient: a.recipient }),
      /no address of CLIENT-2/,
    ],
    [
      "a copy to somebody",
      ({ mails: [a] }) => edited(a, "\r\nTo: ", "\r\nCc: x@y.example\r\nTo: "),
      /more than one recipient/,
    ],
    [
      "a blind copy",
      ({ mails: [a] }) => edited(a, "\r\nTo: ", "\r\nBcc: x@y.example\r\nTo: "),
      /more than one recipient/,
    ],
    [
      "from a stranger",
      ({ mails: [a] }) => edited(a, "compta@exemple.test", "x@y.example"),
      /comes from x@y\.example/,
    ],
    [
      "another Message-ID",
      ({ mails: [a] }) => ({ ...a, messageId: "other@exemple.test" }),
      /another Message-ID/,
    ],
    [
      "bytes that changed afterwards",
      ({ mails: [a, b] }) => ({ ...a, bytes: b.bytes }),
      /not those that were hashed/,
    ],
    [
      "the documents of the next one",
      async ({ mails: [a, b] }) =>
        await renderedWith(a, { items: b.action.items, total: b.action.total, claimed: b.action.claimed }),
      /none of CLIENT-1/,
    ],
    [
      "one cent too much, in sum and document",
      async ({ mails: [a] }) =>
        await renderedWith(a, {
          items: raise(1)(a),
          total: cents(a.action.total + 1),
          claimed: cents(a.action.claimed + 1),
        }),
      /above what is open/,
    ],
    [
      "a total of another document",
      ({ mails: [a] }) => acting(a, { total: cents(a.action.total - 100) }),
      /its total is/,
    ],
    [
      "a credit left out",
      async ({ mails: [, , c] }) => {
        const items = c.action.items.filter(({ role }) => role !== "credit");
        const total = cents(items.reduce((sum, item) => sum + item.claimed, 0));
        return await renderedWith(c, { items, total, claimed: total, credits: cents(0) });
      },
      /is open$/,
    ],
    [
      "a document twice",
      async ({ mails: [a] }) => {
        const [first] = a.action.items;
        const items = first === undefined ? [] : [first, ...a.action.items];
        const total = cents(items.reduce((sum, item) => sum + item.claimed, 0));
        return await renderedWith(a, { items, total, claimed: total });
      },
      /none of CLIENT-1/,
    ],
    [
      "a document that is paid meanwhile",
      ({ mails: [a] }) =>
        acting(a, {
          items: a.action.items.map((item) => ({
            ...item,
            open: cents(item.open - 1),
            claimed: cents(item.claimed - 1),
          })),
        }),
      /none of CLIENT-1/,
    ],
    [
      "another one's document in the HTML alone",
      ({ mails: [a] }) => edited(a, "<strong>", "<strong>FA-2-1 "),
      /FA-2-1, which is CLIENT-2's/,
    ],
    [
      "another one's account as reference",
      async ({ mails: [a] }) => {
        const own = ledgers[0]?.debtor as Debtor;
        return await renderAction(a.action, own, SAMPLE_COMPANY, shipped, {
          ...EXTRA,
          reference: "CLIENT-3",
        });
      },
      /CLIENT-3, which is CLIENT-3's/,
    ],
    [
      "a value that is not there",
      async ({ mails: [a] }) => await renderedWith(a, { contact: "undefined" }),
      /says "undefined"/,
    ],
    [
      "a template that was not filled",
      async ({ mails: [a] }) => {
        const text = "Bonjour {{debtor.name}}";
        return hashed(
          a,
          await emlOf({
            from: { name: "", address: "compta@exemple.test" },
            replyTo: { name: "", address: "compta@exemple.test" },
            to: { name: "", address: a.recipient },
            subject: a.subject,
            text,
            html: text,
            language: "fr",
            messageId: a.messageId ?? "",
            references: [],
            attachments: a.attachments,
            at: EXTRA.at,
          }),
        );
      },
      /says "\{\{"/,
    ],
    [
      "an amount of nobody's in the text",
      ({ mails: [a] }) => edited(a, "Bonjour", "12.34 EUR Bonjour"),
      /an amount \(1234/,
    ],
    ["a letter with the next one's text", ({ letters: [a, b] }) => ({ ...a, text: b.text }), /CLIENT-2/],
    ["a letter by e-mail", ({ letters: [a] }) => ({ ...a, recipient: "x@y.example" }), /a letter to/],
  ])("%s", async (_name, mistake, reason) => {
    const all = await made;
    for (const message of [...all.mails, ...all.letters]) expect(await guard(message)).toBeNull();
    expect(await guard(await mistake(all))).toMatch(reason);
  });
});

describe("messages without a mistake pass", () => {
  test.each<[string, "email" | "letter", Language]>(
    templateNames(shipped).flatMap((template) =>
      LANGUAGES.flatMap((language): [string, "email" | "letter", Language][] => [
        [template, "email", language],
        [template, "letter", language],
      ]),
    ),
  )("%s by %s in %s, each with its own data alone", async (template, channel, language) => {
    const sizes = channel === "email" ? [1, 3] : [1, 2];
    const ledgers = sizes.map((items, n) => canary(100 + n, items, { language }));
    const guard = guardOf(factsOf(ledgers));
    const messages = await written(ledgers, channel, [template]);
    expect(messages).toHaveLength(sizes.length);
    for (const message of messages) expect(await guard(message)).toBeNull();
    // The canary is alive: the text of one in the name of another does not pass.
    const [first, second] = messages;
    if (first === undefined || second === undefined) throw new Error("two messages were written");
    expect(await guard({ ...second, action: first.action, recipient: first.recipient })).not.toBeNull();
  });

  test("a thousand debtors, each token in its own message alone", async () => {
    const ledgers = Array.from({ length: 1000 }, (_, n) => canary(n + 1000, 1 + (n % 3)));
    const guard = guardOf(factsOf(ledgers));
    for (const message of await written(ledgers)) expect(await guard(message)).toBeNull();
  }, 60_000);

  test("whatever names and numbers the books hold", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, text, fc.integer({ min: 1100, max: 9_999_999 })), {
          minLength: 2,
          maxLength: 4,
        }),
        async (rows) => {
          const ledgers = rows.map(([name, number, amount], n) =>
            ledger([dossier([aged(TODAY, 20, { number, open: amount as Cents })])], {
              key: n as DebtorKey,
              id: `D${n}` as DebtorId,
              name,
            }),
          );
          const guard = guardOf(factsOf(ledgers));
          for (const message of await written(ledgers)) expect(await guard(message)).toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  });
});
