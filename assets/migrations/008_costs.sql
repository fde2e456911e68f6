-- Step 8: what articles cost, postage and fees of the sites, and what complaint rates are counted by.
-- *_minor: minor units of the currency beside it. Weights: milligrams. *_at: Unix seconds UTC.

-- Every version of a SKU's line, complete; the newest that was not withdrawn stands. Old ones stay.
CREATE TABLE sku_costs (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL,
    cost_minor INTEGER CHECK (cost_minor >= 0),            -- of one piece
    currency TEXT CHECK ((currency IS NULL) = (cost_minor IS NULL)),
    weight_mg INTEGER CHECK (weight_mg > 0),               -- of one piece, packed
    category TEXT,
    fulfilment TEXT CHECK (fulfilment IN ('mfn', 'afn')),
    ships_from TEXT,                                       -- two letters of a country
    saved_at INTEGER NOT NULL,
    event INTEGER REFERENCES events (id),                  -- the edit or the import; NULL while that import is under way
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))   -- 1: it was undone
) STRICT;
CREATE INDEX sku_costs_sku ON sku_costs (sku, id) WHERE withdrawn = 0;
CREATE INDEX sku_costs_event ON sku_costs (event);

-- The same of a site: its fees and its postage.
CREATE TABLE site_costs (
    id INTEGER PRIMARY KEY,
    marketplace TEXT NOT NULL,
    fee INTEGER CHECK (fee BETWEEN 0 AND 10000),           -- hundredths of a per cent of what the buyer paid
    kept INTEGER CHECK (kept BETWEEN 0 AND 10000),         -- hundredths of a per cent of the fee, on a refund
    kept_most_minor INTEGER CHECK (kept_most_minor >= 0),
    currency TEXT CHECK ((currency IS NULL) = (kept_most_minor IS NULL)),
    bands TEXT NOT NULL,                                   -- JSON list of {fulfilment, way, up_to, postage}, lighter ones first
    saved_at INTEGER NOT NULL,
    event INTEGER REFERENCES events (id),
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))
) STRICT;
CREATE INDEX site_costs_site ON site_costs (marketplace, id) WHERE withdrawn = 0;
CREATE INDEX site_costs_event ON site_costs (event);

-- All that a rate asks of an order and its lines: neither the orders nor their lines, which are wide, are read for it.
CREATE INDEX orders_rates ON orders (purchased_on, order_id, marketplace, fulfilment, status, total_minor, currency)
    WHERE plain = 1;
CREATE INDEX items_rates ON order_items (order_id, sku, country);
CREATE INDEX items_sku ON order_items (sku);

-- Complaints by their age, with all that is counted of them.
CREATE INDEX cases_complaints ON cases (opened_at, order_id, channel, kind, sku, outcome, complaint_set, complaint, merged_into)
    WHERE coalesce(complaint_set, complaint) = 1 AND merged_into IS NULL;
