INSERT INTO control_number (sequence, last) VALUES ($1, $2) ON CONFLICT DO NOTHING
