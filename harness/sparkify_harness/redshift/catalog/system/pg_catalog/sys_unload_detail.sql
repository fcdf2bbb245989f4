-- user_id int4
-- query_id int4
-- session_id int4
-- transaction_id int8
-- file_name char(1280)
-- start_time timestamp
-- end_time timestamp
-- line_count int8
-- transfer_size int8
-- file_format char(10)

SELECT 100, submitted, pid, "transaction", path, start_time, end_time, rows, size, format
FROM _unload_files
