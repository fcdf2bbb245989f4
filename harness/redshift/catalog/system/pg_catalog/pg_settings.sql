-- name varchar(128)
-- setting varchar(4000)

SELECT name, setting FROM _settings
