-- Sessions that miss some of their events: those whose items have gaps, and those that begin with a
-- later item though the day began long before: a session goes on within an hour, so one that comes
-- over from the day before shows by then. A log that lost its beginning, or lines, has them.
WITH sessions AS (
    SELECT
        log_key,
        session_id,
        ts / 86400000 AS day_number,
        MIN(item_in_session) AS first_item,
        MAX(item_in_session) - MIN(item_in_session) + 1 - COUNT(DISTINCT item_in_session)
            AS missing,
        MIN(MOD(ts, 86400000)) AS began
    FROM {{ table('staging_events') }}
    WHERE session_id IS NOT NULL
        AND item_in_session IS NOT NULL
        AND ts IS NOT NULL
        AND {{ scope('staging_events') }}
    GROUP BY log_key, session_id, ts / 86400000
)
SELECT
    session_id,
    first_item,
    missing,
    log_key
FROM sessions
WHERE missing > 0
    OR (first_item > 0 AND began > 3600000)
