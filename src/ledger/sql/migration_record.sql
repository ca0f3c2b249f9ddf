INSERT INTO migration (number, name, digest, applied) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
