SELECT database_name, database_owner, database_type, database_acl, database_options AS parameters,
       database_isolation_level
FROM svv_redshift_databases
ORDER BY database_name
