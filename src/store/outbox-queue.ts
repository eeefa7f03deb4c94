import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import type { Day, Finished } from "../core/types.ts";
import type { TransportName } from "./outbox-states.ts";

/** The run that planned the messages; its row is already there. */
export interface QueueingRun {
  readonly id: number;
  readonly snapshot: number;
  /** The day for which it planned. */
  readonly asOf: Day;
}

export interface NewMessage {
  readonly finished: Finished;
  readonly transport: TransportName;
  /** After this day it does not leave any more: its bytes name dates. */
  readonly notAfter: Day;
}

const INSERT_MESSAGE = `
INSERT INTO message (id, run, debtor, currency, cycle, segment, scenario, step, level, channel, transport, recipient,
  template, language, subject, state, claimed, total, snapshot, planned_on, not_after, deadline, final_warning,
  formal_notice, message_id, sha256, queued_at)
VALUES (@id, @run, @debtor, @currency, @cycle, @segment, @scenario, @step, @level, @channel, @transport, @recipient,
  @template, @language, @subject, 'queued', @claimed, @total, @snapshot, @plannedOn, @notAfter, @deadline,
  @finalWarning, @formalNotice, @messageId, @sha256, @queuedAt)`;

const INSERT_BYTES = "INSERT INTO message_bytes (message, bytes) VALUES (?, ?)";

const INSERT_ITEM = `
INSERT INTO message_item (message, item, role, claimed, level, due)
VALUES (@message, @item, @role, @claimed, @level, @due)`;

export const INSERT_CHARGE = `
INSERT INTO message_charge (message, item, interest, compensation, until)
VALUES (@message, @item, @interest, @compensation, @until)`;

export const INSERT_FIRST = "INSERT INTO first_reminder (message) VALUES (?)";

function bytesOf({ action, bytes, sha256 }: Finished): Buffer {
  const copy = Buffer.from(bytes);
  const found = createHash("sha256").update(copy).digest("hex");
  if (found !== sha256)
    throw new Error(`message ${action.id} was changed after it was finished: ${found} is not ${sha256}`);
  return copy;
}

/**
 * Writes messages as `queued`, inside the caller's transaction. Returns their ids: the action's, "-2" and so on where
 * that was used before. A second live message for one dossier, step, channel and recipient is a bug and throws.
 */
export function queueing(
  db: Database,
  now: () => Date,
): (run: QueueingRun, messages: readonly NewMessage[]) => string[] {
  const insertMessage = db.prepare(INSERT_MESSAGE);
  const insertBytes = db.prepare(INSERT_BYTES);
  const insertItem = db.prepare(INSERT_ITEM);
  const insertCharge = db.prepare(INSERT_CHARGE);
  const insertFirst = db.prepare(INSERT_FIRST);
  const known = db.prepare<[string]>("SELECT 1 FROM message WHERE id = ?");

  const unusedId = (base: string): string => {
    let id = base;
    for (let n = 2; known.get(id) !== undefined; n++) id = `${base}-${n}`;
    return id;
  };

  return (run, messages) => {
    const queuedAt = now().toISOString();
    return messages.map(({ finished, transport, notAfter }) => {
      const { action } = finished;
      const id = unusedId(action.id);
      insertMessage.run({
        id,
        run: run.id,
        debtor: action.debtorKey,
        currency: action.currency,
        cycle: action.cycle,
        segment: action.segment,
        scenario: action.scenario,
        step: action.step,
        level: action.level,
        channel: action.channel,
        transport,
        recipient: finished.recipient,
        template: action.template,
        language: action.language,
        subject: finished.subject,
        claimed: action.claimed,
        total: action.total,
        snapshot: run.snapshot,
        plannedOn: run.asOf,
        notAfter,
        deadline: action.deadline,
        finalWarning: action.finalWarning ? 1 : 0,
        formalNotice: action.formalNotice ? 1 : 0,
        messageId: finished.messageId,
        sha256: finished.sha256,
        queuedAt,
      });
      insertBytes.run(id, bytesOf(finished));
      for (const item of action.items) {
        const { role, claimed, level, due } = item;
        insertItem.run({ message: id, item: item.key, role, claimed, level, due });
      }
      if (action.firstReminder !== null) insertFirst.run(id);
      if (action.charges?.mode === "claimed")
        for (const { key: item, interest, compensation, segments } of action.charges.items)
          insertCharge.run({ message: id, item, interest, compensation, until: segments.at(-1)?.to ?? null });
      return id;
    });
  };
}
