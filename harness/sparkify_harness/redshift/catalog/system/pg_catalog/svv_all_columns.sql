-- database_name varchar(128)
-- schema_name varchar(128)
-- table_name varchar(128)
-- column_name varchar(128)
-- ordinal_position int4
-- column_default varchar(4000)
-- is_nullable varchar(3)
-- data_type varchar(128)
-- character_maximum_length int4
-- numeric_precision int4
-- numeric_scale int4
-- remarks varchar(256)

SELECT d.name, r.schema, r.name, c.name, c.number, c.default_text,
    CASE WHEN c.not_null THEN 'NO' ELSE 'YES' END, c.type_name, c.length,
    CASE c.type_name
        WHEN 'smallint' THEN 16 WHEN 'integer' THEN 32 WHEN 'bigint' THEN 64
        WHEN 'real' THEN 24 WHEN 'double precision' THEN 53
        ELSE c.precision
    END,
    CASE WHEN c.type_name IN ('smallint', 'integer', 'bigint') THEN 0 ELSE c.scale END,
    NULL
FROM _columns AS c
JOIN _relations AS r ON r.oid = c.relation
CROSS JOIN _databases AS d
WHERE r.kind <> 'system'
ORDER BY r.schema, r.name, c.number
