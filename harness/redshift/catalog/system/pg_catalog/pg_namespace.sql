-- oid oid
-- nspname name
-- nspowner int4

SELECT oid, name, 1 FROM _schemas
