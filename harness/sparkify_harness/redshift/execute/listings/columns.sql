SELECT database_name, schema_name, table_name, column_name, a.ordinal_position, a.column_default,
       a.is_nullable, a.data_type, character_maximum_length, numeric_precision, numeric_scale,
       a.remarks,
       CASE WHEN sortkey = 0 THEN NULL
            WHEN min(sortkey) OVER (PARTITION BY schema_name, table_name) < 0 THEN 'INTERLEAVED'
            ELSE 'COMPOUND' END AS sort_key_type,
       sortkey AS sort_key, distkey AS dist_key, encoding,
       CASE WHEN a.data_type LIKE 'character%' THEN 'default' END AS collation
FROM svv_all_columns a
JOIN svv_redshift_columns r USING (database_name, schema_name, table_name, column_name)
ORDER BY database_name, schema_name, table_name, ordinal_position
