INSERT INTO event (seq, subject, version, at, actor, fact, body)
VALUES ((SELECT next - 1 FROM log_head WHERE id = 'log'), $1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
