-- oid oid
-- nspname name
-- nspowner int4
-- without: nspacl

SELECT oid, name, 1 FROM _schemas
