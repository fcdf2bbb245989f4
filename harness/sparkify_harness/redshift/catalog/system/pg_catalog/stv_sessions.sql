-- starttime timestamp
-- process int4
-- user_name char(50)
-- db_name char(50)
-- timeout_sec int4

SELECT s.start_time, s.pid, s.user, d.name, 0 FROM _sessions AS s CROSS JOIN _databases AS d
