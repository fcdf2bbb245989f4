-- database_name varchar(128)
-- schema_name varchar(128)
-- table_name varchar(128)
-- table_acl varchar(128)
-- table_type varchar(128)
-- remarks varchar(128)

SELECT d.name, r.schema, r.name, NULL, CASE r.kind WHEN 'table' THEN 'TABLE' ELSE 'VIEW' END, NULL
FROM _relations AS r CROSS JOIN _databases AS d
WHERE r.kind <> 'system'
