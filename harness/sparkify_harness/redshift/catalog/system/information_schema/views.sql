-- table_catalog varchar(128)
-- table_schema varchar(128)
-- table_name varchar(128)
-- view_definition varchar(65535)
-- without: check_option is_updatable is_insertable_into

SELECT d.name, r.schema, r.name, r.definition
FROM _relations AS r CROSS JOIN _databases AS d
WHERE r.kind = 'view'
