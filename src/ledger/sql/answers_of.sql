SELECT partner, name, kind, control, object, placed FROM answer
WHERE transmission = $1 ORDER BY partner, name
