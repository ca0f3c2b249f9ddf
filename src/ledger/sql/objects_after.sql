SELECT digest, length, role, subject FROM object WHERE digest > $1 ORDER BY digest LIMIT $2
