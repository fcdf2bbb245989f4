-- oid oid
-- nspname name
-- nspowner int4
-- absent: nspacl

SELECT oid, name, 1 FROM _schemas
