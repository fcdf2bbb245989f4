-- catalog_name varchar(128)
-- schema_name varchar(128)
-- schema_owner varchar(128)

SELECT d.name, s.name, 'rdsdb'
FROM _schemas AS s CROSS JOIN _databases AS d
