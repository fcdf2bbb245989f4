-- attrelid oid
-- attname name
-- atttypid oid
-- attlen int2
-- attnum int2
-- atttypmod int4
-- attnotnull bool
-- atthasdef bool
-- attisdropped bool
-- attisdistkey bool
-- attsortkeyord int4
-- attencodingtype int2
-- without: attstattarget attndims attcacheoff attbyval attstorage attalign attislocal
-- without: attinhcount attispreloaded

SELECT relation, name, type_oid, type_size, number, typmod, not_null,
    default_text IS NOT NULL, false, distkey, sortkey, 0
FROM _columns
UNION ALL
SELECT k.index, c.name, c.type_oid, c.type_size, k.number, c.typmod, c.not_null, false, false,
    false, 0, 0
FROM (
    SELECT relation, index, unnest(columns) AS name, generate_subscripts(columns, 1) AS number
    FROM _constraints
    WHERE kind <> 'FOREIGN KEY'
) AS k
JOIN _columns AS c ON c.relation = k.relation AND c.name = k.name
