SELECT key, subject, what, due FROM deadline WHERE due <= $1 ORDER BY due, key LIMIT $2
