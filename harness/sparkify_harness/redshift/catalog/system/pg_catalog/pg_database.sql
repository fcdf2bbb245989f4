-- oid oid
-- datname name
-- datdba int4
-- encoding int4
-- datistemplate bool
-- datallowconn bool
-- without: datlastsysoid datvacuumxid datfrozenxid dattablespace datconfig datacl

SELECT 100000, name, 100, 6, false, true FROM _databases
