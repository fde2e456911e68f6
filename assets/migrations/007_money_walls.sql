-- The walls of step 7, which stand once the old offers have their lines: they hold against any program that writes.

CREATE TRIGGER money_no_update BEFORE UPDATE ON money_log BEGIN
    SELECT RAISE(ABORT, 'the money log is append-only');
END;
CREATE TRIGGER money_no_delete BEFORE DELETE ON money_log BEGIN
    SELECT RAISE(ABORT, 'the money log is append-only');
END;

-- What is given on the order of an offer; without an order, on its case.
CREATE VIEW given AS
    SELECT mine.id AS offer, (
        SELECT coalesce(sum(l.amount_minor), 0) FROM offers o JOIN money_log l ON l.offer = o.id
        WHERE mine.order_id IS NOT NULL AND o.order_id = mine.order_id
           OR mine.order_id IS NULL AND o.order_id IS NULL AND o.case_id = mine.case_id) AS minor
    FROM offers mine;

CREATE TRIGGER money_walls BEFORE INSERT ON money_log BEGIN
    SELECT RAISE(ABORT, 'the money log is numbered without a gap')
    WHERE new.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM money_log);
    SELECT RAISE(ABORT, 'the chain of the money log is broken')
    WHERE new.prev IS NOT coalesce((SELECT hash FROM money_log ORDER BY seq DESC LIMIT 1), zeroblob(32));
    SELECT RAISE(ABORT, 'the sum already given changed meanwhile')
    WHERE new.seen_minor IS NOT (SELECT minor FROM given WHERE offer = new.offer);
    SELECT RAISE(ABORT, 'other currency than the order')
    WHERE new.amount_minor > 0 AND new.currency <> (
        SELECT t.currency FROM offers o JOIN orders t ON t.order_id = o.order_id WHERE o.id = new.offer);
    SELECT RAISE(ABORT, 'an offer holds one amount at a time')
    WHERE new.amount_minor > 0 AND (SELECT sum(amount_minor) FROM money_log WHERE offer = new.offer) > 0;
    -- A promise that is carried out as promised is no new money, whatever became of the total since.
    SELECT RAISE(ABORT, 'more than the order total')
    WHERE new.amount_minor > 0 AND new.seen_minor + new.amount_minor > (
            SELECT t.total_minor FROM offers o JOIN orders t ON t.order_id = o.order_id WHERE o.id = new.offer)
        AND new.amount_minor > coalesce((
            SELECT -amount_minor FROM money_log
            WHERE seq = new.seq - 1 AND event = new.event AND offer = new.offer AND step = 'released'), 0);
    SELECT RAISE(ABORT, 'the reversal does not match')
    WHERE new.reverses IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM money_log m WHERE m.seq = new.reverses AND m.offer = new.offer
            AND m.amount_minor = -new.amount_minor AND m.currency = new.currency);
END;

-- The head is kept outside the log as well: a tail that is cut off shows.
CREATE TRIGGER money_head AFTER INSERT ON money_log BEGIN
    INSERT INTO meta (name, value) VALUES ('money_head', new.seq || ' ' || lower(hex(new.hash)))
    ON CONFLICT (name) DO UPDATE SET value = excluded.value;
    UPDATE offers SET status = new.step, carrier = new.carrier, tracking = new.tracking,
        cost_minor = new.cost_minor, cost_currency = new.cost_currency
    WHERE id = new.offer AND new.step <> 'released';
END;

CREATE TRIGGER offers_keep_their_words
BEFORE UPDATE OF id, key, kind, amount_minor, currency, route, why, at, total_unknown, event ON offers BEGIN
    SELECT RAISE(ABORT, 'an offer keeps its words');
END;
CREATE TRIGGER offers_keep_their_order BEFORE UPDATE OF order_id ON offers
WHEN old.order_id IS NOT NULL AND new.order_id IS NOT old.order_id BEGIN
    SELECT RAISE(ABORT, 'an offer keeps its order');
END;
CREATE TRIGGER offers_follow_the_log BEFORE UPDATE OF status, carrier, tracking, cost_minor, cost_currency ON offers
WHEN NOT EXISTS (
    SELECT 1 FROM money_log l WHERE l.offer = new.id AND l.step = new.status AND l.carrier IS new.carrier
        AND l.tracking IS new.tracking AND l.cost_minor IS new.cost_minor AND l.cost_currency IS new.cost_currency
        AND l.seq = (SELECT max(seq) FROM money_log WHERE offer = new.id AND step <> 'released')) BEGIN
    SELECT RAISE(ABORT, 'an offer stands as the money log says');
END;
