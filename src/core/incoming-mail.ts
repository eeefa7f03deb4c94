/** A mail that came in, as far as its fate matters: what it reports, what it answers. Values only; the reader stands in delivery. */

/** One recipient's block of a delivery status notification (RFC 3464, 2.3). */
export interface DeliveryReport {
  /** Lower case, without the address type; null where it says none. */
  readonly recipient: string | null;
  /** As the sender had written it, where the report says so. */
  readonly originalRecipient: string | null;
  /** failed, delayed, delivered, relayed, expanded; "" where it says none. */
  readonly action: string;
  /** RFC 3463, such as 5.1.1; null where it says none. */
  readonly status: string | null;
  /** What the server said, in one line. */
  readonly diagnostic: string;
}

/** The mail that a report is about, as far as it came back with it. Message-IDs are without angle brackets. */
export interface ReturnedOriginal {
  readonly messageId: string | null;
  readonly subject: string | null;
  readonly to: string | null;
}

export interface IncomingMail {
  readonly messageId: string | null;
  /** ISO 8601 UTC, as the sender dated it; null where it does not, or not clearly. */
  readonly date: string | null;
  /** Lower case. */
  readonly from: string | null;
  /** The name that the sender shows. */
  readonly fromName: string;
  readonly subject: string;
  /** The content type, such as multipart/report, and the kind of report (`report-type`), in lower case. */
  readonly contentType: string;
  readonly reportType: string;
  /** By lower-case name, in one line each. */
  readonly headers: ReadonlyMap<string, string>;
  /** Message-IDs without angle brackets. */
  readonly answers: readonly string[];
  readonly reports: readonly DeliveryReport[];
  readonly original: ReturnedOriginal | null;
  /** The readable part, cut to its beginning. */
  readonly text: string;
}

/** An address as it is compared: no case, no angle brackets, no type such as `rfc822;`. Null where there is none. */
export function plainAddress(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^[A-Za-z0-9-]+\s*;/, "")
    .replaceAll(/[<>\s]/g, "")
    // RFC 3461 writes "+" and "=" of an address as +2B and +3D.
    .replaceAll(/\+(2B|3D)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .toLowerCase();
  return /^[^@]+@[^@]+$/.test(bare) ? bare : null;
}
