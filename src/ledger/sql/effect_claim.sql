UPDATE effect
SET holder = $1, lease_until = $2, epoch = epoch + 1, attempt = attempt + 1
WHERE key IN (
    SELECT waiting.key
    FROM effect AS waiting
    WHERE waiting.due <= $3
      AND waiting.lease_until <= $3
      AND NOT EXISTS (
          SELECT 1 FROM effect AS earlier
          WHERE earlier.lane = waiting.lane AND earlier.seq < waiting.seq)
    ORDER BY waiting.due, waiting.seq
    LIMIT $4)
  AND due <= $3
  AND lease_until <= $3
RETURNING key, subject, body, epoch, attempt, seq
