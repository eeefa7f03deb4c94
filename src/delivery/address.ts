import { domainToASCII } from "node:url";

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * One mailbox as it may stand in an SMTP envelope, its domain in ASCII; null for everything else. Mail libraries take
 * lists, comments, groups and quoted parts too, and then write to somebody else: RFC 5321 dot-atoms are all we send to.
 */
export function mailbox(text: string): string | null {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  if (at < 1 || local.length > 64 || !LOCAL.test(local)) return null;
  const written = text.slice(at + 1);
  // What the URL rules would quietly drop or unescape is not a domain that somebody typed.
  if (/[^\p{L}\p{M}\p{N}.-]/u.test(written)) return null;
  const domain = domainToASCII(written);
  const labels = domain.split(".");
  if (labels.length < 2 || domain.length > 253 || !labels.every((label) => LABEL.test(label))) return null;
  if (/^\d+$/.test(labels.at(-1) ?? "")) return null;
  return `${local}@${domain}`;
}

/** Whether a recipient is in one of these domains; an empty list allows all. Names of other scripts are the same in both spellings (IDNA). */
export function allowedIn(domains: readonly string[]): (recipient: string) => boolean {
  const known = new Set(domains.map(domainToASCII));
  return (recipient) =>
    known.size === 0 || known.has(domainToASCII(recipient.slice(recipient.lastIndexOf("@") + 1)));
}
