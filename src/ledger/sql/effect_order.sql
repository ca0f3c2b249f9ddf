INSERT INTO effect (key, subject, lane, seq, body, due, attempt, epoch, holder, lease_until, trouble)
VALUES ($1, $2, $3, (SELECT next - 1 FROM log_head WHERE id = 'log'), $4, $5, 0, 0, '', 0, '')
ON CONFLICT DO NOTHING
