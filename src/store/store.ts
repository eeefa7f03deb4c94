import { randomBytes } from "node:crypto";
import type { Database } from "better-sqlite3";
import { type Answers, answersOf } from "./answers.ts";
import { atomic } from "./atomic.ts";
import { type Backup, copyStore } from "./backup.ts";
import { type BackupPlan, backupBefore } from "./backups.ts";
import { type BadAddresses, badAddressesOf } from "./bad-addresses.ts";
import { type ContactLog, contactLogOf } from "./contact-log.ts";
import { type Mode, openDatabase } from "./database.ts";
import { type Debtors, debtorsOf } from "./debtors.ts";
import { type Disputes, disputesOf } from "./disputes.ts";
import { type Events, eventsOf } from "./events.ts";
import { otherTables, storeFailure, translating } from "./failures.ts";
import { healthOf, type StoreHealth } from "./health.ts";
import { type Histories, historiesOf } from "./history.ts";
import { type Holds, holdsOf } from "./holds.ts";
import { type Imports, importsOf } from "./imports.ts";
import { agreedSince } from "./ledger-agreements.ts";
import { type Ledgers, ledgersOf } from "./ledgers.ts";
import { type Letters, lettersOf } from "./letters.ts";
import { type Merges, mergesOf } from "./merges.ts";
import { type Notices, noticesOf } from "./notices.ts";
import { type Outbox, outbox } from "./outbox.ts";
import { type Promises, promisesOf } from "./promises.ts";
import { type Results, resultsOf } from "./results.ts";
import { type Runs, runsOf } from "./runs.ts";
import { sentMailsOf } from "./sent-mails.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { type SharedNumbers, sharedNumbers } from "./shared-numbers.ts";
import { type Takeovers, takeoversOf } from "./takeovers.ts";
import { type Tasks, tasksOf } from "./tasks.ts";

export type { Mode } from "./database.ts";

/** Everything that a company's store can tell or take. Each part is one kind of record. */
export interface Store {
  readonly imports: Imports;
  readonly ledgers: Ledgers;
  readonly sharedNumbers: SharedNumbers;
  readonly debtors: Debtors;
  readonly merges: Merges;
  readonly histories: Histories;
  readonly tasks: Tasks;
  readonly takeovers: Takeovers;
  readonly holds: Holds;
  readonly disputes: Disputes;
  readonly promises: Promises;
  readonly notices: Notices;
  readonly log: ContactLog;
  readonly runs: Runs;
  readonly results: Results;
  readonly events: Events;
  readonly outbox: Outbox;
  readonly letters: Letters;
  readonly sentMails: ReturnType<typeof sentMailsOf>;
  readonly answers: Answers;
  readonly badAddresses: BadAddresses;
  readonly settings: Settings;
  /** Whether something was settled with a message's debtor after it was queued: it must not leave as it is. */
  readonly agreedSince: (message: string) => boolean;
  /** A secret of this installation (hex), made with the store: Message-IDs that nobody can guess. */
  readonly secret: string;
  /** All of it or nothing of it; every part joins in, imports aside. */
  readonly transaction: <T>(work: () => T) => T;
  /** A copy under this name; see `copyStore`. */
  readonly backup: (file: string) => Backup;
  /** A copy in the company's folder of copies, before something changes the store; see `backupBefore`. */
  readonly backupBefore: () => string | null;
  /** Whether it is sound, everything read. */
  readonly health: () => StoreHealth;
  readonly close: () => void;
}

export interface OpenOptions {
  readonly mode: Mode;
  /** The wall clock, for what is kept beside the days that commands record under. */
  readonly now: () => Date;
  /** Copies before imports and migrations; left out: none. */
  readonly backups?: BackupPlan;
}

function secretOf(db: Database): string {
  const read = db.prepare<[], string>("SELECT value FROM setting WHERE name = 'secret'").pluck();
  const known = read.get();
  if (known !== undefined) return known;
  db.prepare("INSERT INTO setting (name, value) VALUES ('secret', ?) ON CONFLICT (name) DO NOTHING").run(
    randomBytes(32).toString("hex"),
  );
  return String(read.get());
}

/** An import and a walk through the ledgers go on after the call: what SQLite reports then is translated as well. */
function importing(imports: Imports, file: string): Imports {
  const begin: Imports["begin"] = (snapshot) => {
    const begun = imports.begin(snapshot);
    return begun.state === "unchanged" ? begun : translating(begun, file);
  };
  return translating({ ...imports, begin }, file);
}

function walking(ledgers: Ledgers, file: string): Ledgers {
  return function* walk(filter) {
    try {
      yield* ledgers(filter);
    } catch (error) {
      throw storeFailure(error, file) ?? error;
    }
  };
}

/**
 * Opens the store at a path (":memory:": one that nobody keeps). Throws a Failure: 66 where there is none, 5 where it is
 * foreign, damaged or of another version, 73 where it may not be written, 75 where somebody else is writing.
 */
export function openStore(file: string, { mode, now, backups }: OpenOptions): Store {
  const copyFirst = (db: Database): string | null =>
    backups === undefined ? null : backupBefore(db, backups, now);
  const db = openDatabase(file, mode, copyFirst);
  try {
    return storeOver(db, file, now, () => copyFirst(db));
  } catch (error) {
    db.close();
    throw otherTables(error, file) ?? storeFailure(error, file) ?? error;
  }
}

function storeOver(db: Database, file: string, now: () => Date, copyFirst: Store["backupBefore"]): Store {
  const events = eventsOf(db, now);
  const parts = {
    imports: importsOf(db, now, events),
    debtors: debtorsOf(db, events),
    merges: mergesOf(db, now, events),
    histories: historiesOf(db),
    tasks: tasksOf(db, now, events),
    takeovers: takeoversOf(db, events),
    holds: holdsOf(db, now, events),
    disputes: disputesOf(db, now, events),
    promises: promisesOf(db, now, events),
    notices: noticesOf(db, now, events),
    log: contactLogOf(db, now, events),
    runs: runsOf(db, now, events),
    results: resultsOf(db),
    events,
    outbox: outbox(db, { append: events.append, now }),
    answers: answersOf(db, now, events),
    letters: lettersOf(db),
    badAddresses: badAddressesOf(db),
  };
  return {
    imports: importing(parts.imports, file),
    debtors: translating(parts.debtors, file),
    merges: translating(parts.merges, file),
    histories: translating(parts.histories, file),
    tasks: translating(parts.tasks, file),
    takeovers: translating(parts.takeovers, file),
    holds: translating(parts.holds, file),
    disputes: translating(parts.disputes, file),
    promises: translating(parts.promises, file),
    notices: translating(parts.notices, file),
    log: translating(parts.log, file),
    runs: translating(parts.runs, file),
    results: translating(parts.results, file),
    events: translating(parts.events, file),
    outbox: translating(parts.outbox, file),
    sentMails: sentMailsOf(db),
    answers: translating(parts.answers, file),
    letters: translating(parts.letters, file),
    badAddresses: translating(parts.badAddresses, file),
    settings: translating(settingsOf(db), file),
    ledgers: walking(ledgersOf(db), file),
    sharedNumbers: sharedNumbers(db),
    secret: secretOf(db),
    agreedSince: agreedSince(db),
    ...translating(
      {
        transaction: <T>(work: () => T): T => atomic(db, work)(),
        health: () => healthOf(db, now),
        backup: (path: string) => copyStore(db, path, { now, thorough: true }),
        backupBefore: copyFirst,
      },
      file,
    ),
    close: () => {
      if (db.open) db.close();
    },
  };
}
