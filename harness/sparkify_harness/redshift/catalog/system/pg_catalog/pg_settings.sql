-- name varchar(128)
-- setting varchar(4000)
-- without: category short_desc extra_desc context vartype source min_val max_val

SELECT name, setting FROM _settings
