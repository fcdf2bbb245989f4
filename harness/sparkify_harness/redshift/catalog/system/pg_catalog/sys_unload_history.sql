-- user_id int4
-- query_id int8
-- transaction_id int8
-- session_id int4
-- database_name text
-- status text
-- start_time timestamp
-- end_time timestamp
-- duration int8
-- file_format text
-- compression_type text
-- unloaded_location text
-- unloaded_rows int8
-- unloaded_files_count int8
-- unloaded_files_size int8
-- error_message text

SELECT 100, submitted, "transaction", pid, database,
    CASE WHEN error IS NULL THEN 'completed' ELSE 'aborted' END, start_time, end_time,
    date_diff('microsecond', start_time, end_time), format, compression, location, rows, files,
    size, coalesce(error, '')
FROM _unloads
