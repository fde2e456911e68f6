-- What was typed into the form of a playbook's step and not kept. typed_at: Unix seconds UTC.
CREATE TABLE step_drafts (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    step TEXT NOT NULL,                                    -- id of the playbook's step
    attach INTEGER NOT NULL CHECK (attach IN (0, 1)),      -- 1: the form of a file, 0: of a note
    typed TEXT NOT NULL,                                   -- the fields, as JSON
    typed_at INTEGER NOT NULL,
    PRIMARY KEY (case_id, step, attach)
) STRICT, WITHOUT ROWID;
