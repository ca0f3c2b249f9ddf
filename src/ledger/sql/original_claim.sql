INSERT INTO original (fingerprint, transmission) VALUES ($1, $2) ON CONFLICT DO NOTHING
