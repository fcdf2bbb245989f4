-- userid int4
-- slice int4
-- tbl int4
-- starttime timestamp
-- session int4
-- query int4
-- filename char(256)
-- line_number int8
-- colname char(127)
-- type char(10)
-- col_length char(10)
-- position int4
-- raw_line char(1024)
-- raw_field_value char(1024)
-- err_code int4
-- err_reason char(100)
-- is_partial int4
-- start_offset int8
-- without: copy_job_id

SELECT 100, 0, table_oid, time, pid, query, filename, line_number, colname, type, col_length,
    position, raw_line, raw_field_value, err_code, err_reason, 0, start_offset
FROM _load_errors
