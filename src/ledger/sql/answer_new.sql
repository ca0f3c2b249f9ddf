INSERT INTO answer (transmission, partner, name, kind, control, object, placed)
VALUES ($1, $2, $3, $4, $5, $6, '') ON CONFLICT DO NOTHING
