const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?=.*\.)[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}.-]*[\p{L}\p{M}\p{N}])?$/u;

/**
 * One plain address (RFC 5321 dot-atom, a domain with a dot, accents allowed in it): nothing that a mail program could
 * read as a list, a comment, a group or a name. Whoever sends turns the domain into ASCII and looks again.
 */
export function isOneAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(0, at));
  const domain = text.slice(at + 1);
  return (
    text.length <= 254 &&
    local.length <= 64 &&
    LOCAL.test(local) &&
    DOMAIN.test(domain) &&
    !domain.includes("..")
  );
}
