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
