import { daysBetween } from "../../src/core/day.ts";
import type { Day } from "../../src/core/types.ts";
import { openDatabase } from "../../src/store/database.ts";
import type { Ran } from "./company.ts";

/** What the simulation knows beside the store. */
interface Known {
  /** What is open by item key, as the newest accepted balance shows it. */
  readonly seen: ReadonlyMap<string, number>;
  readonly cap: number;
  readonly fail: (what: string) => void;
  readonly sent: (messages: number) => void;
}

/** What must hold after every run, from the store itself. */
export function look(file: string, day: Day, ran: Ran, { seen, cap, fail, sent: count }: Known): void {
  const db = openDatabase(file, "read");
  try {
    const sent = db
      .prepare<
        [Day],
        { id: string; debtor: number; code: string; currency: string; claimed: number; step: string }
      >(
        `SELECT m.id, m.debtor, d.id AS code, m.currency, m.claimed, m.step FROM message m JOIN debtor d ON d.key = m.debtor
           WHERE m.sent_on = ? AND m.state = 'sent'`,
      )
      .all(day);
    count(sent.length);
    const items = db.prepare<
      [string],
      { key: string; claimed: number; open: number; state: string; role: string }
    >(
      `SELECT mi.item || '' AS key, mi.claimed, i.open, i.state, mi.role FROM message_item mi JOIN item i ON i.key = mi.item WHERE mi.message = ?`,
    );
    const balance = db
      .prepare<[number, string], number>(
        "SELECT coalesce(sum(open), 0) FROM item WHERE debtor = ? AND currency = ? AND state = 'open'",
      )
      .pluck();
    const before = db
      .prepare<[number, Day, string], Day | null>(
        "SELECT max(sent_on) FROM message WHERE debtor = ? AND sent_on <= ? AND id <> ? AND state = 'sent'",
      )
      .pluck();
    const agreed = db
      .prepare<{ debtor: number; day: Day }, number>(
        `SELECT count(*) FROM hold WHERE (debtor IS NULL OR debtor = @debtor) AND items IS NULL AND released_on IS NULL
           AND since <= @day AND (until IS NULL OR until >= @day)`,
      )
      .pluck();
    for (const { id, debtor, code, currency, claimed, step } of sent) {
      const open = balance.get(debtor, currency) ?? 0;
      if (claimed > open) fail(`${step} claims ${claimed} of ${code}, ${open} is open`);
      for (const { key, state, role, claimed: part } of items.all(id)) {
        const truth = seen.get(key) ?? 0;
        if (role === "claimed" && (state !== "open" || truth <= 0))
          fail(`${step} claims a document of ${code} that is paid`);
        if (part > Math.max(0, truth)) fail(`${step} claims more of a document of ${code} than is open`);
      }
      const last = before.get(debtor, day, id) ?? null;
      if (last !== null && daysBetween(last, day) < Math.min(3, cap))
        fail(`${code} got two messages on ${last} and ${day}`);
      if ((agreed.get({ debtor, day }) ?? 0) > 0) fail(`${code} is on hold and got ${step}`);
    }
    const twice = db
      .prepare<[], { item: number; n: number }>(
        `SELECT mi.item, count(*) AS n FROM message_item mi JOIN message m ON m.id = mi.message AND m.state = 'sent'
           JOIN item i ON i.key = mi.item WHERE mi.level IS NOT NULL AND i.life = 1 AND m.cycle = (
             SELECT coalesce((SELECT o.cycle FROM dossier o WHERE o.debtor = m.debtor AND o.currency = m.currency), 1))
           GROUP BY mi.item, mi.level, m.cycle HAVING count(*) > 1 LIMIT 1`,
      )
      .get();
    if (twice !== undefined) fail(`item ${twice.item} was told one level twice`);
    everyoneIsAccountedFor(db, day, ran, fail);
  } finally {
    db.close();
  }
}

/** Whoever is late is in an action or in a reason, never in neither. */
function everyoneIsAccountedFor(
  db: ReturnType<typeof openDatabase>,
  day: Day,
  { json, exit }: Ran,
  fail: Known["fail"],
): void {
  if (exit !== 0 && exit !== 3 && exit !== 4) return;
  const late = db
    .prepare<[Day], string>(
      `SELECT DISTINCT d.id FROM item i JOIN debtor d ON d.key = i.debtor WHERE i.state = 'open' AND i.open > 0 AND i.due < ?`,
    )
    .pluck()
    .all(day);
  const told = new Set(
    [
      ...((json["actions"] ?? []) as { debtor: string }[]),
      ...((json["notActed"] ?? []) as { debtor: string }[]),
    ].map(({ debtor }) => debtor),
  );
  const missing = late.find((debtor) => !told.has(debtor));
  if (missing !== undefined) fail(`${missing} is late, and nobody says why nothing happens`);
}
