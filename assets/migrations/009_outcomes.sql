-- How cases ended: what the operator noted, beside what mails and reports say, and how each case stands; the time he works on it.
-- *_at, at, began_at: Unix seconds UTC.

-- What the operator said, never overwritten: at the archive (`closing`) or beside it.
CREATE TABLE noted_outcomes (
    event INTEGER PRIMARY KEY REFERENCES events (id),
    case_id INTEGER NOT NULL REFERENCES cases (id),
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    closing INTEGER NOT NULL CHECK (closing IN (0, 1)),
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))       -- 1: it was undone
) STRICT;
CREATE INDEX noted_outcomes_case ON noted_outcomes (case_id);
CREATE TRIGGER noted_outcomes_stay BEFORE DELETE ON noted_outcomes BEGIN
    SELECT RAISE(ABORT, 'outcomes are kept');
END;
CREATE TRIGGER noted_outcomes_keep_their_words BEFORE UPDATE OF event, at, outcome, closing ON noted_outcomes BEGIN
    SELECT RAISE(ABORT, 'outcomes are kept as they were');
END;

-- Computed with the case: how it stands, since when, who says so; and what the operator noted that cannot be true beside it.
ALTER TABLE cases ADD COLUMN stands TEXT;
ALTER TABLE cases ADD COLUMN stands_at INTEGER;
ALTER TABLE cases ADD COLUMN stands_by TEXT CHECK (stands_by IN ('amazon', 'operator'));
ALTER TABLE cases ADD COLUMN disputed TEXT;

-- One time that a case was worked on: from its first key on, pauses without a key left out.
CREATE TABLE sittings (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    began_at INTEGER NOT NULL,
    seconds INTEGER NOT NULL CHECK (seconds >= 0),
    PRIMARY KEY (case_id, began_at)
) STRICT, WITHOUT ROWID;

-- What was archived before this step. A case that became part of another speaks for that one.
INSERT INTO noted_outcomes (event, case_id, at, outcome, closing, withdrawn)
SELECT e.id, coalesce(c.merged_into, c.id), e.at, e.deed ->> 'outcome', 1,
       e.id IN (SELECT deed ->> 'event' FROM events WHERE deed ->> 'what' = 'undone')
FROM events e JOIN cases c ON c.id = e.case_id
WHERE e.actor = 'operator' AND e.deed ->> 'what' = 'archived' AND e.deed ->> 'outcome' <> 'import_undone';

-- What Amazon decided and did not ask about again counts, and what the operator noted against it is shown.
UPDATE cases SET
    stands = CASE decision WHEN 'order_cancelled' THEN 'cancelled' ELSE decision END,
    stands_at = decided_at,
    stands_by = 'amazon',
    disputed = (
        SELECT n.outcome FROM noted_outcomes n
        WHERE n.case_id = cases.id AND n.withdrawn = 0 AND n.event = (
                SELECT max(event) FROM noted_outcomes WHERE case_id = cases.id AND withdrawn = 0
                    AND outcome IN ('withdrawn', 'denied', 'granted', 'cancelled', 'lost_by_default'))
            AND replace(n.outcome, 'lost_by_default', 'granted') <> replace(cases.decision, 'order_cancelled', 'cancelled'))
WHERE decision IN ('granted', 'denied', 'withdrawn', 'order_cancelled') AND decided_at IS NOT NULL AND merged_into IS NULL;

-- Else what the operator noted at the archive, and of a claim also what he noted before a mail brought it back.
UPDATE cases SET stands = outcome, stands_at = archived_at, stands_by = 'operator'
WHERE stands IS NULL AND archived_by = 'operator' AND outcome <> 'import_undone' AND merged_into IS NULL;
UPDATE cases SET (stands, stands_at, stands_by) = (
    SELECT outcome, at, 'operator' FROM noted_outcomes n
    WHERE n.case_id = cases.id AND n.withdrawn = 0
        AND n.outcome IN ('withdrawn', 'denied', 'granted', 'cancelled', 'lost_by_default')
        AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.case_id = cases.id
            AND m.notice IN ('atoz_claim', 'chargeback') AND m.at > n.at)
    ORDER BY n.event DESC LIMIT 1)
WHERE stands IS NULL AND archived_at IS NULL AND channel IN ('atoz_claim', 'chargeback') AND merged_into IS NULL;
UPDATE cases SET stands = 'other', stands_at = decided_at, stands_by = 'amazon'
WHERE stands IS NULL AND decision = 'unknown' AND decided_at IS NOT NULL AND merged_into IS NULL;

-- Else what a report shows as settled, since the last day it names.
UPDATE cases SET
    stands = 'settled',
    stands_at = coalesce(
        (SELECT CAST(unixepoch(max(day)) AS INTEGER) + 86399 FROM report_rows WHERE case_id = cases.id), archived_at),
    stands_by = 'amazon'
WHERE stands IS NULL AND archived_by = 'amazon' AND merged_into IS NULL;

CREATE INDEX cases_ended ON cases (stands_at, id, stands, disputed, stands_by)
    WHERE stands IS NOT NULL AND merged_into IS NULL;
CREATE INDEX claims_ended ON cases (stands_at, id)
    WHERE channel = 'atoz_claim' AND stands IS NOT NULL AND merged_into IS NULL;
CREATE INDEX cases_closed ON cases (archived_at, id, seen_at, opened_at) WHERE archived_by = 'operator' AND merged_into IS NULL;

DROP INDEX cases_claims;
CREATE INDEX cases_claims ON cases (opened_at, id, kind, stands, stands_at, order_id)
    WHERE channel = 'atoz_claim' AND merged_into IS NULL;
