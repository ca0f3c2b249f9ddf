SELECT version, at, actor, body FROM event WHERE subject = $1 ORDER BY version
