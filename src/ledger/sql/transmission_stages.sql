SELECT id, version, stage, object FROM transmission WHERE id > $1 ORDER BY id LIMIT $2
