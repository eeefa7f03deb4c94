import type { Context } from "../context.ts";
import { contested } from "../core/agreed.ts";
import { paymentFor } from "../core/message.ts";
import { kindKnown } from "../core/segment.ts";
import type { Action, Debtor, DebtorId, Finished } from "../core/types.ts";
import type { Guard, GuardFacts, Owner } from "../delivery/guard.ts";
import { EXIT, Failure, type Problem } from "../problem.ts";
import type { Company } from "./company.ts";
import { copiesOf } from "./enclosures.ts";

const STOPPED_SAID = 10;

/** The guard between rendering and the outbox, for the messages of these actions. */
export function guardOver(context: Context, company: Company, actions: readonly Action[]): Guard {
  // A run without messages needs no reader of messages.
  let guard: Promise<Guard> | null = null;
  const make = async (): Promise<Guard> => {
    const { guardOf } = await import("../delivery/guard.ts");
    return guardOf(await factsFor(context, company, actions));
  };
  return async (message) => {
    guard ??= make();
    return await (await guard)(message);
  };
}

export const stoppedBy = ({ action: { id, debtor } }: Finished, reason: string): Problem => ({
  code: "guard",
  message: `message ${id} to ${debtor} must not leave: ${reason}`,
  expected: "a message about this debtor alone, with its own documents and amounts",
  fix: "dunning run --dry-run --preview preview shows it; look at your own templates, else report it",
});

/** One fault, and nothing of the run leaves. Throws a Failure (1): it is always a mistake of the program, or of a text. */
export function refuseStopped(stopped: readonly Problem[]): void {
  const [first, ...rest] = stopped.slice(0, STOPPED_SAID);
  if (first !== undefined) throw new Failure(EXIT.bug, [first, ...rest]);
}

async function factsFor(context: Context, company: Company, actions: readonly Action[]): Promise<GuardFacts> {
  const { loadTemplates } = await import("../render/template.ts");
  const { from, replyTo, senders, logo: _logo, stationery: _stationery, ...ours } = company.company;
  const owners = new Map<DebtorId, Owner>();
  const known = new Map<DebtorId, Debtor>();
  const ids = [...new Set(actions.map(({ debtor }) => debtor))];
  for (const { debtor, dossiers } of company.store.ledgers({ debtors: ids })) {
    const items = dossiers.flatMap((dossier) => [
      ...contested(dossier).items,
      ...(dossier.paidOff?.items ?? []),
    ]);
    const promised = dossiers.flatMap(({ promises }) => promises.map(({ amount }) => amount));
    known.set(debtor.id, debtor);
    owners.set(debtor.id, {
      ...ownerOf(debtor, items, promised),
      kind: kindKnown(debtor, company.rules),
      contractRate: company.rules.charges.terms.contractRate,
    });
  }
  const people = Object.values(senders);
  const copies = actions.some(({ attach }) => attach.includes("invoices")) ? await copiesOf(company) : null;
  return {
    owners,
    ours: [from.address, ...(replyTo === null ? [] : [replyTo]), ...people.map(({ address }) => address)],
    copyOf: (debtor, number) => {
      const copy = copies?.find(debtor, number);
      return copy !== undefined && "bytes" in copy ? copy.bytes : null;
    },
    codeOf: (action) => {
      const debtor = known.get(action.debtor);
      const code = debtor && paymentFor(action, debtor, company.company, action.debtor).code;
      return code?.payload ?? null;
    },
    accounts: Object.values(company.company.accounts).map(({ iban }) => iban),
    texts: [
      JSON.stringify([ours, from, replyTo, people]),
      ...loadTemplates(context.home, company.folder).sources.map(({ text }) => text),
    ],
  };
}

function ownerOf(debtor: Debtor, items: Owner["items"], promised: Owner["promised"]): Omit<Owner, "kind"> {
  const { id, name, contact, address, postcode, city, email, persons } = debtor;
  return {
    debtor: id,
    texts: [name, contact, ...address, postcode, city, ...persons.map((each) => each.name)].map(
      (text) => text ?? "",
    ),
    addresses: [email, ...persons.map((each) => each.email)].filter((each) => each !== null),
    promised,
    items,
    insolvent: debtor.insolvent,
    waived: debtor.chargesWaived,
  };
}
