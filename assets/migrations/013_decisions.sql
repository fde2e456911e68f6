-- Step 13: since when a report shows a decision. Its day is that of the complaint, so what was decided on it counts from then on.

ALTER TABLE report_rows ADD COLUMN decision_seen_at INTEGER;
UPDATE report_rows SET decision_seen_at = landed_at WHERE decision IS NOT NULL;
