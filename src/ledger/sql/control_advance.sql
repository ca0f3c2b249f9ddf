UPDATE control_number SET last = $2 WHERE sequence = $1 AND last = $3
