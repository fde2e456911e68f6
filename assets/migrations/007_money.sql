-- Step 7: offers as records, and the money log that moves them. *_at, at: Unix seconds UTC. *_minor: minor units.
-- The log is the truth; `status`, `carrier`, `tracking` and `cost_*` of an offer are what its last line says, kept there by a
-- trigger of 007_money_walls.sql. Offers booked before this step get their lines in store/money.rs, which alone can chain them.

DROP TRIGGER offers_below_total;
DROP TRIGGER offers_keep_amounts;
DROP TRIGGER offers_stay_freed;

ALTER TABLE offers ADD COLUMN route TEXT;                  -- buyer_message, return, claim; NULL: nobody said
ALTER TABLE offers ADD COLUMN why TEXT;                    -- why it was made, in the operator's words

CREATE TABLE money_log (
    seq INTEGER PRIMARY KEY,                               -- dense
    key TEXT NOT NULL UNIQUE,                              -- made when the dialogue opens: the same key is one booking
    offer INTEGER NOT NULL REFERENCES offers (id),
    order_id TEXT,                                         -- as known then; NULL: not known
    step TEXT NOT NULL CHECK (step IN
        ('proposed', 'accepted', 'declined', 'carried_out', 'expired', 'reversed', 'released')),
    reverses INTEGER REFERENCES money_log (seq),           -- the line whose amount this one gives back, exactly and once
    undoes INTEGER REFERENCES money_log (seq),             -- the step that an undo takes back
    amount_minor INTEGER NOT NULL,                         -- + held from now on, - given back, 0: no money moves
    currency TEXT,
    seen_minor INTEGER NOT NULL,                           -- already given on the order before this line
    carrier TEXT,                                          -- the parcel from this line on
    tracking TEXT,
    cost_minor INTEGER CHECK (cost_minor >= 0),
    cost_currency TEXT,
    at INTEGER NOT NULL,
    event INTEGER NOT NULL,                                -- the event of the history
    prev BLOB NOT NULL,
    hash BLOB NOT NULL UNIQUE,                             -- SHA-256 over `prev` and this line
    CHECK ((amount_minor < 0) = (reverses IS NOT NULL)),
    CHECK (amount_minor = 0 OR currency IS NOT NULL),
    CHECK (step <> 'released' OR amount_minor < 0)
) STRICT;
CREATE UNIQUE INDEX money_reversed_once ON money_log (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX money_offer ON money_log (offer);
CREATE INDEX money_event ON money_log (event);
CREATE INDEX offers_waiting ON offers (at) WHERE status = 'proposed';
