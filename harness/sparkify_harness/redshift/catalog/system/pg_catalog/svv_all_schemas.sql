-- database_name varchar(128)
-- schema_name varchar(128)
-- schema_owner int4
-- schema_type varchar(128)
-- schema_acl varchar(128)
-- source_database varchar(128)
-- schema_option varchar(128)

SELECT d.name, s.name, 100, 'local', NULL, NULL, NULL FROM _schemas AS s CROSS JOIN _databases AS d
