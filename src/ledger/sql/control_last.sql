SELECT last FROM control_number WHERE sequence = $1
