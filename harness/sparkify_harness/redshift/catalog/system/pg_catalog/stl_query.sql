-- userid int4
-- query int4
-- label char(320)
-- xid int8
-- pid int4
-- database char(32)
-- querytxt char(4000)
-- starttime timestamp
-- endtime timestamp
-- aborted int4
-- insert_pristine int4
-- concurrency_scaling_status int4

SELECT 100, query, label, "transaction", pid, database, substr(text, 1, 4000), start_time, end_time,
    CASE WHEN error IS NULL THEN 0 ELSE 1 END, 0, 0
FROM _queries
WHERE kind NOT IN ('UTILITY', 'DDL') AND end_time IS NOT NULL
