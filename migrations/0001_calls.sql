-- One row a call: what lists show. Derived from the events; written with them.
CREATE TABLE call (
    id            TEXT PRIMARY KEY,
    started_at_ms INTEGER NOT NULL,
    duration_ms   INTEGER,
    from_number   TEXT NOT NULL,
    to_number     TEXT NOT NULL,
    pack          TEXT NOT NULL,
    intent        TEXT,
    outcome       TEXT NOT NULL,
    turns         INTEGER NOT NULL,
    agent         TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX call_by_outcome ON call (outcome, id);

-- The log. Never changed, only added to.
CREATE TABLE event (
    call_id TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    event   TEXT NOT NULL,
    PRIMARY KEY (call_id, seq)
) STRICT, WITHOUT ROWID;

-- What can be searched for: words said by either side, numbers, tickets. Any three characters are indexed.
CREATE VIRTUAL TABLE spoken USING fts5 (call_id UNINDEXED, text, tokenize = 'trigram');
