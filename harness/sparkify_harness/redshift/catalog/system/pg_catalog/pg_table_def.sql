-- schemaname name
-- tablename name
-- column name
-- type varchar(128)
-- encoding varchar(32)
-- distkey bool
-- sortkey int4
-- notnull bool

SELECT r.schema, r.name, c.name, c.type, c.encoding, c.distkey, c.sortkey, c.not_null
FROM _columns AS c
JOIN _relations AS r ON r.oid = c.relation
WHERE r.kind = 'table'
    AND list_contains(
        (SELECT string_split(replace(replace(setting, ' ', ''), '"', ''), ',')
         FROM _settings WHERE name = 'search_path')
            || ['pg_catalog', 'pg_temp_1'],
        r.schema)
ORDER BY r.schema, r.name, c.number
