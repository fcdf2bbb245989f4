-- table_catalog varchar(128)
-- table_schema varchar(128)
-- table_name varchar(128)
-- column_name varchar(128)
-- ordinal_position int4
-- column_default varchar(4000)
-- is_nullable varchar(3)
-- data_type varchar(128)
-- character_maximum_length int4
-- numeric_precision int4
-- numeric_precision_radix int4
-- numeric_scale int4
-- datetime_precision int4
-- udt_name varchar(128)
-- without: character_octet_length interval_type interval_precision character_set_catalog
-- without: character_set_schema character_set_name collation_catalog collation_schema
-- without: collation_name domain_catalog domain_schema domain_name udt_catalog udt_schema
-- without: scope_catalog scope_schema scope_name maximum_cardinality dtd_identifier
-- without: is_self_referencing

SELECT d.name, r.schema, r.name, c.name, c.number, c.default_text,
    CASE WHEN c.not_null THEN 'NO' ELSE 'YES' END,
    CASE WHEN c.type_name = 'name' THEN 'name' ELSE c.type_name END,
    c.length,
    CASE c.type_name
        WHEN 'smallint' THEN 16 WHEN 'integer' THEN 32 WHEN 'bigint' THEN 64
        WHEN 'real' THEN 24 WHEN 'double precision' THEN 53
        ELSE c.precision
    END,
    CASE
        WHEN c.type_name IN ('smallint', 'integer', 'bigint', 'real', 'double precision') THEN 2
        WHEN c.type_name = 'numeric' THEN 10
    END,
    CASE WHEN c.type_name IN ('smallint', 'integer', 'bigint') THEN 0 ELSE c.scale END,
    CASE WHEN c.type_name LIKE 'time%' THEN 6 END,
    t.name
FROM _columns AS c
JOIN _relations AS r ON r.oid = c.relation
JOIN _types AS t ON t.oid = c.type_oid
CROSS JOIN _databases AS d
WHERE r.kind <> 'late-binding view'
ORDER BY r.schema, r.name, c.number
