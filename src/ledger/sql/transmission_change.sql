UPDATE transmission
SET version = $2, stage = $3, verdict = $4, partner = $5, contents = $6, note = $7,
    released = $8, owed = $9
WHERE id = $1 AND version = $2 - 1
