import { daysBetween } from "../core/day.ts";
import { type Check, ok, unknown, warn } from "../core/health.ts";
import { type Company, dayIn } from "./company.ts";
import { haltOf, haltText } from "./halt.ts";

/** Longer than a week-end and two holidays. */
const QUIET_DAYS = 5;

function balance({ store, rules, today }: Company): Check {
  const id = "balance";
  const newest = store.imports.info();
  if (newest === null) return warn(id, "no balance has been taken in", "dunning import FILE");
  if (newest.newerOnHold !== null)
    return warn(id, `balance ${newest.newerOnHold} is on hold: nothing leaves`, "dunning imports");
  const age = daysBetween(newest.asOf, today);
  const said = `the balance of ${newest.asOf} is ${age} days old, ${rules.maxBalanceAge} are allowed`;
  return age > rules.maxBalanceAge ? warn(id, said, "dunning import FILE") : ok(id, said);
}

function lastRun({ store, config }: Company, now: Date): Check {
  const id = "last-run";
  const last = store.runs.last();
  if (last === null) return unknown(id, "nothing has been sent or written yet");
  const zone = config.company.timezone;
  const days = daysBetween(dayIn(zone, new Date(last.at)), dayIn(zone, now));
  const said = `run ${last.name} was ${days} days ago`;
  if (last.endedAt === null)
    return warn(id, `${said} and did not end`, "dunning run takes up what it left, if nothing is at work");
  return days > QUIET_DAYS
    ? warn(id, `${said}, the last one with something to do`, "dunning run; dunning schedule makes it a habit")
    : ok(id, said);
}

function outbox({ store }: Company): readonly Check[] {
  const counts = store.outbox.counts();
  return [
    counts.uncertain > 0
      ? warn(
          "uncertain",
          `messages of which it is unknown whether they arrived: ${counts.uncertain}`,
          "dunning outbox list --state uncertain",
        )
      : ok("uncertain", "of no message it is unknown whether it arrived"),
    counts.deferred > 0
      ? warn(
          "deferred",
          `messages that the mail server put off: ${counts.deferred}`,
          "dunning outbox list --state deferred; the next runs try them again",
        )
      : ok("deferred", "no message was put off"),
  ];
}

/** What a company works with, and what waits. */
export function workChecks(company: Company, now: Date): readonly Check[] {
  const halt = haltOf(company.store);
  return [
    balance(company),
    lastRun(company, now),
    ...outbox(company),
    halt === null
      ? ok("stop-flag", "nobody has stopped it")
      : warn("stop-flag", haltText(halt), "dunning start"),
  ];
}
