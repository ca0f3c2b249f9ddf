DELETE FROM deadline WHERE key = $1
