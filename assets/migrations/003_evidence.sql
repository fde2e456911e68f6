-- Playbooks: what the operator said about a case, and the evidence kept for its steps.
-- Times are Unix seconds UTC. Rows are never deleted but by the undo of what the operator said.

CREATE TABLE said (                                        -- the newest of each `what` holds
    event INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    what TEXT NOT NULL CHECK (what IN ('stage', 'category')),
    value TEXT,                                            -- NULL: what kesu finds out itself holds again
    seen TEXT                                              -- of a stage: what the order said at that time
) STRICT;
CREATE INDEX said_case ON said (case_id);

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    step TEXT NOT NULL,                                    -- id of the playbook's step
    wants TEXT NOT NULL,                                   -- what that step asked for at that time
    form TEXT NOT NULL CHECK (form IN ('tick', 'note', 'file')),
    note TEXT,
    name TEXT,                                             -- of a file: its name, made harmless
    path TEXT,                                             -- of a file: its copy, below the folder beside the database
    sha256 TEXT,
    bytes INTEGER,
    carrier TEXT,
    number TEXT,
    origin TEXT,
    at INTEGER NOT NULL,
    event INTEGER NOT NULL,                                -- the event that kept it
    withdrawn INTEGER NOT NULL DEFAULT 0                   -- a tick taken off, or its event was undone
) STRICT;
CREATE INDEX evidence_case ON evidence (case_id);
CREATE TRIGGER evidence_stays BEFORE DELETE ON evidence BEGIN
    SELECT RAISE(ABORT, 'evidence is kept');
END;
CREATE TRIGGER evidence_keeps_its_words
BEFORE UPDATE OF step, wants, form, note, name, path, sha256, bytes, carrier, number, origin, at, event ON evidence BEGIN
    SELECT RAISE(ABORT, 'evidence is kept as it was');
END;
