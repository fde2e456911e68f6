-- Step 1: everything the daily review writes.
-- *_at: Unix seconds UTC. *_minor: integer minor units of the currency beside it. *_on, day: YYYY-MM-DD as written in the file.
-- Words (channel, kind, notice, outcome …) are those of the domain; JSON columns say so.

-- Small facts about the file itself: hash of the clock policy, the cached worst order defect rate.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    order_id TEXT PRIMARY KEY,
    plain INTEGER NOT NULL CHECK (plain IN (0, 1)),        -- 3-7-7: counts in the order defect rate
    marketplace TEXT,
    fulfilment TEXT,
    purchased_at INTEGER NOT NULL,
    purchased_on TEXT NOT NULL,
    status TEXT NOT NULL,
    total_minor INTEGER,                                   -- NULL while a line lacks its amount
    currency TEXT                                          -- of the lines, even where the total is unknown
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_day ON orders (purchased_on) WHERE plain = 1;

CREATE TABLE order_items (
    order_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    asin TEXT,
    name TEXT,
    quantity INTEGER NOT NULL,
    purchased_at INTEGER NOT NULL,
    purchased_on TEXT NOT NULL,
    updated_at INTEGER,
    status TEXT NOT NULL,
    fulfilment TEXT,
    marketplace TEXT,
    total_minor INTEGER,
    currency TEXT,
    country TEXT,
    columns TEXT NOT NULL,                                 -- JSON object: the row as read
    PRIMARY KEY (order_id, sku)
) STRICT, WITHOUT ROWID;

CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    key TEXT,                                              -- channel, order or thread, return request; NULL once merged
    merged_into INTEGER REFERENCES cases (id),             -- a later mail showed that this is the same case
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    kind_set TEXT,                                         -- the operator's correction
    marketplace TEXT,
    order_id TEXT,
    sku TEXT,
    buyer TEXT,
    buyer_name TEXT,
    opened_at INTEGER NOT NULL,
    opened_guessed INTEGER NOT NULL DEFAULT 0,             -- 1: no mail had a usable date, the import's time stands in
    asked_at INTEGER,
    answered_at INTEGER,
    answered INTEGER NOT NULL DEFAULT 0,
    stated_from INTEGER,
    stated_due INTEGER,
    decided_at INTEGER,
    decision TEXT,
    reason TEXT,
    claimed_minor INTEGER,
    claimed_currency TEXT,
    lang TEXT,
    excerpt TEXT NOT NULL DEFAULT '',
    due_at INTEGER NOT NULL,                               -- of the leading clock; 9223372036854775807 without one
    clock TEXT,
    long_term INTEGER NOT NULL DEFAULT 0 CHECK (long_term IN (0, 1)),
    archived_at INTEGER,
    archived_by TEXT CHECK (archived_by IN ('operator', 'amazon')),
    outcome TEXT,
    cause TEXT,
    words TEXT NOT NULL DEFAULT '',                        -- what a filter looks in: NFKC, lower case
    CHECK (open = 0 OR archived_at IS NULL)
) STRICT;
CREATE INDEX queue ON cases (long_term, due_at, id) WHERE open = 1;
CREATE INDEX queue_words ON cases (long_term, due_at, id, words) WHERE open = 1;
CREATE INDEX queue_age ON cases (long_term, opened_at) WHERE open = 1;
CREATE INDEX queue_sites ON cases (marketplace) WHERE open = 1;
CREATE INDEX cases_order ON cases (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX cases_buyer ON cases (buyer, marketplace) WHERE buyer IS NOT NULL;
CREATE INDEX cases_done ON cases (archived_at) WHERE archived_by = 'operator';
CREATE INDEX cases_merged ON cases (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    case_id INTEGER REFERENCES cases (id),                 -- NULL: a notice about an order that has no case
    notice TEXT NOT NULL,
    ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
    operator INTEGER NOT NULL DEFAULT 0,                   -- 1: written here, not read from a mail
    withdrawn INTEGER NOT NULL DEFAULT 0,                  -- 1: a reply whose `sent` was undone
    thread TEXT NOT NULL DEFAULT '',
    message_id TEXT,
    refs TEXT NOT NULL DEFAULT '',                         -- message ids, one a line
    digest TEXT NOT NULL,
    marketplace TEXT,
    order_id TEXT,
    at INTEGER NOT NULL,                                   -- when sent; when landed, where the mail has no usable date
    dated INTEGER NOT NULL,                                -- 0: `at` is the time of the import
    landed_at INTEGER NOT NULL,
    alias TEXT,
    alias_case TEXT,
    alias_domain TEXT,
    relay TEXT,                                            -- the buyer's whole address as written, its + part with it
    seller TEXT,                                           -- our own address as the mail shows it
    buyer_name TEXT,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    body TEXT NOT NULL,
    lang TEXT,
    kind TEXT NOT NULL,
    complaint INTEGER NOT NULL,
    amount_minor INTEGER,
    currency TEXT,
    decision TEXT,
    deadline_amount INTEGER,
    deadline_unit TEXT,
    deadline_at INTEGER,
    reason TEXT,
    articles TEXT NOT NULL DEFAULT '',                     -- ASIN, SKU and title, U+001F between, one article a line
    rma TEXT,
    warnings TEXT NOT NULL DEFAULT '',                     -- JSON list of [English, Chinese]
    asked_at INTEGER,                                      -- of a reply: the message it answers
    draft TEXT                                             -- of a reply written here: the draft as JSON, for undo
) STRICT;
CREATE INDEX messages_case ON messages (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX messages_replies ON messages (at, asked_at) WHERE asked_at IS NOT NULL;
CREATE INDEX messages_defects ON messages (order_id) WHERE notice IN ('atoz_claim', 'atoz_decision', 'chargeback');

-- What joins mails: hashes of case aliases, message ids (own and referenced) and orders. A candidate list only: the
-- joining compares the texts themselves.
CREATE TABLE links (
    hash INTEGER NOT NULL,
    message INTEGER NOT NULL REFERENCES messages (id),
    PRIMARY KEY (hash, message)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_rows (
    id INTEGER PRIMARY KEY,
    report TEXT NOT NULL,                                  -- both forms of seller-fulfilled returns are `mfn_returns`
    key TEXT NOT NULL,                                     -- parts joined by U+001F
    columns TEXT NOT NULL,                                 -- JSON object: the row as read
    rank TEXT NOT NULL,                                    -- orders the versions of one row; the greatest is kept
    seen TEXT NOT NULL,                                    -- hashes of the versions read so far, a space after each
    order_id TEXT,
    marketplace TEXT,
    day TEXT,
    landed_at INTEGER NOT NULL,                            -- stands in where the row has no day
    channel TEXT,                                          -- of the case it makes; NULL for a signal
    case_id INTEGER REFERENCES cases (id),
    sku TEXT,
    asin TEXT,
    name TEXT,
    buyer TEXT,
    kind TEXT,
    rating INTEGER,
    reason TEXT,
    code TEXT,
    comment TEXT,
    response TEXT,
    lang TEXT,
    status TEXT,
    resolution TEXT,
    rma TEXT,
    amount_minor INTEGER,
    currency TEXT,
    refunded_minor INTEGER,
    decision TEXT,
    atoz INTEGER NOT NULL DEFAULT 0,
    settled INTEGER NOT NULL DEFAULT 0,
    stale INTEGER NOT NULL DEFAULT 0,                      -- older than its last clock when it was first read
    UNIQUE (report, key)
) STRICT;
CREATE INDEX rows_order ON report_rows (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX rows_case ON report_rows (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE quiet (                                       -- "no reply needed"
    event INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX quiet_case ON quiet (case_id);

CREATE TABLE offers (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,                              -- made when the dialogue opens
    case_id INTEGER NOT NULL REFERENCES cases (id),
    order_id TEXT,
    kind TEXT NOT NULL,
    amount_minor INTEGER CHECK (amount_minor > 0),
    currency TEXT,
    status TEXT NOT NULL,
    carrier TEXT,
    tracking TEXT,
    cost_minor INTEGER CHECK (cost_minor >= 0),
    cost_currency TEXT,
    at INTEGER NOT NULL,
    total_unknown INTEGER NOT NULL DEFAULT 0,
    event INTEGER NOT NULL                                 -- the event that booked it
) STRICT;
CREATE INDEX offers_case ON offers (case_id);
CREATE INDEX offers_order ON offers (order_id) WHERE order_id IS NOT NULL;

-- The second wall behind `domain::offer::check`: standing offers never exceed a known total, in its currency.
CREATE TRIGGER offers_below_total BEFORE INSERT ON offers
WHEN new.amount_minor IS NOT NULL AND new.order_id IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'more than the order total')
    WHERE new.amount_minor
        + (SELECT coalesce(sum(amount_minor), 0) FROM offers
           WHERE order_id = new.order_id AND status IN ('proposed', 'accepted', 'carried_out'))
        > (SELECT total_minor FROM orders WHERE order_id = new.order_id);
    SELECT RAISE(ABORT, 'other currency than the order')
    WHERE new.currency <> (SELECT currency FROM orders WHERE order_id = new.order_id);
END;
CREATE TRIGGER offers_keep_amounts BEFORE UPDATE OF key, amount_minor, currency, kind, at, event ON offers BEGIN
    SELECT RAISE(ABORT, 'an offer keeps its amount');
END;
CREATE TRIGGER offers_stay_freed BEFORE UPDATE OF status ON offers
WHEN old.status IN ('declined', 'expired', 'reversed') AND new.status IN ('proposed', 'accepted', 'carried_out') BEGIN
    SELECT RAISE(ABORT, 'a freed offer does not come back');
END;
CREATE TRIGGER offers_no_delete BEFORE DELETE ON offers BEGIN
    SELECT RAISE(ABORT, 'offers are kept');
END;

CREATE TABLE drafts (
    case_id INTEGER PRIMARY KEY REFERENCES cases (id),
    addition TEXT NOT NULL,                                -- what the operator typed
    body TEXT NOT NULL,                                    -- JSON: the whole draft
    saved_at INTEGER NOT NULL
) STRICT;

CREATE TABLE events (
    id INTEGER PRIMARY KEY,                                -- dense: max(id) = count(*)
    case_id INTEGER REFERENCES cases (id),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    deed TEXT NOT NULL,                                    -- JSON, tagged by `what`
    chain BLOB NOT NULL                                    -- SHA-256 over the chain before and this line
) STRICT;
CREATE INDEX events_case ON events (case_id) WHERE case_id IS NOT NULL;
CREATE TRIGGER events_dense BEFORE INSERT ON events
WHEN new.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM events) BEGIN
    SELECT RAISE(ABORT, 'events are numbered without a gap');
END;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;

-- The operator's actions that are not undone yet: undo takes the greatest.
CREATE TABLE undoable (
    event INTEGER PRIMARY KEY REFERENCES events (id),
    action INTEGER NOT NULL REFERENCES events (id)         -- the first event of the action: what one undo takes back
) STRICT;
CREATE INDEX undoable_action ON undoable (action);

CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    tally TEXT NOT NULL                                    -- JSON object of counts
) STRICT;
