-- catalog_name varchar(128)
-- schema_name varchar(128)
-- schema_owner varchar(128)
-- without: default_character_set_catalog default_character_set_schema default_character_set_name
-- without: sql_path

SELECT d.name, s.name, 'rdsdb'
FROM _schemas AS s CROSS JOIN _databases AS d
