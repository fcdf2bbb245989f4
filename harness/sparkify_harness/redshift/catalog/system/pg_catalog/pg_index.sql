-- indexrelid oid
-- indrelid oid
-- indnatts int2
-- indisunique bool
-- indisprimary bool
-- indisclustered bool
-- without: indkey indclass indexprs indpred

SELECT index, relation, len(columns), true, kind = 'PRIMARY KEY', false
FROM _constraints
WHERE kind <> 'FOREIGN KEY'
