-- One row per time at which something was played, with ISO weeks, and Sunday as weekday 0.
WITH times AS (
    SELECT DISTINCT start_time
    FROM plays
)
SELECT
    start_time,
    EXTRACT(hour FROM start_time) AS hour,
    EXTRACT(day FROM start_time) AS day,
    EXTRACT(week FROM start_time) AS week,
    EXTRACT(month FROM start_time) AS month,
    EXTRACT(year FROM start_time) AS year,
    EXTRACT(dow FROM start_time) AS weekday
FROM times
