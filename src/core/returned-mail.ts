import type { IncomingMail } from "./incoming-mail.ts";
import { type Failure, type MailVerdict, verdictOf } from "./mail-verdict.ts";
import type { Day, DebtorId } from "./types.ts";

/** An e-mail of ours that has left, or may have, as far as what comes in is compared with it. */
export interface SentMail {
  readonly id: string;
  readonly debtor: DebtorId;
  readonly name: string;
  /** Lower case. */
  readonly recipient: string;
  readonly subject: string;
  /** It was written as a draft: whoever sent it may have given it another Message-ID. */
  readonly draft: boolean;
  readonly sentOn: Day;
  readonly cameBackOn: Day | null;
}

/** What is known of our own e-mails. */
export interface SentMails {
  /** By Message-ID without angle brackets. */
  readonly byMessageId: (messageId: string) => SentMail | null;
  /** To an address (lower case), of the last weeks. */
  readonly byRecipient: (address: string) => readonly SentMail[];
}

/** What one mail that came in means for us. */
export type Finding =
  | { readonly kind: "bounced"; readonly mail: SentMail; readonly failure: Failure; readonly flags: boolean }
  | { readonly kind: "answered"; readonly mail: SentMail }
  | { readonly kind: "delayed" | "delivered" | "auto-reply"; readonly mail: SentMail }
  /** It did not arrive, or reports something, and nobody can say of which mail. */
  | { readonly kind: "unmatched"; readonly recipient: string | null; readonly because: string }
  /** None of our business. */
  | { readonly kind: "other" };

const OTHER: Finding = { kind: "other" };

/** Nothing is guessed: a report is matched by the Message-ID of what came back, else by the only mail that it can be about. */
export function findingOf(mail: IncomingMail, known: SentMails): Finding {
  const verdict = verdictOf(mail);
  const named = namedMail(mail, verdict, known);
  switch (verdict.kind) {
    case "failed":
      return failedFinding(mail, verdict.failures, named, known);
    case "delayed":
    case "delivered":
      return named === null ? OTHER : { kind: verdict.kind, mail: named };
    case "unclear":
      return named === null
        ? OTHER
        : {
            kind: "unmatched",
            recipient: named.recipient,
            because: `it reports something about message ${named.id}, and not what`,
          };
    case "automatic":
      return named === null ? OTHER : { kind: "auto-reply", mail: named };
    case "written":
      return named === null ? OTHER : { kind: "answered", mail: named };
  }
}

/** The mail of ours whose Message-ID it names: what came back, else what it answers. */
function namedMail({ answers }: IncomingMail, verdict: MailVerdict, known: SentMails): SentMail | null {
  const original = "original" in verdict ? (verdict.original?.messageId ?? null) : null;
  if (original !== null) return known.byMessageId(original);
  // The newest reference stands last (RFC 5322, 3.6.4).
  for (const id of [...answers].reverse()) {
    const found = known.byMessageId(id);
    if (found !== null) return found;
  }
  return null;
}

function failedFinding(
  { original }: IncomingMail,
  failures: readonly Failure[],
  named: SentMail | null,
  known: SentMails,
): Finding {
  if (named !== null) {
    const own = failures.find((failure) => isAbout(failure, named.recipient));
    // One recipient per message: a single failure under another name is that of an alias or a forwarding.
    const failure = own ?? (failures.length === 1 ? failures[0] : undefined);
    if (failure === undefined)
      return {
        kind: "unmatched",
        recipient: named.recipient,
        because: `it is about message ${named.id}, and names several other addresses`,
      };
    return { kind: "bounced", mail: named, failure, flags: own !== undefined && failure.address };
  }
  const [failure, ...more] = failures;
  const address = failure?.originalRecipient ?? failure?.recipient ?? null;
  if (failure === undefined || address === null || more.length > 0) return OTHER;
  return byAddress(failure, address, original, known);
}

const isAbout = ({ recipient, originalRecipient }: Failure, address: string): boolean =>
  recipient === address || originalRecipient === address;

/** The last resort, where the report names no Message-ID of ours. */
function byAddress(
  failure: Failure,
  address: string,
  original: IncomingMail["original"],
  known: SentMails,
): Finding {
  const sent = known.byRecipient(address);
  if (sent.length === 0) return OTHER;
  const subject = original?.subject ?? null;
  const foreign = original?.messageId != null;
  const possible = sent.filter((each) => {
    // With an id of its own it is another mail, but for a draft that a mail program has sent under its own.
    if (foreign && (!each.draft || subject === null)) return false;
    return subject === null || sameWords(each.subject, subject);
  });
  const [only, second] = possible;
  if (only === undefined) {
    const because = foreign
      ? "it is about a mail of another program to this address"
      : "no mail to this address has this subject";
    return { kind: "unmatched", recipient: address, because };
  }
  if (second !== undefined) {
    const because = `${possible.length} mails to this address can be meant: ${possible.map(({ id }) => id).join(", ")}`;
    return { kind: "unmatched", recipient: address, because };
  }
  return { kind: "bounced", mail: only, failure, flags: failure.address };
}

const sameWords = (a: string, b: string): boolean => squeezed(a) === squeezed(b);
const squeezed = (text: string): string => text.replaceAll(/\s+/g, " ").trim().toLowerCase();
