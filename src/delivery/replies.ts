/** What a mail server's reply (RFC 5321 code, RFC 3463 enhanced code) says about us, not about the message. */

/** The recipient's own server makes every stranger wait: that is about one message. */
const GREYLISTED = /gr[ea]y-?\s?list/i;
/** 452 4.2.2: the recipient's mailbox is full. */
const TEMPORARY = /^(?:421|432)(?:[ -]|$)|^45[01][ -]4\.7\.|^452(?:[ -](?!4\.2\.)|$)/;
/** Quotas that are told as final: Gmail 5.4.5; Microsoft 365 5.2.121, 5.2.122, 5.7.232, 5.7.233. Tomorrow they are over. */
const QUOTA = /^55\d[ -]5\.(?:4\.5|2\.12[12]|7\.23[23])(?!\d)/;

/** "Too much" or "not now": whoever goes on is blocked for longer, so the run stops. */
export function isThrottle(reply: string): boolean {
  return !GREYLISTED.test(reply) && (TEMPORARY.test(reply) || QUOTA.test(reply));
}

/** Microsoft 365: passwords over SMTP are switched off, for this mailbox (5.7.139) or altogether (5.7.30). */
export function isPasswordEnd(reply: string): boolean {
  return /\b5\.7\.(?:30|139)\b|basic authentication is (?:not supported|disabled)/i.test(reply);
}

/** Enhanced status codes (RFC 3463): X.1 addressing (7 and 8: the sender's), X.2 mailbox; the rest is about the system, content or policy. */
export function refusesRecipient(reply: string, atRecipient: boolean): boolean {
  const [, subject, detail] = /^5\d\d[ -]5\.(\d{1,3})\.(\d{1,3})/.exec(reply) ?? [];
  if (subject === undefined) return atRecipient;
  return subject === "1" ? detail !== "7" && detail !== "8" : atRecipient && subject === "2";
}
