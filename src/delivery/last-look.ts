import type { QueuedMessage } from "../store/outbox.ts";
import type { Delivery, Report } from "./deliver.ts";

/** Why a message that waited does not leave any more, by the code that the store keeps; the next run plans afresh. */
const OVERTAKEN: Readonly<Record<string, string>> = {
  "not-after": "it waited for so long that its dates are not true any more",
  rejected: "a person has rejected it",
  insolvent: "the debtor is insolvent",
  "address-changed": "the debtor has another address now",
  "address-bad": "its address does not work",
  answered: "the debtor has written back",
  "agreed-since": "a promise, a dispute or a hold has come since",
  "newer-balance": "a newer balance has changed what the debtor owes",
};

/** The code and what it means. */
export const overtakenText = (code: string): string =>
  OVERTAKEN[code] === undefined ? code : `${code}: ${OVERTAKEN[code]}`;

/** True where the message still stands just before it leaves; else it is superseded, and the report says why. */
export function stillStands(
  { outbox, today, recheck }: Delivery,
  message: QueuedMessage,
  report: Report,
): boolean {
  const day = today();
  const reason = day > message.notAfter ? "not-after" : recheck(message);
  if (reason === null) return true;
  outbox.supersede(message.id, reason, day);
  report.end(message, "superseded", reason);
  return false;
}
