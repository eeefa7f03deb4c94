import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context, Outcome } from "../context.ts";
import type { Profile } from "../intake/profile.ts";
import { EXIT } from "../problem.ts";
import { table } from "../table.ts";
import { withCompany, withLockedCompany } from "./company.ts";
import { balanceOptions, readTogether } from "./import-reading.ts";
import { HOLD_WORDS } from "./import-report.ts";

/** `dunning imports`: the snapshots, newest first. */
export async function imports(context: Context): Promise<Outcome> {
  return await withCompany(context, "read", ({ store, company, today }) => {
    const all = store.imports.list();
    const columns = [
      { header: "id", align: "right" as const },
      { header: "balance of" },
      { header: "state" },
      { header: "kind" },
      { header: "items", align: "right" as const },
      { header: "settled", align: "right" as const },
      { header: "file", flexible: true },
      { header: "imported" },
    ];
    const rows = all.map(({ id, asOf, state, kind, report, file, importedAt }) => {
      const counts = (report["items"] ?? {}) as Partial<
        Record<"new" | "changed" | "unchanged" | "reopened" | "settled", number>
      >;
      const items =
        (counts.new ?? 0) + (counts.changed ?? 0) + (counts.unchanged ?? 0) + (counts.reopened ?? 0);
      return [
        String(id),
        asOf,
        state,
        kind,
        String(items),
        String(counts.settled ?? 0),
        file,
        importedAt.slice(0, 16).replace("T", " "),
      ];
    });
    context.out.say(
      rows.length === 0 ? "No balance has been taken in yet." : table(columns, rows, context.out.width),
    );
    const held = all.find(({ state }) => state === "held");
    if (held !== undefined) {
      context.out.say(`\nImport ${held.id} is on hold:`);
      for (const code of held.hold) context.out.say(`  ${code}: ${HOLD_WORDS[code] ?? code}`);
      context.out.say(`dunning import accept ${held.id} releases it.`);
    }
    const documents = all.map(
      ({ id, kind, file, sha256, asOf, refreshedOn, importedAt, state, hold, previous, report }) => ({
        id,
        kind,
        file,
        sha256,
        asOf,
        refreshedOn,
        importedAt,
        state,
        hold,
        previous,
        items: report["items"] ?? null,
        debtors: report["debtors"] ?? null,
      }),
    );
    return { exit: EXIT.done, company: company.name, asOf: today, document: { imports: documents } };
  });
}

/** `dunning import accept ID`: the kept file is read again, as it was read then. */
export async function acceptImport(context: Context, id: number): Promise<Outcome> {
  return await withLockedCompany(context, "import accept", "write", async (company) => {
    const { store, today } = company;
    const { openBalance } = await import("../intake/balance.ts");
    const folder = mkdtempSync(join(tmpdir(), "dunning-accept-"));
    try {
      const result = await store.imports.accept(id, today, async (snapshot, sink) => {
        const paths = store.imports.content(id, folder);
        const profiles = snapshot.profile as readonly Profile[];
        const balances = [];
        for (const [at, path] of paths.entries()) {
          const reading = balanceOptions(context, company, {});
          balances.push(
            await openBalance(path, {
              ...reading,
              profile: profiles[at] ?? null,
              balanceDate: null,
              asOf: snapshot.asOf,
            }),
          );
        }
        const [first, ...rest] = balances;
        if (first === undefined) throw new Error(`snapshot ${id} kept no file`);
        await readTogether([first, ...rest], sink);
      });
      const { items } = result;
      context.out.say(
        `Import ${id} counts now: ${items.new} new, ${items.changed} changed, ${items.settled} settled, ${items.reopened} reopened.`,
      );
      return {
        exit: EXIT.done,
        company: company.company.name,
        asOf: today,
        document: { import: { id, state: result.state }, items, debtors: result.debtors },
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** `dunning import undo ID`: the newest balance is taken back; the one before counts again. */
export async function undoImport(context: Context, id: number): Promise<Outcome> {
  return await withLockedCompany(context, "import undo", "write", ({ store, company, today }) => {
    const { counts } = store.imports.undo(id, today);
    context.out.say(
      counts === null
        ? `Import ${id} is taken back; no balance counts now.`
        : `Import ${id} is taken back; import ${counts.id}, the balance of ${counts.asOf}, counts again.`,
    );
    const document = {
      import: { id, state: "undone" },
      counts: counts === null ? null : { id: counts.id, asOf: counts.asOf },
    };
    return { exit: EXIT.done, company: company.name, asOf: today, document };
  });
}
