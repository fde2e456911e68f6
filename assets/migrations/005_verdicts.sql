-- Step 5: whether a message is a complaint, the words that say so, and what the operator's corrections taught.

ALTER TABLE messages ADD COLUMN because TEXT NOT NULL DEFAULT '';            -- the words that decided, U+001F between the pieces
ALTER TABLE cases ADD COLUMN complaint INTEGER NOT NULL DEFAULT 1 CHECK (complaint IN (0, 1));
ALTER TABLE cases ADD COLUMN complaint_set INTEGER CHECK (complaint_set IN (0, 1)); -- the operator's verdict

ALTER TABLE cases ADD COLUMN complaint_seen INTEGER;                        -- the newest message when he gave it

-- What a message of a step-4 file was judged to be is known already; every other channel is a complaint by itself.
UPDATE cases SET complaint = 0
WHERE channel = 'buyer_message' AND NOT EXISTS (
    SELECT 1 FROM messages WHERE case_id = cases.id AND notice = 'buyer_message' AND complaint = 1);

UPDATE cases SET words = words || char(10) || 'informal complaint 非正式投诉'
WHERE channel = 'buyer_message' AND complaint = 1;

CREATE INDEX queue_informal ON cases (id)
WHERE open = 1 AND channel = 'buyer_message' AND complaint = 1 AND complaint_set IS NULL;

-- One correction: later messages with this phrase are judged as the operator judged it.
CREATE TABLE corrections (
    event INTEGER PRIMARY KEY,                                               -- the event that taught it; undone with it
    phrase TEXT NOT NULL,
    kind TEXT NOT NULL,
    complaint INTEGER NOT NULL CHECK (complaint IN (0, 1)),
    lang TEXT
) STRICT;
