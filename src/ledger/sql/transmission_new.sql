INSERT INTO transmission (id, version, stage, verdict, partner, contents, note, mailbox, folder,
                          name, stamp, object, length, fingerprint, arrived, released, owed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16)
ON CONFLICT DO NOTHING
