-- Sessions that miss some of their events: those whose items have gaps, and those that begin with a
-- later item though the day began long before: a session goes on within an hour, so one that comes
-- over from the day before shows by then. A log that lost its beginning, or lines, has them.
SELECT
    session_id,
    MIN(item_in_session) AS first_item,
    MAX(item_in_session) - MIN(item_in_session) + 1 - COUNT(DISTINCT item_in_session) AS missing
FROM {{ judged('staging_events') }}
GROUP BY log_key, session_id
HAVING MAX(item_in_session) - MIN(item_in_session) + 1 > COUNT(DISTINCT item_in_session)
    OR (MIN(item_in_session) > 0 AND MIN(MOD(ts, 86400000)) > 3600000)
