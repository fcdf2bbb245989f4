-- txn_owner varchar(128)
-- txn_db varchar(128)
-- xid int8
-- pid int4
-- txn_start timestamp
-- lock_mode varchar(32)
-- lockable_object_type varchar(32)
-- relation oid
-- granted bool

SELECT s.user, d.name, s."transaction", l.pid, s.transaction_time, l.mode, 'relation', r.oid,
    l.granted
FROM _locks AS l
JOIN _relations AS r ON r.schema = l.schema AND r.name = l.name
JOIN _sessions AS s ON s.pid = l.pid
CROSS JOIN _databases AS d
