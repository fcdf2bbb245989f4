-- constraint_catalog varchar(128)
-- constraint_schema varchar(128)
-- constraint_name varchar(128)
-- table_catalog varchar(128)
-- table_schema varchar(128)
-- table_name varchar(128)
-- constraint_type varchar(32)
-- is_deferrable varchar(3)
-- initially_deferred varchar(3)

SELECT d.name, r.schema, k.name, d.name, r.schema, r.name, k.kind, 'NO', 'NO'
FROM _constraints AS k
JOIN _relations AS r ON r.oid = k.relation
CROSS JOIN _databases AS d
