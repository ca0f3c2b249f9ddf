SELECT folder, stage, COUNT(*), MAX(arrived) FROM transmission
GROUP BY folder, stage ORDER BY folder, stage
