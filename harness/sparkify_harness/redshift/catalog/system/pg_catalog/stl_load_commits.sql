-- userid int4
-- query int4
-- slice int4
-- name char(256)
-- filename char(256)
-- byte_offset int4
-- lines_scanned int4
-- errors int4
-- curtime timestamp
-- status int4
-- file_format char(16)
-- is_partial int4
-- start_offset int8
-- without: copy_job_id

SELECT 100, query, 0, table_name, filename, bytes, lines_scanned, errors, time, status, '', 0, 0
FROM _load_files
