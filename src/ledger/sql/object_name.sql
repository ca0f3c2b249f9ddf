INSERT INTO object (digest, length, role, subject) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
