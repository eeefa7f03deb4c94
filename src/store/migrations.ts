import { FIRST } from "./migration-first.ts";

/**
 * The schema, append-only: a released entry never changes, each is applied and recorded in one transaction.
 * Amounts are integers in minor units, days are YYYY-MM-DD, times are ISO 8601 UTC.
 * A dossier without a row is in its first cycle and has no part payment; a message without bytes is known from the
 * sent journal only.
 */
export const migrations: readonly string[] = [
  FIRST,
  /* 2 */
  `
-- What a journal tells besides its open items; like rejected_row it counts as long as its snapshot does.
CREATE TABLE doubt (
  snapshot INTEGER NOT NULL REFERENCES snapshot,
  debtor_id TEXT NOT NULL,
  code TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE INDEX doubt_by_snapshot ON doubt (snapshot, debtor_id);

-- Invoices, or parts of them, that were paid; of customers too who owe nothing and are in no other table.
CREATE TABLE payment (
  snapshot INTEGER NOT NULL REFERENCES snapshot,
  debtor_id TEXT NOT NULL,
  number TEXT NOT NULL, currency TEXT NOT NULL,
  issued TEXT NOT NULL, due TEXT NOT NULL, paid TEXT NOT NULL,
  amount INTEGER NOT NULL
) STRICT;
CREATE INDEX payment_by_debtor ON payment (debtor_id);
CREATE INDEX payment_by_snapshot ON payment (snapshot);
`,
  /* 3 */
  `
-- Steps that an older tool has carried out: they count as ours (import history).
CREATE TABLE takeover (
  debtor INTEGER NOT NULL REFERENCES debtor,
  currency TEXT NOT NULL, cycle INTEGER NOT NULL,
  scenario TEXT NOT NULL, step TEXT NOT NULL, level INTEGER NOT NULL, channel TEXT NOT NULL,
  day TEXT NOT NULL,
  final_warning INTEGER NOT NULL, formal_notice INTEGER NOT NULL,
  items TEXT NOT NULL,                     -- JSON list of item keys
  PRIMARY KEY (debtor, currency, cycle, step, day, items)
) STRICT, WITHOUT ROWID;
`,
  /* 4 */
  `
ALTER TABLE debtor ADD COLUMN score REAL;
ALTER TABLE debtor ADD COLUMN score_date TEXT;
`,
  /* 5 */
  `
-- What persons have settled with debtors, or about them. Texts and names stay here, events hold ids, amounts and codes.
-- Lists of items are JSON arrays of keys.
CREATE TABLE hold (
  id INTEGER PRIMARY KEY,
  debtor INTEGER REFERENCES debtor,        -- null: everybody
  items TEXT,                              -- null: all that the debtor owes, also what comes
  reason TEXT NOT NULL, author TEXT NOT NULL,
  since TEXT NOT NULL, until TEXT,         -- its last day
  set_at TEXT NOT NULL,
  released_on TEXT, released_at TEXT
) STRICT;
CREATE INDEX hold_running ON hold (debtor) WHERE released_on IS NULL;

CREATE TABLE dispute (
  id INTEGER PRIMARY KEY,
  debtor INTEGER NOT NULL REFERENCES debtor,
  currency TEXT NOT NULL,
  items TEXT NOT NULL,
  amount INTEGER,                          -- null: the items as a whole
  reason TEXT NOT NULL, note TEXT, owner TEXT,
  opened_on TEXT NOT NULL, opened_at TEXT NOT NULL, expected TEXT,
  outcome TEXT CHECK (outcome IN ('accepted', 'rejected')),
  open_then INTEGER,                       -- what was open of the items when it was closed
  closed_on TEXT, closed_at TEXT
) STRICT;
CREATE INDEX dispute_by_debtor ON dispute (debtor);

CREATE TABLE instalments (
  id INTEGER PRIMARY KEY,
  debtor INTEGER NOT NULL REFERENCES debtor,
  given_on TEXT NOT NULL, given_at TEXT NOT NULL
) STRICT;

-- A decision counts as long as the snapshot does on which it rests.
CREATE TABLE promise (
  id INTEGER PRIMARY KEY,
  plan INTEGER REFERENCES instalments,
  debtor INTEGER NOT NULL REFERENCES debtor,
  currency TEXT NOT NULL,
  date TEXT NOT NULL, amount INTEGER NOT NULL,
  items TEXT NOT NULL,                     -- [[item key, open then, 1 where it is meant]]
  credits INTEGER NOT NULL,
  by_name TEXT, how TEXT, note TEXT,
  given_on TEXT NOT NULL, given_at TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'kept', 'partly-kept', 'broken')),
  paid INTEGER NOT NULL DEFAULT 0,
  decided_on TEXT, cycle INTEGER, snapshot INTEGER REFERENCES snapshot,
  cancelled_on TEXT, cancelled_at TEXT
) STRICT;
CREATE INDEX promise_by_debtor ON promise (debtor);

-- What was said and written by persons.
CREATE TABLE log_entry (
  id INTEGER PRIMARY KEY,
  debtor INTEGER NOT NULL REFERENCES debtor,
  kind TEXT NOT NULL CHECK (kind IN ('call', 'visit', 'video', 'email', 'letter', 'note')),
  day TEXT NOT NULL, at TEXT NOT NULL,
  outcome TEXT, cause TEXT, person TEXT, author TEXT NOT NULL, note TEXT,
  next TEXT, next_on TEXT,
  promise INTEGER REFERENCES promise,
  spoken INTEGER NOT NULL,                 -- 1: a contact with the debtor, 0: a note, or nobody was reached
  dossiers TEXT NOT NULL                   -- [[currency, cycle, [item keys]]]: what was owed
) STRICT;
CREATE INDEX log_entry_by_debtor ON log_entry (debtor);
`,
  /* 6 */
  `
-- What the books say of an item: nothing is claimed of it. It comes and goes with the balances.
ALTER TABLE item ADD COLUMN mark TEXT CHECK (mark = 'direct-debit' OR mark = 'disputed' OR mark = 'blocked');
CREATE INDEX item_marked ON item (mark) WHERE mark IS NOT NULL;
`,
  /* 7 */
  `
-- Another code of the customer whose row this points to: nothing hangs on it any more, and what comes under it is his.
ALTER TABLE debtor ADD COLUMN merged_into INTEGER REFERENCES debtor;
-- SIREN, SIRET, enterprise number, or what the register of another country gives.
ALTER TABLE debtor ADD COLUMN registration TEXT;
-- The persons at a customer, where a contacts file names several, the one who is written to first.
CREATE TABLE person (
  debtor INTEGER NOT NULL REFERENCES debtor,
  position INTEGER NOT NULL,
  name TEXT, role TEXT, email TEXT, phone TEXT, language TEXT,
  PRIMARY KEY (debtor, position)
) STRICT, WITHOUT ROWID;
-- One document under two codes: what was settled and said about the one holds for whichever of them is open.
CREATE TABLE moved_item (
  gone INTEGER NOT NULL REFERENCES item, here INTEGER NOT NULL REFERENCES item,
  PRIMARY KEY (gone, here)
) STRICT, WITHOUT ROWID;
CREATE INDEX debtor_merged ON debtor (merged_into) WHERE merged_into IS NOT NULL;
`,
  /* 8 */
  `
-- More kinds of tasks; which there are, the program says.
CREATE TABLE task_next (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  debtor INTEGER NOT NULL REFERENCES debtor,
  currency TEXT NOT NULL, cycle INTEGER NOT NULL,
  scenario TEXT NOT NULL, step TEXT NOT NULL, level INTEGER, channel TEXT NOT NULL,
  items TEXT NOT NULL DEFAULT '[]',        -- [[item key, level or null]], JSON
  claimed INTEGER NOT NULL,
  maximum INTEGER,                         -- approvals: valid while the claim is not above it
  listed_on TEXT NOT NULL, listed_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'granted', 'rejected', 'expired')),
  decided_on TEXT, decided_at TEXT, reason TEXT,
  snapshot INTEGER NOT NULL REFERENCES snapshot
) STRICT;
INSERT INTO task_next SELECT * FROM task;
DROP TABLE task;
ALTER TABLE task_next RENAME TO task;
CREATE INDEX task_by_dossier ON task (debtor, currency, cycle);
CREATE INDEX task_open ON task (state) WHERE state = 'open';
`,
  /* 9 */
  `
-- What was entered by mistake: it stays on record and counts no more. tasks: JSON, those that the entry ended.
ALTER TABLE log_entry ADD COLUMN tasks TEXT NOT NULL DEFAULT '[]';
ALTER TABLE log_entry ADD COLUMN undone_on TEXT;
ALTER TABLE log_entry ADD COLUMN undone_at TEXT;
`,
  /* 10 */
  `
-- One mark more, which holds only the first reminder back; which there are, the program says.
DROP INDEX item_marked;
ALTER TABLE item RENAME COLUMN mark TO mark_then;
ALTER TABLE item ADD COLUMN mark TEXT;
UPDATE item SET mark = mark_then WHERE mark_then IS NOT NULL;
ALTER TABLE item DROP COLUMN mark_then;
CREATE INDEX item_marked ON item (mark) WHERE mark IS NOT NULL;
`,
  /* 11 */
  `
-- Interest and fixed compensation that a message claims of an item: not claimed again as long as the message counts.
CREATE TABLE message_charge (
  message TEXT NOT NULL REFERENCES message, item INTEGER NOT NULL REFERENCES item,
  interest INTEGER NOT NULL, compensation INTEGER NOT NULL,
  until TEXT,                              -- the last day for which interest is claimed
  PRIMARY KEY (message, item)
) STRICT, WITHOUT ROWID;
-- Messages that are the free first reminder of a Belgian consumer.
CREATE TABLE first_reminder (message TEXT PRIMARY KEY REFERENCES message) STRICT, WITHOUT ROWID;
-- Such reminders and formal notices that did not leave through this program, or whose receipt somebody has noted.
CREATE TABLE notice (
  id INTEGER PRIMARY KEY,
  debtor INTEGER NOT NULL REFERENCES debtor,
  items TEXT NOT NULL,                     -- JSON list of item keys
  day TEXT NOT NULL, by TEXT NOT NULL CHECK (by IN ('post', 'email')),
  note TEXT, author TEXT NOT NULL,
  noted_on TEXT NOT NULL, noted_at TEXT NOT NULL,
  cancelled_on TEXT, cancelled_at TEXT
) STRICT;
CREATE INDEX notice_by_debtor ON notice (debtor);
ALTER TABLE debtor ADD COLUMN charges TEXT;
`,
  /* 12 */
  `
-- What comes back, and what is answered. Which states, channels and transports there are, the program says.
CREATE TABLE message_next (
  id TEXT PRIMARY KEY,                     -- the action's id; "-2" and so on where that was used before
  run INTEGER NOT NULL REFERENCES run,
  debtor INTEGER NOT NULL REFERENCES debtor,
  currency TEXT NOT NULL, cycle INTEGER NOT NULL,
  segment TEXT NOT NULL, scenario TEXT NOT NULL, step TEXT NOT NULL, level INTEGER,
  channel TEXT NOT NULL, transport TEXT NOT NULL,
  recipient TEXT NOT NULL,                 -- address, or 'post'
  template TEXT NOT NULL, language TEXT NOT NULL, subject TEXT NOT NULL,
  state TEXT NOT NULL,
  claimed INTEGER NOT NULL, total INTEGER NOT NULL,
  snapshot INTEGER NOT NULL REFERENCES snapshot,
  planned_on TEXT NOT NULL, not_after TEXT NOT NULL,
  deadline TEXT, final_warning INTEGER NOT NULL, formal_notice INTEGER NOT NULL,
  message_id TEXT,                         -- of the e-mail, without angle brackets
  sha256 TEXT NOT NULL,
  file TEXT,                               -- where the draft or letter was written, relative to the company folder
  attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at TEXT,
  queued_at TEXT NOT NULL, sent_at TEXT, sent_on TEXT,
  posted_on TEXT, registered TEXT,         -- letters: the day somebody posted it, the number of the registered letter
  came_back_on TEXT, came_back TEXT,       -- refused by the server, returned or bounced; and why
  response TEXT,
  bytes BLOB NOT NULL
) STRICT;
INSERT INTO message_next (id, run, debtor, currency, cycle, segment, scenario, step, level, channel, transport, recipient,
  template, language, subject, state, claimed, total, snapshot, planned_on, not_after, deadline, final_warning,
  formal_notice, message_id, sha256, file, attempts, next_attempt_at, queued_at, sent_at, sent_on, came_back_on, response, bytes)
SELECT id, run, debtor, currency, cycle, segment, scenario, step, level, channel, transport, recipient,
  template, language, subject, state, claimed, total, snapshot, planned_on, not_after, deadline, final_warning,
  formal_notice, message_id, sha256, file, attempts, next_attempt_at, queued_at, sent_at, sent_on, came_back_on, response, bytes
FROM message;
DROP TABLE message;
ALTER TABLE message_next RENAME TO message;
CREATE UNIQUE INDEX message_live ON message (debtor, currency, cycle, step, channel, recipient)
  WHERE state IN ('queued', 'sending', 'committing', 'printed', 'deferred', 'uncertain');
CREATE INDEX message_by_dossier ON message (debtor, currency, cycle);
CREATE INDEX message_waiting ON message (state)
  WHERE state IN ('queued', 'sending', 'committing', 'printed', 'deferred', 'uncertain');
CREATE INDEX message_by_message_id ON message (message_id) WHERE message_id IS NOT NULL;

-- E-mail addresses, in lower case, whoever is reached there: refused, or mail to them came back.
CREATE TABLE bad_email (
  address TEXT PRIMARY KEY, since TEXT NOT NULL, reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO bad_email (address, since, reason)
SELECT lower(d.email_bad), coalesce(max(m.came_back_on), '1970-01-01'), coalesce(m.response, 'refused')
FROM debtor d LEFT JOIN message m ON m.debtor = d.key AND m.recipient = d.email_bad AND m.state = 'refused'
WHERE d.email_bad IS NOT NULL GROUP BY lower(d.email_bad);
ALTER TABLE debtor DROP COLUMN email_bad;
-- Postal addresses, as they are compared, at which a debtor was not found.
CREATE TABLE bad_place (
  debtor INTEGER NOT NULL REFERENCES debtor,
  place TEXT NOT NULL, since TEXT NOT NULL, reason TEXT NOT NULL,
  message TEXT NOT NULL REFERENCES message, -- the letter that came back
  PRIMARY KEY (debtor, place)
) STRICT, WITHOUT ROWID;

-- Mails that debtors wrote back, until somebody has read them. Their texts stay in the mailbox.
CREATE TABLE answer (
  id INTEGER PRIMARY KEY,
  debtor INTEGER NOT NULL REFERENCES debtor,
  message TEXT NOT NULL REFERENCES message,
  mail TEXT NOT NULL UNIQUE,               -- its Message-ID, or a hash of it
  day TEXT NOT NULL,                       -- the day from which automatic messages wait
  sender TEXT NOT NULL, subject TEXT NOT NULL,
  taken_on TEXT NOT NULL, taken_at TEXT NOT NULL,
  read_on TEXT, read_at TEXT
) STRICT;
CREATE INDEX answer_waiting ON answer (debtor) WHERE read_on IS NULL;
`,
  /* 13 */
  `
-- What is found one message at a time, or at each run, among the messages of years.
CREATE INDEX item_level_by_message ON item_level (message) WHERE message IS NOT NULL;
CREATE INDEX item_courtesy_by_message ON item_courtesy (message);
DROP INDEX message_waiting;
CREATE INDEX message_by_state ON message (state);
CREATE INDEX message_by_recipient ON message (lower(recipient), sent_on);
CREATE INDEX message_by_sent_on ON message (sent_on) WHERE sent_on IS NOT NULL;
CREATE INDEX message_by_sent_at ON message (sent_at) WHERE sent_at IS NOT NULL;
`,
  /* 14 */
  `
-- What was frozen, apart: a change of state must not write a message of many pages anew.
CREATE TABLE message_bytes (
  message TEXT PRIMARY KEY REFERENCES message, bytes BLOB NOT NULL
) STRICT;
INSERT INTO message_bytes (message, bytes) SELECT id, bytes FROM message WHERE length(bytes) > 0;
ALTER TABLE message DROP COLUMN bytes;
`,
];
