UPDATE answer SET placed = $4 WHERE transmission = $1 AND partner = $2 AND name = $3
