-- database_name varchar(128)
-- database_owner int4
-- database_type varchar(32)
-- database_acl varchar(128)
-- database_options varchar(128)
-- database_isolation_level varchar(128)

SELECT name, 100, 'local', NULL, NULL, 'Snapshot Isolation' FROM _databases
