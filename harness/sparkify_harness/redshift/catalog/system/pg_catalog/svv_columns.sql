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
-- interval_type varchar(128)
-- interval_precision varchar(128)
-- character_set_catalog varchar(128)
-- character_set_schema varchar(128)
-- character_set_name varchar(128)
-- collation_catalog varchar(128)
-- collation_schema varchar(128)
-- collation_name varchar(128)
-- domain_name varchar(128)
-- remarks varchar(256)

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
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, c.comment
FROM _columns AS c
JOIN _relations AS r ON r.oid = c.relation
JOIN _types AS t ON t.oid = c.type_oid
CROSS JOIN _databases AS d
WHERE true
ORDER BY r.schema, r.name, c.number
