CREATE TABLE IF NOT EXISTS migration (
    number  BIGINT PRIMARY KEY,
    name    TEXT NOT NULL,
    digest  TEXT NOT NULL,
    applied BIGINT NOT NULL
)
