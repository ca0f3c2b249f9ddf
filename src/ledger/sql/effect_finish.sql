DELETE FROM effect WHERE key = $1 AND epoch = $2
