UPDATE document SET version = $2, stage = $3, place = $4, note = $5
WHERE id = $1 AND version = $2 - 1
