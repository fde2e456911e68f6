-- Step 12: who ships an order, and since when reports show a case as settled, as the program says it now.

-- An order whose lines different ones ship: nobody knows who ships it.
UPDATE orders SET fulfilment = NULL WHERE fulfilment IS NOT NULL AND order_id IN (
    SELECT order_id FROM order_items GROUP BY order_id HAVING count(DISTINCT fulfilment) > 1);
