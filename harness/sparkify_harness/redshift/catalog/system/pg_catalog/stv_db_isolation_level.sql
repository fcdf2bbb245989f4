-- db_name char(64)
-- isolation_level char(20)

SELECT name, 'Snapshot Isolation' FROM _databases
