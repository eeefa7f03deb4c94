/** The store as the first release made it. */
export const FIRST = `
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- One import. Nothing is deleted: a snapshot that was taken back or replaced keeps its row and its file.
CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('balance', 'buckets', 'journal')),
  file TEXT NOT NULL,                     -- names, for people
  files TEXT NOT NULL,                    -- [{ name, sha256 }], JSON: what snapshot_content holds
  sha256 TEXT NOT NULL,                   -- of the file; of the files' hashes where there are several
  as_of TEXT NOT NULL CHECK (as_of GLOB '????-??-??'),
  refreshed_on TEXT CHECK (refreshed_on GLOB '????-??-??'),
  imported_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('accepted', 'held', 'superseded', 'replaced', 'undone')),
  hold TEXT NOT NULL DEFAULT '[]',        -- reason codes, JSON
  previous INTEGER REFERENCES snapshot,   -- the accepted snapshot that this one was applied to
  replaces INTEGER REFERENCES snapshot,   -- the one of the same day that it took the place of
  profile TEXT NOT NULL,                  -- how the file was read, JSON: enough to read it again
  options TEXT NOT NULL DEFAULT '{}',     -- what the user said on the command line, JSON
  report TEXT NOT NULL                    -- counts and totals as printed, JSON
) STRICT;
CREATE INDEX snapshot_by_state ON snapshot (state, as_of);

-- What each import brought, compressed (gzip), in pieces: a store can be replayed from it.
CREATE TABLE snapshot_content (
  snapshot INTEGER NOT NULL REFERENCES snapshot,
  file INTEGER NOT NULL,
  piece INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (snapshot, file, piece)
) STRICT;

CREATE TABLE rejected_row (
  snapshot INTEGER NOT NULL REFERENCES snapshot,
  line INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL, fix TEXT NOT NULL,
  debtor_id TEXT
) STRICT;
CREATE INDEX rejected_row_by_snapshot ON rejected_row (snapshot, debtor_id);

CREATE TABLE debtor (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,                      -- '' where nothing names it
  kind TEXT CHECK (kind IN ('business', 'consumer')),
  contact TEXT, email TEXT, phone TEXT,
  email_bad TEXT,                          -- the address that was refused; another address is usable again
  address TEXT NOT NULL DEFAULT '[]',      -- lines, JSON
  postcode TEXT, city TEXT, country TEXT, language TEXT, vat TEXT,
  region TEXT, sector TEXT, salesperson TEXT, terms TEXT, channel TEXT,
  strategic INTEGER NOT NULL DEFAULT 0, insured INTEGER NOT NULL DEFAULT 0, insolvent INTEGER NOT NULL DEFAULT 0,
  credit_limit TEXT,                       -- decimal, in the company's currency
  attrs TEXT NOT NULL DEFAULT '{}',        -- JSON object of texts
  said_by TEXT NOT NULL DEFAULT '{}',      -- key -> person | contacts, JSON: what a balance must leave alone
  first_seen TEXT CHECK (first_seen GLOB '????-??-??')  -- as-of day of its first balance; null: in none that counts
) STRICT;

-- What an import changed in master data, so that it can be taken back. Personal data: never in events.
CREATE TABLE debtor_change (
  snapshot INTEGER NOT NULL REFERENCES snapshot,
  debtor INTEGER NOT NULL REFERENCES debtor,
  before TEXT NOT NULL, after TEXT NOT NULL,   -- JSON, by key (name, email, attr.x ...), of what changed
  PRIMARY KEY (snapshot, debtor)
) STRICT, WITHOUT ROWID;
CREATE INDEX debtor_change_by_debtor ON debtor_change (debtor);

-- Checks by OR: for a list SQLite builds an index anew with every row, which doubles the time of an import.
CREATE TABLE item (
  key INTEGER PRIMARY KEY,
  debtor INTEGER NOT NULL REFERENCES debtor,
  number TEXT NOT NULL,
  issued TEXT NOT NULL DEFAULT '',         -- '' where the export has none: part of the identity
  currency TEXT NOT NULL,
  ordinal INTEGER NOT NULL DEFAULT 0,      -- instalments and twins; -1 and -2: the due and the undue part of a balance-level claim
  type TEXT NOT NULL CHECK (type = 'invoice' OR type = 'debit' OR type = 'credit-note' OR type = 'payment' OR type = 'balance'),
  due TEXT, due_derived INTEGER NOT NULL DEFAULT 0,
  original INTEGER,
  open INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state = 'open' OR state = 'settled' OR state = 'absent'),  -- absent: its import was taken back
  first_snapshot INTEGER NOT NULL REFERENCES snapshot,
  settled_on TEXT,
  life INTEGER NOT NULL DEFAULT 1          -- counts up when it is reopened so late that its levels no longer count
) STRICT;
CREATE UNIQUE INDEX item_identity ON item (debtor, number, issued, currency, ordinal);
CREATE INDEX item_twin ON item (debtor, number, issued, currency) WHERE ordinal > 0;
CREATE INDEX item_open ON item (debtor, currency) WHERE state = 'open';

-- The difference that a snapshot made, item by item. New items are told by item.first_snapshot; only one that had been
-- there before and was absent has a row of kind 'new'.
CREATE TABLE change (
  snapshot INTEGER NOT NULL REFERENCES snapshot,
  item INTEGER NOT NULL REFERENCES item,
  kind TEXT NOT NULL CHECK (kind = 'new' OR kind = 'changed' OR kind = 'part-paid' OR kind = 'settled' OR kind = 're-dated' OR kind = 'reopened'),
  before TEXT NOT NULL, after TEXT NOT NULL,   -- JSON of the columns that changed
  PRIMARY KEY (snapshot, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_by_item ON change (item);

CREATE TABLE dossier (
  debtor INTEGER NOT NULL REFERENCES debtor,
  currency TEXT NOT NULL,
  cycle INTEGER NOT NULL DEFAULT 1,
  part_paid TEXT,
  PRIMARY KEY (debtor, currency)
) STRICT, WITHOUT ROWID;
CREATE TABLE dossier_change (
  snapshot INTEGER NOT NULL REFERENCES snapshot,
  debtor INTEGER NOT NULL, currency TEXT NOT NULL,
  cycle_before INTEGER NOT NULL, cycle_after INTEGER NOT NULL,
  part_paid_before TEXT, part_paid_after TEXT,
  PRIMARY KEY (snapshot, debtor, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,               -- four or more hex digits, for people
  at TEXT NOT NULL, as_of TEXT NOT NULL,
  snapshot INTEGER NOT NULL REFERENCES snapshot,
  plan_hash TEXT NOT NULL,
  ended_at TEXT, counts TEXT NOT NULL DEFAULT '{}'
) STRICT;

-- The outbox (docs/architecture.md, "A message is sent once").
CREATE TABLE message (
  id TEXT PRIMARY KEY,                     -- the action's id; "-2" and so on where that was used before
  run INTEGER NOT NULL REFERENCES run,
  debtor INTEGER NOT NULL REFERENCES debtor,
  currency TEXT NOT NULL, cycle INTEGER NOT NULL,
  segment TEXT NOT NULL, scenario TEXT NOT NULL, step TEXT NOT NULL, level INTEGER,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'letter', 'registered-letter')),
  transport TEXT NOT NULL CHECK (transport IN ('drafts', 'smtp', 'letters')),
  recipient TEXT NOT NULL,                 -- address, or 'post'
  template TEXT NOT NULL, language TEXT NOT NULL, subject TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'committing', 'sent', 'deferred', 'refused', 'uncertain', 'superseded', 'void')),
  claimed INTEGER NOT NULL, total INTEGER NOT NULL,
  snapshot INTEGER NOT NULL REFERENCES snapshot,
  planned_on TEXT NOT NULL, not_after TEXT NOT NULL,
  deadline TEXT, final_warning INTEGER NOT NULL, formal_notice INTEGER NOT NULL,
  message_id TEXT,                         -- of the e-mail, without angle brackets
  sha256 TEXT NOT NULL,
  file TEXT,                               -- where the draft or letter was written, relative to the company folder
  attempts INTEGER NOT NULL DEFAULT 0, next_attempt_at TEXT,
  queued_at TEXT NOT NULL, sent_at TEXT, sent_on TEXT,
  came_back_on TEXT,                       -- refused by the server, returned or bounced
  response TEXT,
  bytes BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_live ON message (debtor, currency, cycle, step, channel, recipient)
  WHERE state IN ('queued', 'sending', 'committing', 'deferred', 'uncertain');
CREATE INDEX message_by_dossier ON message (debtor, currency, cycle);
CREATE INDEX message_waiting ON message (state) WHERE state IN ('queued', 'sending', 'committing', 'deferred', 'uncertain');

CREATE TABLE message_item (
  message TEXT NOT NULL REFERENCES message,
  item INTEGER NOT NULL REFERENCES item,
  role TEXT NOT NULL CHECK (role IN ('claimed', 'information', 'credit')),
  claimed INTEGER NOT NULL,
  level INTEGER, due TEXT,
  PRIMARY KEY (message, item)
) STRICT, WITHOUT ROWID;

-- What an item has been told. A level is recorded once per life of the item: nobody hears the same step twice.
CREATE TABLE item_level (
  item INTEGER NOT NULL REFERENCES item,
  life INTEGER NOT NULL,
  level INTEGER NOT NULL,
  step TEXT NOT NULL, message TEXT REFERENCES message, task TEXT REFERENCES task, day TEXT NOT NULL,
  PRIMARY KEY (item, life, level)
) STRICT, WITHOUT ROWID;
-- Reminders before the due date: once per item and due date.
CREATE TABLE item_courtesy (
  item INTEGER NOT NULL REFERENCES item,
  due TEXT NOT NULL, message TEXT NOT NULL REFERENCES message,
  PRIMARY KEY (item, due)
) STRICT, WITHOUT ROWID;

-- What waits for a person, and what the person decided.
CREATE TABLE task (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('call', 'visit', 'approval', 'address', 'agency')),
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
CREATE INDEX task_by_dossier ON task (debtor, currency, cycle);
CREATE INDEX task_open ON task (state) WHERE state = 'open';

-- Append-only, chained: ids, amounts and codes, no personal data.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL, day TEXT NOT NULL,
  kind TEXT NOT NULL,
  debtor INTEGER, item INTEGER, message TEXT, snapshot INTEGER,
  data TEXT NOT NULL,                      -- canonical JSON
  previous TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_debtor ON event (debtor) WHERE debtor IS NOT NULL;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT raise(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT raise(ABORT, 'events are append-only'); END;
CREATE TRIGGER change_no_update BEFORE UPDATE ON change BEGIN SELECT raise(ABORT, 'changes are append-only'); END;
CREATE TRIGGER change_no_delete BEFORE DELETE ON change BEGIN SELECT raise(ABORT, 'changes are append-only'); END;
`;
