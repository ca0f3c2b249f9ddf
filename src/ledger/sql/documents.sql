SELECT id, stage, transmission, partner, kind, number, set_id, control, object, place, note, accepted
FROM document ORDER BY id DESC LIMIT $1
