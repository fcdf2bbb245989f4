-- constraint_catalog varchar(128)
-- constraint_schema varchar(128)
-- constraint_name varchar(128)
-- table_catalog varchar(128)
-- table_schema varchar(128)
-- table_name varchar(128)
-- column_name varchar(128)
-- ordinal_position int4

SELECT d.name, r.schema, k.name, d.name, r.schema, r.name, k.columns[i], i
FROM _constraints AS k
CROSS JOIN unnest(range(1, len(k.columns) + 1)) AS u(i)
JOIN _relations AS r ON r.oid = k.relation
CROSS JOIN _databases AS d
ORDER BY r.schema, r.name, k.name, i
