-- Step 6: what templates learn from: which one a reply was sent with, how much of it was personal, when a case was first seen.

-- When the case was first opened in the workbench; NULL: never, or before this step.
ALTER TABLE cases ADD COLUMN seen_at INTEGER;

-- Of a reply written here: the template's name, its letters without blanks, and how many of them the operator typed.
ALTER TABLE messages ADD COLUMN template TEXT;
ALTER TABLE messages ADD COLUMN letters INTEGER;
ALTER TABLE messages ADD COLUMN personal INTEGER;

-- The replies of a step-5 file have their drafts.
UPDATE messages SET
    template = draft ->> 'template',
    letters = length(replace(replace(text, ' ', ''), char(10), '')),
    personal = length(replace(replace(coalesce(draft ->> 'addition', ''), ' ', ''), char(10), ''))
WHERE operator = 1 AND json_valid(draft) AND draft ->> 'template' IS NOT NULL;

CREATE INDEX messages_templates ON messages (template, at, case_id, letters, personal)
WHERE template IS NOT NULL AND withdrawn = 0;
CREATE INDEX messages_written ON messages (case_id, at) WHERE operator = 1 AND withdrawn = 0;
