-- userid int4
-- query int4
-- slice int4
-- pid int4
-- path char(1280)
-- start_time timestamp
-- end_time timestamp
-- line_count int8
-- transfer_size int8
-- file_format char(10)

SELECT 100, query, slice, pid, path, start_time, end_time, rows, size, format
FROM _unload_files
