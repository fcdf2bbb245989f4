-- table_id int4
-- last_update timestamp
-- lock_owner int8
-- lock_owner_pid int8
-- lock_status char(22)
-- without: last_commit lock_owner_start_ts lock_owner_end_ts

SELECT r.oid, NULL, s."transaction", l.pid, 'Holding write lock'
FROM _locks AS l
JOIN _relations AS r ON r.schema = l.schema AND r.name = l.name
JOIN _sessions AS s ON s.pid = l.pid
WHERE l.granted AND l.mode <> 'AccessShareLock'
