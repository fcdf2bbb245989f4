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
-- returned_bytes int8
-- query_text char(4000)
-- redshift_version char(256)
-- usage_limit char(150)
-- compute_type varchar(32)
-- compile_time int8
-- planning_time int8
-- lock_wait_time int8
-- service_class_id int4
-- service_class_name char(64)
-- query_priority char(20)
-- short_query_accelerated char(10)
-- user_query_hash char(40)
-- generic_query_hash char(40)
-- query_hash_version int4
-- result_cache_query_id int4
-- username char(128)

WITH timed AS (
    SELECT q.*, s.*, date_diff('microsecond', start_time, coalesce(end_time, moment)) AS elapsed
    FROM _queries AS q CROSS JOIN _service AS s
)
SELECT 100, submitted, label, "transaction", pid, database, kind,
    CASE
        WHEN end_time IS NULL THEN 'running'
        WHEN canceled THEN 'canceled'
        WHEN error IS NOT NULL THEN 'failed'
        ELSE 'success'
    END,
    false, start_time, end_time, elapsed, 0, elapsed, coalesce(substr(error, 1, 512), ''), rows,
    size, substr(text, 1, 4000), build, '',
    CASE WHEN clusters THEN 'primary' ELSE '' END, 0, 0, 0,
    CASE WHEN clusters THEN 100 ELSE -1 END,
    CASE WHEN clusters THEN 'Default queue' ELSE '' END,
    CASE WHEN clusters THEN 'normal' ELSE '' END,
    CASE WHEN clusters THEN 'false' ELSE '' END,
    md5(text),
    md5(regexp_replace(text, '''(''''|[^''])*''|\b\d+(\.\d+)?\b', '?', 'g')),
    1, 0, "user"
FROM timed
