-- Step 2: what the clocks depend on, waiting and snoozing.

-- What happened to a case, computed from its mails, rows and replies: who ships on the first line, then one happening a line,
-- a letter and Unix seconds UTC (store/timeline.rs). '' until the case is computed anew.
ALTER TABLE cases ADD COLUMN timeline TEXT NOT NULL DEFAULT '';
-- For whom it waits now.
ALTER TABLE cases ADD COLUMN waiting TEXT;
-- Snoozed until then: 0 not at all, 9223372036854775807 until a mail.
ALTER TABLE cases ADD COLUMN snoozed_until INTEGER NOT NULL DEFAULT 0;
-- When it shows again: that, or earlier where a clock comes into its last hours.
ALTER TABLE cases ADD COLUMN wake_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX cases_asleep ON cases (wake_at) WHERE wake_at > 0;

-- The day the returned goods arrived, as written in the file.
ALTER TABLE report_rows ADD COLUMN received_on TEXT;
UPDATE report_rows SET received_on = (
    SELECT substr(text, 8, 4) || '-' || printf('%02d', (instr('JanFebMarAprMayJunJulAugSepOctNovDec', substr(text, 4, 3)) + 2) / 3)
        || '-' || substr(text, 1, 2)
    FROM (SELECT columns ->> 'return-delivery-date' AS text)
    WHERE text GLOB '[0-9][0-9]-[A-Z][a-z][a-z]-[0-9][0-9][0-9][0-9]'
        AND instr('JanFebMarAprMayJunJulAugSepOctNovDec', substr(text, 4, 3)) > 0
) WHERE report = 'mfn_returns';

CREATE TABLE waits (
    event INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    at INTEGER NOT NULL,
    whom TEXT,                                             -- NULL: no longer waiting
    seen INTEGER NOT NULL                                  -- the last message there was: a later one ends it
) STRICT;
CREATE INDEX waits_case ON waits (case_id);

CREATE TABLE snoozes (                                     -- the last one of a case counts
    event INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    until INTEGER NOT NULL,                                -- 0: no longer; 9223372036854775807: until a mail
    any_mail INTEGER NOT NULL CHECK (any_mail IN (0, 1)),  -- 1: any mail ends it, 0: only what the buyer writes
    seen INTEGER NOT NULL
) STRICT;
CREATE INDEX snoozes_case ON snoozes (case_id);
