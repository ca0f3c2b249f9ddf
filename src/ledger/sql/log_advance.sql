UPDATE log_head SET next = next + 1 WHERE id = 'log'
