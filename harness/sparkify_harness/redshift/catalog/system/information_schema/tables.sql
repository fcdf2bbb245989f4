-- table_catalog varchar(128)
-- table_schema varchar(128)
-- table_name varchar(128)
-- table_type varchar(32)
-- without: self_referencing_column_name reference_generation user_defined_type_catalog
-- without: user_defined_type_schema user_defined_type_name

SELECT d.name, r.schema, r.name,
    CASE
        WHEN r.kind = 'table' AND r.temporary THEN 'LOCAL TEMPORARY'
        WHEN r.kind = 'table' THEN 'BASE TABLE'
        ELSE 'VIEW'
    END
FROM _relations AS r CROSS JOIN _databases AS d
