SELECT id, version, stage, object FROM document WHERE id > $1 ORDER BY id LIMIT $2
