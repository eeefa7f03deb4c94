import type { Database } from "better-sqlite3";
import { alignCycles, type DossierChange, joinedChanges, type Moved } from "../core/merge.ts";
import type { Currency, Day, DebtorKey, ItemKey } from "../core/types.ts";

type Values = Readonly<Record<string, string | number | null>>;

export function runner(db: Database): (sql: string, values: Values) => void {
  return (sql, values) => {
    db.prepare(sql).run(values);
  };
}

/** Rows of a dossier's cycle. */
const CYCLED = ["message", "task", "takeover"];

/** What belongs to a cycle of one debtor's dossiers becomes another's, in all currencies; returns how many messages. */
export function dossierMover(
  db: Database,
): (from: DebtorKey, into: DebtorKey, moved: readonly Moved[]) => number {
  const run = runner(db);
  const moveDossiers = (from: DebtorKey, into: DebtorKey, moved: readonly Moved[]): number => {
    const currencies = db
      .prepare<[string], Currency>(
        `WITH both (debtor) AS (SELECT value FROM json_each(?))
         SELECT currency FROM dossier JOIN both USING (debtor) UNION SELECT currency FROM item JOIN both USING (debtor)
         UNION SELECT currency FROM message JOIN both USING (debtor) UNION SELECT currency FROM takeover JOIN both USING (debtor)
         UNION SELECT currency FROM task JOIN both USING (debtor) UNION SELECT currency FROM promise JOIN both USING (debtor)
         ORDER BY 1`,
      )
      .pluck()
      .all(JSON.stringify([from, into]));
    const messages = Number(
      db.prepare<[number], number>("SELECT count(*) FROM message WHERE debtor = ?").pluck().get(from),
    );
    for (const currency of currencies) moveDossier(from, into, currency, moved);
    return messages;
  };

  const stands = db.prepare<[number, string], { cycle: number; partPaid: Day | null }>(
    "SELECT cycle, part_paid AS partPaid FROM dossier WHERE debtor = ? AND currency = ?",
  );
  /** The balance in which a cycle came to its end because the documents had moved to the other code. */
  const endedByMove = (debtor: DebtorKey, currency: Currency, items: readonly ItemKey[]): number | null =>
    db
      .prepare<[number, string, string], number>(
        `SELECT c.snapshot FROM dossier_change c JOIN snapshot s ON s.id = c.snapshot AND s.state = 'accepted'
         JOIN dossier o ON o.debtor = c.debtor AND o.currency = c.currency AND o.cycle = c.cycle_after
         WHERE c.debtor = ? AND c.currency = ? AND c.cycle_after > c.cycle_before AND EXISTS (
           SELECT 1 FROM change g WHERE g.snapshot = c.snapshot AND g.kind = 'settled'
             AND g.item IN (SELECT value FROM json_each(?)))`,
      )
      .pluck()
      .get(debtor, currency, JSON.stringify(items)) ?? null;

  const moveDossier = (
    from: DebtorKey,
    into: DebtorKey,
    currency: Currency,
    moved: readonly Moved[],
  ): void => {
    const gone = moved.filter((each) => each.currency === currency).map((each) => each.from);
    const sides = [from, into].map((debtor) => ({
      debtor,
      ...(stands.get(debtor, currency) ?? { cycle: 1, partPaid: null }),
      ended: endedByMove(debtor, currency, gone),
    }));
    const [theirs, ours] = sides as [(typeof sides)[number], (typeof sides)[number]];
    const standing = ({ cycle, ended }: (typeof sides)[number]) => ({ cycle, endedByMove: ended !== null });
    const shift = alignCycles(standing(theirs), standing(ours));
    for (const { debtor, ended } of sides) {
      const by = debtor === from ? shift.from : shift.into;
      const of = { debtor, currency, by };
      for (const each of [...CYCLED, "promise"])
        run(`UPDATE ${each} SET cycle = cycle + @by WHERE debtor = @debtor AND currency = @currency`, of);
      shiftLog(debtor, currency, by);
      run(
        `UPDATE dossier_change SET cycle_before = cycle_before + @by, cycle_after = cycle_after + @by
         WHERE debtor = @debtor AND currency = @currency`,
        of,
      );
      if (ended !== null)
        run(
          `UPDATE dossier_change SET cycle_after = cycle_before
           WHERE snapshot = @ended AND debtor = @debtor AND currency = @currency`,
          { debtor, currency, ended },
        );
    }
    const both = { from, into, currency };
    // Only now: what moves must not be shifted once more with what was there.
    for (const each of CYCLED)
      run(`UPDATE ${each} SET debtor = @into WHERE debtor = @from AND currency = @currency`, both);
    joinChanges(from, into, currency, shift.cycle);
    run("DELETE FROM dossier WHERE debtor = @from AND currency = @currency", both);
    const days = [theirs.partPaid, ours.partPaid].filter((day) => day !== null).sort();
    run(
      `INSERT INTO dossier (debtor, currency, cycle, part_paid) VALUES (@into, @currency, @cycle, @partPaid)
       ON CONFLICT (debtor, currency) DO UPDATE SET cycle = excluded.cycle, part_paid = excluded.part_paid`,
      { into, currency, cycle: shift.cycle, partPaid: days.at(-1) ?? null },
    );
  };

  const changesOf = db.prepare<[number, string], DossierChange>(
    `SELECT c.snapshot, c.cycle_before AS cycleBefore, c.cycle_after AS cycleAfter, c.part_paid_before AS partPaidBefore,
       c.part_paid_after AS partPaidAfter
     FROM dossier_change c JOIN snapshot s ON s.id = c.snapshot WHERE c.debtor = ? AND c.currency = ? ORDER BY s.as_of, c.snapshot`,
  );
  /** What balances did to the two is what they did to the one: its cycle was always the higher one's. */
  const joinChanges = (from: DebtorKey, into: DebtorKey, currency: Currency, cycle: number): void => {
    const sides = [changesOf.all(from, currency), changesOf.all(into, currency)];
    run("DELETE FROM dossier_change WHERE debtor IN (@from, @into) AND currency = @currency", {
      from,
      into,
      currency,
    });
    for (const change of joinedChanges(sides, cycle))
      run(
        `INSERT INTO dossier_change (snapshot, debtor, currency, cycle_before, cycle_after, part_paid_before, part_paid_after)
         VALUES (@snapshot, @into, @currency, @cycleBefore, @cycleAfter, @partPaidBefore, @partPaidAfter)`,
        { ...change, into, currency },
      );
  };

  const shiftLog = (debtor: DebtorKey, currency: Currency, by: number): void => {
    if (by === 0) return;
    const entries = db
      .prepare<[number], { id: number; dossiers: string }>(
        "SELECT id, dossiers FROM log_entry WHERE debtor = ?",
      )
      .all(debtor);
    for (const { id, dossiers } of entries) {
      const list = JSON.parse(dossiers) as [Currency, number, ItemKey[]][];
      const shifted = list.map(([each, cycle, items]) => [
        each,
        each === currency ? cycle + by : cycle,
        items,
      ]);
      run("UPDATE log_entry SET dossiers = @dossiers WHERE id = @id", {
        id,
        dossiers: JSON.stringify(shifted),
      });
    }
  };

  return moveDossiers;
}
