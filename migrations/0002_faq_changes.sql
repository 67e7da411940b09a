-- Who changed which common question of which pack, when, from what to what. Only added to. Entries are JSON; before is NULL
-- for a new one, after for one that was removed; author is NULL where the file was changed on disk.
CREATE TABLE faq_change (
    id     INTEGER PRIMARY KEY,
    at_ms  INTEGER NOT NULL,
    pack   TEXT NOT NULL,
    entry  TEXT NOT NULL,
    author TEXT,
    before TEXT,
    after  TEXT
) STRICT;
CREATE INDEX faq_change_by_pack ON faq_change (pack, id);

-- The common questions as they were last seen, so that what changes while the program is down is noticed at its next start.
CREATE TABLE faq_entry (
    pack    TEXT NOT NULL,
    entry   TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (pack, entry)
) STRICT, WITHOUT ROWID;
