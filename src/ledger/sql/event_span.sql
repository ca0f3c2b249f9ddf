SELECT COUNT(*), COALESCE(MIN(seq), 0), COALESCE(MAX(seq), -1),
       (SELECT next FROM log_head WHERE id = 'log')
FROM event
