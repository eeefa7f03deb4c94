import { Resolver } from "node:dns/promises";
import type { MailRecords } from "../core/mail-policy.ts";

/** TXT records of a name; tests give their own. */
export type AskText = (name: string) => Promise<readonly string[]>;

const TIMEOUT_MS = 2_000;
/** What the large providers and most programs call their keys. */
const SELECTORS = ["selector1", "selector2", "google", "default", "mail", "dkim", "s1", "s2", "k1"];

/** Asks the machine's own name servers, briefly. */
export function nameService(): AskText {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  return async (name) => (await resolver.resolveTxt(name)).map((parts) => parts.join(""));
}

/** An empty list where there is no such record, null where no answer came. */
async function asked(ask: AskText, name: string): Promise<readonly string[] | null> {
  try {
    return await ask(name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOTFOUND" || code === "ENODATA" ? [] : null;
  }
}

/** What the name service says of who may send for a domain. Never throws; all questions at once. */
export async function mailRecords(domain: string, ask: AskText): Promise<MailRecords> {
  const [own, dmarc, ...keys] = await Promise.all([
    asked(ask, domain),
    asked(ask, `_dmarc.${domain}`),
    ...SELECTORS.map((selector) => asked(ask, `${selector}._domainkey.${domain}`)),
  ]);
  const found = SELECTORS.filter((_, at) =>
    keys[at]?.some((text) => /(?:^|;)\s*p\s*=\s*[A-Za-z0-9+/]/.test(text)),
  );
  const dkim = found.length === 0 && keys.some((each) => each === null) ? null : found;
  return { domain: own ?? null, dmarc: dmarc ?? null, dkim };
}
