-- SQLite's way of refusing changes to facts; PostgreSQL does it by a role without the rights.
CREATE TRIGGER IF NOT EXISTS event_never_changes BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'facts are never changed: record another event'); END;
CREATE TRIGGER IF NOT EXISTS event_never_goes BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'facts are never removed'); END;
