SELECT id, stage, transmission, partner, kind, number, set_id, control, object, place, note, accepted
FROM document WHERE transmission = $1 ORDER BY ordinal LIMIT $2
