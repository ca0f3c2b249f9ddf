SELECT id, stage, verdict, partner, contents, note, folder, name, object, length, arrived, released
FROM transmission WHERE id > $1 ORDER BY id LIMIT $2
