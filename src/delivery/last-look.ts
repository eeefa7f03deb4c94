import type { QueuedMessage } from "../store/outbox.ts";
import type { Delivery, Report } from "./deliver.ts";

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
