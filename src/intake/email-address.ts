import { domainToASCII } from "node:url";

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * One mailbox as RFC 5321 sends to it: no display name, comment, quoted part, list or control character. International
 * domains are allowed, international local parts are not (few servers take them). Null where it is anything else.
 */
export function emailAddress(text: string): string | null {
  const address = text.trim();
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  if (at < 1 || local.length > 64 || !LOCAL.test(local)) return null;
  const written = address.slice(at + 1);
  // What whoever sends would refuse (delivery/address.ts) is not taken in.
  if (/[^\p{L}\p{M}\p{N}.-]/u.test(written)) return null;
  const domain = /^[\x21-\x7e]*$/.test(written) ? written.toLowerCase() : domainToASCII(written);
  const labels = domain.split(".");
  const top = labels.at(-1) ?? "";
  const usable =
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label)) &&
    /^(?:[a-z]{2,}|xn--[a-z0-9-]+)$/.test(top);
  return usable && local.length + 1 + domain.length <= 254 ? address : null;
}
