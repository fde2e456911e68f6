-- Step 14: questions that nobody answered, for the header; who ships an order and where, as the program says it now;
-- what an import brought that was taken back stands nowhere.

CREATE INDEX cases_waiting ON cases (asked_at, answered_at)
    WHERE (answered_at IS NULL OR asked_at > answered_at) AND merged_into IS NULL;

-- An order of which a line names no shipper, or whose lines name several sites: nobody knows.
UPDATE orders SET fulfilment = NULL WHERE fulfilment IS NOT NULL AND order_id IN (
    SELECT order_id FROM order_items GROUP BY order_id HAVING count(fulfilment) < count(*));
UPDATE orders SET marketplace = NULL WHERE marketplace IS NOT NULL AND order_id IN (
    SELECT order_id FROM order_items GROUP BY order_id HAVING count(DISTINCT marketplace) > 1);

UPDATE cases SET stands = NULL, stands_at = NULL, stands_by = NULL, disputed = NULL WHERE outcome = 'import_undone';
