-- database_name varchar(128)
-- schema_name varchar(128)
-- table_name varchar(128)
-- column_name varchar(128)
-- ordinal_position int4
-- data_type varchar(32)
-- column_default varchar(4000)
-- is_nullable varchar(3)
-- encoding varchar(128)
-- distkey bool
-- sortkey int4
-- column_acl varchar(128)
-- remarks varchar(256)

SELECT d.name, r.schema, r.name, c.name, c.number, c.type_name, c.default_text,
    CASE WHEN c.not_null THEN 'NO' ELSE 'YES' END, c.encoding, c.distkey, c.sortkey, NULL,
    c.comment
FROM _columns AS c
JOIN _relations AS r ON r.oid = c.relation
CROSS JOIN _databases AS d
WHERE r.kind <> 'system'
ORDER BY r.schema, r.name, c.number
