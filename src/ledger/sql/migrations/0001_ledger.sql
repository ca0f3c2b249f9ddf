-- The ledger: facts, what is owed to the outside, and what people look at.
-- TEXT and BIGINT only; instants are microseconds; absent texts are empty, absent numbers 0.

-- Facts, append-only. `seq` is dense over the whole ledger, `version` over one subject.
CREATE TABLE log_head (
    id   TEXT PRIMARY KEY,
    next BIGINT NOT NULL
);
INSERT INTO log_head (id, next) VALUES ('log', 0);

CREATE TABLE event (
    seq     BIGINT PRIMARY KEY,
    subject TEXT NOT NULL,
    version BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    fact    TEXT NOT NULL,
    body    TEXT NOT NULL
);
CREATE UNIQUE INDEX event_subject ON event (subject, version);

-- Every object a fact names: what the archive must hold.
CREATE TABLE object (
    digest  TEXT PRIMARY KEY,
    length  BIGINT NOT NULL,
    role    TEXT NOT NULL,
    subject TEXT NOT NULL
);

-- The outbox. A row stands until its outcome is a fact. `epoch` fences a worker that lost
-- its lease; within a lane only the oldest row may be claimed.
CREATE TABLE effect (
    key         TEXT PRIMARY KEY,
    subject     TEXT NOT NULL,
    lane        TEXT NOT NULL,
    seq         BIGINT NOT NULL,
    body        TEXT NOT NULL,
    due         BIGINT NOT NULL,
    attempt     BIGINT NOT NULL,
    epoch       BIGINT NOT NULL,
    holder      TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    trouble     TEXT NOT NULL
);
CREATE INDEX effect_due ON effect (due, seq);
CREATE INDEX effect_lane ON effect (lane, seq);
CREATE INDEX effect_subject ON effect (subject);

-- Silence that will matter at `due` unless the row is gone by then.
CREATE TABLE deadline (
    key     TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    what    TEXT NOT NULL,
    due     BIGINT NOT NULL
);
CREATE INDEX deadline_due ON deadline (due);

-- Control numbers: the last one used of each sequence.
CREATE TABLE control_number (
    sequence TEXT PRIMARY KEY,
    last     BIGINT NOT NULL
);

-- Which transmission stands for these bytes; a later one with the same is its duplicate.
CREATE TABLE original (
    fingerprint  TEXT PRIMARY KEY,
    transmission TEXT NOT NULL
);

CREATE TABLE transmission (
    id          TEXT PRIMARY KEY,
    version     BIGINT NOT NULL,
    stage       TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    partner     TEXT NOT NULL,
    contents    TEXT NOT NULL,
    note        TEXT NOT NULL,
    mailbox     TEXT NOT NULL,
    folder      TEXT NOT NULL,
    name        TEXT NOT NULL,
    stamp       TEXT NOT NULL,
    object      TEXT NOT NULL,
    length      BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    arrived     BIGINT NOT NULL,
    released    BIGINT NOT NULL,
    owed        BIGINT NOT NULL
);
CREATE UNIQUE INDEX transmission_arrival ON transmission (mailbox, folder, name, stamp)
    WHERE released = 0;

-- Acknowledgments written, one row a file for the partner to take.
CREATE TABLE answer (
    transmission TEXT NOT NULL,
    partner      TEXT NOT NULL,
    name         TEXT NOT NULL,
    kind         TEXT NOT NULL,
    control      TEXT NOT NULL,
    object       TEXT NOT NULL,
    placed       TEXT NOT NULL,
    PRIMARY KEY (transmission, partner, name)
);

CREATE TABLE document (
    id           TEXT PRIMARY KEY,
    version      BIGINT NOT NULL,
    stage        TEXT NOT NULL,
    transmission TEXT NOT NULL,
    ordinal      BIGINT NOT NULL,
    partner      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    number       TEXT NOT NULL,
    set_id       TEXT NOT NULL,
    control      TEXT NOT NULL,
    object       TEXT NOT NULL,
    place        TEXT NOT NULL,
    note         TEXT NOT NULL,
    accepted     BIGINT NOT NULL
);
CREATE INDEX document_transmission ON document (transmission, ordinal);
CREATE INDEX document_number ON document (partner, kind, number);
