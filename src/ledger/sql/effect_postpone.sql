UPDATE effect SET due = $3, lease_until = 0, holder = '', trouble = $4
WHERE key = $1 AND epoch = $2
