import { resolve } from "node:path";
import { contested } from "../core/agreed.ts";
import type { Action, OpenItem } from "../core/types.ts";
import type { Copies } from "../render/copies.ts";
import type { EnclosureSource } from "../render/enclosures.ts";
import type { Company } from "./company.ts";

const matterOf = ({ debtor, currency }: Pick<Action, "debtor" | "currency">): string =>
  JSON.stringify([debtor, currency]);

/** The copies of invoices of a company, null where it has no folder for them. */
export async function copiesOf({ config, folder, store }: Company): Promise<Copies | null> {
  const { invoices } = config;
  if (invoices === null) return null;
  const { inFileName, openCopies } = await import("../render/copies.ts");
  let shared: ReadonlySet<string> | null = null;
  return openCopies({
    folder: resolve(folder, invoices.folder),
    pattern: invoices.pattern,
    manifest: invoices.manifest === null ? null : resolve(folder, invoices.manifest),
    maxBytes: invoices.max_size * 1_000_000,
    isShared: (number) => {
      shared ??= store.sharedNumbers();
      return shared.has(inFileName(number).toUpperCase());
    },
  });
}

/** What goes with the messages of these actions; nothing is opened where no step asks for it. */
export async function enclosureSource(
  company: Company,
  actions: readonly Action[],
): Promise<EnclosureSource | undefined> {
  const asking = actions.filter(({ attach }) => attach.length > 0);
  if (asking.length === 0) return undefined;
  const items = new Map<string, readonly OpenItem[]>();
  const stated = asking.filter(({ attach }) => attach.includes("statement"));
  const debtors = [...new Set(stated.map(({ debtor }) => debtor))];
  if (debtors.length > 0)
    for (const { debtor, dossiers } of company.store.ledgers({ debtors }))
      for (const dossier of dossiers)
        items.set(matterOf({ debtor: debtor.id, currency: dossier.currency }), contested(dossier).items);
  return { copies: await copiesOf(company), openItems: (action) => items.get(matterOf(action)) ?? [] };
}
