SELECT partner, stage, COUNT(*), MAX(arrived) FROM transmission
GROUP BY partner, stage ORDER BY partner, stage
