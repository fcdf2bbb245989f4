-- oid oid
-- typname name
-- typnamespace oid
-- typlen int2
-- typtype char(1)
-- typbasetype oid
-- typtypmod int4
-- typnotnull bool
-- typdelim char(1)
-- typrelid oid
-- typelem oid
-- without: typowner typbyval typisdefined typinput typoutput typreceive typsend typanalyze
-- without: typalign typstorage typndims typdefaultbin typdefault

SELECT t.oid, t.name, s.oid, t.size, 'b', 0, -1, false, ',', 0, 0
FROM _types AS t
JOIN _schemas AS s ON s.name = 'pg_catalog'
