SELECT id, stage, verdict, partner, contents, note, folder, name, object, length, arrived, released
FROM transmission ORDER BY id DESC LIMIT $1
