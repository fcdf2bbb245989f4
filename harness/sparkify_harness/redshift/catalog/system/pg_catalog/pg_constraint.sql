-- conname name
-- connamespace oid
-- contype char(1)
-- conrelid oid
-- confrelid oid
-- without: condeferrable condeferred contypid confupdtype confdeltype confmatchtype conkey
-- without: confkey conbin consrc

SELECT k.name, s.oid,
    CASE k.kind WHEN 'PRIMARY KEY' THEN 'p' WHEN 'UNIQUE' THEN 'u' ELSE 'f' END,
    r.oid, coalesce(f.oid, 0)
FROM _constraints AS k
JOIN _relations AS r ON r.oid = k.relation
LEFT JOIN _schemas AS s ON s.name = r.schema
LEFT JOIN _relations AS f ON f.schema = k.foreign_schema AND f.name = k.foreign_table
