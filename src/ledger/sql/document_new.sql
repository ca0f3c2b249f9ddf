INSERT INTO document (id, version, stage, transmission, ordinal, partner, kind, number, set_id,
                      control, object, place, note, accepted)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, $13)
ON CONFLICT DO NOTHING
