SELECT COUNT(*), COALESCE(MIN(due), 0), COALESCE(MIN(lease_until), 0) FROM effect
