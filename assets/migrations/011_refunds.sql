-- Step 11: since when a report tells of a refund, and the ceiling of what the money log moves.

-- Unix seconds of the import that first told of so much refunded in this row: no part of it is younger. NULL: nothing refunded, or
-- nobody knows.
ALTER TABLE report_rows ADD COLUMN refund_seen_at INTEGER;
-- A row of which one version was read tells since it landed; of others nobody knows which version was the first with a refund.
UPDATE report_rows SET refund_seen_at = landed_at
WHERE refunded_minor > 0 AND length(seen) - length(replace(seen, ' ', '')) = 1;

-- Above this an amount was read or typed wrongly, and sums of such amounts could leave 64 bits. A wall and no CHECK: a file that
-- holds such a line from before is opened, and its chain stays whole.
CREATE TRIGGER money_ceiling BEFORE INSERT ON money_log
WHEN abs(new.amount_minor) > 1000000000000 AND new.reverses IS NULL OR new.cost_minor > 1000000000000 BEGIN
    SELECT RAISE(ABORT, 'more than any order comes to');
END;
