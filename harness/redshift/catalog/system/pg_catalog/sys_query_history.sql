-- user_id int4
-- query_id int8
-- query_label char(320)
-- transaction_id int8
-- session_id int4
-- database_name char(128)
-- query_type char(32)
-- status char(10)
-- result_cache_hit bool
-- start_time timestamp
-- end_time timestamp
-- elapsed_time int8
-- queue_time int8
-- execution_time int8
-- error_message char(512)
-- returned_rows int8
-- query_text char(4000)
-- redshift_version char(256)

SELECT 100, query, label, query, pid, database, kind,
    CASE WHEN error IS NULL THEN 'success' ELSE 'failed' END,
    false, start_time, end_time, date_diff('microsecond', start_time, end_time), 0,
    date_diff('microsecond', start_time, end_time), substr(error, 1, 512), rows,
    substr(text, 1, 4000), '1.0.12103'
FROM _queries
