import type { Database } from "better-sqlite3";
import type { Currency, Day, DebtorId } from "../core/types.ts";
import type { TransportName } from "./outbox-states.ts";

/** A document of a message: number, issued ("" where not known), ordinal, role, claimed, level, due. */
export type TracedItem = readonly [
  number: string,
  issued: string,
  ordinal: number,
  role: "claimed" | "information" | "credit",
  claimed: number,
  level: number | null,
  due: Day | null,
];

/** What a message claims of a document beside its amount: number, issued, ordinal, interest, compensation, until. */
export type TracedCharge = readonly [
  number: string,
  issued: string,
  ordinal: number,
  interest: number,
  compensation: number,
  until: Day | null,
];

/**
 * What a message says of itself outside the store: ids, amounts in minor units and codes. Enough to count it as sent in an
 * older copy of the store; its text, its recipient and its bytes are not among it.
 */
export interface Trace {
  readonly run: string;
  readonly runAsOf: Day;
  /** The day of the balance on which it was planned. */
  readonly balance: Day;
  readonly debtor: DebtorId;
  readonly currency: Currency;
  readonly cycle: number;
  readonly segment: string;
  readonly scenario: string;
  readonly step: string;
  readonly level: number | null;
  readonly channel: string;
  readonly transport: TransportName;
  readonly template: string;
  readonly language: string;
  readonly claimed: number;
  readonly total: number;
  readonly plannedOn: Day;
  readonly notAfter: Day;
  readonly deadline: Day | null;
  readonly finalWarning: boolean;
  readonly formalNotice: boolean;
  readonly queuedAt: string;
  readonly file: string | null;
  readonly items: readonly TracedItem[];
  /** Without them a restored store would claim the same interest and compensation once more. */
  readonly charges?: readonly TracedCharge[];
  /** It is the free first reminder of a Belgian consumer. */
  readonly firstReminder?: true;
}

type Row = Omit<Trace, "finalWarning" | "formalNotice" | "items" | "charges" | "firstReminder"> & {
  readonly finalWarning: number;
  readonly formalNotice: number;
  readonly firstReminder: number;
};

/** Throws where there is no such message: a bug. */
export function tracing(db: Database): (id: string) => Trace {
  const one = db.prepare<[string], Row>(`
    SELECT r.name AS run, r.as_of AS runAsOf, s.as_of AS balance, d.id AS debtor, m.currency, m.cycle, m.segment,
      m.scenario, m.step, m.level, m.channel, m.transport, m.template, m.language, m.claimed, m.total,
      m.planned_on AS plannedOn, m.not_after AS notAfter, m.deadline, m.final_warning AS finalWarning,
      m.formal_notice AS formalNotice, m.queued_at AS queuedAt, m.file,
      EXISTS (SELECT 1 FROM first_reminder f WHERE f.message = m.id) AS firstReminder
    FROM message m JOIN run r ON r.id = m.run JOIN snapshot s ON s.id = m.snapshot JOIN debtor d ON d.key = m.debtor
    WHERE m.id = ?`);
  const items = db
    .prepare<[string], TracedItem>(
      `SELECT i.number, i.issued, i.ordinal, mi.role, mi.claimed, mi.level, mi.due
       FROM message_item mi JOIN item i ON i.key = mi.item WHERE mi.message = ? ORDER BY mi.item`,
    )
    .raw();
  const charges = db
    .prepare<[string], TracedCharge>(
      `SELECT i.number, i.issued, i.ordinal, c.interest, c.compensation, c.until
       FROM message_charge c JOIN item i ON i.key = c.item WHERE c.message = ? ORDER BY c.item`,
    )
    .raw();
  return (id) => {
    const row = one.get(id);
    if (row === undefined) throw new Error(`message ${id} is gone`);
    const { finalWarning, formalNotice, firstReminder, ...rest } = row;
    const claimed = charges.all(id);
    return {
      ...rest,
      finalWarning: finalWarning === 1,
      formalNotice: formalNotice === 1,
      items: items.all(id),
      ...(claimed.length > 0 ? { charges: claimed } : {}),
      ...(firstReminder === 1 ? { firstReminder: true as const } : {}),
    };
  };
}
