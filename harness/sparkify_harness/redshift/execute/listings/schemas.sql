SELECT database_name, schema_name, schema_owner, schema_type, schema_acl, source_database,
       schema_option
FROM svv_all_schemas
ORDER BY database_name, schema_name
