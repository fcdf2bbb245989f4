-- table_catalog varchar(128)
-- table_schema varchar(128)
-- table_name varchar(128)
-- table_type varchar(32)

SELECT d.name, r.schema, r.name,
    CASE
        WHEN r.kind = 'table' AND r.temporary THEN 'LOCAL TEMPORARY'
        WHEN r.kind = 'table' THEN 'BASE TABLE'
        ELSE 'VIEW'
    END
FROM _relations AS r CROSS JOIN _databases AS d
