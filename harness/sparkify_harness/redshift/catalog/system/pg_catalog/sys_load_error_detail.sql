-- user_id int4
-- query_id int8
-- transaction_id int8
-- session_id int4
-- database_name char(64)
-- table_id int4
-- start_time timestamp
-- file_name char(256)
-- line_number int8
-- column_name char(127)
-- column_type char(10)
-- column_length char(10)
-- position int4
-- error_code int4
-- error_message char(512)

SELECT 100, e.submitted, e."transaction", e.pid, d.name, e.table_oid, e.time, e.filename, e.line_number,
    e.colname, e.type, e.col_length, e.position, e.err_code, e.error_message
FROM _load_errors AS e CROSS JOIN _databases AS d
