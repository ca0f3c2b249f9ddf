SELECT key, subject, attempt, due, trouble FROM effect WHERE trouble <> '' ORDER BY due, seq LIMIT $1
