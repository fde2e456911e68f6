-- Notes per SKU, and the claims that the two ways of a claim are counted from.
-- *_at: Unix seconds UTC.

-- Every save is a row; the newest that was not undone stands. Old texts stay.
CREATE TABLE sku_notes (
    event INTEGER PRIMARY KEY REFERENCES events (id),      -- the event that saved it
    sku TEXT NOT NULL,
    policy TEXT NOT NULL,                                  -- the after-sales policy
    problem TEXT NOT NULL,                                 -- what is known to go wrong
    saved_at INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))   -- 1: the save was undone
) STRICT;
CREATE INDEX sku_notes_sku ON sku_notes (sku, event) WHERE withdrawn = 0;

-- What was typed into a note and not saved.
CREATE TABLE sku_note_drafts (
    sku TEXT PRIMARY KEY,
    policy TEXT NOT NULL,
    problem TEXT NOT NULL,
    typed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Claims by their age, with all that is counted of them.
CREATE INDEX cases_claims ON cases (opened_at, id, kind, decision, outcome, order_id)
    WHERE channel = 'atoz_claim' AND merged_into IS NULL;
