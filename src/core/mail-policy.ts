import { type Check, ok, unknown, warn } from "./health.ts";

/** What the name service told: null where it could not be asked, an empty list where there is no such record. */
export interface MailRecords {
  /** TXT records of the sender's domain. */
  readonly domain: readonly string[] | null;
  /** TXT records of `_dmarc.<domain>`. */
  readonly dmarc: readonly string[] | null;
  /** Selectors among the common ones under which a key stands; null where they could not be asked. */
  readonly dkim: readonly string[] | null;
}

/** Names that never stand in the public name service (RFC 2606, RFC 6761). */
const RESERVED = /(?:^|\.)(?:test|example|invalid|localhost|local|example\.(?:com|net|org))$/i;
export const isReserved = (domain: string): boolean => RESERVED.test(domain);

function spf(domain: string, records: readonly string[] | null): Check {
  if (records === null) return unknown("spf", `whether ${domain} has an SPF record could not be asked`);
  const policies = records.filter((text) => /^v=spf1(?: |$)/i.test(text));
  const [policy] = policies;
  if (policy === undefined)
    return warn(
      "spf",
      `${domain} has no SPF record: receivers cannot tell who may send for it`,
      "ask your provider for its SPF entry (TXT, v=spf1 include:... -all)",
    );
  // RFC 7208, 4.5: more than one is a permanent error.
  if (policies.length > 1)
    return warn(
      "spf",
      `${domain} has ${policies.length} SPF records: receivers take none of them`,
      "make one of them",
    );
  if (/(?:^|\s)\+?all(?:\s|$)/i.test(policy))
    return warn("spf", `the SPF record of ${domain} lets everybody send`, "end it in ~all or -all");
  return ok("spf", `${domain} has an SPF record`);
}

function dmarc(domain: string, records: readonly string[] | null): Check {
  if (records === null) return unknown("dmarc", `whether ${domain} has a DMARC record could not be asked`);
  const policy = records.find((text) => /^v=DMARC1\s*(?:;|$)/i.test(text));
  if (policy === undefined)
    return warn(
      "dmarc",
      `${domain} has no DMARC record: large providers put such mail aside`,
      `begin with TXT _dmarc.${domain} "v=DMARC1; p=none; rua=mailto:..."`,
    );
  const [, wanted = "none"] = /;\s*p\s*=\s*(\w+)/i.exec(policy) ?? [];
  return ok("dmarc", `${domain} has a DMARC record (p=${wanted.toLowerCase()})`);
}

/** A key may stand under any name: where none of the common ones has it, nothing is known. */
function dkim(domain: string, found: readonly string[] | null): Check {
  if (found === null) return unknown("dkim", `whether ${domain} has a DKIM key could not be asked`);
  if (found.length === 0)
    return unknown(
      "dkim",
      `no DKIM key of ${domain} under a common name; there may be one under another`,
      "look at the headers of an e-mail that you sent to yourself: DKIM-Signature",
    );
  return ok("dkim", `${domain} has a DKIM key (${found.join(", ")})`);
}

/** Hints, never failures: a receiver decides by more than these. */
export function mailPolicy(domain: string, records: MailRecords): readonly Check[] {
  return [spf(domain, records.domain), dkim(domain, records.dkim), dmarc(domain, records.dmarc)];
}
