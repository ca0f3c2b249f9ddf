SELECT id FROM transmission
WHERE mailbox = $1 AND folder = $2 AND name = $3 AND stamp = $4 AND released = 0
