SELECT id, stage, verdict, partner,
       CASE WHEN contents <> '' THEN contents
            ELSE COALESCE((SELECT first.contents
                           FROM original JOIN transmission AS first
                                ON first.id = original.transmission
                           WHERE original.fingerprint = transmission.fingerprint), '')
       END,
       note, folder, name, object, length, arrived, released
FROM transmission ORDER BY id DESC LIMIT $1
