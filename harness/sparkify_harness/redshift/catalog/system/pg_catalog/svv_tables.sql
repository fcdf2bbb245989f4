-- table_catalog varchar(128)
-- table_schema varchar(128)
-- table_name varchar(128)
-- table_type varchar(32)
-- remarks varchar(256)

SELECT d.name, r.schema, r.name, CASE r.kind WHEN 'table' THEN 'BASE TABLE' ELSE 'VIEW' END, NULL
FROM _relations AS r CROSS JOIN _databases AS d
