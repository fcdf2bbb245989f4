SELECT database_name, schema_name, table_name, table_type, table_acl, remarks,
       table_owner AS owner, NULL::timestamp AS last_altered_time,
       NULL::timestamp AS last_modified_time,
       CASE WHEN table_type = 'VIEW' THEN NULL
            WHEN reldiststyle = 0 THEN 'EVEN'
            WHEN reldiststyle = 1 THEN 'KEY'
            WHEN reldiststyle = 8 THEN 'ALL'
            ELSE 'AUTO (ALL)' END AS dist_style,
       CASE WHEN table_type = 'TABLE' THEN 'REGULAR TABLE'
            WHEN relnatts = 0 THEN 'LATE BINDING VIEW'
            ELSE 'REGULAR VIEW' END AS table_subtype
FROM svv_redshift_tables
JOIN pg_namespace n ON n.nspname = schema_name
JOIN pg_class ON relnamespace = n.oid AND relname = table_name
ORDER BY database_name, schema_name, table_name
