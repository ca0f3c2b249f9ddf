INSERT INTO deadline (key, subject, what, due) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
