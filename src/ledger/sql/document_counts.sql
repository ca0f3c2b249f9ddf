SELECT stage, COUNT(*) FROM document WHERE transmission = $1 GROUP BY stage ORDER BY stage
