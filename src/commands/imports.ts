import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context, Outcome } from "../context.ts";
import type { Profile } from "../intake/profile.ts";
import { EXIT, Failure } from "../problem.ts";
import type { SnapshotRecord } from "../store/snapshots.ts";
import { table } from "../table.ts";
import { type Company, withCompany, withLockedCompany } from "./company.ts";
import { readTogether, reopened } from "./import-reading.ts";
import { HOLD_WORDS } from "./import-report.ts";
import { type Layout, saveProfile } from "./layouts.ts";
import { settlePromises } from "./promises-settled.ts";

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

/**
 * `dunning import accept ID`: the kept file is read again, as it was read then. `remember`: totals that its program prints
 * wrongly hold no balance any more.
 */
export async function acceptImport(context: Context, id: number, remember: boolean): Promise<Outcome> {
  return await withLockedCompany(context, "import accept", "write", async (company) => {
    const { store, today } = company;
    const held = store.imports.get(id);
    if (remember && held !== null) refuseRemember(held);
    store.backupBefore();
    const folder = mkdtempSync(join(tmpdir(), "dunning-accept-"));
    try {
      const result = await store.imports.accept(id, today, async (snapshot, sink) => {
        await readTogether(await reopened(context, company, snapshot, folder), sink);
      });
      const { items } = result;
      const promises = settlePromises(company);
      context.out.say(
        `Import ${id} counts now: ${items.new} new, ${items.changed} changed, ${items.settled} settled, ${items.reopened} reopened.`,
      );
      const remembered = remember && held !== null ? rememberTotals(context, company, held) : null;
      for (const { id: promise, state } of promises) context.out.say(`Promise ${promise}: ${state}`);
      return {
        exit: EXIT.done,
        company: company.company.name,
        asOf: today,
        document: {
          import: { id, state: result.state },
          items,
          debtors: result.debtors,
          ...(remembered === null ? {} : { remembered }),
        },
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

const isOfTotals = (hold: string): boolean => ["control-total", "control-subtotal"].includes(hold);

function refuseRemember({ id, state, hold }: SnapshotRecord): void {
  if (state !== "held" || hold.some(isOfTotals)) return;
  throw new Failure(EXIT.usage, {
    code: "nothing-to-remember",
    message: "--remember is for totals that the accounting program prints wrongly",
    found: `import ${id} waits for ${hold.join(", ")}`,
    expected: "an import that waits for its printed totals alone",
    fix: `dunning import accept ${id}`,
  });
}

/** Writes `control: warn` into the profile by which a balance was read, or into one that is made of its reading. */
function rememberTotals(context: Context, company: Company, held: SnapshotRecord): string {
  const { profiles, import: intake } = company.config;
  const layout = held.report["layout"] as Layout | undefined;
  const [read] = held.profile as readonly Profile[];
  const name = layout?.profile ?? freeName(profiles);
  const profile = profiles[name] ?? read ?? {};
  const why = `import ${held.id} (${held.file}): its printed total differs from its rows, and was accepted`;
  saveProfile(context, name, { ...profile, control: "warn" }, [why]);
  context.out.say(
    `Profile ${name} of dunning.yaml says control: warn now: such a difference is only a warning.`,
  );
  if (intake.profile !== "auto" && intake.profile !== name)
    context.out.note(`import.profile is ${intake.profile}: this layout needs --profile ${name}, or auto`);
  return name;
}

function freeName(profiles: Readonly<Record<string, unknown>>): string {
  for (let nth = 1; ; nth++) {
    const name = nth === 1 ? "export" : `export-${nth}`;
    if (!Object.hasOwn(profiles, name)) return name;
  }
}

/** `dunning import undo ID`: the newest balance is taken back; the one before counts again. */
export async function undoImport(context: Context, id: number): Promise<Outcome> {
  return await withLockedCompany(context, "import undo", "write", ({ store, company, today }) => {
    store.backupBefore();
    const { counts } = store.imports.undo(id, today);
    context.out.say(
      counts === null
        ? `Import ${id} is taken back; no balance counts now.`
        : `Import ${id} is taken back; import ${counts.id}, the balance of ${counts.asOf}, counts again.`,
    );
    const written = store.outbox.writtenFor(id);
    if (written.length > 0) {
      context.out.say(
        `\n${context.out.paint("bad", "Do not send")} what was written for it, and take it back:`,
      );
      for (const each of written)
        context.out.say(`  ${each.debtor}  ${each.file ?? ""}  dunning outbox void ${each.id}`);
    }
    const document = {
      import: { id, state: "undone" },
      written,
      counts: counts === null ? null : { id: counts.id, asOf: counts.asOf },
    };
    return { exit: EXIT.done, company: company.name, asOf: today, document };
  });
}
