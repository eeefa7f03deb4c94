import { allowedIn } from "../delivery/address.ts";
import type { Company } from "./company.ts";
import { haltOf, haltText } from "./halt.ts";
import { whyNothingLeaves } from "./run-delivery.ts";
import { behindJournal, JOURNAL } from "./sent-journal.ts";

/** Why something does not leave although it is due. */
export interface KeptBack {
  readonly id: "stopped" | "store-behind-journal" | "balance" | "redirected" | "allow-domains";
  readonly message: string;
  readonly fix: string;
}

/** Everything that holds messages back today, the gravest first; the plan's own reasons per debtor are not among it. */
export function keptBack(company: Company): readonly KeptBack[] {
  const { store, config } = company;
  const found: KeptBack[] = [];
  const behind = behindJournal(company);
  if (behind !== null)
    found.push({
      id: "store-behind-journal",
      message: `the store is an old copy: ${JOURNAL} tells of more that has left (line ${behind.journal}, the store knows of ${behind.store}); nothing is sent`,
      fix: "put the newest dunning.db back, else: dunning doctor --replay-journal",
    });
  const halt = haltOf(store);
  if (halt !== null) found.push({ id: "stopped", message: haltText(halt), fix: "dunning start" });
  const why = whyNothingLeaves(company);
  if (why !== null)
    found.push({ id: "balance", message: `nothing leaves: ${why}`, fix: "dunning import FILE" });
  const { transport, redirect_to: to, allow_domains: domains } = config.email;
  if (transport === "smtp" && to !== null)
    found.push({
      id: "redirected",
      message: `a rehearsal: every e-mail goes to ${to}, and nothing is recorded (email.redirect_to)`,
      fix: "take email.redirect_to out of dunning.yaml when the rehearsal is over",
    });
  if (transport !== "drafts" && domains.length > 0) {
    const allowed = allowedIn(domains);
    const waiting = store.outbox
      .waiting()
      .filter((each) => each.channel === "email" && each.transport === transport)
      .filter(({ recipient }) => !allowed(recipient)).length;
    found.push({
      id: "allow-domains",
      message: `e-mails leave to ${domains.join(", ")} only (email.allow_domains); ${waiting} wait for other domains`,
      fix: "empty email.allow_domains in dunning.yaml to let all leave",
    });
  }
  return found;
}
