-- Days that fell silent long before they ended, for the number of sessions that they had until then:
-- a log whose end is lost. Few sessions prove nothing. Had sessions come on as before, there would
-- have been more than nine in the time that is left.
WITH days AS (
    SELECT
        log_key,
        ts / 86400000 AS day_number,
        COUNT(DISTINCT session_id) AS sessions,
        COUNT(*) AS events,
        MAX(MOD(ts, 86400000)) / 3600000.0 AS last_hour
    FROM {{ table('staging_events') }}
    WHERE ts IS NOT NULL
        AND {{ scope('staging_events') }}
    GROUP BY log_key, ts / 86400000
)
SELECT
    last_hour,
    sessions,
    events,
    log_key
FROM days
WHERE sessions >= 10
    AND sessions * (24 - last_hour) > 9 * last_hour
