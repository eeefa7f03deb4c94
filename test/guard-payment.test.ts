import { describe, expect, test } from "vitest";
import type { Cents, Finished } from "../src/core/types.ts";
import { guardOf } from "../src/delivery/guard.ts";
import { SAMPLE_COMPANY } from "../src/render/sample.ts";
import { rendered, shipped } from "./support/rendering.ts";

const IBAN = "FR7630006000011234567890189";

/** What the guard says of an honest message, changed on its way. */
async function said(
  change: (message: Finished) => Finished,
  accounts: readonly string[] = [IBAN],
  disputed = 0,
) {
  const message = await rendered("firm", "fr", "email");
  const { action, paymentCode: honest } = message;
  const owner = {
    debtor: action.debtor,
    kind: "business" as const,
    insolvent: false,
    waived: false,
    texts: ["Dupont Menuiserie", "Mme Durand"],
    addresses: [message.recipient],
    promised: [],
    items: action.items.map((item) => ({ ...item, currency: action.currency, disputed: disputed as Cents })),
  };
  const guard = guardOf({
    owners: new Map([[action.debtor, owner]]),
    ours: ["compta@exemple.test"],
    accounts,
    codeOf: () => honest,
    texts: [JSON.stringify({ ...SAMPLE_COMPANY, logo: null }), ...shipped.sources.map(({ text }) => text)],
  });
  return await guard(change(message));
}
const coded = (from: string, to: string) => (message: Finished) => {
  if (message.paymentCode?.includes(from) !== true) throw new Error(`not in the code: ${from}`);
  return { ...message, paymentCode: message.paymentCode.replace(from, to) };
};

describe("the code to scan is compared with the message", () => {
  test.each<[string, (message: Finished) => Finished, RegExp | null]>([
    ["as it was made", (message) => message, null],
    ["to another account", coded(IBAN, "FR1420041010050500013M02606"), /pays to FR1420041010050500013M02606/],
    ["a cent more", coded("EUR5044.5", "EUR5044.51"), /pays 5044.51 EUR, 504450 is asked for/],
    ["a tenth", coded("EUR5044.5", "EUR504.45"), /pays 504.45 EUR/],
    ["the same with another zero", coded("EUR5044.5", "EUR5044.50"), /quotes what is not this debtor's/],
    [
      "with the code of another customer",
      coded("411DUPONT", "411MARTIN"),
      /quotes what is not this debtor's/,
    ],
    [
      "a file more than it names",
      (message) => ({ ...message, attachments: [] }),
      /its attachments are not those that it names/,
    ],
  ])("%s", async (_, change, fault) => {
    const answer = await said(change);
    if (fault === null) expect(answer).toBeNull();
    else expect(answer).toMatch(fault);
  });

  test("an account that is none of ours", async () => {
    expect(await said((message) => message, ["CH9300762011623852957"])).toMatch(/pays to FR76/);
  });
});

test("what is disputed is not claimed", async () => {
  expect(await said((message) => message, [IBAN], 1)).toMatch(/is claimed, and disputed/);
});
