UPDATE effect SET lease_until = $3 WHERE key = $1 AND epoch = $2
