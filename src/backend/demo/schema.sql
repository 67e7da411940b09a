CREATE TABLE IF NOT EXISTS account (
    account_number TEXT PRIMARY KEY,
    meter_number   TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    district       TEXT NOT NULL,
    address        TEXT NOT NULL UNIQUE,
    road           TEXT NOT NULL,
    phone          TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX IF NOT EXISTS account_by_road ON account (road);

CREATE TABLE IF NOT EXISTS bill (
    account_number TEXT NOT NULL REFERENCES account,
    month          TEXT NOT NULL,
    usage_m3       INTEGER NOT NULL,
    amount_fen     INTEGER NOT NULL,
    paid           INTEGER NOT NULL,
    due            TEXT NOT NULL,
    PRIMARY KEY (account_number, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS outage (
    road    TEXT NOT NULL,
    area    TEXT NOT NULL,
    cause   TEXT NOT NULL,
    planned INTEGER NOT NULL,
    starts  TEXT NOT NULL,
    ends    TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS ticket (
    ticket TEXT PRIMARY KEY,
    state  TEXT NOT NULL,
    phone  TEXT,
    draft  TEXT NOT NULL,
    remark TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS ticket_by_phone ON ticket (phone, ticket);

-- What was sent to telephones: payment links and bills.
CREATE TABLE IF NOT EXISTS message (
    id             INTEGER PRIMARY KEY,
    sent_at        TEXT NOT NULL,
    phone          TEXT NOT NULL,
    account_number TEXT NOT NULL REFERENCES account,
    what           TEXT NOT NULL
) STRICT;

-- Answers to requests with an effect, so that an attempt made again gets the same answer and no second effect.
CREATE TABLE IF NOT EXISTS answered (
    idempotency_key TEXT PRIMARY KEY,
    request         TEXT NOT NULL,
    answer          TEXT NOT NULL
) STRICT;
